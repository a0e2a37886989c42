"""What the pages' templates can do besides Django's own."""

"""Commands that belong to no single room."""

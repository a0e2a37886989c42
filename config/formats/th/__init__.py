"""In Thai."""

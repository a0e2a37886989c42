"""The Finario dialect."""

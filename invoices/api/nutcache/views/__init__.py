"""Doors of the dialect."""

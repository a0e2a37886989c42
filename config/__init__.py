"""Wiring: settings, URLs, the database engine, the doors for machines."""

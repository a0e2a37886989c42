"""Database backend: Django's own, on a PostgreSQL the project starts itself."""

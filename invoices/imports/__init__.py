"""Importing documents and products: many rows at a time, by COPY where it counts."""

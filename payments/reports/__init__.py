"""Reports: questions to the books that are answered by a table."""

"""Reading rows from files into the books: what all imports share, and partners."""

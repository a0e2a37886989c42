"""The bank: files that are read, and what their lines are booked as."""

"""What comes in, checked for shape and turned into our words; what goes out."""

"""Who may do what, in which state, through which door."""

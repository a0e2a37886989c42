"""Banks' files: what kind they are, and the movements that they tell of."""

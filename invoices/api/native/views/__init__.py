"""One class per resource of the contract; ten lines a method."""

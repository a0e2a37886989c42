"""The dialect's attributes: in, as values in our words; out, as described shapes."""

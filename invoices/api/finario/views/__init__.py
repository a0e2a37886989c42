"""The dialect's paths, one class each."""

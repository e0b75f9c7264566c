"""Rules about code that can be read and changed."""

"""Loops in, those that ask the database on each turn out."""

"""Readers of files that are not code, one module a kind."""

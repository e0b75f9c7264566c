"""Judges whether a backend is ready for review and for production, with evidence."""

__version__ = "0.1.0"

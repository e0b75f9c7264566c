"""Reporters: one module a format, Report in, text out."""

"""Invented backends: how many lines and of which frameworks in, the texts of their files out."""

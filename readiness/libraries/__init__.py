"""Recognisers: one module a library, from linked code to facts."""

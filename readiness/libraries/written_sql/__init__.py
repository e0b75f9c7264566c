"""Calls of which nothing tells that they run SQL but the statement that they are given: linked code in, `Query` facts out."""

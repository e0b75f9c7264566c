"""Calls of which nothing tells that they run SQL but the statement that they are given: linked code in, `Query` facts out.

It comes after `drivers`, `sqlalchemy` and `django_orm`, which know what is called, and leaves alone what they have found.
"""

"""Expressions of a project in, what they denote out: the ground that recognisers of routes stand on."""

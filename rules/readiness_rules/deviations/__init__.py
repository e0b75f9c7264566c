"""Documented deviations and evidence hygiene."""

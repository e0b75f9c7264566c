"""Resilience: what happens when others are slow or down."""

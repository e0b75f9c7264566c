"""Health and life cycle."""

"""The design of the API."""

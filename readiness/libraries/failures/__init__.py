"""Failures of a service in, where they end out: `except` clauses, handlers, answers to clients, log records."""

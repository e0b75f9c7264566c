"""Tests and coverage."""

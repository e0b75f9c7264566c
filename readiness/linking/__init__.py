"""Summaries of files in, one linked project out: names, classes, calls and constants across files."""

from readiness.linking.project import LinkedProject, link

__all__ = ["LinkedProject", "link"]

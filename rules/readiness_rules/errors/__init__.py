"""Error handling."""

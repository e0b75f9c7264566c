"""Rules about what a service lets in and what it lets out."""

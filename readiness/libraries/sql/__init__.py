"""SQL text in; its parts, its rows and whether they are only counted out."""

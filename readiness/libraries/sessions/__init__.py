"""Sessions, connections and cursors in, what becomes of them out."""

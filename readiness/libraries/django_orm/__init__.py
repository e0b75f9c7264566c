"""Django's object-relational mapper: query sets that are read, SQL text that is run, list views that answer with rows."""

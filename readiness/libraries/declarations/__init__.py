"""What code declares in, what it means to any framework out: types, fields of schemas, collections, statuses, path patterns."""

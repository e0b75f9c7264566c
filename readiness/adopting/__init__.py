"""A project that wants to use readiness in; what stands in the way of a whole analysis, and the files to begin with, out."""

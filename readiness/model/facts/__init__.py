"""Facts: what a library's calls mean, one file a topic. Recognisers make them, rules judge them."""

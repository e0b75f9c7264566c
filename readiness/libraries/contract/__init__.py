"""The contract of a service: its API documents in, how they agree with its routes and what they tell its clients out."""

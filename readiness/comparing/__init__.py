"""Two sets of findings in, what is new, known and gone out: for the baseline and for the change under review."""

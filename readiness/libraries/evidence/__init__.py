"""What the tests left behind in; coverage, reports of runs, tests and pragmas out."""

"""What the user can mend: one line, a way out, exit code 2."""


class ReadinessError(Exception):
    """A mistake in usage or configuration; its text is one sentence that ends with what to do instead."""

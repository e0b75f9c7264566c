"""A file and some lines of a function in, the calls that stand on them out."""

from bisect import bisect_left

from readiness.model.summary import Summary


class Calls:
    """Finds calls by their lines; remembers the file that was asked for last."""

    def __init__(self) -> None:
        self._path = ""
        self._placed: dict[int, list[tuple[int, int]]] = {}

    def between(self, path: str, summary: Summary, scope: int, first: int, last: int) -> list[int]:
        """Indices of the calls on these lines of one function; -1 for the module."""
        if self._path != path:
            self._path, self._placed = path, {}
            for index, call in enumerate(summary.calls):
                self._placed.setdefault(call.scope, []).append((call.line, index))
            for calls in self._placed.values():
                calls.sort()
        calls = self._placed.get(scope, [])
        return sorted(index for _, index in calls[bisect_left(calls, (first, -1)) : bisect_left(calls, (last + 1, -1))])

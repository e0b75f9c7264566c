"""The summary of a file and the line of a comment in, the lines that the comment speaks about out."""

from bisect import bisect_right

from readiness.model.summary import Comment, Summary


class Coverage:
    """Which logical line of one file each comment belongs to."""

    def __init__(self, summary: Summary) -> None:
        self._summary = summary
        ends: dict[int, int] = {}
        pairs = zip(summary.statements[::2], summary.statements[1::2], strict=False)
        for first, last in pairs:
            ends[first] = max(ends.get(first, first), last)
        for each in summary.definitions:
            # Decorators and header, which are listed line by line, are one.
            last = max(ends.pop(line, line) for line in range(each.first_line, each.line + 1))
            ends[each.first_line] = max(last, each.line)
        self._starts = sorted(ends)
        self._ends = [ends[start] for start in self._starts]
        self._definitions = sorted(
            range(len(summary.definitions)), key=lambda index: summary.definitions[index].first_line
        )
        self._lines = [summary.definitions[index].first_line for index in self._definitions]

    def lines_of(self, comment: Comment) -> tuple[int, int]:
        """First and last line: of the statement around or before the comment, or below a comment that stands alone.

        A comment above or on a decorator speaks about the whole header of the function or class, not about its body.
        """
        after = bisect_right(self._starts, comment.line)
        if after and comment.line <= self._ends[after - 1]:
            return self._starts[after - 1], self._ends[after - 1]
        if comment.alone and after < len(self._starts):
            return self._starts[after], self._ends[after]
        return comment.line, comment.line

    def scope_of(self, line: int) -> int:
        """Index of the innermost definition around a line, -1 at module level."""
        place = bisect_right(self._lines, line) - 1
        index = self._definitions[place] if place >= 0 else -1
        while index >= 0 and self._summary.definitions[index].end_line < line:
            index = self._summary.definitions[index].scope
        return index

    def begins_file(self, comment: Comment) -> bool:
        """Nothing but comments and a docstring stands before it."""
        return comment.alone and (not self._starts or comment.line < self._starts[0])

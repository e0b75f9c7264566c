"""Files that exist in memory only in, the listing that a folder with them would give out. For tests of rules."""

from collections.abc import Mapping
from fnmatch import fnmatchcase

from readiness.discovery import Listing
from readiness.discovery.evidence import NAMES
from readiness.discovery.languages import language_of
from readiness.discovery.marks import marks_of
from readiness.discovery.scopes import scopes_of
from readiness.model.source import SourceFile, digest_of


class MemoryListing(Listing, frozen=True, kw_only=True):
    """A listing that carries its files' content."""

    contents: Mapping[str, bytes]

    def content(self, file: SourceFile) -> bytes:
        """The bytes of one file."""
        return self.contents[file.path]


Touched = tuple[tuple[str, tuple[tuple[int, int], ...]], ...]
"""As `Listing.touched`."""


def listing_of(files: Mapping[str, bytes], touched: Touched = ()) -> MemoryListing:
    """List files by path; nothing of them is tracked by git."""
    languages = {path: language_of(path.rpartition("/")[2]) for path in files}
    marks = {
        path: marks_of(path, languages[path], content) for path, content in files.items() if languages[path] == "python"
    }
    scopes = scopes_of(marks, files)
    return MemoryListing(
        root="sample",
        files=tuple(
            SourceFile(path, languages[path], digest_of(content), scopes[path], len(content))
            for path, content in sorted(files.items())
        ),
        evidence=tuple(
            (kind, found)
            for kind, names in sorted(NAMES.items())
            if (found := tuple(sorted(path for path in files if _named(path, names))))
        ),
        touched=touched,
        contents=files,
    )


def _named(path: str, names: tuple[str, ...]) -> bool:
    name = path.rpartition("/")[2].lower()
    return any(fnmatchcase(name, each) for each in names)

"""A listing and other contents of some of its files in, a listing that reads these from memory out."""

from collections.abc import Mapping

import msgspec

from readiness.discovery import Listing
from readiness.model.source import SourceFile, digest_of


class Overlay(Listing, frozen=True, kw_only=True):
    """A listing some of whose files differ from those of the working tree."""

    contents: Mapping[str, bytes]
    """Of the files that differ, by path."""

    def content(self, file: SourceFile) -> bytes:
        """The bytes of one file. Raises OSError where it cannot be read."""
        kept = self.contents.get(file.path)
        return kept if kept is not None else super().content(file)


def overlaid(listing: Listing, contents: Mapping[str, bytes]) -> Overlay:
    """The same files, those among `contents` with their new text."""
    files = tuple(_with_content(file, contents[file.path]) if file.path in contents else file for file in listing.files)
    return Overlay(
        root=listing.root,
        files=files,
        problems=listing.problems,
        head=listing.head,
        evidence=listing.evidence,
        contents=contents,
    )


def _with_content(file: SourceFile, content: bytes) -> SourceFile:
    return msgspec.structs.replace(file, digest=digest_of(content), size=len(content))

"""A backend and the commit that a change of it began from in, the report of the change out."""

from collections.abc import Callable, Sequence

import msgspec

from readiness.comparing.changes import changed
from readiness.comparing.lines import touched
from readiness.config import root_of
from readiness.discovery import Listing, Options
from readiness.discovery.commits import base_of, commit_listing, date_of, staged_listing
from readiness.model import Report
from readiness.scan import Progress, ScanOptions, begun, report_of, with_remarks


def compare(paths: Sequence[str], options: ScanOptions, since: str, progress: Progress | None = None) -> Report:
    """Scan a backend as it is, or as it is staged where `since` is empty, and hold it against the commit that it began from.

    Both states are judged by the rules and the configuration of today. Raises ReadinessError for what the user can mend.
    """
    with begun(paths, options, progress) as (inputs, cache):
        looked = Options(only=root_of(paths)[1], exclude=(*inputs.config.exclude, *options.exclude))
        base = base_of(inputs.listing.root, since or "HEAD")
        before = msgspec.structs.replace(inputs, listing=commit_listing(base, inputs.listing, looked))
        state = inputs.listing if since else staged_listing(inputs.listing, looked)
        state = msgspec.structs.replace(state, touched=touched(before.listing, state))
        after = msgspec.structs.replace(inputs, listing=state)
        earlier = report_of(before, options, cache, progress)
        later = report_of(after, options, cache, progress)
        report = changed(
            earlier,
            later,
            base=base,
            name=since,
            earlier=_texts(before.listing),
            later=_texts(after.listing),
            began=date_of(inputs.listing.root, base),
            checklist=inputs.checklist,
        )
        return with_remarks(report, cache)


def _texts(listing: Listing) -> Callable[[str], str | None]:
    """The texts of a state by path."""
    files = {file.path: file for file in listing.files}

    def text(path: str) -> str | None:
        try:
            return listing.content(files[path]).decode("utf-8", "replace")
        except (KeyError, OSError):
            return None

    return text

"""The linking stage: a listing and the summaries of its files in, one `Project` out that answers what names mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from readiness.linking.listed import Listed
from readiness.linking.project import LinkedProject
from readiness.linking.results import STANDARD_RESULTS
from readiness.model.library import Library
from readiness.model.summary import Summary

__all__ = ["LinkedProject", "link"]


def link(
    listing: Listed,
    summaries: Mapping[str, Summary],
    libraries: Sequence[Library] = (),
    today: date | None = None,
) -> LinkedProject:
    """Link the summaries of a scan; nothing is worked out before it is asked for.

    The libraries say what their callables give (`Library.results`). Import roots are found.
    """
    results = dict(STANDARD_RESULTS)
    for library in libraries:
        results.update(library.results)
    return LinkedProject(listing, summaries, results, today or datetime.now(UTC).date())

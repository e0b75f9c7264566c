"""Sources in memory in, a linked project with the facts of chosen recognisers out."""

from collections.abc import Callable, Mapping, Sequence
from textwrap import dedent

import pytest

from readiness.discovery.memory import listing_of
from readiness.languages.python import read
from readiness.linking import LinkedProject, link
from readiness.model import Library

Recognised = Callable[[Mapping[str, str], Sequence[Library]], LinkedProject]


def recognise(sources: Mapping[str, str], libraries: Sequence[Library]) -> LinkedProject:
    """Link the sources, keyed by path, and run the recognisers in the order given."""
    contents = {path: dedent(source).encode() for path, source in sources.items()}
    summaries = {}
    for path, content in contents.items():
        if path.endswith(".py"):
            reading = read(content)
            assert reading.summary is not None, reading.problem
            summaries[path] = reading.summary
    project = link(listing_of(contents), summaries, libraries)
    for library in libraries:
        project.add(list(library.recognise(project)))
    return project


@pytest.fixture
def recognised() -> Recognised:
    """The maker of projects with facts."""
    return recognise

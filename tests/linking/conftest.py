"""Projects made of sources in memory, and short questions to them."""

from collections.abc import Callable, Mapping
from textwrap import dedent

import pytest

from readiness.discovery.memory import listing_of
from readiness.languages.python import read
from readiness.linking import LinkedProject, link
from readiness.model import Creation, Library, Missing, Symbol
from readiness.model.summary import CallRef, Member, Name, Scalar, Subscript, Value


class Asked:
    """A linked project, asked by the names that its sources use."""

    def __init__(self, sources: Mapping[str, str], results: Mapping[str, str] | None = None) -> None:
        contents = {path: dedent(source).encode() for path, source in sources.items()}
        self.summaries = {}
        for path, content in contents.items():
            if path.endswith((".py", ".pyi")):
                reading = read(content)
                assert reading.summary is not None, reading.problem
                self.summaries[path] = reading.summary
        library = Library("sample", stage="web", provides=(), results=results)
        self.linked: LinkedProject = link(listing_of(contents), self.summaries, [library])

    def scope(self, path: str, qualname: str) -> int:
        """Index of a definition; -1 for the module."""
        names = [each.qualname for each in self.summaries[path].definitions]
        return names.index(qualname) if qualname else -1

    def resolve(self, path: str, name: str, within: str = "", line: int = 0) -> Symbol:
        return self.linked.resolve(path, name, self.scope(path, within), line)

    def type_of(self, path: str, name: str, within: str = "", line: int = 0) -> str:
        return self.linked.type_of(path, Name(name), self.scope(path, within), line).name

    def creation(self, path: str, name: str, within: str = "", line: int = 0) -> Creation | None:
        return self.linked.creation(path, Name(name), self.scope(path, within), line)

    def maker(self, path: str, name: str, within: str = "", line: int = 0) -> str:
        made = self.creation(path, name, within, line)
        return made.maker.name if made is not None else ""

    def constant(self, path: str, name: str, within: str = "", line: int = 0) -> Scalar | Missing:
        return self.linked.constant(path, Name(name), self.scope(path, within), line)

    def call(self, path: str, last: str) -> int:
        """Index of the first call of something written with this last name."""
        calls = self.summaries[path].calls
        return next(index for index, each in enumerate(calls) if written(each.callee) == last)

    def callee(self, path: str, last: str) -> str:
        return self.linked.callee(path, self.call(path, last)).name


def written(value: Value) -> str:
    """The last name of a callee."""
    if isinstance(value, Name):
        return value.dotted.rpartition(".")[2]
    if isinstance(value, Member):
        return value.name
    if isinstance(value, Subscript):
        return written(value.value)
    return "()" if isinstance(value, CallRef) else ""


@pytest.fixture(scope="session")
def make_project() -> Callable[..., Asked]:
    """The maker of projects, for tests whose examples hypothesis makes."""
    return Asked


@pytest.fixture
def project() -> Callable[..., Asked]:
    """The maker of projects."""
    return Asked

"""What one file adds to the tables of all files is told by name: under every other name, all files together are the same."""

from collections.abc import Mapping, Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.discovery.memory import listing_of
from readiness.languages.python import read
from readiness.linking import LinkedProject, link
from readiness.linking.flow.methods import defines, functions_of, methods_named
from readiness.linking.flow.uses import Counted, Uses, uses_of
from readiness.linking.indices import ALIASES, BASES, CALLS, HUNG, IMPORTERS, Indices, differing
from readiness.model.summary import Summary
from readiness.model.telling import tell_name

PARTS = (
    "import os\n",
    "import flask as web\n",
    "from app import load as read_all\n",
    "from . import load\n",
    "def load(rows):\n    return rows\n",
    "def run(value, other=None):\n    load(value)\n    return load\n",
    "class Base:\n    kind = 'a'\n\n    def run(self):\n        self.kind = 'b'\n        return self.load()\n",
    "class Below(Base):\n    kind = 'c'\n",
    "class Listed(Base[int]):\n    pass\n",
    "app.state.pool = make()\n",
    "again = load\n",
    "again['x'] = run\n",
    "table = {'load': load, 'run': Base}\n",
    "load.delay(1)\n",
    "queue.enqueue('app.load', 1)\n",
    "Thread(target=run, kwargs={}).start()\n",
    "executor.submit(load, 1, other=2)\n",
    "handlers['a'](1)\n",
    "(load or run)()\n",
    "make()()\n",
    "pool = [load, run]\n",
)
CODE = st.lists(st.sampled_from(PARTS), max_size=6).map("".join)


def summary_of(text: str) -> Summary:
    found = read(text.encode()).summary
    assert found is not None
    return found


def tables(summaries: Mapping[str, Summary]) -> Mapping[str, Mapping[str, object]]:
    indices = Indices(summaries)
    return {
        CALLS: indices.called,
        ALIASES: indices.aliases,
        BASES: indices.below,
        HUNG: indices.hung,
        IMPORTERS: indices.importers,
    }


@given(before=CODE, after=CODE, others=st.lists(CODE, max_size=2))
@settings(max_examples=150, deadline=None)
def test_indices_are_the_same_under_names_that_do_not_differ(before: str, after: str, others: Sequence[str]) -> None:
    rest = {f"b{number}.py": summary_of(text) for number, text in enumerate(others)}
    one, other = summary_of(before), summary_of(after)
    found = differing(one, other)
    first, second = tables({"a.py": one, **rest}), tables({"a.py": other, **rest})
    for index in first:
        for name in first[index].keys() | second[index].keys():
            if (index, name) not in found:
                assert first[index].get(name) == second[index].get(name), (index, name)


@given(before=CODE, after=CODE, others=st.lists(CODE, max_size=2))
@settings(max_examples=150, deadline=None)
def test_uses_are_the_same_under_names_that_do_not_differ(before: str, after: str, others: Sequence[str]) -> None:
    found = {name for index, name in differing(summary_of(before), summary_of(after)) if index == tell_name(uses_of)}
    first, second = (uses([text, *others]) for text in (before, after))
    names = {name for each in (first, second) for table in each for name in table}
    for name in names - found:
        assert [table.get(name) for table in first] == [table.get(name) for table in second], name


def uses(texts: Sequence[str]) -> list[dict[str, object]]:
    summaries = [(f"{number}.py", summary_of(text)) for number, text in enumerate(texts)]
    counted = Counted(summaries, {each.name for _, summary in summaries for each in summary.definitions})
    held, named = dict.fromkeys(counted.held, True), dict.fromkeys(counted.named, True)
    return [dict(each) for each in (counted.calls, counted.values, counted.later, counted.keywords, held, named)]


@given(before=CODE, after=CODE, others=st.lists(CODE, max_size=2))
@settings(max_examples=100, deadline=None)
def test_methods_are_the_same_under_names_that_do_not_differ(before: str, after: str, others: Sequence[str]) -> None:
    found = differing(summary_of(before), summary_of(after))
    first, second = (linked([text, *others]) for text in (before, after))
    for name in ("load", "run", "kind", "again", "pool", "Base"):
        if (tell_name(functions_of), name) not in found:
            assert methods_named(first, name) == methods_named(second, name)
            assert defines(first, name) == defines(second, name)


def linked(texts: Sequence[str]) -> LinkedProject:
    contents = {f"a{number}.py": text.encode() for number, text in enumerate(texts)}
    return link(listing_of(contents), {path: summary_of(content.decode()) for path, content in contents.items()})


def test_who_looks_a_use_up_is_known_by_the_name() -> None:
    project = linked(["def load(rows):\n    return rows\n"])
    view = project.view()
    assert "load" not in Uses(view).values
    assert (tell_name(uses_of), "load") in view.looked.asked
    assert view.looked.files == set()

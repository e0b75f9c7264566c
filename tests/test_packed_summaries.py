"""Of a very large backend not all summaries lie in memory, and nobody notices."""

from collections.abc import Iterable, Mapping
from datetime import date

import msgspec
import pytest

from readiness import extraction
from readiness.discovery.memory import listing_of
from readiness.extraction import extract
from readiness.extraction.packed import Packed
from readiness.languages.python.reading import read
from readiness.linking import indices, link
from readiness.model.summary import Summary

TEXTS = {f"m{number}.py": f"def f{number}():\n    return g({number})\n" for number in range(6)}


def encoded() -> dict[str, bytes]:
    return {path: msgspec.msgpack.encode(read(text.encode())) for path, text in TEXTS.items()}


def summaries() -> dict[str, Summary]:
    found = {path: read(text.encode()).summary for path, text in TEXTS.items()}
    return {path: summary for path, summary in found.items() if summary is not None}


class Store:
    """A cache in memory."""

    def __init__(self) -> None:
        self.entries: dict[str, bytes] = {}

    def get_many(self, keys: Iterable[str]) -> Mapping[str, bytes]:
        return {key: self.entries[key] for key in keys if key in self.entries}

    def put_many(self, entries: Mapping[str, bytes]) -> None:
        self.entries.update(entries)


def test_packed_summaries_are_those_of_the_files() -> None:
    assert dict(Packed(encoded(), room=1)) == summaries()


def test_a_file_without_a_summary_has_none() -> None:
    packed = Packed(encoded())
    assert packed.get("other.py") is None
    assert "other.py" not in packed
    with pytest.raises(KeyError):
        packed["other.py"]


def test_a_summary_stays_open_while_there_is_room() -> None:
    packed = Packed(encoded())
    assert packed["m0.py"] is packed["m0.py"]


def test_without_room_the_last_summary_alone_stays_open() -> None:
    packed = Packed(encoded(), room=1)
    first = packed["m0.py"]
    assert packed["m0.py"] is first
    assert packed["m1.py"] == summaries()["m1.py"]
    assert packed["m0.py"] is not first


def test_a_backend_beyond_the_bound_is_packed_and_read_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    listing = listing_of({**{path: text.encode() for path, text in TEXTS.items()}, "broken.py": b"def ("})
    plain, problems = extract(listing.files, listing.content, jobs=1)
    monkeypatch.setattr(extraction, "OPEN", 0)
    packed, packed_problems = extract(listing.files, listing.content, jobs=1)
    assert isinstance(packed, Packed)
    assert dict(packed) == plain
    assert packed_problems == problems


def test_packed_summaries_come_from_the_cache_and_a_damaged_one_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extraction, "OPEN", 0)
    listing = listing_of({path: text.encode() for path, text in TEXTS.items()})
    store = Store()
    extract(listing.files, listing.content, store, jobs=1)
    store.entries[min(store.entries)] = b"\xc1"
    found, problems = extract(listing.files, listing.content, store, jobs=1)
    assert dict(found) == summaries()
    assert not problems


def test_a_project_of_packed_summaries_answers_the_same_and_keeps_few_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indices, "FILES", 2)
    texts = {
        "a.py": b"def f():\n    pass\n",
        "b.py": b"from a import f\nf()\n",
        "c.py": b"import a\na.f()\n",
        "d.py": b"f()\n",
    }
    listing = listing_of(texts)
    encodings = {path: msgspec.msgpack.encode(read(text)) for path, text in texts.items()}
    project = link(listing, Packed(encodings, room=1), today=date(2026, 1, 1))
    plain = link(listing, {path: summary for path, text in texts.items() if (summary := read(text).summary)})
    for path in texts:
        view = project.view()
        assert view.summary(path) == plain.summary(path)
        assert view.looked.files == {path}
    assert [project.callee(path, 0) for path in ("b.py", "c.py", "d.py")] == [
        plain.callee(path, 0) for path in ("b.py", "c.py", "d.py")
    ]

"""Calls that run text as Python, or choose the module that is run.

Source: the library reference of Python 3.13; Pillow 11 (`ImageMath`), asteval and numexpr are left to their own documentation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from readiness.libraries.sinks.vocabulary import Api, Family, Site
from readiness.model import PieceKind, Reach, Resolution, Sink, SinkKind
from readiness.model.summary import Constant, Value

if TYPE_CHECKING:
    from readiness.libraries.sinks.asking import Asking

CODE = SinkKind.CODE
RUN = {
    "eval": 0, "exec": 0, "code.InteractiveInterpreter.runsource": 0, "code.InteractiveInterpreter.runcode": 0,
    "PIL.ImageMath.eval": 0, "PIL.ImageMath.unsafe_eval": 0, "pandas.eval": 0, "timeit.timeit": 0, "runpy.run_path": 0,
    "six.exec_": 1,
}  # fmt: skip
"""They run what they are given."""
CHOSEN = {
    "importlib.import_module": 0,
    "__import__": 0,
    "runpy.run_module": 0,
    "django.utils.module_loading.import_string": 0,
}
"""They run the module that is named."""
SANDBOXES = frozenset(
    {
        "RestrictedPython.compile_restricted",
        "RestrictedPython.compile_restricted_exec",
        "RestrictedPython.compile_restricted_eval",
    }
)
QUIET = frozenset({"pandas.eval", "timeit.timeit", "runpy.run_path"})


def judge(asking: Asking, site: Site) -> Sink | None:
    """The fact of a call that runs text; the choice of a module only where a client has a say."""
    value = asking.argument(site)
    if value is None or (isinstance(value, Constant) and site.name not in ("eval", "exec")):
        return None
    sandbox = next((each.name for each in asking.called(site, value) if each.name in SANDBOXES), "")
    if sandbox:
        return asking.sink(site, Reach.GUARDED, asking.ask(site, value), guard=sandbox)
    if site.name in CHOSEN:
        return _chosen(asking, site, value)
    found = asking.judged(site, value, always=site.name in RUN and site.name not in QUIET)
    if found is not None and found.reach is Reach.OPEN and found.piece is not None:
        detail = "the content of a file" if ".read" in found.piece.text else ""
        if len(site.call.arguments) > 1 and not detail:
            detail = "in a namespace of its own"
        return replace(found, resolution=Resolution.UNRESOLVED, detail=detail) if detail else found
    if found is not None and found.reach is Reach.FIXED and isinstance(value, Constant):
        return None
    return found


def _chosen(asking: Asking, site: Site, value: Value) -> Sink | None:
    """The choice of a module; behind the fixed name of a package it is one of the modules that lie in there."""
    if not asking.can_be_sent(site, value):
        return None
    answer = asking.ask(site, value)
    inside = all(
        (way[0].kind is PieceKind.CONSTANT and "." in way[0].text.strip("."))
        or (way[0].kind is PieceKind.CONSTANT and way[0].text[1:].endswith("."))
        for way in answer.text.alternatives
        if any(each in answer.sent for each in way)
    )
    harmless = answer.sent if inside and site.name != "__import__" else ()
    return asking.of_answer(site, value, answer, always=False, harmless=harmless)


FAMILY = Family(
    apis={name: Api(CODE, place, ("source", "name", "expression")) for name, place in (RUN | CHOSEN).items()},
    judge=judge,
)

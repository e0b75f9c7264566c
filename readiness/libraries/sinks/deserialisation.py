"""Calls that make objects of any class out of bytes or text.

Source: the library reference of Python 3.13 (`pickle`, `marshal`, `shelve`), PyYAML 6.0.2 (`yaml.load`, loaders), ruamel.yaml 0.18,
jsonpickle 4.1, joblib 1.5, NumPy 2.3 (`allow_pickle` is False by default), pandas 2.3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.libraries.sinks.vocabulary import Api, Family, Site
from readiness.libraries.values.expressions import keyword
from readiness.model import Reach, Resolution, Sink, SinkKind
from readiness.model.summary import CallRef, Constant, Value

if TYPE_CHECKING:
    from readiness.libraries.sinks.asking import Asking

OBJECTS = SinkKind.OBJECTS
PICKLES = frozenset(
    f"{module}.{name}"
    for module in ("pickle", "cPickle", "_pickle", "pickle5", "dill", "cloudpickle", "marshal", "joblib", "compress_pickle")
    for name in ("load", "loads", "Unpickler")
) | frozenset(
    {
        "shelve.open", "jsonpickle.decode", "jsonpickle.unpickler.decode", "jsonpickle.loads", "pandas.read_pickle",
        "yaml.unsafe_load", "yaml.unsafe_load_all", "django.core.signing.loads_pickle", "celery.utils.serialization.pickle.loads",
        "django.contrib.sessions.serializers.PickleSerializer.loads",
    }
)  # fmt: skip
YAML = frozenset({"yaml.load", "yaml.load_all"})
SAFE_LOADERS = frozenset(
    {"SafeLoader", "CSafeLoader", "BaseLoader", "CBaseLoader", "FullLoader", "CFullLoader", "JSONLoader"}
)
"""Loaders of PyYAML that make plain objects only; `FullLoader` since 5.4."""
NUMPY = "numpy.load"


def judge(asking: Asking, site: Site) -> Sink | None:
    """The fact of a call that makes objects."""
    value = asking.argument(site)
    if value is None:
        return None
    if isinstance(value, CallRef) and asking.project.callee(site.path, value.index).name.rpartition(".")[2] == "dumps":
        # A deep copy.
        return None
    if site.name in YAML:
        return _yaml(asking, site, value)
    if site.name == NUMPY:
        allowed = keyword(site.call, "allow_pickle")
        if allowed is None or allowed == Constant(False):
            return None
    return asking.judged(site, value, always=not isinstance(value, Constant), detail=site.name.partition(".")[0])


def _yaml(asking: Asking, site: Site, value: Value) -> Sink | None:
    loader = keyword(site.call, "Loader")
    if loader is None and len(site.call.arguments) > 1:
        loader = site.call.arguments[1]
    if loader is None:
        # PyYAML 6 raises without a loader, 5.1 takes FullLoader and warns, and older ones the unsafe one.
        return asking.judged(site, value, always=True, detail="no Loader")
    symbol = asking.project.resolve_value(site.path, loader, site.call.scope, site.call.line)
    named = symbol.name.rpartition(".")[2]
    bases = asking.project.ancestors(symbol) if symbol.path else []
    if named in SAFE_LOADERS or any(each.name.rpartition(".")[2] in SAFE_LOADERS for each in bases):
        if not asking.can_be_sent(site, value):
            return None
        answer = asking.ask(site, value)
        return asking.sink(site, Reach.GUARDED, answer, guard=named, detail=f"Loader={named}") if answer.sent else None
    found = asking.judged(site, value, always=True, detail=f"Loader={named or '?'}")
    known = named in ("Loader", "CLoader", "UnsafeLoader", "CUnsafeLoader") or bool(bases)
    if found is None or known or found.reach not in (Reach.CLIENT, Reach.OPEN):
        return found
    answer = asking.ask(site, value)
    return asking.sink(
        site, found.reach, answer, piece=found.piece, detail=found.detail, resolution=Resolution.UNRESOLVED
    )


FAMILY = Family(
    apis={name: Api(OBJECTS, 0, ("stream", "file", "string", "filename")) for name in PICKLES | YAML | {NUMPY}},
    judge=judge,
)

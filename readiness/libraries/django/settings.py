"""Linked code and the name of a Django setting in, what it is out: its constant or its expressions, where they stand, whether
the deployment decides it.

`settings_of(project)` gives the settings of every Django project of the scan, `settings_for(project, path)` those that a file runs
with. Nothing is run: base and production modules are followed through their star imports in the order of their lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from weakref import WeakKeyDictionary

from msgspec import Struct
from msgspec.structs import replace

from readiness.libraries.django.history import Given, History, last, of_assignment
from readiness.libraries.django.locating import Locator
from readiness.libraries.django.modules import SettingsModule, settings_modules
from readiness.libraries.django.surroundings import Surroundings
from readiness.model import UNKNOWN, Missing, Project, Scope, Span, SymbolKind
from readiness.model.summary import (
    CallRef,
    Choice,
    Mapping,
    Name,
    Operation,
    Scalar,
    Sequence,
    Starred,
    Value,
)

DEPTH = 12
"""Names that are followed from one value to the next."""
LOOKED_AT = 50_000
"""Expressions that are looked at for one Django project."""
COPIES = frozenset({"list", "tuple", "set", "sorted", "dict", "collections.OrderedDict"})


class Setting(Struct, frozen=True, kw_only=True):
    """One setting, or one entry of a setting that is a dict."""

    name: str
    """`DEBUG`; an entry as `REST_FRAMEWORK.PAGE_SIZE`."""
    given: tuple[Given, ...]
    """What it is made of, in the order in which it runs: what sets it last for certain, then what may replace or extend it."""
    constant: Scalar | Missing
    """Its value where the code sets one constant, whatever the deployment, else `UNKNOWN`."""
    default: Scalar | Missing
    """The constant it is when nothing is set in the surroundings and no condition holds; equal to `constant`
    where that is known."""
    variable: str = ""
    """The environment variable that decides it, empty where none does or its name is not written out."""
    unset: Scalar | Missing = UNKNOWN
    """What the look-up of that variable gives when it is not set, before the code makes something of it."""
    deployed: bool = False
    """The deployment decides it: an environment variable, a file beside the service."""
    complete: bool = True
    """False where a module that is not in the scan (`from .local_settings import *`) may replace it."""

    @property
    def span(self) -> Span:
        """Where it is set last."""
        return self.given[-1].span

    @property
    def known(self) -> bool:
        """One expression sets it, whatever the deployment."""
        return len(self.given) == 1 and not self.given[0].conditional and not self.deployed and self.complete


class Settings:
    """The settings of one Django project, as the service runs with them."""

    def __init__(
        self, project: Project, module: SettingsModule, others: tuple[SettingsModule, ...], locator: Locator
    ) -> None:
        self.project = project
        self.module = module
        """The module that the service is started with, as far as that can be told."""
        self.others = others
        """Other settings modules of the same Django project: base, development, tests."""
        self.root = module.root
        """Folder of the Django project."""
        self._history = History(project, locator)
        self._surroundings = Surroundings(project)
        self._known: dict[str, Setting | None] = {}
        self._left = LOOKED_AT

    def get(self, name: str) -> Setting | None:
        """A setting by its name; None where the project leaves it to Django's default."""
        if name not in self._known:
            self._known[name] = None
            events, complete = self._history.of(self.module, name)
            self._known[name] = self._setting(name, last(events, name, self.project), complete)
        return self._known[name]

    def constant(self, name: str, default: Scalar | Missing = UNKNOWN) -> Scalar | Missing:
        """The constant of a setting for every deployment; `default`, Django's own, where the project does not set it."""
        setting = self.get(name)
        return default if setting is None else setting.constant

    def entry(self, setting: Setting, key: str) -> Setting | None:
        """One entry of a setting that is a dict: `entry(get("REST_FRAMEWORK"), "PAGE_SIZE")`; None where it is not set."""
        found: list[Given] = []
        for given in setting.given:
            if given.operator in ("[]", "setdefault"):
                found += [replace(given, operator="=")] if given.key == key else []
                continue
            for display in self.displays(given):
                found += self._entries(display, key)
        events = last(found, "", self.project)
        return self._setting(f"{setting.name}.{key}", events, setting.complete) if events else None

    def keys(self, setting: Setting) -> tuple[list[str], bool]:
        """The entries of a setting that is a dict, and whether these are all."""
        found: dict[str, None] = {}
        complete = setting.complete
        for given in setting.given:
            if given.operator == "[]":
                found.setdefault(given.key)
                complete &= bool(given.key)
                continue
            displays = self.displays(given)
            complete &= bool(displays)
            for display in displays:
                complete &= self._readable(display)
                found.update(dict.fromkeys(self._keys(display)))
        return [each for each in found if each], complete

    def elements(self, setting: Setting) -> tuple[list[Given], bool]:
        """The elements of a setting that is a list, those under conditions included, and whether these are all."""
        found: list[Given] = []
        complete = setting.complete
        for given in setting.given:
            if given.operator in ("append", "insert"):
                found.append(given)
            elif given.operator == "remove":
                text = self._constant(given)
                found = [each for each in found if self._constant(each) != text or given.conditional]
            else:
                mine, known = self._items(given, DEPTH, setting.name)
                found = mine + found if _ends_with_itself(given, setting.name) else found + mine
                complete &= known
        return found, complete

    def texts(self, name: str) -> tuple[list[str], bool]:
        """The strings in a setting that is a list: `texts("MIDDLEWARE")`, and whether these are all."""
        setting = self.get(name)
        if setting is None:
            return [], True
        items, complete = self.elements(setting)
        constants = [self._constant(each) for each in items]
        texts = [each for each in constants if isinstance(each, str)]
        return texts, complete and len(texts) == len(items)

    # what the expressions are

    def _setting(self, name: str, given: list[Given], complete: bool) -> Setting | None:
        if not given:
            return None
        values = [each for each in given if each.operator == "="]
        deployed = [self._surroundings.deployed(each.path, each.value, each.scope, each.line) for each in values]
        read = next((each for each in deployed if each is not None), None)
        constants = [
            each.default if each is not None else self._constant(place)
            for each, place in zip(deployed, values, strict=True)
        ]
        default: Scalar | Missing = UNKNOWN
        if len(values) == len(given):
            same = all(each == constants[0] and type(each) is type(constants[0]) for each in constants)
            default = constants[0] if same or not values[0].conditional else UNKNOWN
        setting = Setting(
            name=name,
            given=tuple(given),
            constant=UNKNOWN,
            default=default,
            variable=read.variable if read is not None else "",
            unset=read.unset if read is not None else UNKNOWN,
            deployed=read is not None,
            complete=complete,
        )
        same = len(values) == len(given) and all(each == constants[0] for each in constants)
        if read is None and same and not values[0].conditional:
            return replace(setting, constant=constants[0])
        return setting

    def _constant(self, given: Given) -> Scalar | Missing:
        return self.project.constant(given.path, given.value, given.scope, given.line)

    def displays(self, given: Given, steps: int = DEPTH) -> list[Given]:
        """The expressions that a value can be, names followed and choices opened: displays, calls and literals."""
        value = given.value
        self._left -= 1
        if steps <= 0 or self._left <= 0:
            return []
        match value:
            case Choice():
                ways = [replace(given, value=each, conditional=True) for each in (value.yes, value.no)]
                return [found for way in ways for found in self.displays(way, steps - 1)]
            case Operation("or" | "|" | "+", operands):
                kept = value.operator != "or"
                parts = [replace(given, value=each, conditional=given.conditional or not kept) for each in operands]
                return [found for part in parts for found in self.displays(part, steps - 1)]
            case Name(dotted):
                return [found for place in self._named(given, dotted) for found in self.displays(place, steps - 1)]
            case CallRef(index):
                summary = self.project.summary(given.path)
                call = summary.calls[index] if summary is not None else None
                if call is None:
                    return []
                maker = self.project.callee(given.path, index)
                if maker.name in COPIES and len(call.arguments) == 1 and not call.keywords:
                    return self.displays(replace(given, value=call.arguments[0]), steps - 1)
                if maker.name == "getattr" and len(call.arguments) == 3:
                    return self.displays(replace(given, value=call.arguments[2], conditional=True), steps - 1)
                return [given]
            case _:
                return [given]

    def _named(self, given: Given, dotted: str) -> list[Given]:
        """What a name in a settings module is bound to."""
        symbol = self.project.resolve(given.path, dotted, given.scope, given.line)
        if symbol.kind is not SymbolKind.VARIABLE or symbol.index < 0 or symbol.rest or not symbol.path:
            return []
        summary = self.project.summary(symbol.path)
        bound = summary.assignments[symbol.index] if summary is not None else None
        if bound is None:
            return []
        if bound.scope == -1 and "." not in bound.target:
            before, _ = self._history.in_module(symbol.path, bound.target)
            before = [replace(each, conditional=True) for each in before] if given.conditional else before
            before = [each for each in before if each.path != given.path or each.line < given.line] or before
            return last(before, bound.target, self.project)
        return [replace(of_assignment(bound, symbol.path), conditional=given.conditional)] if bound.value else []

    def _entries(self, display: Given, key: str, steps: int = DEPTH) -> list[Given]:
        """The entry of one display, spreads included."""
        found: list[Given] = []
        for each, value in self._pairs(display):
            if each is None:
                for inner in self.displays(replace(display, value=value), steps):
                    found += self._entries(inner, key, steps - 1) if inner is not display else []
            elif each == key:
                found.append(replace(display, value=value, operator="=", line=display.line))
        return found

    def _keys(self, display: Given, steps: int = DEPTH) -> Iterator[str]:
        for each, value in self._pairs(display):
            if each is None:
                for inner in self.displays(replace(display, value=value), steps):
                    yield from self._keys(inner, steps - 1) if inner is not display else ()
            else:
                yield each

    def _readable(self, display: Given, steps: int = DEPTH) -> bool:
        """Every entry of a display is written somewhere."""
        if isinstance(display.value, CallRef):
            return self.project.callee(display.path, display.value.index).name in COPIES
        if not isinstance(display.value, Mapping):
            return False
        for key, value in zip(display.value.keys, display.value.values, strict=True):
            spread = self.displays(replace(display, value=value), steps) if key is None else []
            if key is None and not (spread and all(self._readable(each, steps - 1) for each in spread)):
                return False
        return True

    def _pairs(self, display: Given) -> Iterator[tuple[str | None, Value]]:
        """Constant keys with their values; None for a spread."""
        if isinstance(display.value, Mapping):
            for key, value in zip(display.value.keys, display.value.values, strict=True):
                name = self._constant(replace(display, value=key)) if key is not None else None
                if name is None or isinstance(name, str):
                    yield name, value
        elif isinstance(display.value, CallRef):
            summary = self.project.summary(display.path)
            call = summary.calls[display.value.index] if summary is not None else None
            for keyword, value in call.keywords if call is not None else ():
                yield keyword or None, value

    def _items(self, given: Given, steps: int, itself: str = "") -> tuple[list[Given], bool]:
        """The elements of a list, sums and names followed; but not the list `itself`, which it extends."""
        found: list[Given] = []
        complete = True
        if itself and isinstance(given.value, Operation):
            others = [each for each in given.value.operands if each != Name(itself)]
            given = replace(given, value=Operation(given.value.operator, tuple(others)))
        displays = self.displays(given, steps)
        for display in displays:
            if not isinstance(display.value, Sequence):
                complete = False
                continue
            for item in display.value.items:
                if isinstance(item, Starred):
                    if itself and item.value == Name(itself):
                        continue
                    more, known = self._items(replace(display, value=item.value), steps - 1)
                    found += more
                    complete &= known
                else:
                    found.append(replace(display, value=item))
        return found, complete and bool(displays)


def _ends_with_itself(given: Given, name: str) -> bool:
    """`NAME = [...] + NAME`."""
    value = given.value
    return isinstance(value, Operation) and bool(value.operands) and value.operands[-1] == Name(name)


# the Django projects of a scan


def settings_of(project: Project) -> tuple[Settings, ...]:
    """The settings of every Django project of the scan; where only tests hold one (a library's demo), that one."""
    known = _settings.get(project)
    if known is None:
        known = _settings[project] = tuple(_chosen(project))
    return known


def settings_for(project: Project, path: str) -> Settings | None:
    """The settings that a file runs with: those of the deepest Django project around it."""
    around = [each for each in settings_of(project) if not each.root or path.startswith(f"{each.root}/")]
    return max(around, key=lambda each: len(each.root), default=None)


def _chosen(project: Project) -> Iterator[Settings]:
    if not project.imports("django", "configurations") and not any(
        path.endswith(("settings.py", "manage.py")) for path in project.paths()
    ):
        return
    locator = Locator(project)
    modules = settings_modules(project, locator)
    serving = [each for each in modules if project.files[each.path].scope is Scope.SERVICE]
    # A template of a project that is generated later names modules as no program can.
    named = {each.path: Settings(project, each, (), locator).get("ROOT_URLCONF") for each in modules}
    serving = [each for each in serving if "{{" not in str(urls.constant if (urls := named[each.path]) else "")]
    usable = serving or [each for each in modules if each.started]
    for root in dict.fromkeys(each.root for each in usable):
        mine = [each for each in usable if each.root == root]
        best = next((each for each in mine if named[each.path] is not None), mine[0])
        yield Settings(project, best, tuple(each for each in modules if each.root == root and each != best), locator)


_settings: WeakKeyDictionary[Project, tuple[Settings, ...]] = WeakKeyDictionary()

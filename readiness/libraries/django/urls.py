"""The URL configurations of a Django project in, every pattern in them out: its whole path, its view, its place.

Lists are followed as Django builds them: displays, sums, splats, `+=`, `append`, star imports, functions that make or wrap them,
and `include()` of modules, lists and tuples. Libraries' own patterns (`admin.site.urls`, `static()`) are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from weakref import WeakKeyDictionary

from msgspec.structs import replace

from readiness.libraries.declarations.patterns import Parameter, of_regex
from readiness.libraries.django.history import History, last
from readiness.libraries.django.inclusions import holding_patterns, is_open
from readiness.libraries.django.locating import Locator
from readiness.libraries.django.paths import of_route
from readiness.libraries.django.registrations import Registration, State
from readiness.libraries.django.roots import configurations, roots
from readiness.libraries.django.settings import Settings, settings_of
from readiness.libraries.django.texts import Texts
from readiness.libraries.django.views import Seen, Views
from readiness.libraries.django.vocabulary import PATHS, PLAIN_PATHS, is_django
from readiness.libraries.evaluation.conditions import CONDITION, together
from readiness.libraries.evaluation.occurrences import Occurrences
from readiness.libraries.evaluation.reader import Reader, enclosing
from readiness.libraries.evaluation.things import Answer, Bound, Frame, Made, Outside, Part, Routine, Unit
from readiness.libraries.values.expressions import keyword
from readiness.model import Project, Span, SymbolKind
from readiness.model.summary import (
    Assignment,
    CallRef,
    Choice,
    Class,
    Comprehension,
    Constant,
    Name,
    Opaque,
    Operation,
    Sequence,
    Starred,
    Value,
)

NESTED = 60
"""Modules, lists and functions inside one another."""
STEPS = 60_000
"""Patterns and lists that are looked at."""
DEPTH = 90
"""Steps into one expression, includes counted."""
PARTS = ("urls", "get_urls", "registry")
"""Attributes of foreign objects that hold patterns: `router.urls`."""
LISTS = frozenset({"list", "tuple", "itertools.chain", "filter", "reversed", "sorted"})
LANGUAGE = "{language}/"


class UrlConfigurations:
    """Walks the URL configurations of one scan."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.settings = settings_of(project)
        self.reader = Reader(project, parts=PARTS)
        self.occurrences = Occurrences(self.reader)
        self.activations = self.occurrences.activations
        self.locator = Locator(project)
        self.history = History(project, self.locator)
        self.texts = Texts(self.reader)
        self.views = Views(self.reader, self.locator)
        self._seen: dict[int, list[Seen]] = {}
        self.steps = 0
        self.visited: set[str] = set()
        """Files of URL configurations that were walked."""
        self._included: set[str] = set()
        self.rooted: list[bool] = []
        """For each of the settings: its root configuration was found."""
        self.lost: dict[tuple[int, Span], None] = {}
        """Includes of lists that could not be followed, each with the number of its settings."""
        self.registrations = list(self._all())

    @property
    def cut(self) -> bool:
        """Something was left out for being too much."""
        return self.steps > STEPS

    def seen(self, registration: Registration) -> list[Seen]:
        """What can answer a registration; worked out once for all recognisers."""
        key = id(registration)  # registrations live as long as their list
        if key not in self._seen:
            self._seen[key] = list(self.views.of(registration.view))
        return self._seen[key]

    def _all(self) -> Iterator[Registration]:
        for number, settings in enumerate(self.settings):
            self.texts.settings = settings
            found = roots(self.project, settings, self.locator)
            self.rooted.append(bool(found))
            for path in found:
                yield from self.module(path, State(number))
        for number, settings in enumerate(self.settings):
            if not self.rooted[number]:
                self.texts.settings = settings
                for path in self._adrift(settings):
                    self.rooted[number] = True
                    yield from self.module(path, State(number, exact=False))

    def _adrift(self, settings: Settings) -> list[str]:
        """Configurations of a project whose root is not known: those that nothing includes."""
        mine = [path for path in configurations(self.project, settings) if path not in self.visited]
        before = set(self.visited)
        for path in mine:  # a first walk finds which of them others include
            for _ in self.module(path, State(0)):
                pass
        self.visited = before
        return [path for path in mine if path not in self._included]

    # modules and includes

    def module(self, path: str, state: State) -> Iterator[Registration]:
        """Every pattern of a module."""
        if path in state.chain or len(state.chain) >= NESTED:
            return
        if state.chain:
            self._included.add(path)
        self.visited.add(path)
        inner = replace(state, chain=(*state.chain, path))
        yield from self._variable(path, "urlpatterns", inner)

    def include(self, argument: Answer, namespace: str, state: State) -> Iterator[Registration]:
        """What `include(argument, namespace)` adds."""
        if isinstance(argument, Bound) and isinstance(argument.value, Constant):
            path = self.locator.module(str(argument.value.value), argument.path)
            if path:
                yield from self._included_module(path, namespace, state)
            return
        if isinstance(argument, Bound) and isinstance(argument.value, Sequence) and argument.value.kind == "tuple":
            items = argument.value.items
            if len(items) in (2, 3):
                label = self.reader.constant(self.reader.at(argument, items[-1]))
                yield from self.include(
                    self.reader.at(argument, items[0]), namespace or (label if isinstance(label, str) else ""), state
                )
                return
        if isinstance(argument, Unit):
            yield from self._included_module(argument.path, namespace, state)
            return
        if isinstance(argument, Bound) and isinstance(argument.value, Name):
            symbol = self.project.resolve(argument.path, argument.value.dotted, argument.scope, argument.line)
            if symbol.kind is SymbolKind.MODULE and symbol.path:
                yield from self._included_module(symbol.path, namespace, state)
                return
            text = self.project.constant(argument.path, argument.value, argument.scope, argument.line)
            if isinstance(text, str):
                yield from self.include(replace(argument, value=Constant(text)), namespace, state)
                return
            followed = self.reader.follow(argument)
            tuples = [
                each
                for each in followed
                if isinstance(each, Bound) and isinstance(each.value, Sequence) and each.value.kind == "tuple"
            ]
            if tuples:
                yield from self.include(tuples[0], namespace, state)
                return
        named = replace(state, namespaces=(*state.namespaces, namespace)) if namespace else state
        yield from self.patterns(argument, named)

    def _included_module(self, path: str, namespace: str, state: State) -> Iterator[Registration]:
        label = self.project.constant(path, Name("app_name"))
        name = namespace or (label if isinstance(label, str) else "")
        yield from self.module(path, replace(state, namespaces=(*state.namespaces, name)) if name else state)

    # lists of patterns

    def patterns(self, answer: Answer, state: State) -> Iterator[Registration]:
        """Every pattern in a list of patterns, or in a single one."""
        self.steps += 1
        if self.steps > STEPS or state.depth > DEPTH:
            return
        state = replace(state, depth=state.depth + 1)
        if isinstance(answer, Part):
            written = list(self._written(answer, state))
            yield from written or [Registration(state, answer, answer.made.path, answer.made.index, answer.made.frame)]
        elif isinstance(answer, Unit):
            yield from self.module(answer.path, state)
        elif isinstance(answer, Made) and isinstance(answer.maker, Outside) and answer.index >= 0:
            yield from self._made(answer, answer.maker, state)
        elif isinstance(answer, Bound):
            yield from self._expression(answer, state)

    def _written(self, part: Part, state: State) -> Iterator[Registration]:
        """The patterns of `urls` where a class of the project says by its own `get_urls` what they are."""
        key = f"{part.made.key}:get_urls"
        if part.name == "urls" and key not in state.chain:
            inner = replace(state, chain=(*state.chain, key))
            for given in self.reader.attributes.answers(part.made, "get_urls"):
                yield from self.patterns(given, inner)

    def _expression(self, bound: Bound, state: State) -> Iterator[Registration]:
        at = self.reader.at
        match bound.value:
            case Sequence(_, items):
                for number, item in enumerate(items):
                    if isinstance(item, Opaque) and item.kind == "more":
                        yield from self._more(bound, items[:number], state)
                        continue
                    yield from self.patterns(at(bound, item.value if isinstance(item, Starred) else item), state)
            case Operation("+" | "or" | "and" | "|", operands):
                for operand in operands:
                    yield from self.patterns(at(bound, operand), state)
            case Choice(_, yes, no):
                yield from self.patterns(at(bound, yes), state)
                yield from self.patterns(at(bound, no), state)
            case Starred(value):
                yield from self.patterns(at(bound, value), state)
            case Comprehension():
                for element in self.reader.elements(bound)[0]:
                    yield from self.patterns(element, state)
            case Name(dotted):
                yield from self._name(bound, dotted, state)
            case CallRef(index):
                yield from self._call(bound, index, state)
            case Constant():
                pass
            case _:
                for each in self.reader.follow(bound):
                    if not (isinstance(each, Bound) and each.value == bound.value):
                        yield from self.patterns(each, state)

    def _more(self, bound: Bound, known: tuple[Value, ...], state: State) -> Iterator[Registration]:
        """The rest of a display that is longer than a summary keeps: calls behind its last element that stand in no other."""
        summary = self.reader.summary(bound.path)
        indices = [each.index for each in known if isinstance(each, CallRef)]
        if not indices:
            return
        first = summary.calls[max(indices)]
        end = min(
            (each.line for each in summary.assignments if each.scope == -1 and each.line > first.end_line),
            default=1 << 30,
        )
        covered = (first.end_line, first.end_column)
        for index, call in sorted(enumerate(summary.calls), key=lambda each: (each[1].line, each[1].column)):
            if call.scope == bound.scope and (call.line, call.column) >= covered and call.line < end:
                covered = (call.end_line, call.end_column)
                yield from self.patterns(self.reader.at(bound, CallRef(index)), state)

    def _name(self, bound: Bound, dotted: str, state: State) -> Iterator[Registration]:
        symbol = self.project.resolve(bound.path, dotted, bound.scope, bound.line)
        if symbol.kind is SymbolKind.VARIABLE and not symbol.rest and symbol.index >= 0:
            summary = self.reader.summary(symbol.path)
            made = summary.assignments[symbol.index]
            if made.scope == -1 and made.operator != "for":
                yield from self._variable(symbol.path, made.target, state)
                return
            if made.scope >= 0 and isinstance(summary.definitions[made.scope], Class) and made.value is not None:
                yield from self.patterns(Bound(made.value, symbol.path, made.scope, made.line, bound.frame), state)
                return
            if made.operator != "for":
                yield from self._local(bound, symbol.path, made, state)
                return
        if symbol.kind is SymbolKind.PARAMETER and not symbol.rest:
            frame = enclosing(bound.frame, symbol.path, symbol.index)
            given = frame.names.get(symbol.name.rpartition(".")[2]) if frame is not None else None
            if given is not None:
                yield from self.patterns(given, state)
                return
        for each in self.reader.follow(bound):
            if not (isinstance(each, Bound) and each.value == bound.value):
                yield from self.patterns(each, state)

    def _variable(self, path: str, name: str, state: State) -> Iterator[Registration]:
        """Everything that goes into a list of a module."""
        key = f"{path}:{name}"
        if key in state.chain:
            return
        inner = replace(state, chain=(*state.chain, key))
        events, _ = self.history.in_module(path, name)
        for given in last(events, name, self.project):
            value: Value = given.value
            frames: list[Frame | None] = [None]
            if given.operator in ("append", "insert", "extend"):
                frames = self.activations.turns_of(given.path, given.scope, given.line, [value], None)
            here = self._under(inner, given.path, given.scope, given.line) if given.conditional else inner
            for frame in frames:
                yield from self.patterns(Bound(value, given.path, given.scope, given.line, frame), here)

    def _under(self, state: State, path: str, scope: int, line: int, frame: Frame | None = None) -> State:
        """The state under the tests around a line."""
        return replace(state, condition=together(state.condition, self.reader.conditions.at(path, scope, line, frame)))

    def _local(self, bound: Bound, path: str, made: Assignment, state: State) -> Iterator[Registration]:
        """Everything that goes into a list inside a function."""
        key = f"{path}:{made.scope}:{made.target}"
        if key in state.chain:
            return
        inner = replace(state, chain=(*state.chain, key))
        frame = enclosing(bound.frame, path, made.scope)
        summary = self.reader.summary(path)
        events: list[tuple[int, Value, bool, int]] = [
            (each.line, each.value, False, each.context)
            for each in summary.assignments
            if each.scope == made.scope and each.target == made.target and each.value is not None and each.position < 0
        ]
        events += [
            (call.line, call.arguments[-1], True, call.context)
            for call in summary.calls
            if call.scope == made.scope
            and call.arguments
            and isinstance(call.callee, Name)
            and call.callee.dotted
            in (
                f"{made.target}.append",
                f"{made.target}.insert",
                f"{made.target}.extend",
            )
        ]
        for line, value, added, context in sorted(events, key=lambda each: each[0]):
            here = self._under(inner, path, made.scope, line, frame) if context & CONDITION else inner
            frames = self.activations.turns_of(path, made.scope, line, [value], frame) if added else [frame]
            for each in frames:
                yield from self.patterns(Bound(value, path, made.scope, line, each), here)

    # calls

    def _call(self, bound: Bound, index: int, state: State) -> Iterator[Registration]:
        reader = self.reader
        call = reader.call(bound.path, index)
        targets = reader.follow(Bound(call.callee, bound.path, bound.scope, call.line, bound.frame))
        if not targets:
            targets = list(reader.symbol(self.project.callee(bound.path, index), reader.at(bound, call.callee)))
        for target in targets:
            if isinstance(target, Outside):
                yield from self._made(Made(target, bound.path, index, bound.frame), target, state)
            elif isinstance(target, Routine):
                yield from self._returned(target, bound, index, state)
            elif isinstance(target, Part):
                yield from self.patterns(target, state)

    def _returned(self, routine: Routine, bound: Bound, index: int, state: State) -> Iterator[Registration]:
        """Patterns that a function of the project gives back; where that cannot be told, those that it is given."""
        key = f"{routine.path}:{routine.index}"
        if state.chain.count(key) > 2:
            return
        inner = replace(state, chain=(*state.chain, key))
        frame = self.reader.activate(routine, bound.path, index, bound.frame)
        found = False
        for given in self.reader.summary(routine.path).returns:
            if given.scope == routine.index and given.value is not None and not given.yields:
                place = Bound(given.value, routine.path, routine.index, given.line, frame)
                for registration in self.patterns(place, inner):
                    found = True
                    yield registration
        if not found:
            wrapped = replace(inner, exact=False)
            for value in self.reader.call(bound.path, index).arguments:
                if not isinstance(value, Constant):
                    yield from self.patterns(self.reader.at(bound, value), wrapped)

    def _made(self, made: Made, maker: Outside, state: State) -> Iterator[Registration]:
        """A call of another package: a pattern, an include, or something that wraps a list."""
        call = self.reader.call(made.path, made.index)
        place = Bound(call.callee, made.path, call.scope, call.line, made.frame)
        arguments = self.reader.arguments.positional(call, place)
        if maker.last in PATHS and is_django(maker.name):
            yield from self._pattern(made, maker.last in PLAIN_PATHS, place, arguments, state)
        elif maker.last == "include" and is_django(maker.name) and arguments:
            given = keyword(call, "namespace")
            label = self.reader.constant(self.reader.at(place, given)) if given is not None else None
            if given is None and len(arguments) > 1:
                label = self.reader.constant(arguments[1])
            found = False
            for registration in self.include(arguments[0], label if isinstance(label, str) else "", state):
                found = True
                yield registration
            if not found and is_open(self.reader, arguments[0]):
                self.lost[state.settings, self.project.span(made.path, made.index)] = None
        elif maker.last == "decorator_include" and len(arguments) > 1:
            yield from self.include(arguments[1], "", state)
        elif maker.last == "i18n_patterns":
            below = replace(
                state, prefix=state.prefix + LANGUAGE, parameters=(*state.parameters, Parameter("language"))
            )
            for argument in arguments:
                yield from self.patterns(argument, below)
        elif maker.name in LISTS or maker.package != "django":
            # `format_suffix_patterns(urlpatterns)`, `required(login_required, urlpatterns)`
            for argument in arguments:
                if isinstance(argument, Bound) and not isinstance(argument.value, Constant):
                    yield from self.patterns(argument, state)

    def _pattern(
        self, made: Made, plain: bool, place: Bound, arguments: list[Answer], state: State
    ) -> Iterator[Registration]:
        """One `path(...)`, `re_path(...)` or `url(...)`."""
        given = self.reader.arguments.keywords(self.reader.call(made.path, made.index), place)
        route = arguments[0] if arguments else given.get("route", given.get("regex"))
        view = arguments[1] if len(arguments) > 1 else given.get("view")
        if route is None or view is None:
            return
        text, exact = self.texts.of(route)
        numbered = 1 + sum(each.name.isdigit() for each in state.parameters)
        own = of_route(text) if plain else of_regex(text, numbered)
        below = replace(
            state,
            prefix=state.prefix + own.text,
            parameters=(*state.parameters, *own.parameters),
            exact=state.exact and exact,
        )
        nested = holding_patterns(self.reader, view)
        if nested is not None:
            yield from self.include(nested, "", below) if isinstance(nested, Bound) else self.patterns(nested, below)
            return
        label = arguments[3] if len(arguments) > 3 else given.get("name")
        name, known = self.texts.of(label) if label is not None else ("", False)
        whole = ":".join((*state.namespaces, name)) if known and name else ""
        yield Registration(below, view, made.path, made.index, made.frame, whole)


def url_configurations(project: Project) -> UrlConfigurations:
    """The URL configurations of a scan, walked once."""
    known = _configurations.get(project)
    if known is None:
        known = _configurations[project] = UrlConfigurations(project)
    return known


_configurations: WeakKeyDictionary[Project, UrlConfigurations] = WeakKeyDictionary()

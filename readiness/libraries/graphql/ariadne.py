"""A call of Ariadne's that makes a schema in, its root fields out: what its documents define, with the functions bound to them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from readiness.artifacts.graphql_sdl import SdlField, named_roots, read_roots
from readiness.libraries.evaluation.reader import UNRESOLVED
from readiness.libraries.evaluation.things import Answer, Bound, Made, Outside, Routine, Thing
from readiness.libraries.graphql.found import FoundField, FoundSchema
from readiness.libraries.graphql.reading import Reading, argument
from readiness.libraries.graphql.vocabulary import ARIADNE, BINDABLES, LOADERS, OBJECT_TYPES, is_ariadne
from readiness.libraries.values.expressions import receiver, tail
from readiness.model import Bound as Limited
from readiness.model import Span
from readiness.model.summary import CallRef, Constant, Operation, Template, Value

ENDINGS = (".graphql", ".graphqls", ".gql")
DOCUMENTS = 500
"""Documents of one schema."""
BINDING = frozenset({"field", "set_field", "source", "set_source"})
PATH_WORDS = 3
"""Parts of an address that are enough to find a folder by."""


class AriadneTypes:
    """Reads Ariadne's schemas. One for a scan."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.reader = reading.reader
        self.project = reading.project
        self._bound: dict[tuple[object, ...], dict[str, Routine]] | None = None

    def schema(self, name: str, call: tuple[str, int], place: Bound) -> FoundSchema:
        """The schema that `make_executable_schema(type_defs, *bindables)` makes."""
        made = self.reader.call(*call)
        given = self.reader.arguments.positional(made, place)
        arguments = self.reader.arguments.keywords(made, place)
        definitions = arguments.get("type_defs", given[0] if given else None)
        bindables = [thing for each in given[1:] for thing in self._bindables(each)]
        texts: list[tuple[Span, str]] = []
        paths: list[str] = []
        whole = definitions is not None and self._definitions(definitions, texts, paths)
        bound = self._resolvers(bindables)
        fields: list[tuple[str, FoundField]] = []
        read = [(Span(path, 1), self.project.text(path) or "", False) for path in dict.fromkeys(paths)]
        read += [(span, text, True) for span, text in texts]
        roots: dict[str, str] = {}
        for _, text, _ in read:
            roots |= named_roots(text)
        for span, text, inline in read:
            fields += self._fields(text, span, roots, bound, inline=inline)
        complete = whole and all(self._is_known(each) for each in given[1:])
        return FoundSchema(
            library=ARIADNE,
            call=call,
            name=name,
            arguments=arguments,
            fields=tuple(fields),
            complete=complete,
            documents=tuple(dict.fromkeys(paths)),
        )

    # documents

    def _definitions(self, answer: Answer, texts: list[tuple[Span, str]], paths: list[str]) -> bool:
        """Gather the documents behind an expression; False where some could not be found."""
        found = False
        for each in self.reader.follow(answer):
            if isinstance(each, Bound):
                if isinstance(each.value, Constant) and isinstance(each.value.value, str):
                    texts.append((Span(each.path, each.line), each.value.value))
                    found = True
                elif isinstance(each.value, Operation | Template):
                    text, exact = self.reading.texts.of(each)
                    if exact:
                        texts.append((Span(each.path, each.line), text))
                    found |= exact
                else:
                    items, complete = self.reader.elements(each)
                    read = [self._definitions(item, texts, paths) for item in items]
                    found = complete and all(read)
            elif isinstance(each, Made) and isinstance(each.maker, Outside) and each.index >= 0:
                found |= self._made(each, each.maker, texts, paths)
        return found

    def _made(self, made: Made, maker: Outside, texts: list[tuple[Span, str]], paths: list[str]) -> bool:
        given = self.reading.positional(made)
        if maker.last == "gql" and given:
            return self._definitions(given[0], texts, paths)
        if maker.last in LOADERS or maker.last in ("read_text", "read", "open"):
            origin = receiver(self.reader.call(made.path, made.index).callee)
            address: Answer | None = given[0] if given else None
            if maker.last in ("read_text", "read") and origin is not None:
                call = self.reader.call(made.path, made.index)
                address = Bound(origin, made.path, call.scope, call.line, made.frame)
            found = self._files(address, made.path) if address is not None else []
            paths.extend(found)
            return bool(found)
        items, complete = self.reader.elements(made)
        read = [self._definitions(item, texts, paths) for item in items]
        return bool(items) and complete and all(read)

    def _files(self, address: Answer, near: str) -> list[str]:
        """The documents that an address names: a file, or all of a folder; found by the end of the address."""
        words = [word for word in self._words(address, 0) if word not in ("", ".", "..", "/")]
        if not words:
            return []
        documents = [path for path in self.project.files if path.endswith(ENDINGS)]
        for count in range(min(len(words), PATH_WORDS + 2), 0, -1):
            wanted = "/".join(words[-count:]).strip("/")
            files = [path for path in documents if path == wanted or path.endswith(f"/{wanted}")]
            inside = [path for path in documents if f"/{wanted}/" in f"/{posixpath.dirname(path)}/"]
            found = files or inside
            if found:
                return self._nearest(found, near, wanted)[:DOCUMENTS]
        return []

    def _nearest(self, found: list[str], near: str, wanted: str) -> list[str]:
        """Of several folders of one name those that share most of their address with the file that loads them."""

        def shared(path: str) -> int:
            return len(posixpath.commonprefix([path.split("/"), near.split("/")]))

        roots = {path: path.partition(f"{wanted}")[0] for path in found}
        most = max(shared(root) for root in roots.values())
        return sorted(path for path, root in roots.items() if shared(root) == most)

    def _words(self, answer: Answer, depth: int) -> list[str]:
        """The constant parts at the end of an address: `BASE / "graphql" / "schema"`, `os.path.join(BASE, "schema")`."""
        if depth > 8:
            return []
        if isinstance(answer, Bound):
            text, exact = self.reading.texts.of(answer)
            if exact and text:
                return text.split("/")
            if isinstance(answer.value, Operation) and answer.value.operator == "/":
                return [
                    word
                    for each in answer.value.operands
                    for word in self._words(self.reader.at(answer, each), depth + 1)
                ]
            if UNRESOLVED in text and text != UNRESOLVED:
                return text.rpartition(UNRESOLVED)[2].split("/")
        for thing in self.reader.follow(answer):
            if isinstance(thing, Made) and thing.index >= 0:
                given = self.reading.positional(thing)
                words = [word for each in given for word in self._words(each, depth + 1)]
                if words:
                    return words
            elif isinstance(thing, Bound) and thing is not answer and isinstance(thing.value, Operation):
                return self._words(thing, depth + 1)
        return []

    # resolvers

    def _bindables(self, answer: Answer) -> Iterator[Thing]:
        """The objects that resolvers hang on; lists of them are opened."""
        items, _ = self.reader.elements(answer)
        for item in items or [answer]:
            yield from self.reader.things(item)

    def _is_known(self, answer: Answer) -> bool:
        items, complete = self.reader.elements(answer)
        return bool(self.reader.things(answer)) or (complete and all(self.reader.things(each) for each in items))

    def _resolvers(self, bindables: list[Thing]) -> dict[tuple[str, str], Routine]:
        """Type and field -> the function that resolves it."""
        found: dict[tuple[str, str], Routine] = {}
        for thing in bindables:
            if not isinstance(thing, Made):
                continue
            type_name = self._type_name(thing)
            for name, routine in self.bound.get(thing.key, {}).items():
                found[type_name, name] = routine
        return found

    def _type_name(self, made: Made) -> str:
        names = [made.maker.last] if isinstance(made.maker, Outside) else []
        if not isinstance(made.maker, Outside):
            names = [each.rpartition(".")[2] for each in self.reading.members.outside(made.maker)]
        for name in names:
            if name in BINDABLES:
                return BINDABLES[name]
            if name in OBJECT_TYPES:
                given = self.reading.positional(made)
                text = (
                    self.reading.constant(given[0])
                    if given
                    else self.reading.constant(self.reading.arguments(made).get("name"))
                )
                return text if isinstance(text, str) else ""
        return ""

    @property
    def bound(self) -> dict[tuple[object, ...], dict[str, Routine]]:
        """What `@query.field("orders")` and `query.set_field("orders", resolve)` bind, by the object they bind to."""
        if self._bound is None:
            self._bound = {}
            for path in self.project.paths():
                self._decorated(path)
                self._called(path)
        return self._bound

    def _decorated(self, path: str) -> None:
        summary = self.reader.summary(path)
        for index, definition in enumerate(summary.definitions):
            for decorator in definition.decorators:
                if isinstance(decorator, CallRef) and tail(summary.calls[decorator.index].callee) in BINDING:
                    self._bind(path, decorator.index, Routine(path, index))

    def _called(self, path: str) -> None:
        summary = self.reader.summary(path)
        for index, call in enumerate(summary.calls):
            if tail(call.callee) in ("set_field", "set_source") and len(call.arguments) > 1:
                self._bind(path, index, call.arguments[1])
            elif (
                isinstance(call.callee, CallRef)
                and call.arguments
                and tail(summary.calls[call.callee.index].callee) in BINDING
            ):
                self._bind(path, call.callee.index, call.arguments[0])

    def _bind(self, path: str, index: int, resolver: Routine | Value) -> None:
        """One registration, in every activation and turn of a loop that it stands in."""
        call = self.reader.call(path, index)
        origin = receiver(call.callee)
        if origin is None or not call.arguments or self._bound is None:
            return
        for frame in self.reading.activations.of(path, call.scope):
            for turn in self.reading.activations.turns(path, call, frame):
                place = Bound(origin, path, call.scope, call.line, turn)
                name = self.reader.constant(self.reader.at(place, call.arguments[0]))
                given = (
                    resolver if isinstance(resolver, Routine) else self.reading.routine(self.reader.at(place, resolver))
                )
                for made in self.reader.made(place) if given is not None and isinstance(name, str) else ():
                    if self._is_bindable(made):
                        known = self._bound.setdefault(made.key, {})
                        if tail(call.callee) in ("field", "set_field") or name not in known:
                            known[str(name)] = given  # type: ignore[assignment]

    def _is_bindable(self, made: Made) -> bool:
        if isinstance(made.maker, Outside):
            return is_ariadne(made.maker)
        return any(each.startswith("ariadne") for each in self.reading.members.outside(made.maker))

    # fields

    def _fields(
        self, text: str, span: Span, roots: dict[str, str], bound: dict[tuple[str, str], Routine], *, inline: bool
    ) -> Iterator[tuple[str, FoundField]]:
        document = read_roots(text, roots)
        if document is None:
            return
        for operation, root in document.roots:
            for each in document.fields(operation):
                line = span.line if inline else each.line
                yield operation, self._field(each, root, Span(span.path, line), bound.get((root, each.name)))

    def _field(self, field: SdlField, type_name: str, declared: Span, routine: Routine | None) -> FoundField:
        collection = field.is_list or field.named.endswith("Connection")
        arguments = tuple(
            argument(each.name, each.type, required=each.required, shape=each.type) for each in field.arguments
        )
        owner = declared.path
        if routine is not None:
            owner = self.reader.symbol_of(routine).name
        return FoundField(
            name=field.name,
            type=type_name,
            declared=declared,
            routine=routine,
            owner=owner,
            arguments=arguments,
            returns=field.type,
            shape=field.type,
            closed=True,
            collection=collection,
            bound=Limited.UNKNOWN,
            how="a list" if collection else "",
            guards=(*field.directives, *self.reading.guards(routine, ("ariadne",))),
            documented=field.documented,
        )

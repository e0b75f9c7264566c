"""A call in a handler in, what it does with the client's data out: parse, convert, validate, pass on, store."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from readiness.languages.python.names import dotted, last_name
from readiness.libraries.inputs.filling import fill
from readiness.libraries.inputs.ledger import NOTHING, PRESENT, STRONG, Tag, Tags, Use
from readiness.libraries.inputs.parts import named
from readiness.libraries.inputs.requests import part_of
from readiness.libraries.inputs.schemas import Role, Schemas
from readiness.libraries.inputs.vocabulary import (
    ANSWERS,
    ASKING,
    CATCHING,
    CONVERSIONS,
    COPIES,
    DATA_PACKAGES,
    FIELD_VALIDATORS,
    FORM_MAKERS,
    GETTERS,
    LOOKUPS,
    PARSER_PACKAGES,
    PARSERS,
    PASSING,
    PICKING,
    QUIET_CONVERSIONS,
    SAFE_CONVERSIONS,
    SELF_FILLING,
    SIGNATURES,
    STORING,
    TEXT_TESTS,
    TEXTS,
)
from readiness.libraries.inputs.walking import DEPTH, FUNCTIONS, Expressions, Walk
from readiness.libraries.values.expressions import receiver
from readiness.model import Project, Span, Symbol, SymbolKind
from readiness.model.summary import Class, Function, Name

REACHED = 12
"""Functions behind one that are looked at for a read of the request."""
UNRESOLVED = Symbol(SymbolKind.UNKNOWN, "")


class Calls:
    """Reads the calls of one project."""

    def __init__(self, project: Project, schemas: Schemas, expressions: Expressions) -> None:
        self.project = project
        self.schemas = schemas
        self.expressions = expressions
        self._enums: dict[str, bool] = {}
        self._reading: dict[str, bool] = {}

    def of(self, walk: Walk, node: ast.Call, depth: int, *, discarded: bool) -> Tags:
        """What a call gives back."""
        owner = NOTHING
        if isinstance(node.func, ast.Attribute):
            owner = self.expressions.evaluate(walk, node.func.value, depth + 1)
            if owner:
                found = self._method(walk, node, node.func.attr, owner, depth, discarded=discarded)
                if found is not None:
                    return found
        elif not isinstance(node.func, ast.Name):
            owner = self.expressions.evaluate(walk, node.func, depth + 1)
        walk.cleaned(node)
        given = self._given(walk, node, depth)
        every = frozenset(tag for tags in given.values() for tag in tags)
        if every:
            walk.given[id(node)] = every
        if not every and not walk.context.shared:
            return NOTHING
        index = walk.context.functions.call(walk.path, node)
        symbol = self.project.callee(walk.path, index) if index >= 0 else UNRESOLVED
        if symbol.kind is SymbolKind.FUNCTION and (every or self._reads_requests(walk, symbol)):
            return self._enter(walk, node, symbol, given, every)
        if not every:
            return self._by_itself(node, symbol)
        return self._with(walk, node, symbol, given, every, discarded=discarded)

    def _by_itself(self, node: ast.Call, symbol: Symbol) -> Tags:
        """A form that is handed nothing takes the request itself (Flask-WTF 1.2, `FlaskForm`), unless `formdata` says other."""
        told = any(each.arg in (None, "formdata") for each in node.keywords) or node.args
        if told or symbol.kind is not SymbolKind.CLASS or not self.project.is_a(symbol, SELF_FILLING):
            return NOTHING
        return frozenset({Tag("form", "form", symbol.name.rpartition("::")[2])})

    def _given(self, walk: Walk, node: ast.Call, depth: int) -> dict[str, Tags]:
        """What the arguments hold: by position, by keyword, `*` and `**` for what is spread."""
        found: dict[str, Tags] = {}
        for place, each in enumerate(node.args):
            starred = isinstance(each, ast.Starred)
            tags = self.expressions.evaluate(walk, each, depth + 1)
            if tags:
                found["*" if starred else str(place)] = tags
        for keyword in node.keywords:
            tags = self.expressions.evaluate(walk, keyword.value, depth + 1)
            if tags:
                found[keyword.arg or "**"] = found.get(keyword.arg or "**", NOTHING) | tags
        return found

    # methods of what a client sent

    def _method(
        self, walk: Walk, node: ast.Call, name: str, owner: Tags, depth: int, *, discarded: bool
    ) -> Tags | None:
        """A method of the request or of its data; None where it is a method of something else."""
        found: set[Tag] = set()
        known = False
        for tag in owner:
            if tag.kind == "request":
                part = part_of(name, walk.context.framework, node.args)
                known = known or part is not None
                found |= {part} if part is not None else set()
                if part is not None and part.kind == "field":
                    self._typed(walk, node, frozenset({part}))
            elif tag.kind == "form":
                known = True
                found |= self._asked(walk, node, name, tag, discarded=discarded)
            elif tag.kind == "whole":
                known = True
                found |= self._of_whole(walk, node, name, tag, depth)
            else:
                known = True
                found |= self._of_value(walk, node, name, tag)
        if not known:
            return None
        self._given(walk, node, depth)
        return frozenset(found)

    def _typed(self, walk: Walk, node: ast.Call, tags: Tags) -> None:
        """`request.args.get("page", 1, type=int)`, `req.get_param_as_int("page")`: the conversion refuses or gives the default."""
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if name.startswith("get_param_as_") or any(each.arg == "type" for each in node.keywords) or len(node.args) > 2:
            walk.ledger.check(tags, walk.span(node), STRONG)

    def _of_whole(self, walk: Walk, node: ast.Call, name: str, tag: Tag, depth: int) -> set[Tag]:
        if name in GETTERS:
            first = node.args[0] if node.args else None
            key = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else "*"
            field = Tag("field", tag.source, key)
            self._typed(walk, node, frozenset({field}))
            walk.ledger.read(field, walk.span(node))
            return {field}
        return {tag} if name in COPIES or name not in TEXT_TESTS else set()

    def _of_value(self, walk: Walk, node: ast.Call, name: str, tag: Tag) -> set[Tag]:
        if name in TEXT_TESTS:
            walk.ledger.check(frozenset({tag}), walk.span(node), PRESENT)
            return set()
        if tag.kind == "field" and name in GETTERS:
            holder = node.func.value if isinstance(node.func, ast.Attribute) else node.func
            packed = isinstance(holder, ast.Name) and holder.id in walk.packed
            return {named(tag, node.args[0] if node.args and not packed else None)}
        return {tag}

    def _asked(self, walk: Walk, node: ast.Call, name: str, tag: Tag, *, discarded: bool) -> set[Tag]:
        if name not in ASKING:
            return {tag} if name in ("copy", "as_p") else set()
        raising = any(
            each.arg == "raise_exception" and not (isinstance(each.value, ast.Constant) and each.value.value is False)
            for each in node.keywords
        )
        if discarded and not raising and name != "full_clean" and name != "run_validation":
            walk.ledger.ignored = f"{tag.field or 'form'}.{name}()"
            walk.ledger.ignored_at = walk.span(node)
            return set()
        walk.ledger.validate(frozenset({tag}), tag.field, walk.span(node))
        return set()

    # functions that are given it

    def _with(
        self, walk: Walk, node: ast.Call, symbol: Symbol, given: dict[str, Tags], every: Tags, *, discarded: bool
    ) -> Tags:
        span = walk.span(node)
        name = symbol.name.removeprefix("builtins.")
        last = name.rpartition(".")[2].rpartition("::")[2] or last_name(node.func)
        if symbol.kind is SymbolKind.BUILTIN and name in SAFE_CONVERSIONS:
            walk.ledger.check(every, span, STRONG if name == "str" else 0)
            return NOTHING
        if name in CONVERSIONS or (symbol.kind is SymbolKind.UNKNOWN and dotted(node.func) in CONVERSIONS):
            return self._converted(walk, node, name, every)
        if symbol.kind is SymbolKind.BUILTIN and name in PASSING:
            return every
        if name in ("typing.cast", "typing_extensions.cast"):
            return given.get("1", NOTHING) | given.get("val", NOTHING)
        if last in PARSERS and (name.partition(".")[0] in PARSER_PACKAGES or symbol.kind is SymbolKind.UNKNOWN):
            parsed = frozenset(Tag("whole", tag.source) if tag.kind == "text" else tag for tag in every)
            if any(tag.kind == "text" for tag in every):
                if not walk.catches(*CATCHING):
                    walk.ledger.flaw(
                        frozenset(tag for tag in every if tag.kind == "text"), span, f"{last}() without a guard"
                    )
                return parsed
        fill(walk, self.schemas, node, symbol, given)
        if symbol.kind is SymbolKind.EXTERNAL and self._external(walk, symbol, last, every, span):
            return self._derived(walk, symbol, last, every)
        role, by = self.schemas.role(symbol)
        if role is Role.NONE:
            role, by = self._through_object(walk, node, symbol)
        if role is Role.NONE and symbol.kind is SymbolKind.UNKNOWN:
            role, by = self.schemas.of_given_class(walk.path, dotted(node.func), walk.scope, node.lineno)
        by = self._owner(walk, node) or by
        if role is Role.REFUSES:
            walk.ledger.validate(frozenset(tag for tag in every if tag.kind != "request"), by, span)
            return NOTHING
        if role is Role.LIBRARY:
            if any(tag.kind == "request" for tag in every):
                walk.ledger.validate(every, by, span)
            return NOTHING
        if role is Role.TELLS:
            return self._told(walk, every, by, last, span, discarded=discarded)
        if role is Role.FORM or last in FORM_MAKERS:
            return frozenset(
                Tag("form", tag.source or "*", by or last) for tag in every if tag.kind in ("whole", "request")
            )
        return self._passed(walk, node, symbol, last, given, every)

    def _external(self, walk: Walk, symbol: Symbol, last: str, every: Tags, span: Span) -> bool:
        """A function of another package that looks at the form of a value, or at who signed a body, or copies."""
        if any(tag.kind == "text" for tag in every) and (last in SIGNATURES or symbol.name.startswith("hmac.")):
            walk.ledger.validate(
                frozenset(tag for tag in every if tag.kind == "text"), "the signature of the body", span
            )
            return True
        if symbol.name.startswith(FIELD_VALIDATORS):
            walk.ledger.check(frozenset(tag for tag in every if tag.kind == "field"), span, STRONG)
            return True
        if last in PICKING:
            return True
        package = symbol.name.partition(".")[0]
        fields = frozenset(tag for tag in every if tag.kind == "field")
        if not fields or fields != every or package in DATA_PACKAGES or last in STORING or last in LOOKUPS:
            return False
        role, _ = self.schemas.role(symbol)
        if role is not Role.NONE:
            return False
        walk.ledger.use(fields, span, through=last)
        if walk.answers_for(package):
            walk.ledger.check(fields, span, STRONG)
        return True

    @staticmethod
    def _derived(walk: Walk, symbol: Symbol, last: str, every: Tags) -> Tags:
        """What such a function gives: what it was given, or something whose test is a test of that."""
        if last in PICKING:
            walk.ledger.listed.update(tag.source for tag in every)
            return frozenset(Tag("field", tag.source, "*") if tag.kind == "whole" else tag for tag in every)
        return frozenset(Tag("derived", tag.source, tag.field) for tag in every if tag.kind == "field")

    def _owner(self, walk: Walk, node: ast.Call) -> str:
        """The class of the project that a method of a library is called on: `OrderSchema` of `OrderSchema().load(...)`."""
        summary = self.project.summary(walk.path)
        index = walk.context.functions.call(walk.path, node)
        origin = receiver(summary.calls[index].callee) if summary is not None and index >= 0 else None
        if origin is None:
            return ""
        kind = self.project.type_of(walk.path, origin, walk.scope, node.lineno)
        if kind.kind is not SymbolKind.CLASS and isinstance(origin, Name):
            kind = self.project.resolve(walk.path, origin.dotted, walk.scope, node.lineno)
        return kind.name.rpartition("::")[2] if kind.kind is SymbolKind.CLASS else ""

    @staticmethod
    def _told(walk: Walk, every: Tags, by: str, last: str, span: Span, *, discarded: bool) -> Tags:
        if discarded:
            walk.ledger.ignored, walk.ledger.ignored_at = f"{by}.{last}()", span
        else:
            walk.ledger.validate(every, by, span)
        return NOTHING

    def _through_object(self, walk: Walk, node: ast.Call, symbol: Symbol) -> tuple[Role, str]:
        """`schema(data)` of voluptuous: what is called is an object."""
        if symbol.kind is not SymbolKind.VARIABLE or symbol.index < 0:
            return Role.NONE, ""
        summary = self.project.summary(symbol.path)
        assignment = summary.assignments[symbol.index] if summary is not None else None
        if assignment is None or assignment.value is None:
            return Role.NONE, ""
        kind = self.project.type_of(symbol.path, assignment.value, assignment.scope, assignment.line)
        role, by = self.schemas.role(kind)
        return (Role.REFUSES, by or symbol.name) if role is Role.REFUSES else (Role.NONE, "")

    def _converted(self, walk: Walk, node: ast.Call, name: str, every: Tags) -> Tags:
        span = walk.span(node)
        weak = frozenset(tag for tag in every if tag.kind == "field" and not walk.ledger.checked(tag))
        if name not in QUIET_CONVERSIONS and not walk.catches(*CATCHING):
            walk.ledger.flaw(weak, span, f"{last_name(node.func)}() without a guard")
        walk.ledger.check(every, span, STRONG)
        return NOTHING

    def _passed(
        self, walk: Walk, node: ast.Call, symbol: Symbol, last: str, given: dict[str, Tags], every: Tags
    ) -> Tags:
        span = walk.span(node)
        if symbol.kind is SymbolKind.CLASS and self._is_enum(symbol):
            self._converted(walk, node, f"{last}", every)
            return NOTHING
        if last in ANSWERS:
            return NOTHING
        if last in LOOKUPS:
            every = frozenset(tag for tag in every if tag.source not in TEXTS)
        if symbol.kind is SymbolKind.CLASS or last in STORING:
            walk.ledger.use(every, span, stored=True, through=last)
            return NOTHING
        wholes = frozenset(tag for tag in every if tag.kind in ("whole", "request"))
        fields = frozenset(tag for tag in every if tag.kind == "field")
        walk.ledger.use(fields, span, through=last)
        if "**" in given:
            walk.ledger.use(
                frozenset(tag for tag in given["**"] if tag.kind == "whole"), span, stored=True, through=last
            )
            wholes -= given["**"]
        made: set[Tag] = set()
        for tag in wholes:
            pending = Tag("form", tag.source or "*", last)
            if tag.kind == "request" and symbol.kind is SymbolKind.EXTERNAL:
                continue
            walk.ledger.pending[pending] = Use(span, stored=False, through=last)
            made.add(pending)
        return frozenset(made)

    def _is_enum(self, symbol: Symbol) -> bool:
        if symbol.name not in self._enums:
            self._enums[symbol.name] = any(
                each.kind is SymbolKind.EXTERNAL
                and (each.name.startswith("enum.") or each.name.rpartition(".")[2] in ("TextChoices", "IntegerChoices"))
                for each in self.project.ancestors(symbol)
            )
        return self._enums[symbol.name]

    def asks(self, walk: Walk, node: ast.Call, *, leaves: bool) -> bool:
        """A function of its own as a condition; False where it is given nothing of the client's."""
        given = self._given(walk, node, 0)
        every = frozenset(tag for tags in given.values() for tag in tags)
        fields = frozenset(tag for tag in every if tag.kind == "field")
        if not every:
            return False
        index = walk.context.functions.call(walk.path, node)
        symbol = self.project.callee(walk.path, index) if index >= 0 else UNRESOLVED
        role, _ = self.schemas.role(symbol)
        if role is not Role.NONE:
            return False
        if symbol.kind is SymbolKind.FUNCTION:
            self._enter(walk, node, symbol, given, every)
        if any(tag.kind == "whole" for tag in every):
            walk.ledger.check(frozenset(tag for tag in every if tag.kind == "whole"), walk.span(node), PRESENT)
        walk.ledger.check(fields, walk.span(node), STRONG if leaves else PRESENT)
        return True

    # into functions of the project

    def _reads_requests(self, walk: Walk, symbol: Symbol) -> bool:
        """The function, or one that it calls, reads the request without being given it."""
        if walk.depth >= DEPTH - 1:
            return False
        if symbol.name not in self._reading:
            reached = self.project.reached_from(symbol, DEPTH - 1)[:REACHED]
            self._reading[symbol.name] = any(walk.context.functions.reads_request(each) for each in reached)
        return self._reading[symbol.name]

    def _enter(self, walk: Walk, node: ast.Call, symbol: Symbol, given: dict[str, Tags], every: Tags) -> Tags:
        context = walk.context
        if self._validates_itself(walk, symbol, every):
            walk.ledger.validate(every, symbol.name.rpartition("::")[2].rpartition(".")[0], walk.span(node))
            return NOTHING
        inner = context.functions.node(symbol.path, symbol.index)
        if inner is None or walk.depth >= DEPTH or context.walked >= FUNCTIONS:
            walk.ledger.use(every, walk.span(node), through=symbol.name.rpartition("::")[2])
            wholes = [tag for tag in every if tag.kind == "whole"]
            if wholes:
                walk.ledger.unknown = symbol.name.rpartition("::")[2]
            return NOTHING
        names: dict[str, Tags] = {}
        for name, tags in self._parameters(symbol, node, given):
            names[name] = names.get(name, NOTHING) | tags
        key = (symbol.path, symbol.index, tuple(sorted(names.items(), key=lambda each: each[0])))
        if key not in context.seen:
            context.seen[key] = NOTHING
            context.walked += 1
            there = Walk(context, self.expressions, symbol.path, symbol.index, walk.depth + 1, walk.guarded)
            context.seen[key] = there.run(inner, names)
        return context.seen[key]

    def _validates_itself(self, walk: Walk, symbol: Symbol, every: Tags) -> bool:
        """A class method of a model that makes one of what it is given: `OrderForm.from_form(data)`."""
        summary = self.project.summary(symbol.path)
        function = summary.definitions[symbol.index] if summary is not None else None
        if summary is None or not isinstance(function, Function) or not any(tag.kind == "whole" for tag in every):
            return False
        owner = function.scope
        if owner < 0 or not isinstance(summary.definitions[owner], Class):
            return False
        kind = Symbol(SymbolKind.CLASS, self.project.symbol(symbol.path, owner), symbol.path, owner)
        if not self.schemas.is_model(kind):
            return False
        first = function.parameters[0].name if function.parameters else ""
        made = {
            first,
            *(f"{first}.{name}" for name in ("model_validate", "parse_obj", "model_validate_json", "parse_raw")),
        }
        return any(
            isinstance(call.callee, Name) and call.callee.dotted in made
            for call in (summary.calls[index] for index in self.project.calls_in(symbol))
        )

    def _parameters(self, symbol: Symbol, node: ast.Call, given: dict[str, Tags]) -> Iterator[tuple[str, Tags]]:
        """What the parameters of the function hold."""
        summary = self.project.summary(symbol.path)
        function = summary.definitions[symbol.index] if summary is not None else None
        if summary is None or not isinstance(function, Function):
            return
        positional = [each.name for each in function.parameters if each.kind in ("positional-only", "positional")]
        in_class = function.scope >= 0 and isinstance(summary.definitions[function.scope], Class)
        static = any(getattr(each, "dotted", "") == "staticmethod" for each in function.decorators)
        if in_class and not static and positional and isinstance(node.func, ast.Attribute):
            positional = positional[1:]
        names = {each.name for each in function.parameters}
        rest = next((each.name for each in function.parameters if each.kind == "keyword-variadic"), "")
        variadic = next((each.name for each in function.parameters if each.kind == "variadic"), "")
        for key, tags in given.items():
            if key.isdigit():
                name = positional[int(key)] if int(key) < len(positional) else variadic
            elif key == "*":
                name = variadic or (positional[-1] if positional else "")
            elif key == "**":
                if not rest:
                    for each in positional:
                        yield (
                            each,
                            frozenset(Tag("field", tag.source, each) if tag.kind == "whole" else tag for tag in tags),
                        )
                name = rest
            else:
                name = key if key in names else rest
            if name:
                yield name, tags

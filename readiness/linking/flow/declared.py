"""What declarations say of a parameter or an option: a parameter with its default and decorators in, the text that it can be out.

FastAPI's `Depends(function)` and `Query(pattern=...)`, the options of click and argparse, the fields of forms and serializers.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from msgspec.structs import replace

from readiness.languages.python.names import dotted, last_name
from readiness.languages.python.patterns import harmless_pattern
from readiness.linking.flow.decorators import decorators_of
from readiness.linking.flow.nodes import FunctionNode, own_statements
from readiness.linking.flow.pieces import Flow, single, union
from readiness.linking.flow.places import FileIndex
from readiness.linking.flow.reader import At, Lazy, Reader
from readiness.linking.flow.sources import (
    ASKED_DECORATORS,
    COMMAND_DECORATORS,
    COMMAND_LINE,
    MODEL,
    SERVED,
    TOOL_DECORATORS,
    TOOL_METHODS,
    TOOL_TYPES,
    VERB_FRAMEWORKS,
    VERBS,
)
from readiness.linking.flow.types import field_kind
from readiness.model import PieceKind, Symbol, SymbolKind

DEPENDS = frozenset(
    {"fastapi.Depends", "fastapi.Security", "fastapi.params.Depends", "fastapi.param_functions.Depends"}
)
OPTIONS = frozenset({"click.option", "click.argument", "asyncclick.option", "rich_click.option"})
NUMBER_TYPES = frozenset({"int", "float", "INT", "FLOAT", "BOOL", "IntRange", "FloatRange", "UUID", "bool", "DateTime"})
CHOICES = frozenset({"Choice"})
FORMS = (
    "django.forms.Form", "django.forms.ModelForm", "django.forms.forms.Form", "django.forms.models.ModelForm",
    "django.forms.BaseForm", "rest_framework.serializers.Serializer", "rest_framework.serializers.ModelSerializer",
    "rest_framework.serializers.BaseSerializer", "wtforms.Form", "wtforms.form.Form", "flask_wtf.FlaskForm",
    "flask_wtf.form.FlaskForm", "flask_wtf.Form",
)  # fmt: skip
IGNORING = (
    "flask.", "quart.", "bottle.", "cherrypy.", "tg.", "turbogears.", "odoo.", "openerp.", "socketio.", "flask_socketio.",
    "chalice.", "jsonrpcserver.",
)  # fmt: skip
"""Frameworks that hand a handler what a client sent without a look at its annotations."""
SANITIZING = frozenset(
    {"frappe.validate_and_sanitize_search_inputs", "frappe.desk.search.validate_and_sanitize_search_inputs"}
)
SANITIZED = {"searchfield": PieceKind.VALIDATED, "start": PieceKind.NUMBER, "page_len": PieceKind.NUMBER}
"""What Frappe's decorator of searches lets through of each parameter (15): a name without signs, whole numbers."""
FORM_DATA = frozenset({"cleaned_data", "validated_data", "data"})


def ignores_annotations(reader: Reader, function: FunctionNode, at: At) -> bool:
    """A framework calls the function with what stood in the address, as text, whatever its annotations are."""
    return any(each.name.startswith(IGNORING) for each in decorators_of(reader, at.path, function))


def declared_parameter(reader: Reader, name: str, function: FunctionNode, at: At) -> Flow | None:
    """What a parameter is by what it is declared with; None where its declaration says nothing."""
    for call in _declarations(name, function):
        symbol = reader.symbol(call.func, At(at.path, function))
        if symbol is not None and symbol.name in DEPENDS and call.args:
            return _provided(reader, call.args[0], At(at.path, function))
        for keyword in call.keywords:
            if keyword.arg in ("pattern", "regex") and isinstance(keyword.value, ast.Constant):
                text = str(keyword.value.value)
                if text.startswith("^") and harmless_pattern(text, whole=False):
                    return single(reader.piece(PieceKind.VALIDATED, call, At(at.path, function), name))
    sanitized = SANITIZED.get(name)
    if sanitized is not None and any(each.name in SANITIZING for each in decorators_of(reader, at.path, function)):
        argument = ast.copy_location(ast.Name(id=name, ctx=ast.Load()), function)
        return single(reader.piece(sanitized, argument, At(at.path, function), name))
    if _is_number_of_the_address(name, function):
        argument = ast.copy_location(ast.Name(id=name, ctx=ast.Load()), function)
        return single(reader.piece(PieceKind.NUMBER, argument, At(at.path, function), name))
    option = _option(reader, name, function, at)
    index = reader.index(at.path)
    if index is not None and (
        _is_asked(reader, index, name, function)
        or _answers_a_verb(reader, index, name, function)
        or _filters_a_report(reader, index, name, function)
        or _asked_by_ckan(reader, index, name, function)
    ):
        argument = ast.copy_location(ast.Name(id=name, ctx=ast.Load()), function)
        return single(reader.piece(PieceKind.REQUEST, argument, At(at.path, function), name))
    if option is None and index is not None and _is_tool(reader, index, function):
        argument = ast.copy_location(ast.Name(id=name, ctx=ast.Load()), function)
        return single(replace(reader.piece(PieceKind.UNKNOWN, argument, At(at.path, function), name), outside=MODEL))
    if option is None and function.name == "handle" and index is not None and _commands(index, function):
        argument = ast.copy_location(ast.Name(id=name, ctx=ast.Load()), function)
        return _argument(reader, index, name, argument, At(at.path, function))
    return option


def _is_asked(reader: Reader, index: FileIndex, name: str, function: FunctionNode) -> bool:
    """A framework calls the function with what a client sent: `@frappe.whitelist()`, `@cherrypy.expose`."""
    return name not in SERVED and any(
        each.name in ASKED_DECORATORS for each in decorators_of(reader, index.path, function)
    )


def _answers_a_verb(reader: Reader, index: FileIndex, name: str, function: FunctionNode) -> bool:
    """A framework calls the method by the verb of a request, with parts of its address: `def GET(self, name)`."""
    return (
        function.name in VERBS
        and name not in SERVED
        and isinstance(index.parents.get(function), ast.ClassDef)
        and any(_imports(reader, index, package) for package in VERB_FRAMEWORKS)
    )


def is_event(index: FileIndex, name: str, function: FunctionNode) -> bool:
    """AWS Lambda calls the function with what happened: `def lambda_handler(event, context)`."""
    given = [each.arg for each in function.args.args]
    return (
        name == "event"
        and [each.lstrip("_") for each in given] in (["event", "context"], ["event", ""])
        and function.name.endswith("handler")
        and isinstance(index.parents.get(function), ast.Module)
    )


def _is_number_of_the_address(name: str, function: FunctionNode) -> bool:
    """The address of a route holds the parameter as a number: `/<pump:int>` of Bottle, `/<int:pump>` of Werkzeug."""
    number = re.compile(rf"<(?:(?:int|float|uuid)(?:\([^)]*\))?:{re.escape(name)}|{re.escape(name)}:(?:int|float))>")
    return any(
        isinstance(part, ast.Constant) and isinstance(part.value, str) and number.search(part.value)
        for each in function.decorator_list
        if isinstance(each, ast.Call)
        for part in ast.walk(each)
    )


def _filters_a_report(reader: Reader, index: FileIndex, name: str, function: FunctionNode) -> bool:
    """Frappe calls a report's `execute` with the filters that a client sent."""
    if not _imports(reader, index, "frappe"):
        return False
    folder = index.path.rpartition("/")[0]
    report = "/report/" in f"/{folder}" and index.path == f"{folder}/{folder.rpartition('/')[2]}.py"
    first = _parameters(function)[:1]
    return report and function.name == "execute" and bool(first) and first[0].arg == name


def _asked_by_ckan(reader: Reader, index: FileIndex, name: str, function: FunctionNode) -> bool:
    """CKAN calls its actions, and they what serves them, with what a client sent: `def action(context, data_dict)`."""
    names = [each.arg for each in _parameters(function) if each.arg not in ("self", "cls")]
    return name == "data_dict" and names[:2] == ["context", "data_dict"] and _imports(reader, index, "ckan")


def _imports(reader: Reader, index: FileIndex, package: str) -> bool:
    summary = reader.code.summary(index.path)
    return summary is not None and any(each.module.partition(".")[0] == package for each in summary.imports)


def _is_tool(reader: Reader, index: FileIndex, function: FunctionNode) -> bool:
    """A language model decides when the function is called, and with what: `_run` of a tool of LangChain, `@tool`."""
    if any(each.name in TOOL_DECORATORS for each in decorators_of(reader, index.path, function)):
        return True
    around = index.parents.get(function)
    number = index.definition_index(around) if isinstance(around, ast.ClassDef) else -1
    if number < 0 or function.name not in TOOL_METHODS:
        return False
    owner = Symbol(SymbolKind.CLASS, reader.code.symbol(index.path, number), index.path, number)
    return reader.code.is_a(owner, TOOL_TYPES)


def _declarations(name: str, function: FunctionNode) -> list[ast.Call]:
    """The calls in the default and the annotation of a parameter."""
    given = function.args
    positional = [*given.posonlyargs, *given.args]
    defaults: list[tuple[ast.arg, ast.expr | None]] = [
        *zip(reversed(positional), reversed(given.defaults), strict=False),
        *zip(given.kwonlyargs, given.kw_defaults, strict=True),
    ]
    found = [default for each, default in defaults if each.arg == name]
    for each in (*positional, *given.kwonlyargs):
        if each.arg == name and isinstance(each.annotation, ast.Subscript):
            metadata = each.annotation.slice
            found += metadata.elts[1:] if isinstance(metadata, ast.Tuple) else []
    return [each for each in found if isinstance(each, ast.Call)]


def _provided(reader: Reader, provider: ast.expr, at: At) -> Flow | None:
    """What a function that the framework calls itself gives back."""
    symbol = reader.symbol(provider, at)
    index = reader.index(symbol.path) if symbol is not None and symbol.kind is SymbolKind.FUNCTION else None
    function = index.definition(symbol.index) if index is not None and symbol is not None else None
    if symbol is None or not isinstance(function, FunctionNode):
        return None
    returned = [each for each in own_statements(function) if isinstance(each, ast.Return) and each.value is not None]
    if not returned:
        return None
    return union(reader.text(each.value, At(symbol.path, each)) for each in returned if each.value is not None)


def _option(reader: Reader, name: str, function: FunctionNode, at: At) -> Flow | None:
    """`@click.option("--limit", type=int)`."""
    declared = False
    for each in function.decorator_list:
        if not isinstance(each, ast.Call) or name not in _option_names(each):
            continue
        symbol = reader.symbol(each.func, At(at.path, function))
        if symbol is not None and symbol.name in OPTIONS:
            kind = _typed(each)
            if kind is not None:
                return single(reader.piece(kind, each, At(at.path, function), name))
            declared = True
            break
    if declared or _is_command(reader, function, at):
        argument = ast.copy_location(ast.Name(id=name, ctx=ast.Load()), function)
        return single(replace(reader.piece(PieceKind.UNKNOWN, argument, at, name), outside=COMMAND_LINE))
    return None


def _is_command(reader: Reader, function: FunctionNode, at: At) -> bool:
    """`@click.command()`, `@group.command()`, `@app.command()` of typer: the command line calls the function."""
    for each in function.decorator_list:
        called = each.func if isinstance(each, ast.Call) else each
        if not isinstance(called, ast.Attribute) or called.attr not in ("command", "group"):
            continue
        here = At(at.path, function)
        symbol = reader.callee(each, here) if isinstance(each, ast.Call) else reader.symbol(each, here)
        if symbol is not None and symbol.name.startswith(COMMAND_DECORATORS):
            return True
    return False


def _option_names(call: ast.Call) -> set[str]:
    texts = [each.value for each in call.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    texts += [
        str(each.value.value) for each in call.keywords if each.arg == "dest" and isinstance(each.value, ast.Constant)
    ]
    return {each.lstrip("-").replace("-", "_") for each in texts}


def _typed(call: ast.Call) -> PieceKind | None:
    """The kind of an option by its `type`, `choices` or `is_flag`."""
    for each in call.keywords:
        value = each.value.func if isinstance(each.value, ast.Call) else each.value
        name = last_name(value)
        if each.arg == "type" and name in NUMBER_TYPES:
            return PieceKind.NUMBER
        if (each.arg == "type" and name in CHOICES) or each.arg == "choices":
            return PieceKind.VALIDATED
        if each.arg == "action" and name == "BooleanOptionalAction":
            return PieceKind.NUMBER
        if each.arg in ("is_flag", "count") or (
            each.arg == "action" and getattr(each.value, "value", "") in ("store_true", "store_false", "count")
        ):
            return PieceKind.NUMBER
    return None


def parsed_option(reader: Reader, expression: ast.Attribute, at: At) -> Flow | None:
    """`arguments.limit` of `parser.parse_args()`, by the `add_argument` that declares it: of this file, or of the one with the
    function that makes the parser."""
    found: list[Flow] = []
    for origin in made_by(reader, expression.value, at):
        call = origin.expression
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            return None
        if call.func.attr not in ("parse_args", "parse_known_args"):
            return None
        options = (
            _argument(reader, each, expression.attr, expression, at) for each in _declaring(reader, call, origin.at)
        )
        option = next((each for each in options if each is not None), None)
        if option is None:
            return None
        found.append(option)
    return union(found) if found else None


def _declaring(reader: Reader, call: ast.Call, at: At) -> Iterator[FileIndex]:
    """The files that may declare the options of a parser: that of `parser.parse_args()`, that of the function that makes it."""
    here = reader.index(at.path)
    if here is not None:
        yield here
    parser = call.func.value if isinstance(call.func, ast.Attribute) else None
    made = reader.origin(parser, at) if parser is not None else None
    maker = (
        reader.callee(made.expression, made.at) if made is not None and isinstance(made.expression, ast.Call) else None
    )
    there = reader.index(maker.path) if maker is not None and maker.kind is SymbolKind.FUNCTION else None
    if there is not None and there is not here:
        yield there


def made_by(reader: Reader, expression: ast.expr, at: At) -> list[Lazy]:
    """What an object was made by, here or in the callers of the function that is handed it; none where that is not known."""
    origin = reader.origin(expression, at)
    if origin is not None or not isinstance(expression, ast.Name):
        return [origin] if origin is not None else []
    index = reader.index(at.path)
    function = index.scope_owner(at.statement) if index is not None else None
    if not isinstance(function, FunctionNode) or expression.id not in {each.arg for each in _parameters(function)}:
        return []
    made = [reader.origin(each.expression, each.at) for each in reader.given(expression.id, function, at)]
    known = [each for each in made if each is not None]
    return known if len(known) == len(made) else []


def _parameters(function: FunctionNode) -> list[ast.arg]:
    given = function.args
    return [*given.posonlyargs, *given.args, *given.kwonlyargs]


def _argument(reader: Reader, index: FileIndex, name: str, expression: ast.expr, at: At) -> Flow | None:
    """An option of the command line, by the `add_argument` of a file that declares it; None where none does."""
    for calls in index.calls.values():
        for each in calls:
            if (
                isinstance(each.func, ast.Attribute)
                and each.func.attr == "add_argument"
                and name in _option_names(each)
            ):
                kind = _typed(each)
                if kind is not None:
                    return single(reader.piece(kind, expression, at))
                return single(replace(reader.piece(PieceKind.UNKNOWN, expression, at), outside=COMMAND_LINE))
    return None


def command_option(reader: Reader, owner: ast.expr, key: ast.expr, expression: ast.expr, at: At) -> Flow | None:
    """`options["limit"]` in the `handle` of a command of Django, by the `add_argument` that declares it."""
    if not isinstance(owner, ast.Name) or not isinstance(key, ast.Constant) or not isinstance(key.value, str):
        return None
    index = reader.index(at.path)
    function = index.scope_owner(at.statement) if index is not None else None
    if index is None or not isinstance(function, FunctionNode) or not _commands(index, function):
        return None
    spread = function.args.kwarg.arg if function.args.kwarg is not None else ""
    if owner.id != spread and owner.id not in {each.arg for each in _parameters(function)[1:]}:
        return None
    return _argument(reader, index, key.value, expression, at)


def _commands(index: FileIndex, function: FunctionNode) -> bool:
    """The function is a method of a class that declares options of the command line."""
    around = index.parents.get(function)
    return isinstance(around, ast.ClassDef) and any(
        isinstance(each, FunctionNode) and each.name == "add_arguments" for each in around.body
    )


def form_field(reader: Reader, expression: ast.expr, at: At) -> Flow | None:
    """`form.cleaned_data["year"]`, `serializer.validated_data["year"]`, `form.year.data`: what a client sent, by its field."""
    match expression:
        case ast.Subscript(
            value=ast.Attribute(value=form, attr="cleaned_data" | "validated_data"), slice=ast.Constant(value=str(name))
        ):
            pass
        case ast.Attribute(value=ast.Attribute(value=form, attr=name), attr="data"):
            pass
        case ast.Attribute(value=form, attr="cleaned_data" | "validated_data"):
            name = ""
        case _:
            return None
    owner = reader.type_of(form, at)
    if owner is None or owner.kind is not SymbolKind.CLASS or not reader.code.is_a(owner, FORMS):
        return None
    kind = field_kind(reader.code, owner, name) if name else None
    return single(reader.piece(kind or PieceKind.REQUEST, expression, at, name))


def first_annotated(index: FileIndex, name: str, at: At) -> str:
    """The annotation of the first parameter of a method, where that is of a class and not the object itself."""
    function = index.scope_owner(at.statement)
    if not isinstance(function, FunctionNode) or not function.args.args or name in ("self", "cls"):
        return ""
    first = function.args.args[0]
    return dotted(first.annotation) if first.arg == name and first.annotation is not None else ""

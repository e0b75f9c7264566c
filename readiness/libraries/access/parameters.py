"""A function and what a call gives it in, what its parameters are bound to out: arguments, defaults, what the framework injects."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from readiness.libraries.access.arguments import Arguments
from readiness.libraries.access.exits import Exit, Refused, State
from readiness.libraries.access.expressions import Expressions, Place
from readiness.libraries.access.injection import behind_alias
from readiness.libraries.access.values import (
    ABSENT,
    TRACED,
    UNKNOWN_VALUE,
    Carrier,
    Code,
    Error,
    Handler,
    Instance,
    Outside,
    Seen,
    of,
)
from readiness.libraries.access.vocabulary import (
    REQUEST_CLASSES,
    REQUEST_NAMES,
    Demand,
    demand_of,
    last_of,
    names_identity,
)
from readiness.model import Symbol, SymbolKind
from readiness.model.summary import Function, Name

if TYPE_CHECKING:
    from readiness.libraries.access.evaluation import Evaluation

INNER = frozenset({"call_next", "get_response", "handler", "next_handler", "inner", "next", "wrapped"})
"""What frameworks call the application behind a middleware."""
HANDING_ON = Handler()
PREPROCESSED = (of(Carrier("endpoint")), of(Carrier("values")))
"""What Flask gives a function that reads the parts of the path before the view does."""


class Parameters:
    """Binds the parameters of functions. One for a project."""

    def __init__(self, evaluation: Evaluation) -> None:
        self.evaluation = evaluation

    def bind(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, code: Code, arguments: Arguments, state: State,
        expressions: Expressions,
    ) -> None:  # fmt: skip
        """Bind the parameters of a function: what it is given, else its defaults, else what they are called."""
        spec = node.args
        parameters = [*spec.posonlyargs, *spec.args]
        positional = list(arguments.positional)
        if code.owner is not None and parameters:
            positional.insert(0, code.owner)
        elif parameters and self._is_method(code) and not positional:
            positional.append(self._self_of(code))
        elif len(parameters) == len(PREPROCESSED) and not positional and self._preprocesses(code):
            positional += PREPROCESSED
        defaults: dict[str, ast.expr] = {}
        for parameter, default in zip(reversed(parameters), reversed(spec.defaults), strict=False):
            defaults[parameter.arg] = default
        for parameter, given in zip(spec.kwonlyargs, spec.kw_defaults, strict=True):
            if given is not None:
                defaults[parameter.arg] = given
        for number, parameter in enumerate((*parameters, *spec.kwonlyargs)):
            name = parameter.arg
            if number < len(positional) and number < len(parameters):
                value = positional[number]
            elif name in arguments.keywords:
                value = arguments.keywords[name]
            else:
                value = self.unbound(parameter, defaults.get(name), expressions)
            state.names[name] = value
        if spec.vararg is not None:
            state.names[spec.vararg.arg] = of(Carrier("arguments"))
        if spec.kwarg is not None:
            state.names[spec.kwarg.arg] = of(Carrier("arguments"))

    def unbound(self, parameter: ast.arg, default: ast.expr | None, expressions: Expressions) -> Seen:
        """A parameter that the framework fills."""
        injected = self._injected(parameter, default, self._around(expressions))
        if injected is not None:
            return injected
        written = self._class_name(parameter, expressions)
        if written in REQUEST_CLASSES or (parameter.arg in REQUEST_NAMES and not written):
            return of(Carrier("request"))
        if parameter.arg in REQUEST_NAMES and written.endswith(("Request", "Info", "Scope")):
            return of(Carrier("request"))
        if parameter.arg in INNER and default is None:
            return of(HANDING_ON)
        if default is not None and isinstance(default, ast.Constant):
            return expressions.of(default, State({}, asked=False))
        return UNKNOWN_VALUE

    def _around(self, expressions: Expressions) -> Expressions:
        """What defaults mean: they are read where the function is defined, so `key = Security(key)` names the outer one."""
        place = expressions.place
        summary = self.evaluation.project.summary(place.path)
        if summary is None or not 0 <= place.index < len(summary.definitions):
            return expressions
        outer = Place(place.path, summary.definitions[place.index].scope, place.depth)
        return Expressions(self.evaluation, outer, expressions.flow)

    def _class_name(self, parameter: ast.arg, expressions: Expressions) -> str:
        """The last name of an annotation; of what may be the request by its name, as its package calls it."""
        annotation = parameter.annotation
        if not isinstance(annotation, ast.Name | ast.Attribute):
            return ""
        written = ast.unparse(annotation)
        if parameter.arg in REQUEST_NAMES:
            place = expressions.place
            symbol = self.evaluation.project.resolve(place.path, written, place.index)
            if symbol.kind is SymbolKind.EXTERNAL:
                return last_of(symbol.name)
        return last_of(written)

    def _injected(self, parameter: ast.arg, default: ast.expr | None, expressions: Expressions) -> Seen | None:
        """What `Depends(...)`, `Header(...)` and their kin give; None for any other parameter."""
        marker = default if isinstance(default, ast.Call) else _annotated(parameter.annotation)
        if marker is None:
            return self._aliased(parameter, expressions) if default is None else None
        callee = expressions.of(marker.func, State({}, asked=False)).thing
        if not isinstance(callee, Outside) or callee.name.partition(".")[0] not in ("fastapi", "litestar", "ninja"):
            return None
        last = last_of(callee.name)
        if last in ("Depends", "Security"):
            return self._dependency(expressions.of(marker.args[0], State({}, asked=False))) if marker.args else TRACED
        if last in ("Header", "Cookie") and names_identity(parameter.arg):
            required = not marker.args or (isinstance(marker.args[0], ast.Constant) and marker.args[0].value is ...)
            optional = isinstance(default, ast.Constant) or any(each.arg == "default" for each in marker.keywords)
            if required and not optional and default is marker:
                raise Refused(Exit(True, of(Error("RequestValidationError", 401)), asks=True))
            return ABSENT
        return None

    def _aliased(self, parameter: ast.arg, expressions: Expressions) -> Seen | None:
        """`user: CurrentUser` with `CurrentUser = Annotated[User, Depends(get_current_user)]`."""
        if not isinstance(parameter.annotation, ast.Name | ast.Attribute):
            return None
        place = expressions.place
        target = behind_alias(self.evaluation.project, place.path, ast.unparse(parameter.annotation), place.index)
        if target is None:
            return None
        return self._dependency(self.evaluation.names.value(*target))

    def _dependency(self, value: Seen) -> Seen:
        """What a dependency gives a caller who presents nothing. Raises Refused where it turns them away."""
        thing = value.thing
        if isinstance(thing, Outside):
            demand = demand_of(thing.name)
            if demand in (Demand.IDENTITY, Demand.ROLE):
                if thing.lenient:
                    return ABSENT
                raise Refused(Exit(True, of(Error("HTTPException", 401)), asks=True))
            return UNKNOWN_VALUE
        if isinstance(thing, Code | Instance):
            return self.evaluation.call(value, Arguments([], {}), 2)
        return UNKNOWN_VALUE

    def _preprocesses(self, code: Code) -> bool:
        """`@blueprint.url_value_preprocessor`."""
        summary = self.evaluation.project.summary(code.path)
        definition = summary.definitions[code.index] if summary is not None and code.node is None else None
        return isinstance(definition, Function) and any(
            isinstance(each, Name) and each.dotted.endswith("url_value_preprocessor") for each in definition.decorators
        )

    def _is_method(self, code: Code) -> bool:
        summary = self.evaluation.project.summary(code.path)
        definition = summary.definitions[code.index] if summary is not None else None
        if summary is None or not isinstance(definition, Function) or definition.scope < 0 or code.node is not None:
            return False
        if any(isinstance(each, Name) and each.dotted == "staticmethod" for each in definition.decorators):
            return False
        return not isinstance(summary.definitions[definition.scope], Function)

    def _self_of(self, code: Code) -> Seen:
        summary = self.evaluation.project.summary(code.path)
        scope = summary.definitions[code.index].scope if summary is not None else -1
        symbol = Symbol(SymbolKind.CLASS, self.evaluation.project.symbol(code.path, scope), code.path, scope)
        return of(Instance(symbol, {}, {}))


def _annotated(annotation: ast.expr | None) -> ast.Call | None:
    """The last call in `Annotated[User, Depends(get_user)]`."""
    if isinstance(annotation, ast.Subscript) and isinstance(annotation.slice, ast.Tuple):
        calls = [each for each in annotation.slice.elts[1:] if isinstance(each, ast.Call)]
        if calls and ast.unparse(annotation.value).rpartition(".")[2] == "Annotated":
            return calls[-1]
    return None

"""A handler with decorators in, what they hand on to it of who is calling out: `return view(current_user, *args, **kwargs)`."""

from __future__ import annotations

from collections.abc import Sequence

from readiness.libraries.access.arguments import Arguments
from readiness.libraries.access.carriers import Asked
from readiness.libraries.access.evaluation import Evaluation
from readiness.libraries.access.exits import Refused, Role, Spent
from readiness.libraries.access.values import Carrier, Code, Handler, Seen, of


def handed(evaluation: Evaluation, code: Code, decorators: Sequence[Seen], asked: Asked) -> Arguments:
    """Parameters of the handler that a decorator fills with something made of who is calling, by their names."""
    nothing = Arguments([], {})
    evaluation.ask(asked)
    try:
        value = of(Handler())
        for each in reversed(decorators):
            value = evaluation.put_around(value, each.thing, 1)
        if not isinstance(value.thing, Code):
            return nothing
        calls = evaluation.calls.watched(lambda code=value.thing: evaluation.run(code, nothing, Role.WRAPPER))  # type: ignore[misc]
    except (Refused, Spent):
        return nothing
    node = evaluation.node_of(code)
    if not calls or node is None:
        return nothing
    names = [each.arg for each in (*node.args.posonlyargs, *node.args.args)]
    given = dict(calls[0].keywords)
    for name, value in zip(names, calls[0].positional, strict=False):
        if isinstance(value.thing, Carrier) and value.thing.kind == "arguments":
            break  # `*args`: what comes behind it has no known place
        given[name] = value
    return Arguments([], {name: each for name, each in given.items() if name and each.identity})

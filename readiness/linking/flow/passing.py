"""A function and a call of the summaries in; whether the call fits, and the text that it passes for a parameter out."""

from __future__ import annotations

from readiness.model.summary import Call, Constant, Function, Starred


def takes(function: Function, call: Call) -> bool:
    """A call fits the parameters of a method, by their number and the names of its keywords."""
    if any(isinstance(each, Starred) for each in call.arguments) or any(not name for name, _ in call.keywords):
        return True
    given = [each for each in function.parameters if each.kind in ("positional-only", "positional")]
    if given and given[0].name in ("self", "cls"):
        given = given[1:]
    spread = {each.kind for each in function.parameters}
    names = {each.name for each in function.parameters}
    needed = [each for each in given if each.default is None]
    keywords = {name for name, _ in call.keywords}
    if len(call.arguments) > len(given) and "variadic" not in spread:
        return False
    if not keywords <= names and "keyword-variadic" not in spread:
        return False
    return len(call.arguments) + len(keywords) >= len(needed)


def written_text(function: Function, call: Call, name: str) -> str | None:
    """The text that a call passes for a parameter, where it is written there, or the parameter's default as written; None for
    anything else."""
    given = [each.name for each in function.parameters if each.kind in ("positional", "positional-only")]
    place = given.index(name) - (given[0] in ("self", "cls")) if name in given else len(call.arguments)
    keywords = dict(call.keywords)
    if "" in keywords or any(isinstance(each, Starred) for each in call.arguments[: place + 1]):
        return None
    value = keywords.get(name)
    if value is None and 0 <= place < len(call.arguments):
        value = call.arguments[place]
    elif value is None:
        value = next((each.default for each in function.parameters if each.name == name), None)
    return value.value if isinstance(value, Constant) and isinstance(value.value, str) else None

"""A responder in, whether it answers data or a page out: the content types that it sets decide."""

from __future__ import annotations

import ast

from readiness.languages.python.names import last_name
from readiness.languages.python.walking import walk
from readiness.libraries.evaluation.reader import Reader
from readiness.libraries.evaluation.things import Routine

PAGES = ("text/html", "text/css", "text/javascript", "application/javascript", "image/", "font/")
REDIRECTS = frozenset(
    {"HTTPFound", "HTTPMovedPermanently", "HTTPSeeOther", "HTTPTemporaryRedirect", "HTTPPermanentRedirect"}
)
CONSTANTS = {"MEDIA_HTML": "text/html", "MEDIA_JS": "text/javascript", "MEDIA_PNG": "image/png"}
"""Names of Falcon for content types of pages; all its others are of data."""


class Answers:
    """Reads responders; each is read once."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._known: dict[tuple[str, int], bool] = {}

    def is_data(self, routine: Routine) -> bool:
        """False where every content type that is set is a page's, or nothing but a redirect is answered."""
        key = (routine.path, routine.index)
        if key not in self._known:
            self._known[key] = self._is_data(routine)
        return self._known[key]

    def _is_data(self, routine: Routine) -> bool:
        function = self.reader.function(routine)
        tree = self.reader.project.function(routine.path, routine.index)
        skip = 2 if self.reader.is_method(routine.path, routine.index) else 1
        names = [each.name for each in function.parameters if each.kind.startswith("positional")]
        if tree is None or len(names) <= skip:
            return True
        types: list[str] = []
        answers = redirects = False
        for node in walk(tree):
            types.extend(_content_types(node, names[skip]))
            answers |= isinstance(node, ast.Attribute) and node.attr in ("media", "text", "body", "data", "stream")
            redirects |= isinstance(node, ast.Raise) and _is_redirect(node.exc)
        if types:
            return not all(each.startswith(PAGES) for each in types)
        return answers or not redirects


def _content_types(node: ast.AST, response: str) -> list[str]:
    match node:
        case ast.Assign([ast.Attribute(ast.Name(name), "content_type")], value) if name == response:
            return [_content_type(value)]
        case ast.Call(ast.Attribute(ast.Name(name), "set_header"), [ast.Constant(str(key)), value]) if name == response:
            return [_content_type(value)] if key.lower() == "content-type" else []
        case _:
            return []


def _content_type(value: ast.expr) -> str:
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return value.value.strip().lower()
    return CONSTANTS.get(value.attr, "") if isinstance(value, ast.Attribute) else ""


def _is_redirect(raised: ast.expr | None) -> bool:
    callee = raised.func if isinstance(raised, ast.Call) else raised
    return last_name(callee) in REDIRECTS

"""Text of a scanned repository in, the same text as Markdown that stays text out."""

import re

from readiness.reporters.cleaning import clean

_MARKUP = re.compile(r"[\\*_\[\]<>#|~$@&]|^[-+=]|:(?=[/\w])|(?<=www)\.|(?<=^\d)[.)]", re.IGNORECASE)
"""What begins markup in the middle of a line, and what does at its start."""


def escaped(text: str, limit: int = 200) -> str:
    """The text as text: no character of it is markup, a mention, an address or a line end.

    Words in backticks, which messages use for code, stay code.
    """
    parts = clean(text, limit).split("`")
    if len(parts) % 2 == 0:
        # A backtick without its partner.
        parts[-2:] = [f"{parts[-2]}'{parts[-1]}"]
    return "".join(
        code(part) if number % 2 and part.strip() else _MARKUP.sub(_entity, part) for number, part in enumerate(parts)
    )


def code(text: str) -> str:
    """The text in a code span, whatever it holds; a bar would end a cell of a table even there."""
    said = clean(text).replace("`", "'").replace("|", "¦").strip()
    return f"`{said}`" if said else ""


def code_in_html(text: str) -> str:
    """The text as code inside an HTML element, where Markdown is not read."""
    return f"<code>{_MARKUP.sub(_entity, clean(text))}</code>"


def _entity(found: re.Match[str]) -> str:
    return f"&#{ord(found[0])};"

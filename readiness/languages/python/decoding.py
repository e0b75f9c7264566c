"""The bytes of a Python file in, its text out, by the rules of the language."""

from __future__ import annotations

import codecs
import re

COOKIE = re.compile(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
BLANK = re.compile(rb"[ \t\f]*(?:#.*)?\r?\Z")

STRANGE = {"punycode", "idna", "undefined", "unicode_escape", "raw_unicode_escape", "utf-7", "mbcs", "oem"}
"""Codecs that no source file is written in; some take quadratic time."""


class Undecodable(Exception):
    """The bytes are no text; the message says why, in one sentence."""


def decode(content: bytes) -> str:
    """The text of a file, by its byte order mark or its coding cookie, else as UTF-8; raises `Undecodable`."""
    if b"\0" in content:
        wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        raise Undecodable(
            "the file is UTF-16 text, which Python does not read" if wide else "the file holds null bytes"
        )
    name = cookie(content)
    marked = content.startswith(codecs.BOM_UTF8)
    try:
        if name is None or marked:
            return content.decode("utf-8-sig" if marked else "utf-8")
        codec = codecs.lookup(name)
        if not codec._is_text_encoding or codec.name in STRANGE or codec.name.startswith(("utf-16", "utf-32")):
            raise Undecodable(f"the encoding {name!r} of the coding cookie is none for source code")
        return content.decode(codec.name)
    except LookupError:
        raise Undecodable(f"the encoding {name!r} of the coding cookie is not known") from None
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Undecodable(f"line {line} cannot be decoded as {error.encoding}") from None


def cookie(content: bytes) -> str | None:
    """The encoding that a comment in the first two lines names."""
    first, _, rest = content[:4096].partition(b"\n")
    if b"coding" not in first and b"coding" not in rest.partition(b"\n")[0]:
        return None
    match = COOKIE.match(first)
    if match is None and BLANK.match(first):
        match = COOKIE.match(rest.partition(b"\n")[0])
    return match.group(1).decode("ascii", "replace") if match else None

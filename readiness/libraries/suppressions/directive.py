"""The text of a comment in, our own directive out: what it silences, for how long, who stands for it and why.

readiness: ignore[rule-id, other-rule] until=2027-03-01 owner=@orders -- the reason in a few words
"""

import difflib
import re
from datetime import date, timedelta

from msgspec import Struct

from readiness.libraries.suppressions.foreign import WORDS, is_reason

LONGEST = timedelta(days=365)
START = re.compile(r"readiness:\s*(?P<word>[A-Za-z][\w-]*)\s*(?P<rest>.*)", re.DOTALL)
CODES = re.compile(r"\[(?P<codes>[^\]]*)\](?P<rest>.*)", re.DOTALL)
RULE = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
SETTINGS = ("until", "owner")


class Directive(Struct, frozen=True, kw_only=True):
    """One directive as it was written, with its mistakes."""

    rules: tuple[str, ...]
    until: date | None
    written_until: str
    owner: str
    reason: str
    problem: str
    """All mistakes in one sentence; empty where it is well-formed."""


def directive_in(text: str, today: date) -> Directive | None:
    """Read the directive that begins the text; None where the text only mentions the tool.

    `ignore` without brackets is a directive when nothing but settings follow: a sentence about readiness is none.
    """
    start = START.match(text)
    if start is None:
        return None
    word, rest = start["word"], start["rest"]
    bracketed = rest.startswith("[")
    settings = not rest or re.match(r"(?:until|owner)\s*=|--", rest) is not None
    if not bracketed and not (word.lower() == "ignore" and settings):
        return None
    mistakes = [] if word == "ignore" else [f"{word!r} is no word of ours; write ignore[...]"]
    rules: tuple[str, ...] = ()
    inside = CODES.match(rest)
    if inside is not None:
        rules, rest = _rules(inside["codes"], mistakes), inside["rest"]
    else:
        mistakes.append("the bracket is not closed" if bracketed else "it names no rule; write ignore[rule-id]")
        rest = rest.partition("]")[2] if "]" in rest else rest
    before, marker, reason = rest.partition("--")
    values = _settings(before, mistakes)
    until = _until(values.get("until", ""), today, mistakes)
    if not values.get("owner"):
        mistakes.append("the owner is missing; add owner=@name")
    reason = reason.strip()
    if not marker or not reason:
        mistakes.append("the reason is missing; add -- and why")
    elif not is_reason(reason):
        mistakes.append(f"the reason has fewer than {WORDS} words")
    return Directive(
        rules=rules,
        until=until,
        written_until=values.get("until", ""),
        owner=values.get("owner", ""),
        reason=reason,
        problem="; ".join(mistakes),
    )


def _rules(written: str, mistakes: list[str]) -> tuple[str, ...]:
    rules = tuple(dict.fromkeys(name for name in (each.strip() for each in written.split(",")) if name))
    if not rules:
        mistakes.append("it names no rule; write ignore[rule-id]")
    mistakes.extend(f"{rule!r} is no rule's id" for rule in rules if RULE.fullmatch(rule) is None)
    return rules


def _settings(written: str, mistakes: list[str]) -> dict[str, str]:
    """The `key=value` pairs before the reason."""
    values: dict[str, str] = {}
    for token in written.split():
        key, equals, value = token.partition("=")
        if not equals or key not in SETTINGS:
            close = difflib.get_close_matches(key, SETTINGS, n=1)
            hint = f"did you mean {close[0]}=?" if close else "only until= and owner= stand before --"
            mistakes.append(f"{token!r} is not understood; {hint}")
        elif key in values:
            mistakes.append(f"{key} is given twice")
        else:
            values[key] = value
    return values


def _until(written: str, today: date, mistakes: list[str]) -> date | None:
    if not written:
        mistakes.append("the date is missing; add until=YYYY-MM-DD")
        return None
    try:
        until = date.fromisoformat(written) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", written, re.ASCII) else None
    except ValueError:
        until = None
    if until is None:
        mistakes.append(f"{written!r} is no date; write it as 2027-03-01")
    elif until - today > LONGEST:
        mistakes.append(f"{written} is more than {LONGEST.days} days away")
    return until

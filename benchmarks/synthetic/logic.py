"""A domain in; code that no framework shapes out: calculations with their tests, and the bodies that other files share.

The statements are drawn from what backends are made of: guards, loops, accumulations, look-ups, log calls, handlers, calls of
other packages, arguments over several lines.
"""

from collections.abc import Callable, Iterable, Sequence
from random import Random

from synthetic.words import ASPECTS, VERBS, Domain, Field

Block = list[str]
"""Lines without the indentation of the function around them."""


def indented(lines: Iterable[str], depth: int = 1) -> Block:
    """The lines deeper by so many levels; empty ones stay empty."""
    return [f"{'    ' * depth}{line}" if line else "" for line in lines]


def module(*sections: Sequence[str]) -> str:
    """A file's text: imports, then each definition behind two empty lines."""
    return "\n\n\n".join("\n".join(section) for section in sections if section) + "\n"


def calculations(chance: Random, domain: Domain, count: int) -> tuple[str, list[str]]:
    """The text of a module of functions, and their names."""
    names: list[str] = []
    while len(names) < count:
        name = f"{chance.choice(VERBS)}_{chance.choice(ASPECTS)}"
        if name not in names:
            names.append(name)
    called = [each for each in domain.neighbours if chance.random() < 0.8]
    head = [
        f'"""Rules and sums of {domain.entity.plural}."""',
        "",
        "import logging",
        "from collections import defaultdict",
        "from datetime import UTC, datetime, timedelta",
        "from decimal import Decimal",
        "",
        *(f"from {domain.package}.{each} import calculations as {each}_calculations" for each in called),
        f"from {domain.package}.core.errors import Conflict, Invalid",
        "",
        "logger = logging.getLogger(__name__)",
        "",
        f'ALLOWED_{domain.name.upper()} = frozenset({{"open", "held", "closed", "{domain.name}"}})',
        f"MOST_{domain.name.upper()} = {chance.randint(5, 500)}",
    ]
    bodies = [calculation(chance, domain, name, names[:number], called) for number, name in enumerate(names)]
    return module(head, known(domain), *bodies), names


def calculation(chance: Random, domain: Domain, name: str, earlier: Sequence[str], called: Sequence[str]) -> Block:
    """One function `name(items, rate, *, since)` of about thirty lines."""
    lines = [f"def {name}(items, rate: Decimal, *, since: datetime | None = None) -> dict[str, Decimal]:"]
    body = [f'"""{name.replace("_", " ").capitalize()} of {domain.entity.plural}.', "", *prose(chance, domain), '"""']
    body.append("totals = defaultdict(Decimal)")
    plain: list[Callable[[Random, Domain], Block]] = [decision, table, remark]
    busy: list[Callable[[Random, Domain], Block]] = [guard, loop, chosen, window, logged, gathered]
    for block in (*chance.sample(busy, chance.randint(1, 2)), *chance.sample(plain, chance.randint(2, 3))):
        body += block(chance, domain)
    if earlier and chance.random() < 0.6:
        body.append(f"totals.update({chance.choice(earlier)}(items[:{chance.randint(2, 40)}], rate, since=since))")
    if called and chance.random() < 0.5:
        other = chance.choice(called)
        body += [
            "for key, value in " + f"{other}_calculations.known_{other}(items).items():",
            "    totals[key] += value",
        ]
    body.append("return dict(totals)")
    return [*lines, *indented(body)]


def known(domain: Domain) -> Block:
    """The function that other packages call."""
    amount = field_of(domain, "money")
    return [
        f"def known_{domain.name}(items) -> dict[str, Decimal]:",
        f'    """What is known of {domain.entity.plural} by their {field_of(domain, "text")}."""',
        f"    return {{item.{field_of(domain, 'text')}: item.{amount} for item in items if item.{amount} is not None}}",
    ]


def field_of(domain: Domain, kind: str) -> str:
    """The name of the first field of a kind."""
    return domain.entity.of(kind)[0].name


def guard(chance: Random, domain: Domain) -> Block:
    """A check that raises."""
    if chance.random() < 0.5:
        return [f"if len(items) > MOST_{domain.name.upper()}:", f'    raise Invalid("too many {domain.entity.plural}")']
    return [
        "if rate < 0:",
        "    raise Conflict(",
        f'        "the rate of {domain.name} must not be negative",',
        f'        code="{domain.name}_rate",',
        "    )",
    ]


def loop(chance: Random, domain: Domain) -> Block:
    """A sum over what was given."""
    money, text = field_of(domain, "money"), field_of(domain, "text")
    return [
        "for item in items:",
        f"    if item.{field_of(domain, 'flag')} and item.{money} is not None:",
        f"        totals[item.{text}] += item.{money} * rate",
        "    else:",
        f"        totals[{chance.choice(ASPECTS)!r}] += Decimal({str(chance.randint(1, 99))!r})",
    ]


def chosen(chance: Random, domain: Domain) -> Block:
    """A selection, sorted."""
    number = field_of(domain, "number")
    return [
        f"ranked = sorted(items, key=lambda item: (item.{number}, item.{field_of(domain, 'text')}), reverse=True)",
        f"best = [item for item in ranked if item.{number} > {chance.randint(0, 50)}][:{chance.randint(3, 20)}]",
        f'totals["best"] = sum((item.{field_of(domain, "money")} for item in best), Decimal(0))',
    ]


def window(chance: Random, domain: Domain) -> Block:
    """What lies in a time."""
    time = field_of(domain, "time")
    return [
        f"start = since or datetime.now(UTC) - timedelta(days={chance.randint(1, 90)})",
        f"late = [item for item in items if item.{time} and item.{time} < start]",
        "if late:",
        f'    totals["late"] = Decimal(len(late)) / max(len(items), {chance.randint(1, 9)})',
    ]


def logged(chance: Random, domain: Domain) -> Block:
    """Two log calls."""
    return [
        f'logger.info("{chance.choice(VERBS)} %s {domain.entity.plural} at %s", len(items), rate)',
        "if not items:",
        f'    logger.warning("no {domain.entity.plural} since %s", since)',
    ]


def gathered(chance: Random, domain: Domain) -> Block:
    """Groups, with a handler around the conversion."""
    return [
        "groups = defaultdict(list)",
        "for item in items:",
        "    try:",
        f"        groups[str(item.{field_of(domain, 'text')}).strip().lower()].append(Decimal(item.{field_of(domain, 'money')}))",
        "    except (TypeError, ValueError):",
        f'        logger.exception("{domain.name} %s cannot be counted", item.id)',
        "for key, values in groups.items():",
        f"    totals[key] = max(values) - min(values) * {chance.randint(1, 5)}",
    ]


def decision(chance: Random, domain: Domain) -> Block:
    """A choice among constants."""
    number, flag = field_of(domain, "number"), field_of(domain, "flag")
    lines = ["for item in items:"]
    for bound in sorted(chance.sample(range(1, 400), chance.randint(3, 6))):
        lines += [f"    if item.{number} < {bound} and {chance.choice(('', 'not '))}item.{flag}:", "        continue"]
    return [*lines, f'    totals["{chance.choice(ASPECTS)}"] += item.{number}']


def table(chance: Random, domain: Domain) -> Block:
    """A dictionary of constants, and a look-up."""
    names = chance.sample(ASPECTS, chance.randint(6, 14))
    return [
        "weights = {",
        *(f'    "{name}": {chance.randint(1, 900)},' for name in names),
        "}",
        f'totals["{names[0]}"] += weights["{names[-1]}"] * rate',
    ]


def remark(chance: Random, domain: Domain) -> Block:
    """A comment and what it is about."""
    return [
        *(f"# {line}" for line in prose(chance, domain)),
        f'totals["{chance.choice(ASPECTS)}"] += MOST_{domain.name.upper()} * {chance.randint(2, 40)}',
    ]


def prose(chance: Random, domain: Domain) -> Block:
    """Three to six lines of text."""
    return [
        f"The {chance.choice(ASPECTS)} and the {chance.choice(ASPECTS)} of each {domain.entity.name.replace('_', ' ')} "
        f"{chance.choice(VERBS)} the {chance.choice(ASPECTS)}"
        for _ in range(chance.randint(3, 6))
    ]


def sample_value(chance: Random, field: Field) -> str:
    """An expression for a value of a field."""
    return {
        "text": f'"{chance.choice(ASPECTS)}-{chance.randint(1, 999)}"',
        "number": str(chance.randint(1, 99)),
        "money": f'Decimal("{chance.randint(1, 999)}.{chance.randint(10, 99)}")',
        "time": f"datetime(2026, {chance.randint(1, 12)}, {chance.randint(1, 28)}, tzinfo=UTC)",
        "flag": str(chance.random() < 0.5),
    }[field.kind]


def sample_json(chance: Random, field: Field) -> str:
    """The same for a request's body."""
    return {
        "money": f'"{chance.randint(1, 999)}.{chance.randint(10, 99)}"',
        "time": f'"2026-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}T10:00:00Z"',
    }.get(field.kind) or sample_value(chance, field)


def calculation_tests(chance: Random, domain: Domain, names: Sequence[str]) -> str:
    """Tests of a module of calculations."""
    head = [
        "from datetime import UTC, datetime",
        "from decimal import Decimal",
        "from types import SimpleNamespace",
        "",
        "import pytest",
        "",
        f"from {domain.package}.{domain.name} import calculations",
        f"from {domain.package}.core.errors import Conflict",
    ]
    fixture = [
        "@pytest.fixture",
        f"def {domain.entity.plural}():",
        "    return [",
        *(
            line
            for number in range(3)
            for line in (
                "        SimpleNamespace(",
                f"            id={number + 1},",
                *(f"            {field.name}={sample_value(chance, field)}," for field in domain.entity.fields),
                "        ),",
            )
        ),
        "    ]",
    ]
    tests = [calculation_test(chance, domain, name) for name in names]
    return module(head, fixture, *tests)


def calculation_test(chance: Random, domain: Domain, name: str) -> Block:
    """One test: of what is refused, or of figures against a table."""
    plural = domain.entity.plural
    if chance.random() < 0.3:
        return [
            f"def test_{name}_refuses_a_negative_rate({plural}):",
            "    with pytest.raises(Conflict) as caught:",
            f"        calculations.{name}({plural}, Decimal(-{chance.randint(1, 9)}))",
            f'    assert "{domain.name}" in str(caught.value)',
        ]
    return [
        f"def test_{name}({plural}):",
        *indented(f"# {line}" for line in prose(chance, domain)),
        f"    first, *_ = {plural}",
        *(
            f"    first.{field.name} = {sample_plain(chance, field)}"
            for field in chance.sample(domain.entity.fields, min(2, len(domain.entity.fields)))
        ),
        "    expected = {",
        *(
            f'        "{aspect}": {chance.randint(-90, 900)},'
            for aspect in chance.sample(ASPECTS, chance.randint(4, 12))
        ),
        "    }",
        f"    result = calculations.{name}(",
        f"        {plural},",
        f'        Decimal("{chance.randint(1, 9)}.25"),',
        f"        since=datetime(2026, {chance.randint(1, 12)}, {chance.randint(1, 28)}, tzinfo=UTC),",
        "    )",
        "    for key in expected.keys() & result.keys():",
        "        assert result[key] == expected[key]",
    ]


def sample_plain(chance: Random, field: Field) -> str:
    """A literal for a value of a field."""
    return {"money": f"{chance.randint(1, 999)}.25", "time": "None"}.get(field.kind) or sample_value(chance, field)


ERRORS = '''"""What goes wrong, as callers are told."""


class ServiceError(Exception):
    """A failure with a status and a code."""

    status = 500

    def __init__(self, message: str, *, code: str = "error") -> None:
        super().__init__(message)
        self.message = message
        self.code = code


class NotFound(ServiceError):
    status = 404


class Invalid(ServiceError):
    status = 422


class Conflict(ServiceError):
    status = 409
'''

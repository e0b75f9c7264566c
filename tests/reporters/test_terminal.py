"""What a user sees in a terminal."""

import re
import unicodedata

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.reporters.terminal import Terminal, render
from readiness.reporters.terminal.endpoints import render_endpoints
from readiness.reporters.terminal.explanation import render_item, render_score
from readiness.reporters.terminal.markdown import render_page
from readiness.reporters.terminal.rules import render_rules

NAMES = ["ready", "trouble", "unread", "several", "problems", "library", "empty"]
SGR = re.compile(r"\x1b\[[0-9;]*m")
WIDTHS = [40, 80, 120]


def everything(report, terminal):
    """Every text that a terminal reporter can make of a report."""
    texts = [render(report, terminal, verbosity=verbosity) for verbosity in (-1, 0, 1, 2)]
    texts += [render_endpoints(report, terminal), render_score(report, terminal), render_rules(report.rules, terminal)]
    items = {item.id for service in report.services for item in service.items}
    return texts + [render_item(report, item, terminal) for item in sorted(items)]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", NAMES)
def test_first_screen(samples, same_as_snapshot, name, width):
    same_as_snapshot(f"{name}-{width}.txt", render(samples.ALL[name](), Terminal(width)))


@pytest.mark.parametrize("name", ["trouble", "several"])
def test_first_screen_in_ascii(samples, same_as_snapshot, name):
    text = render(samples.ALL[name](), Terminal(80, encoding="ascii"))
    assert text.isascii()
    same_as_snapshot(f"{name}-80-ascii.txt", text)


def test_first_screen_in_color(samples, same_as_snapshot):
    same_as_snapshot("trouble-100-color.txt", render(samples.trouble(), Terminal(100, color=True)))


@pytest.mark.parametrize("verbosity", [-1, 1, 2])
def test_other_depths(samples, same_as_snapshot, verbosity):
    same_as_snapshot(f"trouble-100-depth{verbosity}.txt", render(samples.trouble(), Terminal(100), verbosity=verbosity))


@pytest.mark.parametrize("width", WIDTHS)
def test_endpoints(samples, same_as_snapshot, width):
    same_as_snapshot(f"endpoints-{width}.txt", render_endpoints(samples.trouble(), Terminal(width)))


@pytest.mark.parametrize("width", WIDTHS)
def test_arithmetic(samples, same_as_snapshot, width):
    report = samples.trouble()
    text = render_score(report, Terminal(width)) + "\n" + render_item(report, "security", Terminal(width))
    same_as_snapshot(f"arithmetic-{width}.txt", text)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("color", [False, True])
@pytest.mark.parametrize("name", NAMES)
def test_no_line_is_too_wide(samples, name, color, width):
    for text in everything(samples.ALL[name](), Terminal(width, color)):
        for line in SGR.sub("", text).split("\n"):
            assert len(line) <= width


@pytest.mark.parametrize("name", NAMES)
def test_color_adds_nothing_but_color(samples, name):
    plain = everything(samples.ALL[name](), Terminal(100))
    colored = everything(samples.ALL[name](), Terminal(100, color=True))
    for one, other in zip(plain, colored, strict=True):
        # The coloured verdict has a margin inside its ground.
        same = [line.split() for line in SGR.sub("", other).split("\n")]
        assert [line.split() for line in one.split("\n")] == same


@settings(max_examples=60, deadline=None)
@given(poison=st.text(st.characters(categories=None), min_size=1, max_size=60), color=st.booleans())
def test_nothing_of_a_repository_acts_on_the_terminal(samples, poison, color):
    acting = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    for text in everything(samples.hostile(poison), Terminal(90, color)):
        rest = SGR.sub("", text) if color else text
        assert not {unicodedata.category(character) for character in rest if character != "\n"} & acting


@pytest.mark.parametrize("poison", ["\x1b]8;;http://x\x1b\\click", "\r\x1b[2K", "\u202e", "\x1b[0m", "a\nb", "\x9b31m"])
def test_escape_sequences_of_a_repository_are_shown_not_obeyed(samples, poison):
    for text in everything(samples.hostile(poison), Terminal(100, color=True)):
        assert poison not in text or poison == "\x1b[0m"
        assert not re.search(r"\x1b(?!\[[0-9;]*m)", text)


def test_the_score_can_be_done_again_by_hand(samples):
    text = render_score(samples.trouble(), Terminal(120))
    rows = re.findall(r"^ (.+?) +(\d+) +([\d.]+) +([\d.]+) +([\d.]+) +([\d.]+)$", text, re.MULTILINE)
    *items, total = [(title, *map(float, figures)) for title, *figures in rows]
    assert len(items) == 7
    for part in range(2, 6):
        mean = sum(row[1] * row[part] for row in items) / sum(row[1] for row in items)
        assert mean == pytest.approx(total[part], abs=0.01)
    capped = re.search(r"smaller of ([\d.]+) and (\d+) x \(0\.7 \+ 0\.3 x ([\d.]+) / 100\) = ([\d.]+)", text)
    assert capped is not None
    proven, limit, _, value = map(float, capped.groups())
    assert min(proven, limit * (0.7 + 0.3 * proven / 100)) == pytest.approx(value, abs=0.06)


@pytest.mark.parametrize("item", ["features-and-tests", "performance", "security", "errors-and-logging"])
def test_an_item_can_be_done_again_by_hand(samples, item):
    text = render_item(samples.trouble(), item, Terminal(120))
    rows = re.findall(r"^ (\S.+?) +(\d+) +([\d.]+) +([\d.]+) +([\d.]+) +([\d.]+)$", text, re.MULTILINE)
    *criteria, total = [(title, *map(float, figures)) for title, *figures in rows]
    for part in range(2, 6):
        mean = sum(row[1] * row[part] for row in criteria) / sum(row[1] for row in criteria)
        assert mean == pytest.approx(total[part], abs=0.01)


def test_passes_are_shown_only_at_the_second_depth(samples):
    report = samples.trouble()
    assert "Two values, both bound." not in render(report, Terminal(100), verbosity=1)
    assert "Two values, both bound." in render(report, Terminal(100), verbosity=2)


def test_findings_of_one_cause_are_told_once(samples):
    text = render(samples.trouble(), Terminal(100), verbosity=1)
    detail = text.split("paginated-lists   3 failing")[1]
    assert detail.count("The list has no limit") == 1
    assert all(place in detail for place in ("app/customers.py:23", "app/invoices.py:54", "app/orders.py:88"))


def test_a_large_cause_is_counted_not_listed(samples):
    report = samples.trouble()
    one = report.findings[3]
    many = tuple(
        msgspec.structs.replace(one, span=msgspec.structs.replace(one.span, line=line)) for line in range(1, 501)
    )
    text = render(msgspec.structs.replace(report, findings=many), Terminal(100), verbosity=1)
    assert "and 490 more places" in text
    assert "500 places" in text


def test_excluded_findings_are_not_shown(samples):
    report = samples.trouble()
    gone = msgspec.structs.replace(report.findings[0], excluded=True)
    text = render(msgspec.structs.replace(report, findings=(gone,)), Terminal(100), verbosity=2)
    assert "LIKE pattern by an f-string" not in text.split("Evidence to add")[1]


def test_many_services_get_a_table_and_some_screens(samples):
    report = samples.several()
    many = msgspec.structs.replace(
        report,
        services=tuple(msgspec.structs.replace(report.services[0], root=f"services/s{number}") for number in range(30)),
    )
    text = render(many, Terminal(100))
    assert "30 services" in text
    assert "and 24 more services: readiness check -v" in text
    assert render(many, Terminal(100), verbosity=1).count("Evidence to add") == 30


def test_a_page_keeps_its_code_and_wraps_its_prose():
    page = (
        "# a-rule\n\nOne sentence that is\nwrapped in the source with `code *x*` and **weight** and a [link](https://x.org).\n\n"
        "- first\n- second\n  that goes on\n\n```python path=a.py\nx = 1  # passes: a-rule\n\ny = '**not bold**'\n```\n\n"
        "| a | b |\n|---|---|\n| 1 | 2 |\n"
    )
    assert render_page(page, Terminal(60)) == (
        "a-rule\n\n"
        "One sentence that is wrapped in the source with `code *x*`\n"
        "and weight and a link (https://x.org).\n\n"
        "  · first\n  · second that goes on\n\n"
        "    a.py\n    x = 1  # passes: a-rule\n\n    y = '**not bold**'\n\n"
        "  a | b\n  1 | 2\n"
    )


@pytest.mark.parametrize(
    ("standing", "said"),
    [("observed", "coverage: c.xml"), ("stale", "c.xml (out of date)"), ("early", "c.xml (older than the commit)")],
)
def test_evidence_of_an_earlier_day_is_said_to_be_that(samples, standing, said):
    report = msgspec.structs.replace(
        samples.ready(), evidence=(("coverage", "c.xml", ""),), standings=(("c.xml", standing),)
    )
    shown = render(report, Terminal(200))
    assert said in shown
    assert ("(" in next(line for line in shown.splitlines() if "c.xml" in line)) == (standing != "observed")

"""Series of figures over sizes in, a picture with logarithmic axes as SVG out."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from measuring import Spread

WIDTH, HEIGHT = 520, 380
LEFT, RIGHT, TOP, BOTTOM = 62, 120, 46, 48
BLUE, ORANGE, GREEN, PURPLE, GREY = "#0b62a4", "#c2410c", "#15803d", "#7e22ce", "#8a8a8a"


@dataclass(frozen=True)
class Series:
    """One line of a panel."""

    name: str
    points: Sequence[tuple[float, Spread]]
    """Sizes with what was measured there; none of them 0."""
    color: str
    dashed: bool = False
    """It was not measured."""


@dataclass(frozen=True)
class Panel:
    """One system of axes."""

    title: str
    unit: str
    series: Sequence[Series]


def picture(panels: Sequence[Panel], note: str) -> str:
    """The panels side by side, with a line of text below; series without points are left out."""
    width, height = WIDTH * len(panels), HEIGHT + 26
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
    ]
    for number, panel in enumerate(panels):
        lines += [f'<g transform="translate({number * WIDTH} 0)">', *_drawn(panel), "</g>"]
    lines.append(f'<text x="{LEFT}" y="{height - 10}" fill="#555555" font-size="11">{escape(note)}</text>')
    return "\n".join([*lines, "</svg>"]) + "\n"


@dataclass(frozen=True)
class Axis:
    """A logarithmic axis between two powers of ten."""

    low: int
    high: int
    start: float
    end: float

    @classmethod
    def over(cls, values: Sequence[float], start: float, end: float) -> "Axis":
        """The shortest one that holds all values."""
        low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
        return cls(low, max(high, low + 1), start, end)

    def at(self, value: float) -> float:
        """The place of a value in the picture."""
        return self.start + (math.log10(value) - self.low) / (self.high - self.low) * (self.end - self.start)


def _drawn(panel: Panel) -> Iterator[str]:
    drawn = [series for series in panel.series if series.points]
    sizes = [size for series in drawn for size, _ in series.points]
    values = [each for series in drawn for _, spread in series.points for each in (spread.least, spread.most)]
    across = Axis.over(sizes, LEFT, WIDTH - RIGHT)
    up = Axis.over(values, HEIGHT - BOTTOM, TOP)
    yield f'<text x="{LEFT}" y="24" font-size="14" font-weight="bold">{escape(panel.title)}</text>'
    for power in range(across.low, across.high + 1):
        x = across.at(10**power)
        yield f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{HEIGHT - BOTTOM}" stroke="#e2e2e2"/>'
        yield f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{_short(10**power)}</text>'
    for power in range(up.low, up.high + 1):
        y = up.at(10**power)
        yield f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="#e2e2e2"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{_short(10**power)}</text>'
    yield f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - BOTTOM + 36}" text-anchor="end" fill="#555555">lines of Python</text>'
    yield f'<text x="{LEFT}" y="{TOP - 8}" fill="#555555">{escape(panel.unit)}</text>'
    places = _apart([up.at(series.points[-1][1].middle) for series in drawn])
    for series, label in zip(drawn, places, strict=True):
        yield from _line(series, across, up, label)


def _line(series: Series, across: Axis, up: Axis, label: float) -> Iterator[str]:
    color = series.color
    points = [(across.at(size), up.at(spread.middle)) for size, spread in series.points]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dashes = ' stroke-dasharray="5 4"' if series.dashed else ""
    yield f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2"{dashes}/>'
    for (x, y), (_, spread) in zip(points, series.points, strict=True):
        if not series.dashed:
            yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{color}"/>'
        if spread.least < spread.most:
            top, bottom = up.at(spread.most), up.at(spread.least)
            yield f'<line x1="{x:.1f}" y1="{top:.1f}" x2="{x:.1f}" y2="{bottom:.1f}" stroke="{color}"/>'
    yield f'<text x="{points[-1][0] + 8:.1f}" y="{label + 4:.1f}" fill="{color}">{escape(series.name)}</text>'


def _apart(places: Sequence[float]) -> list[float]:
    """The places of labels moved down where they would cover one another."""
    moved: dict[int, float] = {}
    last = -math.inf
    for number in sorted(range(len(places)), key=lambda number: places[number]):
        last = moved[number] = max(places[number], last + 14)
    return [moved[number] for number in range(len(places))]


def _short(value: float) -> str:
    """`10k`, `1M`, `0.1`."""
    for bound, ending in ((10**6, "M"), (10**3, "k")):
        if value >= bound:
            return f"{value / bound:g}{ending}"
    return f"{value:g}"

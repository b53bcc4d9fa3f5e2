"""A scatter picture as SVG: logarithmic to the right, each system with a shape and a colour."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 720, 420
LEFT, RIGHT, TOP, BOTTOM = 70, 240, 30, 50
_COLOURS = ("#0b6e4f", "#48639c", "#c1666b", "#8a5a00", "#6b4c9a", "#00707a", "#555555")
_SHAPES = {
    "circle": "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0Z",
    "square": "M-4.5 -4.5H4.5V4.5H-4.5Z",
    "up": "M0 -6L5.5 4.5H-5.5Z",
    "down": "M0 6L5.5 -4.5H-5.5Z",
    "diamond": "M0 -6.5L6.5 0L0 6.5L-6.5 0Z",
    "cross": "M-2 -6H2V-2H6V2H2V6H-2V2H-6V-2H-2Z",
    "bar": "M-6.5 -2.5H6.5V2.5H-6.5Z",
}


@dataclass(frozen=True, slots=True)
class Mark:
    """What is drawn of one system: its points, joined where there are several."""

    name: str
    shape: str
    points: Sequence[tuple[float, float]]


def scatter(marks: Sequence[Mark], titles: tuple[str, str, str], *, log_y: bool) -> str:
    """Draw points; `titles` are those of the picture and of its axes."""
    xs = [x for mark in marks for x, _ in mark.points]
    ys = [y for mark in marks for _, y in mark.points]
    x_ticks, y_ticks = _decades(xs), _decades(ys) if log_y else _tenths(ys)
    across = _axis(x_ticks, (LEFT, WIDTH - RIGHT), math.log10)
    up = _axis(y_ticks, (HEIGHT - BOTTOM, TOP), math.log10 if log_y else float)
    look = 'font-family="sans-serif" font-size="12" role="img"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" {look}>',
        f"<title>{escape(' '.join(filter(None, titles)))}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        *_grid(x_ticks, y_ticks, across, up),
        *_titles(titles),
    ]
    for number, mark in enumerate(marks):
        parts += _drawn(mark, _COLOURS[number % len(_COLOURS)], across, up, number)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _axis(
    ticks: Sequence[float], ends: tuple[float, float], scale: Callable[[float], float]
) -> Callable[[float], float]:
    low, high = scale(ticks[0]), scale(ticks[-1])
    begin, end = ends
    return lambda value: begin + (end - begin) * (scale(value) - low) / (high - low)


def _decades(values: Sequence[float]) -> list[float]:
    """Return 1, 2 and 5 of every power of ten around the values."""
    steps = [m * 10.0**n for n in range(-3, 8) for m in (1, 2, 5)]
    low = max((s for s in steps if s <= min(values)), default=steps[0])
    high = min((s for s in steps if s > max(values)), default=steps[-1])
    return [s for s in steps if low <= s <= high]


def _tenths(values: Sequence[float]) -> list[float]:
    low, high = math.floor(min(values) * 10), math.floor(max(values) * 10) + 1
    return [n / 10 for n in range(low, high + 1)]


def _grid(
    x_ticks: Sequence[float],
    y_ticks: Sequence[float],
    across: Callable[[float], float],
    up: Callable[[float], float],
) -> Iterator[str]:
    for tick in x_ticks:
        x = across(tick)
        yield f'<path d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#ddd"/>'
        yield f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{tick:,g}</text>'
    for tick in y_ticks:
        y = up(tick)
        yield f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{tick:,g}</text>'


def _titles(titles: tuple[str, str, str]) -> Iterator[str]:
    title, right, upwards = map(escape, titles)
    middle = (LEFT + WIDTH - RIGHT) / 2
    yield f'<text x="{middle}" y="{TOP - 12}" text-anchor="middle">{title}</text>'
    yield f'<text x="{middle}" y="{HEIGHT - 12}" text-anchor="middle">{right}</text>'
    turned = f"translate(18 {(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)"
    yield f'<text transform="{turned}" text-anchor="middle">{upwards}</text>'


def _drawn(
    mark: Mark,
    colour: str,
    across: Callable[[float], float],
    up: Callable[[float], float],
    number: int,
) -> Iterator[str]:
    places = [(across(x), up(y)) for x, y in mark.points]
    if len(places) > 1:
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        yield f'<polyline points="{line}" fill="none" stroke="{colour}"/>'
    for x, y in [*places, (WIDTH - RIGHT + 24, TOP + 10 + 22 * number)]:
        yield (
            f'<path transform="translate({x:.1f} {y:.1f})" d="{_SHAPES[mark.shape]}" '
            f'fill="{colour}"/>'
        )
    label = f'x="{WIDTH - RIGHT + 38}" y="{TOP + 14 + 22 * number}"'
    yield f"<text {label}>{escape(mark.name)}</text>"

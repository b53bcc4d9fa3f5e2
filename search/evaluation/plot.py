"""A heat map of quality by language pair, as an SVG file that needs no plotting library."""

from __future__ import annotations

from html import escape

from search.evaluation.report import Report
from search.evaluation.show import PAIR_MEASURE

_CELL, _MARGIN, _TOP = 34, 56, 64
_TEXT = 'font-family="sans-serif" font-size="12" fill="{fill}" text-anchor="{anchor}"'


def heat_map(measured: Report) -> str:
    """Draw the language of the query (rows) by that of the article (columns), 0 to 100.

    Cells go from white (0) to dark blue (1); a pair without a topic stays empty.
    """
    pairs = measured.languages.pairs
    rows = sorted({own for own, _ in pairs})
    columns = sorted({found for _, found in pairs})
    width = _MARGIN + _CELL * max(len(columns), 8) + 12
    height = _TOP + _CELL * len(rows) + 12
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" role="img">',
        f"<title>{PAIR_MEASURE} by language pair</title>",
        f'<rect width="{width}" height="{height}" fill="white"/>',
        _text(8, 18, f"{PAIR_MEASURE} x 100, {measured.setting['mode']}", anchor="start"),
        _text(8, 36, "rows: query, columns: article", anchor="start"),
    ]
    parts += [_text(_x(n), _TOP - 8, lang) for n, lang in enumerate(columns)]
    for line, own in enumerate(rows):
        parts.append(_text(_MARGIN - 10, _y(line), own, anchor="end"))
        for n, found in enumerate(columns):
            values = pairs.get((own, found))
            if values is not None:
                parts.append(_cell(n, line, values[PAIR_MEASURE]))
    return "\n".join([*parts, "</svg>", ""])


def _cell(column: int, row: int, value: float) -> str:
    x, y = _MARGIN + _CELL * column, _TOP + _CELL * row
    # From white to #08306b, channel by channel.
    red, green, blue = (round(255 + value * (end - 255)) for end in (8, 48, 107))
    fill = "white" if value > 0.5 else "black"
    return (
        f'<rect x="{x}" y="{y}" width="{_CELL - 1}" height="{_CELL - 1}" '
        f'fill="rgb({red},{green},{blue})"/>'
        + _text(_x(column), _y(row), f"{100 * value:.0f}", fill=fill)
    )


def _x(column: int) -> int:
    return _MARGIN + _CELL * column + _CELL // 2


def _y(row: int) -> int:
    return _TOP + _CELL * row + _CELL // 2 + 4


def _text(x: int, y: int, text: str, *, anchor: str = "middle", fill: str = "black") -> str:
    return f'<text x="{x}" y="{y}" {_TEXT.format(fill=fill, anchor=anchor)}>{escape(text)}</text>'

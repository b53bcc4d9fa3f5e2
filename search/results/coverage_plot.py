"""Coverage as a picture: a row per source, its articles on a line of time, as an SVG file.

A PNG is drawn of it by resvg, where that is installed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from pathlib import Path

from search.coverage.matrix.model import Coverage, Found, Row, Window
from search.errors import PolywireError, UsageError
from search.files import replacing
from search.index.time_zones import minute
from search.printable import on_one_line

MOST_ROWS = 60
"""Sources that are drawn; the rest is counted in a line."""

_LEFT, _RIGHT, _TOP, _ROW, _PLOT = 200, 140, 72, 26, 640
_COLOURS = (
    "#1b6ca8", "#c8553d", "#3a7d44", "#8e5aa8", "#b8860b", "#2a9d8f", "#d1495b", "#6c757d",
    "#5c4d7d", "#99582a",
)  # fmt: skip
_NO_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
_FAMILY = "Noto Sans, DejaVu Sans, Liberation Sans, Arial, sans-serif"
_FONT = f'font-family="{_FAMILY}" font-size="{{size}}" fill="{{fill}}" text-anchor="{{anchor}}"'


class PlotError(PolywireError):
    """The picture cannot be drawn or written."""


def check_plot(path: Path) -> None:
    """Raise `UsageError` for a file that is neither of the two."""
    if path.suffix.lower() not in (".svg", ".png"):
        raise UsageError(f"--plot {path} is neither an SVG nor a PNG; end it in .svg or .png.")


def write_plot(coverage: Coverage, path: Path, zone: str) -> None:
    """Draw into a file, which appears when it is complete. Raises `PlotError`."""
    picture = svg(coverage, zone)
    content = _png(picture) if path.suffix.lower() == ".png" else None
    try:
        with replacing(path, errors="replace") as out:
            if content is None:
                out.write(picture)
            else:
                out.buffer.write(content)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise PlotError(f"The picture could not be written to {path}: {reason}.") from None


def _png(picture: str) -> bytes:
    try:
        import resvg_py
    except ImportError:
        raise PlotError(
            "Drawing a PNG needs resvg; install it with: pip install resvg-py. Or end the file in "
            ".svg."
        ) from None
    return bytes(resvg_py.svg_to_bytes(svg_string=picture, zoom=2))


def svg(coverage: Coverage, zone: str) -> str:
    """Draw who published when: a dot per article, coloured by language, hollow if carried."""
    rows = coverage.rows[:MOST_ROWS]
    width, height = _LEFT + _PLOT + _RIGHT, _TOP + _ROW * (len(rows) + 2)
    window = coverage.window
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" role="img">',
        f"<title>{_clean(coverage.subject)}</title>",
        f'<rect width="{width}" height="{height}" fill="white"/>',
        _text(12, 24, coverage.subject[:110], size="15"),
        _text(12, 44, _counts(coverage, window, zone), fill="#555"),
        *_legend(coverage),
    ]
    painter = _Painter(window, {one.id for text in coverage.shared for one in text.articles[1:]})
    colours = {lang: _colour(coverage, lang) for lang in coverage.languages}
    for line, row in enumerate(rows):
        middle = _TOP + _ROW * line + _ROW // 2
        parts += _around(row, middle)
        parts += [painter.dot(one, middle, colours[one.lang]) for one in row.articles]
    if len(coverage.rows) > MOST_ROWS:
        below = _TOP + _ROW * len(rows) + 17
        parts.append(_text(12, below, f"and {len(coverage.rows) - MOST_ROWS:,} sources more"))
    return "\n".join([*parts, "</svg>", ""])


def _counts(coverage: Coverage, window: Window | None, zone: str) -> str:
    counts = f"{len(coverage.articles):,} articles, {len(coverage.rows):,} sources"
    if window is None:
        return counts
    return f"{counts}, {minute(window.start, zone)} to {minute(window.end, zone)}"


def _legend(coverage: Coverage) -> list[str]:
    parts: list[str] = []
    for n, lang in enumerate(coverage.languages[:20]):
        x = _LEFT + 34 * n
        parts.append(f'<circle cx="{x}" cy="60" r="5" fill="{_colour(coverage, lang)}"/>')
        parts.append(_text(x + 8, 64, lang))
    return parts


def _around(row: Row, middle: int) -> list[str]:
    """The line of a source, its name before and what it has behind it."""
    end = _LEFT + _PLOT
    return [
        f'<line x1="{_LEFT}" y1="{middle}" x2="{end}" y2="{middle}" stroke="#ddd"/>',
        _text(_LEFT - 12, middle + 4, row.source[:28], anchor="end"),
        _text(end + 14, middle + 4, f"{len(row.articles)} · {row.wording}", fill="#555"),
    ]


@dataclass(frozen=True, slots=True)
class _Painter:
    """Draws articles in a window; `carried` are those whose text another had before."""

    window: Window | None
    carried: frozenset[str] | set[str]

    def dot(self, one: Found, y: int, colour: str) -> str:
        """Draw an article where its time is; nothing where it has none."""
        if self.window is None or one.published is None:
            return ""
        share = (one.published - self.window.start) / (self.window.end - self.window.start)
        x = _LEFT + round(_PLOT * min(1.0, max(0.0, share)))
        fill = "white" if one.id in self.carried else colour
        mark = "★ " if one.versions > 1 else ""
        return (
            f'<circle cx="{x}" cy="{y}" r="6" fill="{fill}" stroke="{colour}" stroke-width="2">'
            f"<title>{mark}{_clean(one.title)}</title></circle>"
        )


def _colour(coverage: Coverage, lang: str) -> str:
    return _COLOURS[coverage.languages.index(lang) % len(_COLOURS)]


def _text(x: int, y: int, text: str, **style: str) -> str:
    """Write text; `style` may have `anchor`, `size` and `fill`."""
    chosen = {"anchor": "start", "size": "12", "fill": "black"} | style
    return f'<text x="{x}" y="{y}" {_FONT.format(**chosen)}>{_clean(text)}</text>'


def _clean(text: str) -> str:
    """Leave out what no XML document may have."""
    return escape(_NO_XML.sub(" ", on_one_line(text)))

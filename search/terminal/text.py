"""Paragraphs at a terminal: cut, marked, folded to its width, in the direction of their script.

On a terminal, text that runs from right to left is at the right edge, each of its lines a
paragraph of its own to the terminal (Unicode Standard Annex 9: RLI ... PDI). A pipe gets
plain text, one line per paragraph, for `grep` and the like.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from search.answer import Span
from search.printable import on_one_line

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

SNIPPET = 280
"""Columns of a paragraph that are shown: four lines of a narrow terminal."""

MARK = "bold yellow"
"""Style of what matched: bold remains where there are no colours."""

INDENT = 4

RIGHT_TO_LEFT_ISOLATE, POP_ISOLATE = "\u2067", "\u2069"
LEFT_TO_RIGHT_MARK = "\u200e"

CLOSING = tuple("。、，．！？：；」』）】〉》")
"""What does not begin a line in Chinese and Japanese (JIS X 4051, kinsoku)."""


def snippet(
    text: str, highlights: tuple[Span, ...], columns: int = SNIPPET
) -> tuple[str, list[Span]]:
    """Cut a text to `columns` around its first highlight, at spaces where there are any.

    Returns the cut text, with an ellipsis where something is left out, and the highlights that
    are still in it, moved to their new places. Wide characters take two columns.
    """
    start, end = _window(text, highlights, _characters(text, columns))
    before = "… " if start > 0 else ""
    after = " …" if end < len(text) else ""
    shift = len(before) - start
    inside = [
        (max(first, start) + shift, min(last, end) + shift)
        for first, last in highlights
        if first < end and last > start
    ]
    return f"{before}{text[start:end]}{after}", inside


def runs_right_to_left(text: str) -> bool:
    """Tell the direction of a paragraph by its first strong character (UAX 9, rules P2 and P3)."""
    for char in text:
        direction = unicodedata.bidirectional(char)
        if direction in ("R", "AL"):
            return True
        if direction == "L":
            return False
    return False


def isolated(text: str | None, console: Console) -> str | None:
    """On a terminal, keep what follows a name that runs from right to left in its place."""
    if text and console.is_terminal and runs_right_to_left(text):
        return f"{text}{LEFT_TO_RIGHT_MARK}"
    return text


def paragraph(console: Console, text: Text, label: str = "", *, fold: bool = True) -> None:
    """Print a paragraph after its label, all its lines indented by the width of the label."""
    from rich.text import Text

    margin = Text().append(label or " " * INDENT, style="dim")
    indent = margin.cell_len
    if not fold or not console.is_terminal:
        console.print(margin + text, soft_wrap=True)
        return
    width = max(8, console.width - indent)
    backwards = runs_right_to_left(text.plain)
    for number, line in enumerate(_folded(text, console, width)):
        start = margin if number == 0 else Text(" " * indent)
        if backwards:
            space = " " * max(0, width - line.cell_len)
            line = Text(f"{space}{RIGHT_TO_LEFT_ISOLATE}") + line + POP_ISOLATE  # noqa: PLW2901
        console.print(start + line, soft_wrap=True)


def _folded(text: Text, console: Console, width: int) -> Iterator[Text]:
    """Fold to the width. A closing sign of Chinese or Japanese hangs out at the end of a line."""
    hangs = any(sign in text.plain for sign in CLOSING[:2])
    lines = list(text.wrap(console, width - 2 if hangs else width, overflow="fold"))
    for number, line in enumerate(lines):
        if hangs and number + 1 < len(lines) and lines[number + 1].plain.startswith(CLOSING):
            line.append_text(lines[number + 1][:1])
            lines[number + 1] = lines[number + 1][1:]
        line.rstrip()
        if line or number == 0:
            yield line


def marked(text: str, spans: Sequence[Span], style: str = "", mark: str = MARK) -> Text:
    """Return text in a style, with the spans marked."""
    whole = styled(text, style)
    for start, end in spans:
        whole.stylize(mark, start, end)
    return whole


def styled(text: str, style: str) -> Text:
    """Return text in a style, without characters that control the terminal."""
    from rich.text import Text

    return Text(on_one_line(text), style=style)


def _characters(text: str, columns: int) -> int:
    from rich.cells import cell_len

    wide = cell_len(text) / max(1, len(text))
    return max(20, int(columns / max(1.0, wide)))


def _window(text: str, highlights: tuple[Span, ...], limit: int) -> Span:
    if len(text) <= limit:
        return 0, len(text)
    first = highlights[0][0] if highlights else 0
    start = max(0, min(first - limit // 4, len(text) - limit))
    if start > 0:
        space = text.find(" ", start, first)
        start = space + 1 if space >= 0 else start
    end = min(len(text), start + limit)
    if end < len(text):
        space = text.rfind(" ", start + limit // 2, end)
        end = space if space >= 0 else end
    return start, end

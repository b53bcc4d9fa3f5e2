"""Lines -> paragraphs: which line breaks the author made, and which a narrow page.

Three layouts are recognised: a blank line between paragraphs, one line per paragraph, and lines
wrapped at a fixed width (with blank lines between paragraphs).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

MAX_WRAP = 132
"""Columns, those of a wide line printer; a text with wider lines was not wrapped."""

MIN_WRAP = 30
"""Columns: narrower than any wrapped text but verse."""

_WRAPPED_SHARE = 0.75
"""Share of the line breaks that the width must explain in a wrapped text."""
_OPEN_SHARE = 0.5
"""Share that must fall inside a sentence; one line per paragraph has almost none."""

_ENDS = tuple('.!?…。！？؟۔।॥။។:;"”»」』)）')
_BULLET = re.compile(r"\s*(?:[-*•·–—]\s|\d{1,3}[.)]\s|[#>|])")
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3000-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff00-\uffef]"
)
_WIDE = re.compile(
    "[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\ua4cf\ua960-\ua97c"
    "\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6"
    "\U0001f300-\U0001f64f\U0001f900-\U0001f9ff\U00020000-\U0003fffd]"
)
"""The blocks of characters of East_Asian_Width W and F (Unicode Standard Annex 11)."""


def unwrap(text: str) -> list[str]:
    """Return the paragraphs of a text from `clean_lines`: one line each, none empty.

    Nothing but white space is changed: hyphens at line ends stay, since they may be real.
    """
    blocks = [
        [line.strip() for line in block.split("\n") if line.strip()]
        for block in re.split(r"\n[^\S\n]*\n", text)
    ]
    width = _wrap_width(blocks)
    paragraphs: list[str] = []
    for block in blocks:
        paragraphs += block if width is None else _joined(block, width)
    return [" ".join(paragraph.split()) for paragraph in paragraphs]


def columns(text: str) -> int:
    """Width of a text: East Asian wide and full-width characters take two columns."""
    return len(text) if text.isascii() else len(text) + len(_WIDE.findall(text))


def _wrap_width(blocks: Sequence[Sequence[str]]) -> int | None:
    """The width at which the text was wrapped, None if it was not."""
    width = max((columns(line) for block in blocks for line in block), default=0)
    breaks = [pair for block in blocks for pair in pairwise(block)]
    if not breaks or not MIN_WRAP <= width <= MAX_WRAP:
        return None
    full = [pair for pair in breaks if _is_full(*pair, width)]
    inside = sum(not line.endswith(_ENDS) for line, _ in full)
    if len(full) < _WRAPPED_SHARE * len(breaks) or inside < _OPEN_SHARE * len(breaks):
        return None
    return width


def _is_full(line: str, following: str, width: int) -> bool:
    """Tell whether the first word of the following line had no room on this one."""
    words = following.split(maxsplit=1)
    # Scripts without spaces break anywhere: what had no room is a character or two.
    word = min(columns(words[0]), 4) if _UNSPACED.match(words[0]) else columns(words[0])
    return columns(line) + 1 + word > width


def _joined(block: Sequence[str], width: int) -> list[str]:
    """Join those lines of a block that a page of this width broke."""
    paragraphs: list[str] = []
    previous = ""
    for line in block:
        broken = previous and not _BULLET.match(line)
        if broken and (_is_full(previous, line, width) or line[:1].islower()):
            between = "" if _UNSPACED.match(line) and _UNSPACED.match(previous[-1]) else " "
            paragraphs[-1] += between + line
        else:
            paragraphs.append(line)
        previous = line
    return paragraphs

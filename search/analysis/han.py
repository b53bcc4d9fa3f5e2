"""Traditional Chinese characters as simplified ones, so that either spelling finds the other.

One character stands for one: where several traditional characters are simplified to the same one
(發 and 髮 to 发), they are no longer told apart, on either side. The table `han.txt` is made of
OpenCC's `TSCharacters` (https://github.com/BYVoid/OpenCC, Apache License 2.0), the first choice of
each line. Japanese and Korean texts are folded alike, so that what they find does not change.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path


@cache
def simplified() -> Mapping[str, str]:
    """Return the table, read when the first Chinese character is folded."""
    text = Path(__file__).with_name("han.txt").read_text(encoding="utf-8")
    pairs = "".join(line for line in text.splitlines() if not line.startswith("#"))
    return dict(zip(pairs[::2], pairs[1::2], strict=True))

"""Traditional Chinese and Japanese characters as simplified ones, so that either finds the other.

One character stands for one: where several traditional characters are simplified to the same one
(發 and 髮 to 发), they are no longer told apart, on either side. The table `han.txt` is made of
OpenCC's `TSCharacters`, the first choice of each line, and its `JPShinjitaiCharacters` for forms
that only Japanese has (経, 発, but neither 芸 nor 予, which are other words in Chinese):
https://github.com/BYVoid/OpenCC, Apache License 2.0.
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

"""The words of a long text that tell most of it: what is looked for where the whole is too much."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from search.analysis.folding import fold
from search.analysis.languages import languages
from search.analysis.query_terms import function_words
from search.analysis.words import Piece, pieces


def length(text: str) -> int:
    """Count words, and each character of a script without spaces as one."""
    return sum(len(piece.text) if piece.is_run else 1 for piece in pieces(text))


def shortened(text: str, most: int) -> str:
    """Return a text as it is or, of one that is longer than `most` words, the words that tell most.

    These are distinct and no function words; the most frequent ones come first, since a text
    repeats what it is about, and of equally frequent ones the first, since news begin with it. They
    are left in their order. Of a script without spaces it is the beginning.
    """
    if len(text) <= most or length(text) <= most:
        return text
    found = pieces(text)
    words = [fold(piece.text) for piece in found if not piece.is_run]
    function = function_words(list(dict.fromkeys(words)), tuple(languages()))
    often = Counter(word for word in words if word not in function)
    chosen = {word for word, _ in often.most_common(most)}
    return " ".join(_kept(found, chosen, most))


def _kept(found: list[Piece], chosen: set[str], most: int) -> Iterator[str]:
    left = most
    for piece in found:
        if piece.is_run:
            part = piece.text[: max(0, left)]
            left -= len(part)
            if part:
                yield part
        elif fold(piece.text) in chosen and left > 0:
            chosen.discard(fold(piece.text))
            left -= 1
            yield piece.text

"""Text to piece numbers, remembering the words that were met before.

News repeats its words: a dictionary lookup per word is ten times faster than normalising and
segmenting it again. A text may be taken apart at its spaces only where the tokenizer itself does
so first, which it says of itself; any other tokenizer gets whole texts.
"""

from __future__ import annotations

from collections.abc import Sequence

from search.embedding.segmenting import Segmenter

MOST_WORDS = 200_000
"""Words remembered; about 30 MB. Then it starts again with none."""

LONGEST_WORD = 32
"""Characters of a word that is remembered: anything longer is a sentence without spaces."""


class PieceReader:
    """Reads texts into lists of piece numbers, none of them empty."""

    def __init__(self, segmenter: Segmenter) -> None:
        """Start with nothing remembered."""
        self._segmenter = segmenter
        self._words: dict[str, list[int]] = {}
        self.unknown = segmenter.unknown

    def complete(self) -> None:
        """Build the whole tokenizer."""
        self._segmenter.complete()

    def read(self, texts: Sequence[str]) -> list[list[int]]:
        """Piece numbers of each text; the unknown piece alone where a text has none."""
        by_word = self._segmenter.splits_at_spaces
        pieces = self._from_words(texts) if by_word else self._segmenter.encode(texts)
        return [numbers or [self.unknown] for numbers in pieces]

    def _from_words(self, texts: Sequence[str]) -> list[list[int]]:
        split = [text.split(" ") for text in texts]
        known = self._words
        new = list({word: None for words in split for word in words if word not in known})
        if len(known) + len(new) > MOST_WORDS:
            known.clear()
            new = list({word: None for words in split for word in words})
        fresh = dict(zip(new, self._segmenter.encode(new), strict=True))
        known.update((word, ids) for word, ids in fresh.items() if len(word) <= LONGEST_WORD)
        result = []
        for words in split:
            numbers: list[int] = []
            for word in words:
                ids = known.get(word)
                numbers += fresh[word] if ids is None else ids
            result.append(numbers)
        return result

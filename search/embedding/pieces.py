"""Text to piece numbers, with the words that were met before kept at hand.

News repeats its words: a dictionary lookup a word is ten times faster than normalising and
segmenting it again. A text may be taken apart at its spaces only where the tokenizer itself does
so first, which it says of itself; any other tokenizer gets whole texts.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from tokenizers import Tokenizer

MOST_WORDS = 200_000
"""Words kept; about 30 MB. Then the memory starts anew."""

LONGEST_WORD = 32
"""Characters of a word that is kept: what is longer is a sentence without spaces."""

PROBE = "The  (first) élan, 東京2020 and l'été."

UNKNOWN_NAMES = ("[UNK]", "<unk>")


class PieceReader:
    """Reads texts into lists of piece numbers, none of them empty."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._words: dict[str, list[int]] = {}
        self._by_word = splits_at_spaces(tokenizer)
        numbers = (tokenizer.token_to_id(name) for name in UNKNOWN_NAMES)
        self.unknown = next((number for number in numbers if number is not None), 0)

    def read(self, texts: Sequence[str]) -> list[list[int]]:
        """Piece numbers of each text; the unknown piece alone where a text has none."""
        pieces = self._from_words(texts) if self._by_word else self._encoded(texts)
        return [numbers or [self.unknown] for numbers in pieces]

    def _from_words(self, texts: Sequence[str]) -> list[list[int]]:
        split = [text.split(" ") for text in texts]
        known = self._words
        new = list({word: None for words in split for word in words if word not in known})
        if len(known) + len(new) > MOST_WORDS:
            known.clear()
            new = list({word: None for words in split for word in words})
        fresh = dict(zip(new, self._encoded(new), strict=True))
        known.update((word, ids) for word, ids in fresh.items() if len(word) <= LONGEST_WORD)
        result = []
        for words in split:
            numbers: list[int] = []
            for word in words:
                ids = known.get(word)
                numbers += fresh[word] if ids is None else ids
            result.append(numbers)
        return result

    def _encoded(self, texts: Sequence[str]) -> list[list[int]]:
        try:
            encodings = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        except (UnicodeEncodeError, TypeError):  # lone surrogates, as broken JSON may carry
            clean = [text.encode("utf-8", "replace").decode() for text in texts]
            encodings = self._tokenizer.encode_batch_fast(clean, add_special_tokens=False)
        return [encoding.ids for encoding in encodings]


def splits_at_spaces(tokenizer: Tokenizer) -> bool:
    """Whether a tokenizer separates words at spaces before it looks at them any closer.

    It must say so, and a probe must come out the same whole and in parts: some normalisers
    write something before the first word only.
    """
    first = tokenizer.pre_tokenizer
    if first is None:
        return False
    state = json.loads(first.__getstate__())
    steps = state["pretokenizers"] if state.get("type") == "Sequence" else [state]
    if not steps or steps[0].get("type") not in ("WhitespaceSplit", "BertPreTokenizer"):
        return False
    whole = tokenizer.encode(PROBE, add_special_tokens=False).ids
    parts = tokenizer.encode_batch(PROBE.split(" "), add_special_tokens=False)
    return whole == [number for part in parts for number in part.ids]

"""What of a text tells whether another is the same: hashes of its shingles, its numbers, its names.

A shingle is three words in a row, or some characters of a script that is written without spaces.
Of their hashes those below a threshold are taken ("scaled" MinHash: Irber et al., "Lightweight
compositional analysis of metagenomes with FracMinHash", 2022; Broder, "On the resemblance and
containment of documents", 1997): the same share of every text, so that two sketches tell
resemblance and containment alike, however different the lengths are. Pure; the headline is no part
of it, since updates have another one and columns have the same one every day.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from search.coverage.duplicates.wording import UNSPACED, plain_words, told_by
from search.coverage.facts import Hashes
from search.index.model import HEADLINE, UNKNOWN_LANGUAGE, Article

WORDS = 3
"""Words of a shingle. Of articles with 30 % of the words replaced a third of the threes is left;
independent reports on one event share 2 % of theirs (`benchmarks/results/near_duplicates.json`)."""

CHARACTERS = 3
"""Characters of a shingle where there are no spaces. With four, of edited texts too little is left:
a median of 0.24 after 30 % of the characters were replaced, with three 0.36."""

LETTERS = 6
"""Letters of a shingle in Thai, Lao, Khmer and Burmese, where a word has several. With three, long
texts on anything share 0.35 to 0.5 of them (0.05 to 0.12 of sixes), edited ones 0.4 to 0.65."""

SCALE = 4
"""One shingle in so many is taken; a text of 400 words has a hundred hashes."""

SHORTEST = 20
"""Shingles that a text has at least to be compared by them; a shorter one has no copies."""

_TOKENS = re.compile(f"([{UNSPACED}])|(\\d+(?:[.,٫:]\\d+)*)|([^\\W\\d_{UNSPACED}]+)")
"""A character of an unspaced script, a number, or a word."""

LONGEST_WALL = 150
"""Words of a text that may be a wall in front of an article; a longer one is about something."""

_WALL = re.compile(
    r"cookie|consent|priva(?:cy|cidad|cidade)|personali[sz]|partner|einwilligung|zustimm|datenschutz|"
    r"traceur|confidentialit|annonce|publicit|accept|akzept|settings|einstellungen|paramètres|"
    r"javascript|browser|captcha|robot|subscri|abonn|suscri|assin|log\s?in|sign\s?(?:in|up)|anmeld|"
    r"registr|connecte[rz]|premium|согласие|конфиденциальн|реклам|подпис|クッキー|同意|広告|会員|登録|"
    r"ログイン|プライバシー|登录|隐私|订阅|쿠키|동의|개인정보|로그인|구독|"
    r"ملفات تعريف|الخصوصية|موافق|كوكيز",
    re.IGNORECASE,
)
"""Words of such walls; three different ones make one."""

_NUMBER, _WORD = 2, 3
_ENDS = frozenset('.!?:;\n"„“”«»‘’-–—•|')

_MOST_FACTS = 200
"""Numbers and names of a very long text: those with the smallest hashes, in every text alike."""

MOST_PLAIN = 64
"""Plain words of a longer text: those with the smallest hashes, in every text alike."""

_MIX = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F), np.uint64(0x165667B19E3779F9))


@dataclass(frozen=True, slots=True, eq=False)
class Sketch:
    """Of one text: `digest` of all its words, how many `shingles` it has, and hashes.

    `taken` are the hashes of one shingle in `SCALE`, and `places` says where each is first, in
    256ths of the text; `numbers` those of numbers with the last capitalised word and the word
    before them, `names` those of words with a capital inside a sentence. `length` is in words (or
    characters, where there are no spaces).

    `plain` are the hashes of words without a capital in the text's own script (of pairs of
    characters, where there are no spaces): what a translation has others of. None where an earlier
    version sketched. `lang` is what the article says, empty where it is unknown.
    """

    digest: str
    length: int
    shingles: int
    taken: Hashes
    places: NDArray[np.uint8]
    numbers: Hashes
    names: Hashes
    plain: Hashes | None = None
    lang: str = ""

    @property
    def telling(self) -> tuple[str, bool]:
        """What of texts with the same words may differ: how they are told from others."""
        return self.lang, self.plain is None


def sketched(article: Article) -> Sketch:
    """Sketch the body of an article."""
    body = "\n".join(p.text for p in article.passages if p.position != HEADLINE)
    return sketch(body, article.lang)


def sketch(text: str, lang: str = UNKNOWN_LANGUAGE) -> Sketch:
    """Sketch a text, in any language."""
    composed = unicodedata.normalize("NFKC", text)
    tokens: list[str] = []
    numbers: set[int] = set()
    names: set[int] = set()
    signs = letters = 0  # of unspaced scripts: Chinese and Japanese; South-East Asian
    name = ""
    for match in _TOKENS.finditer(composed):
        kind, token = match.lastindex, match[0]
        if kind == _WORD:
            folded = token.casefold()
            if folded != token and token[0].isupper():
                name = folded
                if _goes_on(composed, match.start()):
                    names.add(_hash(folded))
        elif kind == _NUMBER:
            folded = token
            numbers.add(_hash(f"{name} {tokens[-1] if tokens else ''} {token}"))
        else:
            folded = token
            signs += folded >= "\u3000"
            letters += folded < "\u3000"
        tokens.append(folded)
    if len(tokens) <= LONGEST_WALL and _is_wall(composed):
        tokens = []
    width = WORDS
    if (signs + letters) * 2 > len(tokens):
        width = CHARACTERS if signs >= letters else LETTERS
    hashes, first = np.unique(_shingles(tokens, width), return_index=True)
    below = hashes < np.uint32(2**32 // SCALE)
    plain = " ".join(plain_words(composed)).encode(errors="replace").split()
    return Sketch(
        digest=blake2b(" ".join(tokens).encode(errors="replace"), digest_size=12).hexdigest(),
        length=len(tokens),
        shingles=len(hashes),
        taken=hashes[below],
        places=(first[below] * 256 // max(1, len(tokens))).astype(np.uint8),
        numbers=_sorted(numbers),
        names=_sorted(names),
        plain=np.array(sorted(set(map(zlib.crc32, plain)))[:MOST_PLAIN], np.uint32),
        lang=told_by(lang),
    )


def _is_wall(text: str) -> bool:
    """Tell whether a short text asks for consent, a login or a browser: many pages have it."""
    return len({found[0].casefold() for found in _WALL.finditer(text)}) >= 3


def _goes_on(text: str, start: int) -> bool:
    """Tell whether a word at `start` goes on with a sentence: then a capital makes it a name."""
    return start > 1 and text[start - 1] == " " and text[start - 2] not in _ENDS


def _shingles(tokens: list[str], width: int) -> Hashes:
    """Hash all shingles of a text, in its order."""
    if len(tokens) < width:
        return np.empty(0, np.uint32)
    single = np.fromiter(map(_hash, tokens), np.uint64, len(tokens))
    mixed = np.zeros(len(tokens) - width + 1, np.uint64)
    for place in range(width):
        mixed = (mixed ^ single[place : place + len(mixed)]) * _MIX[place % 3]
        mixed ^= mixed >> np.uint64(29)
    return (mixed * _MIX[0] >> np.uint64(32)).astype(np.uint32)


@lru_cache(maxsize=65_536)
def _hash(text: str) -> int:
    return zlib.crc32(text.encode(errors="replace"))


def _sorted(hashes: set[int]) -> Hashes:
    return np.array(sorted(hashes)[:_MOST_FACTS], np.uint32)

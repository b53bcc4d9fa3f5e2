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
from collections.abc import Collection
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from search.coverage.duplicates.wording import UNSPACED, has_unspaced, plain_words, told_by
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

_NUMBER = r"\d+(?:[.,٫:]\d+)*"
_SPACED = re.compile(rf"{_NUMBER}|[^\W\d_]+")
"""A number or a word."""

_UNSPACED = re.compile(rf"[{UNSPACED}]|{_NUMBER}|[^\W\d_{UNSPACED}]+")
"""A character of an unspaced script, a number, or a word: finds what `_SPACED` does where there is
no such character, in twice the time."""

_NUMBERS = re.compile(rf" (?![{UNSPACED}])\d[^ ]*")
_SIGNS = re.compile(f" [{UNSPACED}]")
"""What of tokens, each behind a space, are numbers; what are characters of an unspaced script."""

_ENDS = "".join(map(re.escape, '.!?:;\n"„“”«»‘’-–—•|'))
_IN_SENTENCE = re.compile(rf" (?<=[^{_ENDS}] )(?![a-z])([^\W\d_{UNSPACED}]+)")
"""A word that goes on with a sentence: then a capital makes it a name. Most have none."""

LONGEST_WALL = 150
"""Words of a text that may be a wall in front of an article; a longer one is about something."""

_WALL = re.compile(
    r"cookie|consent|priva(?:cy|cidad|cidade)|personali[sz]|partner|einwilligung|zustimm|datenschutz|"
    r"traceur|confidentialit|annonce|publicit|accept|akzept|settings|einstellungen|paramètres|"
    r"javascript|browser|captcha|robot|subscri|abonn|suscri|assin|log\s?in|sign\s?(?:in|up)|anmeld|"
    r"registr|connecte[rz]|premium|согласие|конфиденциальн|реклам|подпис|クッキー|同意|広告|会員|登録|"
    r"ログイン|プライバシー|登录|隐私|订阅|쿠키|동의|개인정보|로그인|구독|"
    r"ملفات تعريف|الخصوصية|موافق|كوكيز"
)
"""Words of such walls, casefolded; three different ones make one."""

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
    unspaced = has_unspaced(composed)
    written = (_UNSPACED if unspaced else _SPACED).findall(composed)
    line = " " + " ".join(written)
    words = () if unspaced else set(written).difference(map(str.lstrip, _NUMBERS.findall(line)))
    tokens = line.casefold().encode(errors="replace")[1:]
    length = len(written)
    if length <= LONGEST_WALL and _is_wall(composed):
        tokens, length = b"", 0
    hashes, first = np.unique(
        _shingles(tokens, _width(line, length) if unspaced else WORDS), return_index=True
    )
    below = hashes < np.uint32(2**32 // SCALE)
    return Sketch(
        digest=blake2b(tokens, digest_size=12).hexdigest(),
        length=length,
        shingles=len(hashes),
        taken=hashes[below],
        places=(first[below] * 256 // max(1, length)).astype(np.uint8),
        numbers=_hashed(_numbers(line), _MOST_FACTS),
        names=_hashed(_names(composed), _MOST_FACTS),
        plain=_hashed(plain_words(composed, words), MOST_PLAIN),
        lang=told_by(lang),
    )


def _width(line: str, length: int) -> int:
    """Return how many tokens a shingle has, by the scripts that they are in."""
    signs = _SIGNS.findall(line)
    if len(signs) * 2 <= length:
        return WORDS
    # Those of China and Japan come after those of South-East Asia.
    eastern = sum(sign >= " \u3000" for sign in signs)
    return CHARACTERS if eastern * 2 >= len(signs) else LETTERS


def _names(text: str) -> set[str]:
    """Return the words with a capital inside a sentence."""
    return {word.casefold() for word in set(_IN_SENTENCE.findall(text)) if word[0].isupper()}


def _numbers(line: str) -> set[str]:
    """Return the numbers with the last capitalised word and the token before them."""
    found: set[str] = set()
    name, seen = "", 0
    for match in _NUMBERS.finditer(line):
        before = line[seen : match.start()].split(" ")
        name = next((token for token in reversed(before) if token[:1].isupper()), name)
        seen = match.start()
        found.add(f"{name.casefold()} {before[-1].casefold()}{match[0]}")
    return found


def _is_wall(text: str) -> bool:
    """Tell whether a short text asks for consent, a login or a browser: many pages have it."""
    return len(set(_WALL.findall(text.casefold()))) >= 3


def _shingles(tokens: bytes, width: int) -> Hashes:
    """Hash all shingles of a text, in its order; spaces stand between its tokens."""
    single = np.fromiter(map(zlib.crc32, tokens.split(b" ")), np.uint64)
    if len(single) < width:
        return np.empty(0, np.uint32)
    mixed = np.zeros(len(single) - width + 1, np.uint64)
    for place in range(width):
        mixed = (mixed ^ single[place : place + len(mixed)]) * _MIX[place % 3]
        mixed ^= mixed >> np.uint64(29)
    return (mixed * _MIX[0] >> np.uint64(32)).astype(np.uint32)


def _hashed(words: Collection[str], most: int) -> Hashes:
    """Return the hashes of words, in order, of many the smallest."""
    if not words:
        return np.empty(0, np.uint32)
    hashes = map(zlib.crc32, "\n".join(words).encode(errors="replace").split(b"\n"))
    return np.unique(np.fromiter(hashes, np.uint32, len(words)))[:most]

"""Which old encoding bytes are in: only said where the text that they make proves it.

Every encoding is tried. What it makes of the bytes must be in a language that was written in it:
the language is identified, its letters must be those of its alphabet, typographic signs must
not stand inside words, capitals not after small letters, and in scripts of which any byte makes
a letter the commonest letters must be common. The best one wins; where none is good enough, or
a short text reads well in two of them, there is no guess, since a wrong one would store what nobody
wrote.

How often it is right: `benchmarks/encodings.py`.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from indexer.text.alphabets import ALPHABETS, COMMON, MERGED, SCRIPT
from indexer.text.language import default_identifier

SAMPLE = 20_000
"""Bytes that are looked at."""

ENOUGH = 0.9
"""Least score of an encoding that is believed, of at most 1."""

BELIEVABLE = 0.5
"""Least score of an encoding that a document declares."""

FEW = 24
"""Letters of a text that proves little: no encoding may be nearly as good as the one that is
believed there, and it is none of those that hardly any file is in (cp1251's "Наводнение" is Greek
to the letter in a Mac's encoding)."""

AHEAD = 0.2
"""How far ahead of all other readings the best one of such a text must be."""

_LONGEST_SHIFTED = 400
"""Bytes of a word in UTF-7, within which a sample may end."""

_WINDOWS = 6
"""Lines whose language is identified: those with the most letters beyond ASCII."""

_TYPOGRAPHY = frozenset(
    "“”‘’‚„«»‹›–—…•·°§©®™€£¥¢±×÷½¼¾²³µ¿¡ªº†‡‰\u00a0\u00ad´¨¬¶№"
    "、。「」『』・：；，！？（）《》〈〉【】～ー\u3000"
)
_INSIDE = re.compile(
    r"[^\W\d_][“”„‚«»‹›…•°§©®™€£¥¢±½¼¾²³¿¡†‡‰¨¬¶][^\W\d_]|(?<![\w“”„‚«»])[½¼¾²³¶¬][^\W\d_]"
)
"""Signs within words, and such as no word begins with."""
_MISPLACED = re.compile(
    r"[^\W\d_][ךםןףץς](?=[^\W\d_])|[^\W\d_]σ\b|[ةى](?=[^\W\d_])"
    r"|[άέήίόύώΐΰ](?=[^\W\d_]{0,40}[άέήίόύώΐΰ])|(?<![ก-ฮัิ-ฺ็-ํ])[ัิ-ฺ็-ํ]"
)
"""Letters that stand where none does: final forms within a word (and the other way round), two
stressed syllables of a Greek one, a Thai sign without a consonant to stand on."""
_TWO_SCRIPTS = re.compile(r"[A-Za-z][\u0370-\u0eff]|[\u0370-\u0eff][A-Za-z]")
"""A Latin letter beside one of another alphabet."""
_SPACED_HAN = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")
"""A space between two Chinese characters: Korean reads so, whose words have spaces."""
MOST_SPACED = 10
"""Characters of a Chinese text for each such space that says nothing, as between two names."""
_WORD = re.compile(r"[^\W\d_]+")
_CYRILLIC_LETTER = re.compile("[\u0400-\u04ff]")
ENCODINGS = {lang: tuple(names.split()) for lang, (_, names) in ALPHABETS.items()}
"""The encodings that are believed for each language."""

_RARE = re.compile(r"mac_|cp(?:737|775|8[56]\d|1125)$")
"""Encodings of the Mac and of DOS."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for an encoding: the language of the text that it makes, and a score to 1."""

    encoding: str
    lang: str
    score: float
    letters: int


def tried() -> tuple[str, ...]:
    """All encodings that `detected` knows, beside Unicode's own, as people name them."""
    escapes = (names[0] for _, names in _ESCAPES)
    return tuple(map(_shown, (*escapes, "utf_7", *_order())))


def _shown(name: str) -> str:
    known = {"cp932": "Shift_JIS", "cp949": "EUC-KR", "big5hkscs": "Big5", "euc_jp": "EUC-JP"}
    known |= {
        "iso2022_jp_ext": "ISO-2022-JP",
        "iso2022_kr": "ISO-2022-KR",
        "hz": "HZ",
        "utf_7": "UTF-7",
    }
    if name in known:
        return known[name]
    shown = re.sub(r"^cp125", "windows-125", re.sub(r"^iso8859", "ISO-8859", name))
    return re.sub(r"^(?:gb|koi8_[ru])", lambda found: found[0].upper(), shown).replace("_", "-")


def detected(data: bytes) -> str | None:
    """Return the Python name of the encoding, None where no text that it makes is convincing."""
    escaped = escape_encoding(data)
    if escaped:
        return escaped
    sample = _sample(data)
    found = [evidence for name in _order() if (evidence := _evidence(sample, name))]
    best = max(found, key=_score, default=None)
    if best is not None and best.letters < FEW:
        best = _outstanding(sample, found)
    return best.encoding if best and best.score >= ENOUGH else None


def is_believable(data: bytes, encoding: str) -> bool:
    """Tell whether bytes are text in an encoding that somebody says they are in."""
    said = _evidence(_sample(data), codecs.lookup(encoding).name.replace("-", "_"))
    return said is not None and said.score >= BELIEVABLE


def _score(one: Evidence) -> float:
    return one.score


def _outstanding(sample: bytes, found: list[Evidence]) -> Evidence | None:
    """Return the best reading of a short text, None where another one is near it."""
    usual = [one for one in found if not _RARE.match(one.encoding)]
    best = max(usual, key=_score, default=None)
    if best is None:
        return None
    text = sample.decode(best.encoding, "replace")
    near = (one for one in usual if one.score > best.score - AHEAD)
    return best if all(sample.decode(one.encoding, "replace") == text for one in near) else None


_ESCAPES = (
    # Those that have more characters stand behind those that write more texts.
    (
        re.compile(rb"\x1b\$(?:[@AB]|\([CDOPQ])|\x1b\([JI]|\x1b\.[AF]"),
        ("iso2022_jp_ext", "iso2022_jp_2", "iso2022_jp_2004", "iso2022_jp_3"),
    ),
    (re.compile(rb"\x1b\$\)C"), ("iso2022_kr",)),
    (re.compile(rb"~\{[\x21-\x77][\x21-\x7e](?:[\x21-\x77][\x21-\x7e])*~\}"), ("hz",)),
)

_SHIFTED = re.compile(rb"\+[A-Za-z0-9+/]{3,}")
"""What stands for letters beyond ASCII in UTF-7."""


def escape_encoding(data: bytes) -> str | None:
    """Return the encoding of seven bits whose escape sequences stand in the data, or None."""
    if not data.isascii():
        return None
    if b"+" in data and _SHIFTED.search(data) and _is_utf7(data):
        return "utf_7"
    if not (b"\x1b" in data or b"~{" in data):
        return None
    for pattern, names in _ESCAPES:
        if pattern.search(data):
            for name in names:
                try:
                    data.decode(name)
                except UnicodeDecodeError:
                    continue
                return name
    return None


def _is_utf7(data: bytes) -> bool:
    """Tell whether what a plus begins are the letters of a language, in each place."""
    sample = data[:SAMPLE]
    try:
        text = sample.decode("utf_7")
    except UnicodeDecodeError as error:
        if len(data) <= SAMPLE or error.start < SAMPLE - _LONGEST_SHIFTED:
            return False
        text = sample[: error.start].decode("utf_7", "ignore")
    beyond = [char for char in text if not char.isascii()]
    if not beyond or not all(char.isalpha() or char in _TYPOGRAPHY for char in beyond):
        return False
    lang, sure = _language(unicodedata.normalize("NFC", text))
    return lang in ALPHABETS and sure * _fit(text, beyond, lang) >= ENOUGH


@cache
def _order() -> tuple[str, ...]:
    """All encodings, those of equal scores in the order in which they are met in the world."""
    first = "cp1252 cp1251 cp932 gb18030 cp949 big5hkscs cp1250 cp1254 cp1256 cp1255 cp1253 cp874"
    names = [*first.split(), *(name for known in ENCODINGS.values() for name in known)]
    return tuple(dict.fromkeys(names))


def _sample(data: bytes) -> bytes:
    """Those lines that have bytes beyond ASCII, whole, so that no character is cut in two."""
    head = data if len(data) <= SAMPLE else data[:SAMPLE].rpartition(b"\n")[0] or data[:SAMPLE]
    if head.isascii():
        found = re.search(rb"[\x80-\xff]", data)
        start = data.rfind(b"\n", 0, found.start()) + 1 if found else 0
        start = max(start, found.start() - SAMPLE // 2) if found else 0
        rest = data[start : start + SAMPLE]
        head = rest.rpartition(b"\n")[0] if len(data) > start + SAMPLE and b"\n" in rest else rest
    return head


def _evidence(sample: bytes, encoding: str) -> Evidence | None:
    try:
        text = sample.decode(encoding)
    except UnicodeDecodeError as error:
        # The sample may end within a character.
        if error.start < len(sample) - 4 or len(sample) < SAMPLE // 2:
            return None
        text = sample[: error.start].decode(encoding)
    text = unicodedata.normalize("NFC", text)
    beyond = [char for char in text if not char.isascii()]
    if not beyond or any(unicodedata.category(char) in ("Cc", "Co", "Cn") for char in beyond):
        return None
    lang, sure = _language(text)
    if lang not in ALPHABETS or encoding not in ENCODINGS[lang]:
        return None
    letters = sum(char.isalpha() for char in text)
    return Evidence(encoding, lang, sure * _fit(text, beyond, lang), letters)


def _language(text: str) -> tuple[str, float]:
    """The language of those lines that are most beyond ASCII, and how sure that is, to 1."""
    lines = [line for line in re.split(r"[\r\n]+", text) if not line.isascii()]
    lines.sort(key=lambda line: sum(not char.isascii() for char in line[:120]), reverse=True)
    votes: dict[str, float] = {}
    weight = 0.0
    for line in lines[:_WINDOWS]:
        at = next(i for i, char in enumerate(line) if not char.isascii())
        guess = default_identifier().identify(line[max(0, at - 60) :])
        length = min(len(line), 120)
        lang = "hr" if guess.lang == "sr" and not _CYRILLIC_LETTER.search(line) else guess.lang
        lang = MERGED.get(lang, lang)
        votes[lang] = votes.get(lang, 0.0) + guess.confidence * length
        weight += length
    best = max(votes, key=votes.__getitem__, default="und")
    # Some lines are names or headings, and near languages share the confidence.
    return best, min(1.0, votes.get(best, 0.0) / weight / 0.5) if weight else 0.0


def _fit(text: str, beyond: list[str], lang: str) -> float:
    """The share of the signs beyond ASCII that belong where they stand, in this language."""
    wrong = len(_INSIDE.findall(text)) + _turned(text) + len(_MISPLACED.findall(text))
    if lang in SCRIPT and lang not in ("zh", "ko"):
        wrong += len(_TWO_SCRIPTS.findall(text))
    if lang == "zh":
        wrong += max(0, len(_SPACED_HAN.findall(text)) - len(beyond) // MOST_SPACED)
    if lang in ("ja", "zh", "ko", "th"):
        right = sum(_of_script(char, lang) for char in beyond)
    else:
        letters = frozenset(ALPHABETS[lang][0] + ALPHABETS[lang][0].upper()) | _TYPOGRAPHY
        right = sum(char in letters for char in beyond)
    return max(0.0, (right - wrong) / len(beyond)) * _common(beyond, lang)


def _turned(text: str) -> int:
    """Count words in which a capital follows a small letter, but for the likes of McDonald."""
    return sum(
        sum(a.islower() and b.isupper() and not b.isascii() for a, b in pairwise(word))
        for word in _WORD.findall(text)
        if not word.isascii()
    )


def _of_script(char: str, lang: str) -> bool:
    if char in _TYPOGRAPHY:
        return True
    point = ord(char)
    if lang == "th":
        return 0x0E01 <= point <= 0x0E4D or 0x0E50 <= point <= 0x0E59
    if lang == "ko":
        return 0xAC00 <= point <= 0xD7A3 or 0x4E00 <= point <= 0x9FFF or 0x3000 <= point < 0x3040
    if lang == "ja" and 0x3000 <= point <= 0x30FF:
        return True
    return 0x4E00 <= point <= 0x9FFF or 0xFF01 <= point <= 0xFF5E or 0x3000 <= point <= 0x303F


def _common(beyond: list[str], lang: str) -> float:
    """How near the commonest letters of the script come to the share that they have, to 1."""
    letters = [char.lower() for char in beyond if char.isalpha()]
    if not letters:
        return 1.0
    if lang == "ja":  # no Japanese text is without kana, and full-width ones are the rule
        kana = sum("\u3041" <= char <= "\u30ff" for char in letters)
        return min(1.0, kana / len(letters) / 0.2)
    if lang not in SCRIPT:
        return 1.0
    common, share = COMMON[SCRIPT[lang]]
    return min(1.0, sum(char in common for char in letters) / len(letters) / share)

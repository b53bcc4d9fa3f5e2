"""Which old encoding bytes are in: only said where the text that they make proves it.

Every encoding is tried. What it makes of the bytes must be in a language that was written in it:
the language is identified, its letters must be those of its alphabet, typographic signs must
not stand inside words, capitals not after small letters, and in scripts of which any byte makes
a letter the commonest letters must be common. The best one wins; where none is good enough there
is no guess, since a wrong one would store what nobody wrote.

How often it is right: `benchmarks/encodings.py`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from indexer.text.language import default_identifier

SAMPLE = 20_000
"""Bytes that are looked at."""

ENOUGH = 0.9
"""Least score of an encoding that is believed, of at most 1."""

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
_WORD = re.compile(r"[^\W\d_]+")
_CYRILLIC_LETTER = re.compile("[\u0400-\u04ff]")
_WEST = "cp1252 iso8859_15 cp850 mac_roman"
_CENTRAL = "cp1250 iso8859_2 cp852 mac_latin2"
_BALTIC = "cp1257 iso8859_13 cp775"
_TURKISH = "cp1254 cp857 mac_turkish"
_SLAVIC = "cp1251 koi8_r iso8859_5 cp866 mac_cyrillic"
_UKRAINIAN = "cp1251 koi8_u iso8859_5 cp1125 mac_cyrillic"

_CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
_ARABIC = "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيًٌٍَُِّْـ،؛؟٪"

_ALPHABETS: dict[str, tuple[str, str]] = {
    "en": ("éèêëçñöüïáóôàâäåæøœ", _WEST),
    "af": ("êëïôûéèáó", _WEST),
    "ca": ("àèéíïòóúüç", _WEST),
    "de": ("äöüßéèàçñ", _WEST),
    "es": ("áéíóúüñçàè", _WEST),
    "eu": ("ñüç", _WEST),
    "fi": ("äöåéšžü", _WEST),
    "fo": ("áðíóúýæø", _WEST),
    "fr": ("àâæçéèêëîïôœùûüÿñöä", _WEST),
    "ga": ("áéíóú", _WEST),
    "id": ("éèüöñ", _WEST),
    "is": ("áðéíóúýþæö", _WEST),
    "it": ("àèéìíòóùúîçöü", _WEST),
    "lb": ("äëéöüèêâ", _WEST),
    "nl": ("éëïóèöüáêàç", _WEST),
    "no": ("æøåéòôèêäöü", _WEST),
    "pt": ("áâãàçéêíóôõúüñ", _WEST),
    "sv": ("åäöéüàèøæ", _WEST),
    "sw": ("éñ", _WEST),
    "tl": ("ñéáí", _WEST),
    "sq": ("ëçéö", f"{_WEST} {_CENTRAL}"),
    "cs": ("áčďéěíňóřšťúůýžöüä", _CENTRAL),
    "hr": ("čćđšž", _CENTRAL),
    "hu": ("áéíóöőúüűä", _CENTRAL),
    "pl": ("ąćęłńóśźżéöü", _CENTRAL),
    "ro": ("ăâîșțşţéöü", f"{_CENTRAL} iso8859_16"),
    "sk": ("áäčďéíĺľňóôŕšťúýžöüě", _CENTRAL),
    "sl": ("čšžćđöü", _CENTRAL),
    "et": ("äõöüšž", f"{_BALTIC} {_WEST}"),
    "lt": ("ąčęėįšųūž", _BALTIC),
    "lv": ("āčēģīķļņšūžōŗ", _BALTIC),
    "az": ("çğıöşüi̇", _TURKISH),
    "tr": ("çğıöşüâîûi̇", _TURKISH),
    "mt": ("ċġħżàèìòù", "iso8859_3"),
    "eo": ("ĉĝĥĵŝŭ", "iso8859_3"),
    "vi": ("àáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ", "cp1258"),
    "be": (_CYRILLIC + "ўі", _UKRAINIAN),
    "bg": (_CYRILLIC, _SLAVIC),
    "mk": (_CYRILLIC + "ѓѕјљњќџѐѝ", _SLAVIC),
    "ru": (_CYRILLIC + "ё", _SLAVIC),
    "sr": (_CYRILLIC + "ђјљњћџ", _SLAVIC),
    "uk": (_CYRILLIC + "ґєії", _UKRAINIAN),
    "el": ("αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ", "cp1253 iso8859_7 cp737 mac_greek"),
    "he": ("אבגדהוזחטיךכלםמןנסעףפץצקרשת׳״־ְִֵֶַָֹֻּׁׂ", "cp1255 iso8859_8 cp862"),
    "ar": (_ARABIC, "cp1256 iso8859_6 mac_arabic"),
    "fa": (_ARABIC + "پچژگک\u200cی", "cp1256"),
    "ur": (_ARABIC + "پچژگٹڈڑںہےھک\u200cی", "cp1256"),
    "th": ("", "cp874"),
    "ja": ("", "cp932 euc_jp"),
    "ko": ("", "cp949"),
    "zh": ("", "gb18030 big5hkscs"),
}
"""The letters beyond ASCII of each language, small ones, and the encodings it was written in."""

ENCODINGS = {lang: tuple(names.split()) for lang, (_, names) in _ALPHABETS.items()}
"""The encodings that are believed for each language."""

_COMMON = {
    # Letters (sorted by how common they are) that make up at least the given share of the letters
    # beyond ASCII of any text of the script.
    "CYRILLIC": ("оаеинтсрвлкмдпу", 0.66),
    "GREEK": ("αοιετσνηρπκμλυςίόάέ", 0.7),
    "HEBREW": ("יולהאמתרשבנ", 0.6),
    "ARABIC": ("اليمونرتبةعدسفهكأ", 0.65),
    "THAI": ("านรกเงมยลวดทส่้ปตคหบอแขั", 0.65),
    "HANGUL": ("이다는의에을가한고지기로서도를은사대인해과하자정일어시리나부장", 0.15),
    "HAN": (
        "的一是不了在人有我他这中大来上国个到说们为子和地出也时年得就要下以生会自发成公同日月市長长"  # noqa: ISC004
        "政府警方表示這個們為時說國來對对与與後后天今報报新全部",
        0.06,
    ),
}
_MERGED = {"bs": "hr", "da": "no", "nb": "no", "nn": "no", "ms": "id", "gl": "pt"}
"""Languages that short texts do not show apart, and that share their letters."""

_SCRIPT = {
    "el": "GREEK", "he": "HEBREW", "ar": "ARABIC", "fa": "ARABIC", "ur": "ARABIC", "th": "THAI",
    "ko": "HANGUL", "zh": "HAN", **dict.fromkeys(("be", "bg", "mk", "ru", "sr", "uk"), "CYRILLIC"),
}  # fmt: skip
"""Scripts of which nearly every byte, or pair of bytes, of the encoding makes a letter."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for an encoding: the language of the text that it makes, and a score to 1."""

    encoding: str
    lang: str
    score: float


def tried() -> tuple[str, ...]:
    """All encodings that `detected` knows, beside Unicode's own, as people name them."""
    return tuple(_shown(name) for name in (*(name for _, name in _ESCAPES), *_order()))


def _shown(name: str) -> str:
    known = {"cp932": "Shift_JIS", "cp949": "EUC-KR", "big5hkscs": "Big5", "euc_jp": "EUC-JP"}
    known |= {"iso2022_jp_ext": "ISO-2022-JP", "iso2022_kr": "ISO-2022-KR", "hz": "HZ"}
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
    best = max(found, key=lambda one: one.score, default=None)
    return best.encoding if best and best.score >= ENOUGH else None


_ESCAPES = (
    (re.compile(rb"\x1b\$[@B]|\x1b\([JI]|\x1b\$\(D"), "iso2022_jp_ext"),
    (re.compile(rb"\x1b\$\)C"), "iso2022_kr"),
    (re.compile(rb"~\{[\x21-\x77][\x21-\x7e](?:[\x21-\x77][\x21-\x7e])*~\}"), "hz"),
)


def escape_encoding(data: bytes) -> str | None:
    """Return the encoding of seven bits whose escape sequences stand in the data, or None."""
    if not (b"\x1b" in data or b"~{" in data):
        return None
    for pattern, name in _ESCAPES:
        if pattern.search(data) and data.isascii():
            try:
                data.decode(name)
            except UnicodeDecodeError:
                continue
            return name
    return None


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
    if lang not in _ALPHABETS or encoding not in ENCODINGS[lang]:
        return None
    return Evidence(encoding, lang, sure * _fit(text, beyond, lang))


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
        lang = _MERGED.get(lang, lang)
        votes[lang] = votes.get(lang, 0.0) + guess.confidence * length
        weight += length
    best = max(votes, key=votes.__getitem__, default="und")
    # Some lines are names or headings, and near languages share the confidence.
    return best, min(1.0, votes.get(best, 0.0) / weight / 0.5) if weight else 0.0


def _fit(text: str, beyond: list[str], lang: str) -> float:
    """The share of the signs beyond ASCII that belong where they stand, in this language."""
    wrong = len(_INSIDE.findall(text)) + _turned(text)
    if lang in ("ja", "zh", "ko", "th"):
        right = sum(_of_script(char, lang) for char in beyond)
    else:
        letters = frozenset(_ALPHABETS[lang][0] + _ALPHABETS[lang][0].upper()) | _TYPOGRAPHY
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
        return 0x0E01 <= point <= 0x0E5B
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
    if lang not in _SCRIPT:
        return 1.0
    common, share = _COMMON[_SCRIPT[lang]]
    return min(1.0, sum(char in common for char in letters) / len(letters) / share)

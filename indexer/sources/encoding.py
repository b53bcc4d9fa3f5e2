"""Bytes of a text file -> text, whatever the encoding; and how many may be one article.

A byte order mark decides; else UTF-8 if the bytes are valid; else charset-normalizer, corrected by
the language: among the Latin code pages it often mistakes one for another, which would turn every
"ñ" of a Spanish article into "ń".
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import BinaryIO

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_SAMPLE = 50_000
"""Bytes that the detection looks at."""

_LATIN = """
    cp1252 cp1250 cp1254 cp1257 cp1258 cp850 cp852 latin_1 iso8859_2 iso8859_9 iso8859_13
    iso8859_15 iso8859_16 mac_roman mac_latin2
""".split()  # noqa: SIM905
_OTHERS = """
    cp932 euc_jp gb18030 big5 euc_kr cp1251 koi8_r koi8_u iso8859_5 cp866 cp1253 iso8859_7 cp1255
    cp1256 iso8859_6 cp874
""".split()  # noqa: SIM905
"""Encodings in which newspapers are found; codecs of mainframes and of one country's old terminals
would win over them on short texts."""

_CENTRAL = dict.fromkeys(["bs", "cs", "hr", "hu", "pl", "ro", "sk", "sl", "sq"], "cp1250")
_BALTIC = dict.fromkeys(["et", "lt", "lv"], "cp1257")
_CODE_PAGES = _CENTRAL | _BALTIC | {"az": "cp1254", "tr": "cp1254", "vi": "cp1258"}
"""The code page of each language that is not at home in windows-1252 (HTML standard, section
"Determining the character encoding", table of defaults by locale)."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text and the Python name of the encoding that it was in."""

    text: str
    encoding: str


def read_whole(stream: BinaryIO, limit: int) -> bytes | str:
    """Return the content, or the sentence that refuses it where it is over `limit` bytes."""
    data = stream.read(limit + 1)
    return data if len(data) <= limit else too_long("The file", limit)


def too_long(what: str, limit: int) -> str:
    """Say that something is over the limit, and which setting raises it."""
    return (
        f"{what} is longer than {limit / 1e6:g} MB, the limit for one article; "
        "if it is one, raise the setting max_article_mb."
    )


def marked_encoding(head: bytes) -> str | None:
    """Return the encoding given by a byte order mark at the start, None if there is no mark."""
    return next((name for mark, name in _MARKS if head.startswith(mark)), None)


def decode(data: bytes) -> Decoded:
    """Return the text. Raises `UnicodeError` with a sentence if the bytes are no text at all."""
    marked = marked_encoding(data)
    if marked == "utf-8":
        return Decoded(data[len(codecs.BOM_UTF8) :].decode("utf-8", "replace"), "utf-8")
    if marked:
        return Decoded(data.decode(marked, "replace"), marked)
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        encoding = unmarked_utf16(data) or _detected(_sample(data))
    return Decoded(data.decode(encoding, "replace"), encoding)


def unmarked_utf16(head: bytes) -> str | None:
    """Return "utf-16-le" or "utf-16-be" where every other byte is mostly zero, else None."""
    sample = head[: len(head) // 2 * 2][:4096]
    half = len(sample) // 2
    if half < 8:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > 0.5 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.5 * half and odd < 0.05 * half:
        return "utf-16-be"
    return None


def _sample(data: bytes) -> bytes:
    """The first lines, whole, so that no character is cut in two."""
    if len(data) <= _SAMPLE:
        return data
    return data[:_SAMPLE].rpartition(b"\n")[0] or data


def _detected(sample: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=_LATIN + _OTHERS).best()
    if best is None:
        return _likeliest(sample)
    if best.encoding in _LATIN:
        return _latin_page(sample, str(best)) or best.encoding
    return best.encoding


def _likeliest(sample: bytes) -> str:
    """Return the encoding in which the bytes look most like a language.

    For what charset-normalizer cannot detect, as happens with some Japanese and Thai texts.
    """
    from indexer.text.language import CONFIDENT, default_identifier

    best, confidence = "", CONFIDENT
    for encoding in [*_OTHERS, "cp949"]:
        try:
            guess = default_identifier().identify(sample.decode(encoding))
        except UnicodeDecodeError:
            continue
        if guess.confidence > confidence:
            best, confidence = encoding, guess.confidence
    if not best:
        raise UnicodeError("Its encoding could not be detected; save the file as UTF-8.")
    return best


def _latin_page(sample: bytes, text: str) -> str | None:
    """Return the code page of the language of the text, None if the bytes are not in it."""
    from indexer.text.language import default_identifier

    page = _CODE_PAGES.get(default_identifier().identify(text).lang, "cp1252")
    # Windows code pages put letters and quotes where ISO 8859 has nothing.
    if page == "cp1250" and not any(0x80 <= byte <= 0x9F for byte in sample):
        page = "iso8859_2"
    try:
        sample.decode(page)
    except UnicodeDecodeError:
        return None
    return page

"""Bytes of a text -> text, whatever the encoding; and how many may be one article.

A byte order mark decides, then zero bytes (UTF-16 and UTF-32 without a mark), then escape
sequences (ISO 2022). What is UTF-8 but for a few bytes stays UTF-8: those become U+FFFD, and a
warning says where. Everything else is in an old encoding, if the text shows in which
(`indexer.text.charsets`); where it does not, the document is refused.
"""

from __future__ import annotations

import codecs
import io
import re
import unicodedata
from dataclasses import dataclass
from typing import BinaryIO, cast

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_FEW = 25
"""Bytes per bad one in a text that is ASCII but for its few faults."""

_FEW_OF = 2
"""Good characters beyond ASCII per bad byte in UTF-8 with few faults. Chinese in GB 18030 has one
per bad byte, by chance."""

_PAIR = re.compile(rb"\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]")
"""A character beyond the first 65,536 in CESU-8: two surrogates."""

_BAD_BYTES = re.compile("[\udc80-\udcff]+")
"""What `surrogateescape` makes of bytes that are not UTF-8."""

_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
"""Bytes that no text has but one whose characters take two or four bytes each."""

_KOREAN_SHIFTS = b"\x1b$)C"
"""What ISO-2022-KR begins with; it shifts by control characters."""

_STOPS = ("、".encode("utf-16-le"), "。".encode("utf-16-le"), "、".encode("utf-16-be"),
          "。".encode("utf-16-be"))  # fmt: skip

_HEAD = 1 << 16
"""Bytes of a stream that show its encoding."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text and the Python name of the encoding that it was in.

    `faults` counts the places that the encoding cannot explain, each one U+FFFD in the text. The
    first of them is in line `line` at byte `byte` of the line, both counted from one.
    """

    text: str
    encoding: str
    faults: int = 0
    line: int = 0
    byte: int = 0

    def warning(self, lines: int = 0, bytes_before: int = 0) -> str | None:
        """Say where the first fault is, None if there is none.

        `lines` are those before the text in its file, and `bytes_before` the bytes before it in
        its first line.
        """
        if not self.faults:
            return None
        byte = self.byte + (bytes_before if self.line == 1 else 0)
        many = f" (and {self.faults - 1:,} more places)" if self.faults > 1 else ""
        name = "UTF-8" if self.encoding == "utf-8" else self.encoding
        where = f"line {self.line + lines:,}, byte {byte:,}"
        return f"{where}{many} is not {name}; U+FFFD stands there now"


def read_whole(stream: BinaryIO, limit: int) -> bytes | str:
    """Return the content, or the sentence that refuses it where it is over `limit` bytes."""
    data = stream.read(limit + 1)
    return data if len(data) <= limit else too_long("The file", limit)


def read_text(stream: BinaryIO, limit: int) -> tuple[Decoded, int] | str:
    """Return the text and its length in bytes, or the sentence that refuses it."""
    data = read_whole(stream, limit)
    if isinstance(data, str):
        return data
    try:
        return decode(data), len(data)
    except UnicodeError as error:
        return str(error)


MAX_ARTICLE_BYTES = 20_000_000
"""A hundred times the longest report; what is longer is a dump in the wrong format."""


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
    """Return the text. Raises `UnicodeError` with a sentence if no encoding is convincing."""
    if marked_encoding(data) == "utf-8":
        return _utf8(data[len(codecs.BOM_UTF8) :])
    from indexer.text.charsets import escape_encoding

    shown = wide_encoding(data) or escape_encoding(data)
    if shown:
        return _replaced(data, shown)
    decoded = _utf8(data)
    return _faulty(data, decoded) if decoded.faults else decoded


def _faulty(data: bytes, decoded: Decoded) -> Decoded:
    """Tell UTF-8 with faults (`decoded`) from another encoding, as `decode` does."""
    from indexer.text.charsets import detected

    good = _beyond_ascii(decoded.text)
    wrong = len(data) - len(data.decode("utf-8", "ignore").encode())
    if good >= _FEW_OF * wrong:
        return decoded
    encoding = detected(data)
    if encoding:
        return _replaced(data, encoding)
    if good >= wrong or wrong * _FEW <= len(data):
        return decoded
    raise UnicodeError(_undecided(decoded))


def _utf8(data: bytes) -> Decoded:
    """Read as UTF-8, whatever it is. Half pairs, as Java and old databases write emoji, are one."""
    if b"\xed" in data:
        data = _PAIR.sub(_paired, data)
    text = data.decode("utf-8", "surrogateescape")
    return marked_faults(text)


def _paired(found: re.Match[bytes]) -> bytes:
    pair = found[0].decode("utf-8", "surrogatepass")
    return pair.encode("utf-16", "surrogatepass").decode("utf-16").encode()


def marked_faults(text: str) -> Decoded:
    """Replace what `surrogateescape` made of bytes that are not UTF-8 by marks, and count them."""
    first = _BAD_BYTES.search(text)
    if not first:
        return Decoded(text, "utf-8")
    before = text[: first.start()]
    line, byte = _place(before, "utf-8", "surrogateescape")
    marked, faults = _BAD_BYTES.subn("\ufffd", text)
    return Decoded(marked, "utf-8", faults, line, byte)


def _replaced(data: bytes, encoding: str) -> Decoded:
    text = data.decode(encoding, "replace")
    # Nobody writes U+FFFD in these encodings.
    faults = len(re.findall("\ufffd+", text))
    if not faults:
        return Decoded(text, encoding)
    line, byte = _place(text[: text.index("\ufffd")], encoding, "ignore")
    return Decoded(text, encoding, faults, line, byte)


def has_faults(text: str) -> bool:
    """Tell whether a text that was decoded with `surrogateescape` has bytes that are not UTF-8."""
    return not text.isascii() and _BAD_BYTES.search(text) is not None


def _place(before: str, encoding: str, errors: str) -> tuple[int, int]:
    """Line and byte of what follows this text, counted from one."""
    begun = before.rpartition("\n")[2]
    return before.count("\n") + 1, len(begun.encode(encoding, errors)) + 1


def _undecided(decoded: Decoded) -> str:
    from indexer.text.charsets import tried

    return (
        f"The text is not UTF-8 (line {decoded.line:,}, byte {decoded.byte:,}), nor is it text "
        f"in {', '.join(tried())}. Name its encoding with --encoding NAME, or save it as "
        "UTF-8."
    )


def _beyond_ascii(text: str) -> int:
    """Count the characters that are good UTF-8 of several bytes."""
    return len(re.findall("[^\x00-\x7f\udc80-\udcff\ufffd]", text))


def is_binary(head: bytes) -> bool:
    """Whether bytes are not text: control characters in more than one of a hundred places."""
    if wide_encoding(head):
        return False
    if _KOREAN_SHIFTS in head:
        head = head.translate(None, b"\x0e\x0f")
    return len(_CONTROL.findall(head)) > len(head) / 100


def wide_encoding(head: bytes) -> str | None:
    """Return the form of UTF-16 or UTF-32 that a text is in, None for any other text."""
    marked = marked_encoding(head)
    return unmarked_wide(head) if marked is None else marked if marked != "utf-8" else None


def unmarked_wide(head: bytes) -> str | None:
    """Return "utf-16-le", "utf-32-be" and the like where zero bytes show it, else None.

    A text in one of them has zero bytes wherever it has a space or a line end, and is text
    only if it is read in the right one. Chinese and Japanese without either have bytes that no
    other text has, and signs by which their sentences part.
    """
    sample = head[:4096]
    if len(sample) < 16 or not _CONTROL.search(sample):
        return None
    if b"\x00" not in sample and not any(sign in sample for sign in _STOPS):
        return None
    names = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
    scores = {name: _score(sample, name) for name in names}
    best = max(scores, key=scores.__getitem__)
    return best if scores[best] > 0 else None


def _score(sample: bytes, encoding: str) -> float:
    """How much text the bytes make, from 0 (none) to 1."""
    width = 4 if "32" in encoding else 2
    try:
        text = sample[: len(sample) // width * width].decode(encoding)
    except UnicodeDecodeError as error:
        if error.end < len(sample) // width * width:
            return 0.0
        text = sample[: error.start].decode(encoding)  # half a pair at the end
    kinds = [unicodedata.category(char) for char in text]
    wrong = sum(k in ("Cn", "Co", "Cc") for k in kinds) - sum(c in "\t\r\n\f" for c in text)
    if wrong > len(text) / 100:
        return 0.0
    blocks = {ord(char) >> 7 for char in text}
    # White space is what any text has; the wrong order of bytes makes letters of many scripts.
    spaces = sum(char in " \t\n\u3000\u3001\u3002" for char in text) / len(text)
    return (0.01 + spaces) / len(blocks) * (2 if width == 4 else 1)


def as_utf8(stream: BinaryIO, encoding: str | None = None) -> io.BufferedReader:
    """Return the stream as UTF-8 without a mark, in the given encoding or in that of its head.

    Bytes that the encoding cannot explain come as one byte 0xFF, which is never UTF-8, so
    that whoever decodes the document counts them as faults.
    """
    buffered = (
        stream
        if isinstance(stream, io.BufferedReader)
        else io.BufferedReader(cast(io.RawIOBase, stream))
    )
    chosen = encoding or _of_head(buffered.peek(_HEAD)[:_HEAD])
    if chosen in (None, "utf-8"):
        return buffered
    return io.BufferedReader(_Transcoded(buffered, chosen), _HEAD)


def _of_head(head: bytes) -> str | None:
    """Return the encoding of a stream by what it begins with, None for UTF-8 and where unclear."""
    marked = marked_encoding(head)
    if marked:
        return "utf-8-sig" if marked == "utf-8" else marked
    wide = unmarked_wide(head)
    if wide:
        return wide
    if head.isascii() and b"\x1b" not in head and b"~{" not in head:
        return None
    try:
        # The last characters of the head may be cut in two.
        decoded = decode(head[:-4] if len(head) > 64 and not head.isascii() else head)
    except UnicodeError:
        return None
    return None if decoded.encoding == "utf-8" else decoded.encoding


class _Transcoded(io.RawIOBase):
    """The text of a stream, as UTF-8."""

    def __init__(self, stream: io.BufferedReader, encoding: str) -> None:
        super().__init__()
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._ready = b""
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast(bytearray, buffer))
        while not (self._ready or self._ended):
            data = self._stream.read1(_HEAD)
            self._ended = not data
            text = self._decoder.decode(data, final=self._ended)
            self._ready = text.encode("utf-8", "replace").replace(b"\xef\xbf\xbd", b"\xff")
        size = min(len(view), len(self._ready))
        view[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size

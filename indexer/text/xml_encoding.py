"""Bytes of an XML document -> text: what it declares of its encoding is often wrong.

How the bytes can be read decides.
"""

from __future__ import annotations

import re

from indexer.text.encoding import decode, marked_encoding
from indexer.text.encoding_names import known_encoding

NO_XML = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF))
"""Characters that no XML document may have (XML 1.0, production 2), as `str.translate` takes them
out. The parser takes them from a page, and refuses texts that have them later."""

_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']?([\w.:-]+)""", re.IGNORECASE)
_STARTS = (
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00<", "utf-16-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x4c\x6f\xa7\x94", "cp037"),  # "<?xm" in EBCDIC
)
"""How a document without a byte order mark begins (XML 1.0, appendix F)."""

_WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "tis-620": "cp874",
    "iso8859-11": "cp874",
}
"""What is meant by these encodings (https://encoding.spec.whatwg.org/#names-and-labels)."""

_STATEFUL = ("iso2022", "hz", "utf-7")
"""Encodings whose bytes are all ASCII."""


def decoded(data: bytes, charset: str | None = None) -> tuple[str, str]:
    """Return the text and Python's name of its encoding; what cannot be read is U+FFFD.

    `charset` is what the server said, None where that is unknown. Bytes that are valid UTF-8 are
    read as such whatever is declared, since text in another encoding hardly ever is.
    """
    known = marked_encoding(data) or next(
        (n for start, n in _STARTS if data.startswith(start)), None
    )
    if known:
        return data.decode(known, "replace").removeprefix("\ufeff"), known
    declared = _DECLARED.search(data[:2000])
    given = (charset, declared[1].decode() if declared else None)
    names = [name for one in given if one and (name := known_encoding(one))]
    if data.isascii():
        name = next((name for name in names if name.startswith(_STATEFUL)), None)
        return data.decode(name or "ascii", "replace"), name or (names or ["utf-8"])[0]
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 3:  # cut off within the last character
            return data.decode("utf-8", "replace"), "utf-8"
    return _other(data, names)


def _other(data: bytes, names: list[str]) -> tuple[str, str]:
    """Read bytes that are not valid UTF-8, in one of the encodings named or as detected."""
    for name in names:
        if name.startswith(("utf-16", "utf-32", "utf-8")):
            continue
        for one in (name, _WIDER.get(name, name)):
            try:
                return data.decode(one), name
            except UnicodeDecodeError:
                continue
    text = data.decode("utf-8", "replace")
    # UTF-8 with a few broken bytes is still UTF-8.
    if text.count("\ufffd") * 50 < len(re.findall(r"[^\x00-\x7f]", text)):
        return text, "utf-8"
    try:
        # Tags are no language, by which encodings are told.
        found = decode(re.sub(rb"<[^<>]*>", b" ", data)).encoding
    except UnicodeError:
        found = "utf-8"
    if found == "utf-8":
        found = next((one for one in names if not one.startswith("utf")), "cp1252")
    return data.decode(_WIDER.get(found, found), "replace"), found

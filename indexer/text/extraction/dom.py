"""Bytes of a web page -> its tree: decoded as it is written, whatever it declares."""

from __future__ import annotations

import re
from functools import cache

from lxml import etree
from lxml.html import HtmlComment, HtmlElement, HTMLParser, document_fromstring

from indexer.text.encoding import marked_encoding, wide_encoding
from indexer.text.encoding_names import known_encoding, plain_label
from indexer.text.tags import with_few_attributes
from indexer.text.xml_encoding import NO_XML

DECLARED_WITHIN = 4096
"""Bytes in which a declaration is looked for; browsers read 1,024, some pages put scripts first."""

_DECLARED = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]+)|<\?xml[^>]{0,200}?encoding=["']([\w.:-]+)""",
    re.IGNORECASE,
)
_WIDER = {
    "iso-8859-1": "windows-1252",
    "latin-1": "windows-1252",
    "latin1": "windows-1252",
    "ascii": "windows-1252",
    "us-ascii": "windows-1252",
    "iso-8859-9": "windows-1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "tis-620": "cp874",
}
"""What a browser reads under these names (https://encoding.spec.whatwg.org/#names-and-labels)."""

# What is never closed goes to the end: else the end would be looked for from each beginning.
_UNSEEN = re.compile(
    rb"<(script|style)\b.*?(?:</\1\s*>|\Z)|<[^>]*(?:>|\Z)", re.IGNORECASE | re.DOTALL
)

_BEYOND_ASCII = re.compile("[^\x00-\x7f\ufffd]")

_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


def decoded_page(data: bytes, charset: str | None = None) -> str:
    """Decode a page; `charset` is what its server said, None if that is not known.

    Bytes that are UTF-8 are read as UTF-8 even where another encoding is declared: text in
    another encoding is hardly ever valid UTF-8 by chance. What cannot be read becomes U+FFFD.
    """
    wide = wide_encoding(data) or marked_encoding(data)
    if wide:
        return data.decode(wide, "replace").removeprefix("\ufeff")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.end >= len(data) - 3 and error.reason == "unexpected end of data":
            return data.decode("utf-8", "replace")
    declared = [found.decode("ascii") for pair in _DECLARED.findall(data[:DECLARED_WITHIN])
                for found in pair if found]  # fmt: skip
    given = (plain_label(name) for name in (charset, *declared) if name)
    names = [name for name in given if known_encoding(name)]
    # UTF-8 with a few broken bytes is still UTF-8.
    text = data.decode("utf-8", "replace")
    good, faults = len(_BEYOND_ASCII.findall(text)), text.count("\ufffd")
    if faults <= good and (not names or "utf" in names[0].lower()):
        return text
    other = next((name for name in names if "utf" not in name.lower()), None)
    return data.decode(_old_encoding(data, other), "replace")


def _old_encoding(data: bytes, declared: str | None) -> str:
    """Return the encoding of a page that is not UTF-8, by the text that a reader sees.

    Servers and templates declare one for pages of all languages, so that a declared encoding in
    which the page is no text gives way to one in which it is.
    """
    from indexer.text.charsets import detected, is_believable

    seen = _UNSEEN.sub(b" ", data)
    name = None if declared is None else _WIDER.get(declared.lower(), declared)
    if name is not None and is_believable(seen, name):
        return name
    return detected(seen) or name or "windows-1252"


@cache
def _parser() -> HTMLParser:
    # `huge_tree` stays off: a page of endless nesting is cut, not followed.
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    # lxml.html asks Python for the class of each element, and nothing here needs those of forms.
    parser.set_element_class_lookup(
        etree.ElementDefaultClassLookup(element=HtmlElement, comment=HtmlComment)
    )
    return parser


def tree_of(page: str) -> HtmlElement | None:
    """Parse a page; None where there is nothing to parse."""
    text = with_few_attributes(_XML_DECLARATION.sub("", page).translate(NO_XML))
    if not text.strip():
        return None
    try:
        return document_fromstring(text.encode("utf-8", "replace"), parser=_parser())
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None

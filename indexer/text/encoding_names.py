"""What people and pages call an encoding -> Python's name of it."""

from __future__ import annotations

import codecs

_NAMES = {
    "cp932": "x-sjis windows-31j",
    "cp949": "windows-949 x-windows-949",
    "cp874": "windows-874 dos-874",
    "gb18030": "x-gbk gb_2312-80",
    "big5hkscs": "x-x-big5 cn-big5",
    "euc_jp": "x-euc-jp",
    "iso8859_8": "iso-8859-8-i iso-8859-8-e",
    "iso8859_15": "latin-9",
    "cp1250": "x-cp1250 win1250 windows1250",
    "cp1251": "x-cp1251 win1251 windows1251 cp-1251",
    "cp1252": "x-cp1252 win1252 windows1252 ansi",
    "koi8_r": "koi",
    "koi8_u": "koi8-ru",
    "mac_roman": "x-mac-roman",
    "mac_cyrillic": "x-mac-cyrillic x-mac-ukrainian",
    "mac_latin2": "x-mac-ce",
    "mac_greek": "x-mac-greek",
    "mac_turkish": "x-mac-turkish",
    "utf_8": "unicode-1-1-utf-8 utf8mb4 utf-8-bom",
}
_LABELS = {label: name for name, labels in _NAMES.items() for label in labels.split()}
"""Names that browsers know (https://encoding.spec.whatwg.org), or databases, and not Python."""


def known_encoding(name: str) -> str | None:
    """Return Python's name of a text encoding that somebody names, None if there is none."""
    name = name.strip()
    try:
        info = codecs.lookup(_LABELS.get(name.lower(), name))
        info.decode(b"")
    except (LookupError, ValueError, TypeError):
        return None
    return info.name if getattr(info, "_is_text_encoding", True) else None


def plain_label(name: str) -> str:
    """Return a name that Python knows for one that only browsers know, any other as it is."""
    return _LABELS.get(name.lower(), name)

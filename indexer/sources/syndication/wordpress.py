"""What exports of WordPress (WXR) have that other feeds have not: log-ins, texts as they are typed.

Authors are named by their log-ins, which the export explains once. A text is HTML in which empty
lines part paragraphs, with shortcodes in it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape

from indexer.text.shortcodes import without_shortcodes

_BEGIN, _END = "<wp:author>", "</wp:author>"
MOST_AUTHORS, LONGEST_AUTHOR = 10_000, 5_000
"""Authors that are looked at, and characters of one."""

_VALUE = re.compile(r"\s*(?:<!\[CDATA\[(.*?)\]\]>|([^<]*))", re.DOTALL)
_EMPTY_LINE = re.compile(r"\n[ \t\r]*\n")


def names_of_authors(text: str) -> Mapping[str, str]:
    """Return the name that each log-in stands for, as the document says."""
    parts = text.split(_BEGIN, MOST_AUTHORS + 1)[1 : MOST_AUTHORS + 1]
    authors = [one[:LONGEST_AUTHOR].partition(_END)[0] for one in parts]
    named = {
        _value(one, "author_login"): _value(one, "author_display_name")
        or " ".join(f"{_value(one, 'author_first_name')} {_value(one, 'author_last_name')}".split())
        for one in authors
    }
    return {login: name for login, name in named.items() if login and name}


def as_html(typed: str) -> str:
    """Return a text as it is typed as HTML, without its shortcodes."""
    return _EMPTY_LINE.sub("<br><br>", without_shortcodes(typed))


def _value(author: str, name: str) -> str:
    _, _, rest = author.partition(f"<wp:{name}>")
    found = _VALUE.match(rest)
    return unescape((found[1] or found[2] or "").strip()) if found else ""

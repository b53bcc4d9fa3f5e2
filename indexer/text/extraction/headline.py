"""The headline of an article on a web page, as the reader sees it: without the site's name."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import islice
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from indexer.text.extraction.structured import Structured, line

_SEPARATORS = re.compile(
    r"\s+[|·•»«*:/—–-]\s+|\s*[|｜ㅣ：]\s*|[－―]{1,2}|--|(?<=[^\x00-\x7f])[-_]|(?<=[\"'”’)\]?!])-"
)
"""What stands between a title and the name of its site."""

_TITLES = (
    "og:title",
    "twitter:title",
    "dc.title",
    "dcterms.title",
    "parsely-title",
    "sailthru.title",
)

_CUT = ("…", "...")

MOST_TITLE = 2_000
"""Characters of a headline; of what is longer, the name of the site is not taken off."""

MOST_HEADINGS = 100

MOST_SITE = 60
"""Characters of what stands beside a title and names its site."""


def title_of(
    tree: HtmlElement, said: Structured, source: str, url: str | None = None, section: str = ""
) -> str:
    """Return the headline, without the name of the site behind (or before) it.

    `url` and `section` are of the page.
    """
    seen = headings(tree)
    headline = next((text for one in said.articles() if (text := line(one.get("headline")))), "")
    written = [said.first(name) for name in _TITLES]
    whole = line(tree.findtext(".//title"))
    site = _Site([source, host_name(url or said.first("og:url")), section])
    for title in (*written, headline, *seen[:1], whole):
        if title and title.casefold() != source.casefold():
            return _as_seen(_without_site(title, seen, headline, site, whole), seen, headline)
    return ""


def headings(tree: HtmlElement) -> list[str]:
    """Return the headings of the first level, in order."""
    texts = (one.text_content() for one in islice(tree.iter("h1"), MOST_HEADINGS))
    return [text for one in texts if len(one) <= MOST_TITLE and (text := line(one))]


class _Site:
    """What a site and its parts are called."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = [name for one in names if (name := letters(one))]

    def is_named(self, text: str) -> bool:
        """Tell whether a text is such a name, with or without something around it."""
        plain = letters(text)
        return 0 < len(plain) < MOST_SITE and any(
            plain in name or name in plain for name in self._names
        )


def host_name(url: str) -> str:
    """Return the name that an address belongs to: `news` of `https://www.news.example/a`."""
    try:
        labels = (urlsplit(url).hostname or "").split(".")
    except ValueError:
        return ""
    return max(labels[:-1], key=len, default="") if len(labels) > 1 else ""


def _without_site(title: str, seen: Collection[str], headline: str, site: _Site, whole: str) -> str:
    """Take the name of the site off a title: what the page shows as its headline has none."""
    parts = list(_SEPARATORS.finditer(title))
    if not parts or title in seen or len(title) > MOST_TITLE:
        return title
    halves = [(title[: one.start()].strip(), title[one.end() :].strip()) for one in parts]
    for wanted in (seen, (headline,)):
        if title not in wanted:
            for kept in (half for pair in halves for half in pair):
                if kept and kept in wanted:
                    return kept
    for before, after in halves:
        for kept, other in ((before, after), (after, before)):
            if len(kept) > len(other) and site.is_named(other):
                return kept
    if title == headline:
        return title
    return title if title != whole else halves[-1][0] or title


def _as_seen(title: str, seen: Collection[str], headline: str) -> str:
    """Return a title as the page shows it: with its own quotation marks, and whole.

    Another spelling counts where the page has it twice, for readers and for machines.
    """
    if headline in seen and re.sub(r"\W+", "", headline) == re.sub(r"\W+", "", title):
        return headline
    ending = next((one for one in _CUT if title.endswith(one)), None)
    begin = title.removesuffix(ending).rstrip() if ending else ""
    return next((one for one in seen if begin and one.startswith(begin)), title)


def letters(text: str) -> str:
    """Return the letters and digits of a text, for comparing what is written in several ways."""
    return re.sub(r"\W+", "", text).casefold()

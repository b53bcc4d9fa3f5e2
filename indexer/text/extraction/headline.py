"""The headline of an article on a web page, as the reader sees it: without the site's name."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from indexer.text.extraction.headings import MOST_TITLE, headings, title_element
from indexer.text.extraction.structured import Structured, line

_SEPARATORS = re.compile(
    r"\s+(?:[|·•»«›‹>*:/~—–-]|::)\s+|\s*[|｜ㅣ：]\s*|[－―]{1,2}|--|(?<=[^\x00-\x7f])[-_]"
    r"|(?<=[\"'”’)\]?!])-"
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

_MARKUP = re.compile(r"</?(?:[biuqa]|em|strong|span|font|mark|cite|sub|sup|small)(?:\s[^<>]*)?>")
_BREAK = re.compile(r"<br\s*/?>")

_PLACEHOLDERS = frozenset(
    """home homepage index untitled undefined null none title startseite inicio accueil início
    strona_główna главная ana_sayfa 首页 トップ""".split()  # noqa: SIM905
)
"""What stands where a title belongs and is none; `_` for a space."""

_PAGE = re.compile(
    r"\s*[-–—|,(]\s*(?:page|seite|p[áa]gina|strona|sayfa|страница|сторінка)\s*\d{1,3}"
    r"(?:\s*(?:of|von|de|di|z|из|/)\s*\d{1,3})?\)?$",
    re.IGNORECASE,
)
"""The number of the page that an article goes on."""

_DATE_BEHIND = re.compile(r"\s+[|–—-]\s+\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\.?$")

_IN_BRACKETS = re.compile(r"\s*（[^（）]{1,30}）")
"""Who wrote it, as Japanese portals put it behind the titles of others' articles."""

CUT_FROM = 100
"""Characters from which on a title may be one that was cut: search engines read up to 110."""

MOST_SITE = 60
"""Characters of what stands beside a title and names its site."""

MOST_LABEL = 20
"""Characters of the name of a section before a headline, which is twice as long at least."""


def title_of(
    tree: HtmlElement, said: Structured, source: str, url: str | None = None, section: str = ""
) -> str:
    """Return the headline, without the name of the site behind (or before) it.

    `url` and `section` are of the page.
    """
    address = url or said.first("og:url")
    seen = [one for one in headings(tree) if not _is_none(one, source, address)]
    headline = next((text for one in said.articles if (text := _said(one.get("headline")))), "")
    written = [_said(said.first(name)) for name in _TITLES]
    whole = title_element(tree)
    seen = seen or _shown_half(tree, whole)
    site = _Site([source, host_name(address), section])
    for title in (*written, headline, _likeliest(seen, whole), whole):
        if title and not _is_none(title, source, address):
            without = _without_site(title, seen, headline, site, whole)
            return _as_seen(_without_name(without, seen, source), seen, headline)
    return ""


def _said(text: object) -> str:
    """Return a title that is written for machines as one line, without markup."""
    plain = line(text)
    return line(_MARKUP.sub("", _BREAK.sub(" ", plain))) if "<" in plain else plain


def _is_none(title: str, source: str, address: str) -> bool:
    """Tell whether what stands where a title belongs is the site's name or address, or a filler."""
    if title.casefold() == source.casefold():
        return True
    try:
        host = (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        host = ""
    plain = title.casefold().removeprefix("https://").removeprefix("www.").rstrip("/")
    return plain == host or plain.replace(" ", "_") in _PLACEHOLDERS


def _likeliest(seen: Sequence[str], whole: str) -> str:
    """Return the heading that is the headline: the longest in the page's title, else the first."""
    return max((one for one in seen if one in whole), key=len, default=next(iter(seen), ""))


_BOLD = ("b", "strong", "big", "font", "h2", "h3", "h4")


def _shown_half(tree: HtmlElement, whole: str) -> list[str]:
    """Return the longest half of the page's title that stands alone, in large or bold letters.

    Old pages have no headings.
    """
    found = list(_SEPARATORS.finditer(whole)) if len(whole) <= MOST_TITLE else []
    halves = {half.strip() for one in found for half in (whole[: one.start()], whole[one.end() :])}
    if not halves:
        return []
    shown = halves.intersection(line(one.text) for one in tree.iter(*_BOLD) if one.text)
    return [max(shown, key=len)] if shown else []


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
                return _without_label(kept, title == whole)
    if title == headline:
        return title
    return title if title != whole else _without_label(halves[-1][0], True) or title


def _without_label(title: str, of_page: bool) -> str:
    """Take off what else a page's `title` has: its number, the day, the section before a bar."""
    title = _DATE_BEHIND.sub("", _PAGE.sub("", title))
    label, bar, rest = title.partition(" | ")
    if of_page and bar and len(label) <= MOST_LABEL and len(rest) >= 2 * len(label):
        return rest.strip()
    return title


def _without_name(title: str, seen: Collection[str], source: str) -> str:
    """Take off the site's name where nothing, or only a colon, stands between it and the title."""
    before, colon, after = title.partition(": ")
    named = source and colon and letters(before) == letters(source) and title not in seen
    if named and len(after) > len(before):
        return after.strip()
    behind = [one for one in seen if title.startswith(one)]
    for one in behind:
        rest = title[len(one) :]
        if (source and letters(rest) == letters(source)) or _IN_BRACKETS.fullmatch(rest):
            return one
    return title


def _as_seen(title: str, seen: Collection[str], headline: str) -> str:
    """Return a title as the page shows it: with its own quotation marks, and whole.

    Another spelling counts where the page has it twice, for readers and for machines.
    """
    if headline in seen and re.sub(r"\W+", "", headline) == re.sub(r"\W+", "", title):
        return headline
    ending = next((one for one in _CUT if title.endswith(one)), None)
    begin = title.removesuffix(ending).rstrip() if ending else ""
    if not ending and len(title) >= CUT_FROM:
        begin = title
    return next((one for one in seen if begin and one.startswith(begin)), title)


def letters(text: str) -> str:
    """Return the letters and digits of a text, for comparing what is written in several ways."""
    return re.sub(r"\W+", "", text).casefold()

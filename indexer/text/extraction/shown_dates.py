"""When an article appeared, as a page shows it to readers: a line near the headline.

Of pages that say nothing for machines. A time without a zone is the hour of some place that nobody
names, so that of such a line only the day counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from lxml.html import HtmlElement

from indexer.article.clock_times import OWN_NAME
from indexer.article.dates import parse_date
from indexer.text.extraction.headline import letters

BEFORE, AFTER = 6, 14
"""Lines before and behind the headline in which a date is looked for."""

MOST_LINES = 3_000
LONGEST = 160
"""Characters of a line that has a date, and names, and how often it was read."""

_UNSEEN = frozenset(
    {"script", "style", "noscript", "template", "svg", "button", "select", "footer", "nav", "title"}
)
_BETWEEN = re.compile(r"\s*[|·•／\u3000]\s*|\s{3,}|\s+[–—]\s+")
_YEAR = re.compile(r"(?<!\d)(?:\d{4}(?!\d)|\d{1,2}[./]\d{1,2}[./]\d{2}(?!\d))")
_ZONE = re.compile(
    r"\b(?:GMT|UTC|[A-Z]{1,4}ST|[A-Z]{1,3}DT|CET|EET|WET|MSK|WIB|ET|PT|CT|MT)\b|[+-]\d\d:?\d\d$|Z$"
)
_UPDATED = re.compile(
    r"updated|modified|aktualisiert|stand\b|mis\s+à\s+jour|modifié|actualizad|aggiornat|atualizad|"
    r"bijgewerkt|gewijzigd|zaktualizowan|aktualizacj|aktualizov|uppdatera|oppdater|opdater|päivitet|"
    r"frissít|обновлен|оновлен|güncelle|ενημ[εέ]ρω|수정|更新|修改|تحديث|به‌روز|עודכן|cập\s+nhật|diperbarui",
    re.IGNORECASE,
)
"""What stands before the date of the last change."""

MOST_BEFORE, MOST_WORDS = 6, 9
"""Words before a date, and of one."""


@dataclass(frozen=True, slots=True)
class ShownDates:
    """Dates in a form that `parse_date` reads, "" where the page shows none."""

    published: str = ""
    updated: str = ""


def shown_dates(tree: HtmlElement, title: str) -> ShownDates:
    """Return the dates that stand near the headline."""
    published = updated = ""
    for text in _near(list(_lines(tree)), letters(title)):
        for before, found in _dates_in(text):
            if _UPDATED.search(before):
                updated = updated or found
            else:
                published = published or found
    return ShownDates(published or updated, updated)


def _near(lines: list[str], title: str) -> list[str]:
    """Return the lines around the headline, those behind it first; none where it is not shown."""
    at = next((n for n, text in enumerate(lines) if title and letters(text) == title), None)
    if at is None:
        return []
    return [*lines[at + 1 : at + 1 + AFTER], *lines[max(0, at - BEFORE) : at]]


def _lines(tree: HtmlElement) -> Iterator[str]:
    """Yield the lines of a page, of inline elements one with what is around them."""
    body = tree.find("body")
    count = 0
    for element in (tree if body is None else body).iter():
        if not isinstance(element.tag, str) or element.tag in _UNSEEN or _is_unseen(element):
            continue
        for text in (element.text, *(one.tail for one in element)):
            if text and (shown := text.strip()):
                yield re.sub(r"[ \t\r\n\xa0]+", " ", shown)
                count += 1
        if count > MOST_LINES:
            return


def _is_unseen(element: HtmlElement) -> bool:
    return any(one.tag in _UNSEEN for one in element.iterancestors())


def _dates_in(text: str) -> Iterator[tuple[str, str]]:
    """Yield the dates in a line, each with the words before it."""
    if len(text) > LONGEST or not _YEAR.search(text):
        return
    for part in _BETWEEN.split(text):
        words = part.replace("：", ": ").split()
        while words and (found := _first(words)):
            begin, end, date = found
            yield " ".join(words[:begin]), date
            words = words[end:]


def _has_zone(text: str) -> bool:
    return bool(_ZONE.search(text) or OWN_NAME.search(text))


def _first(words: list[str]) -> tuple[int, int, str] | None:
    """Return where the first date among words begins and ends, and the date.

    With its time only where that has a zone. The most words that are a date are one.
    """
    for begin in range(min(MOST_BEFORE, len(words))):
        for end in range(min(len(words), begin + MOST_WORDS), begin, -1):
            one = " ".join(words[begin:end])
            if not _YEAR.search(one):
                break
            try:
                moment = parse_date(one)
            except ValueError:
                continue
            first, last = _bare(words, begin, end, moment)
            one = " ".join(words[first:last])
            return first, last, one if _has_zone(one) else moment.date().isoformat()
    return None


def _bare(words: list[str], begin: int, end: int, moment: datetime) -> tuple[int, int]:
    """Return where a date is without the words around it that say what kind of date it is."""
    while begin < end - 1:
        if _is_at(words[begin + 1 : end], moment) and _says_nothing(words[begin]):
            begin += 1
        elif _is_at(words[begin : end - 1], moment) and _says_nothing(words[end - 1]):
            end -= 1
        else:
            break
    return begin, end


def _is_at(words: list[str], moment: datetime) -> bool:
    try:
        return parse_date(" ".join(words)) == moment
    except ValueError:
        return False


def _says_nothing(word: str) -> bool:
    return not any(char.isdigit() for char in word) and not _has_zone(word)

"""An embargo that only the words of an article say: "EMBARGOED UNTIL 00:01 GMT on 5 March 2026".

Press releases and some wires have no field for it. What counts is a line of its own above the text,
or what stands before the headline; a story about an embargo has it within its sentences.

An hour without a zone is that of a place that nobody names: the embargo ends when the hour has come
everywhere. Too late does less harm than too early.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from indexer.article.dates import parse_date
from indexer.article.month_names import month_number
from indexer.article.zones import named_zone
from indexer.errors import BadArticle
from search.index.credible import EARLIEST_YEAR

LINES = 3
"""Lines of the text in which an embargo is looked for."""

LONGEST = 200
"""Characters of such a line, and of a headline with one."""

SHORT = 70
"""Characters of a line that says nothing else."""

EVERYWHERE = timedelta(hours=12)
"""How far the last place on earth is behind UTC."""

_UNTIL = re.compile(
    r"""^\W*(?:
    (?:(?:strictly|under|press|news|media)\s+){0,3}embargo(?:ed)?\s+(?:for\s+(?:release|publication)\s+)?
        (?:un)?till?\b|
    (?:not\s+for|hold|do\s+not)\s+(?:for\s+)?(?:release|publication|publish|broadcast|use)\s+
        (?:(?:un)?till?|before)\b|
    sperre?frist(?:ende)?\b\s*:?\s*(?:bis\b|til\b)?|klausul(?:eret|erad|ert)\s+(?:ind)?till?\b|
    embarg(?:ad[oa]\s+(?:hasta|até)|at[oa]\s+fino\s+al?(?:le)?)\b|(?:frei(?:gabe|gegeben)?|sendefrei)\s+ab\b|gesperrt\s+bis\b|
    (?:sous\s+)?embargo\s+jusqu['’](?:à|aux?)\b|(?:bajo\s+)?embargo\s+hasta\b|(?:sob\s+)?embargo\s+até\b|
    (?:sotto\s+)?embargo\s+fino\s+al?(?:le)?\b|(?:onder\s+)?embargo\s+tot\b|embargo\s+(?:till?s?|do)\b|
    эмбарго\s+до\b|解禁(?:日時)?
    )\s*[:：–—-]?\s*""",
    re.IGNORECASE | re.VERBOSE,
)
"""What says that there is an embargo, whatever follows."""

_NAMED = re.compile(
    r"^\W*(?:(?:strictly|under|press|news|media|sous|bajo|sob|sotto|onder)\s+){0,3}"
    r"(?:embargo(?:ed)?|эмбарго|엠바고)(?:\s+(?:date|time|ends|lifts|expires))?\s*(?:[:：–—-]|for|at|on)\s*",
    re.IGNORECASE,
)
"""What says so where a date follows."""

_ENDS = re.compile(r"[:：;|/–—]+$|[-.]+$")
_BRACKETS = re.compile(r"[()\[\],]")
_HOURS = re.compile(
    r"\b(\d{1,2})(?:[.:]?(\d\d))?\s*(?:hrs?|hours|uhr|uur|h)\b(?!\d)\.?", re.IGNORECASE
)
_BEFORE_HOUR = re.compile(
    r"^(?:à|a\s+)?(?:las?|às?|alle|ore|kl\.?|the|el|le|den|dem|am)\s+", re.IGNORECASE
)
_DAYTIMES = ((re.compile(r"\b(?:12\s+)?(?:noon|midday)\b", re.IGNORECASE), "12:00"),
             (re.compile(r"\bmidnight\b", re.IGNORECASE), "23:59"))  # fmt: skip
"""Midnight of a day is its first moment to some and its last to others: the later one."""

_PLACES = tuple(
    (re.compile(rf"\b(?:{names})\b", re.IGNORECASE), zone)
    for names, zone in (
        ("(?:uk|london|british)\\s+time", "Europe/London"),
        ("paris\\s+time|heure\\s+de\\s+paris", "Europe/Paris"),
        ("berlin\\s+time|deutscher?\\s+zeit", "Europe/Berlin"),
        ("(?:u\\.?s\\.?\\s+)?eastern(?:\\s+time)?|new\\s+york\\s+time", "America/New_York"),
        ("(?:u\\.?s\\.?\\s+)?pacific(?:\\s+time)?", "America/Los_Angeles"),
        ("(?:tokyo|japan)\\s+time", "Asia/Tokyo"),
    )
)
_ZONE = re.compile(r"\b[A-Z]{2,5}\b(?<!AM)(?<!PM)|[+-]\d\d:?\d\d$|Z$|\[")

_CODE = re.compile(r"[A-Z]{2,5}")

_MOST_WORDS = 16
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)(?!\s*(?:GMT|UTC|[A-Z]{1,3}T\b))")
AHEAD = timedelta(days=90)
"""How far ahead of the article's own date the end of an embargo without a year may be."""


def embargo_in_words(
    title: str, lines: Sequence[str], published: datetime | None, lang: str | None
) -> datetime | None:
    """Return when the embargo ends of which headline or first lines speak, None without one.

    Raises `BadArticle` where there is one, and its end cannot be read.
    """
    whole = [line for line in lines if line.strip()][:LINES]
    for text, is_title in ((title, True), *((line, False) for line in whole)):
        if not text or len(text) > LONGEST:
            continue
        announced = _UNTIL.match(text)
        named = announced or _NAMED.match(text)
        if not named:
            continue
        found = _end(text[named.end() :], published, lang)
        if found is not None:
            return found
        if announced and _is_a_notice(text, announced.end(), is_title=is_title):
            raise BadArticle(
                f"The text is under an embargo whose end cannot be read ({text[:80]!r}); give it "
                "as `embargo`, written as in 2026-01-31T12:00:00Z."
            )
    return None


def is_embargo(line: str) -> bool:
    """Tell whether a line says that there is an embargo, and nothing else."""
    found = _UNTIL.match(line) or _NAMED.match(line)
    if not found or len(line) > LONGEST:
        return False
    return _end(line[found.end() :], None, None) is not None or _is_a_notice(
        line, found.end(), is_title=False
    )


def _is_a_notice(text: str, end: int, *, is_title: bool) -> bool:
    """Tell a notice from a sentence: it is in capitals, or a short line that is no sentence."""
    if text[:end].isupper():
        return True
    if is_title or len(text) > SHORT or text.lower().startswith("embargo "):
        return False
    return not text.rstrip().endswith((".", "!", "?", "”"))


def _end(rest: str, published: datetime | None, lang: str | None) -> datetime | None:
    """Return the moment with which a text begins, if nothing else stands beside it."""
    words = _BRACKETS.sub(" ", rest[:LONGEST]).split()
    for count in range(min(len(words), _MOST_WORDS), 0, -1):
        if count < len(words) and not any(map(_ENDS.search, words[count - 1 : count + 1])):
            continue
        written = _ENDS.sub("", " ".join(words[:count])).strip()
        if re.search(r"\d", written) and (found := _moment(written, published, lang)):
            return found
    return None


def _moment(written: str, published: datetime | None, lang: str | None) -> datetime | None:
    text = _HOURS.sub(lambda hour: f"{hour[1]}:{hour[2] or '00'}", _BEFORE_HOUR.sub("", written))
    for pattern, hour in _DAYTIMES:
        text = pattern.sub(hour, text)
    for pattern, zone in _PLACES:
        text, count = pattern.subn(" ", text)
        if count:
            text = f"{' '.join(text.split())} [{zone}]"
            break
    words = text.split()
    # A zone that is not known, or is the name of several, is as good as none.
    known = [word for word in words if not _is_unknown_zone(word)]
    for one in dict.fromkeys(" ".join(map(_in_small, some)) for some in (words, known)):
        for complete in _with_year(one, published):
            try:
                moment = parse_date(complete, lang)
            except ValueError:
                continue
            if moment.year < EARLIEST_YEAR:
                continue
            if published and complete != one and not _is_near(moment, published):
                continue
            return moment if _ZONE.search(complete) else moment + EVERYWHERE
    return None


def _in_small(word: str) -> str:
    """Return a word in small letters, unless it is a zone: in capitals, any word would be one."""
    try:
        named_zone(word)
    except ValueError:
        return word.lower() if word.isupper() else word
    return word


def _is_unknown_zone(word: str) -> bool:
    return bool(_CODE.fullmatch(word)) and _in_small(word) != word and not month_number(word)


def _with_year(text: str, published: datetime | None) -> list[str]:
    """Return the date with its year, or with those that may be meant."""
    if _YEAR.search(text) or re.search(r"\d{1,2}[./]\d{1,2}[./]\d{2}", text):
        return [text]
    if published is None or re.fullmatch(r"\d+", text):
        return []
    head, bracket, zone = text.partition(" [")
    return [f"{head} {published.year + later}{bracket}{zone}" for later in (0, 1)]


def _is_near(moment: datetime, published: datetime) -> bool:
    return published - timedelta(days=2) <= moment <= published + AHEAD

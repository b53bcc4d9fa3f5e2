"""Names of the days of the week within written dates: words by CLDR (through Babel), and others.

A day of the week says nothing new where the date is clear, and tells day from month where it is
not: of 1/8/2026 and a Saturday only the first of August is one.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache

import regex

from indexer.article.month_names import folded, forms

_ENGLISH = """
    mon|monday tue|tues|tuesday wed|wednesday thu|thur|thurs|thursday fri|friday sat|saturday
    sun|sunday
""".split()  # noqa: SIM905

_APART = (
    (r"\b(?:{})[-\s]feira\b", "segunda terça|terca quarta quinta sexta"),
    (r"\b(?:{})(?!\p{L})", "thứ_hai thứ_ba thứ_tư thứ_năm thứ_sáu thứ_bảy chủ_nhật"),
    (r"\bיום\s(?:{})(?!\p{L})", "שני שלישי רביעי חמישי שישי שבת ראשון"),
    (r"(?:{})\s?شنبه", "دو سه چهار پنج - - یک"),
    (r"(?:星期|周|週|礼拜|禮拜)(?:{})", "一 二 三 四 五 六 日|天"),
    (r"(?:{})(?:曜日?|요일)", "月|월 火|화 水|수 木|목 金|금 土|토 日|일"),
    (r"\(\s?(?:{})\s?\)", "月|월|一 火|화|二 水|수|三 木|목|四 金|금|五 土|토|六 日|일"),
)
"""Names that are more than one word, or are part of one: how they are written, and what stands in
the place of {} from Monday on."""


def without_weekday(text: str) -> tuple[frozenset[int], str]:
    """Take out the names that are no single words; return their days (Monday is 0) and the rest."""
    if text.isascii():
        found = _feira().search(text) if "feira" in text.casefold() else None
        if found is None:
            return frozenset(), text
    days: set[int] = set()
    for pattern in _patterns():
        found = pattern.search(text)
        if found:
            days |= {int(key[1:]) for key, value in found.groupdict().items() if value}
            text = f"{text[: found.start()]} {text[found.end() :]}"
    return frozenset(days), text


def days_named(word: str) -> frozenset[int]:
    """Return the days that a word names in any language (Monday is 0), none for other words."""
    name = folded(word)
    return _english().get(name) or _others().get(name, frozenset())


@cache
def _patterns() -> tuple[regex.Pattern[str], ...]:
    return tuple(_pattern(*each) for each in _APART)


@cache
def _feira() -> regex.Pattern[str]:
    return _pattern(*_APART[0])


def _pattern(written: str, names: str) -> regex.Pattern[str]:
    days = "|".join(
        f"(?P<d{day}>{name.replace('_', chr(92) + 's')})" for day, name in enumerate(names.split())
    )
    return regex.compile(written.replace("{}", days), regex.IGNORECASE)


@cache
def _english() -> dict[str, frozenset[int]]:
    """English ones apart: most dates need no other, and loading all takes half a second."""
    return {
        name: frozenset({day}) for day, names in enumerate(_ENGLISH) for name in names.split("|")
    }


@cache
def _others() -> dict[str, frozenset[int]]:
    from babel.dates import get_day_names

    found: dict[str, set[int]] = defaultdict(set)
    for lang, context, width in forms():
        for day, name in get_day_names(width, context, lang).items():
            found[folded(name)].add(day)
    return {name: frozenset(days) for name, days in found.items()}

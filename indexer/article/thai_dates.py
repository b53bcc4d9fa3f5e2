"""Dates as Thai newspapers write them -> as dates are read: 1 ส.ค. 69 is 1 August 2026.

Months are shortened with full stops, years are of the Buddhist era and often of two digits, words
are written on to each other (วันเสาร์ที่), and น. stands behind a time.
"""

from __future__ import annotations

import regex

_MONTHS = (
    ("January", "มกราคม", "ม.ค."),
    ("February", "กุมภาพันธ์", "ก.พ."),
    ("March", "มีนาคม", "มี.ค."),
    ("April", "เมษายน", "เม.ย."),
    ("May", "พฤษภาคม", "พ.ค."),
    ("June", "มิถุนายน", "มิ.ย."),
    ("July", "กรกฎาคม", "ก.ค."),
    ("August", "สิงหาคม", "ส.ค."),
    ("September", "กันยายน", "ก.ย."),
    ("October", "ตุลาคม", "ต.ค."),
    ("November", "พฤศจิกายน", "พ.ย."),
    ("December", "ธันวาคม", "ธ.ค."),
)
_ENGLISH = {name: english for english, *names in _MONTHS for name in names}

ERA = 543
"""Years from the beginning of the Buddhist era to that of ours, as Thailand counts."""

ERAS = range(2400, 2700)
"""Years of the Buddhist era that texts of our time have."""

_WORDED = regex.compile(
    rf"(?:(?<day>\d{{1,2}})\s?)?(?<month>{'|'.join(map(regex.escape, _ENGLISH))})\s?"
    r"(?:พ\.?\s?ศ\.?\s?)?(?<year>\d{4}|[5-9]\d)(?!\d)"
)
"""Of years with two digits those that are of the Buddhist era for certain: 50 is 2007."""

_IN_NUMBERS = regex.compile(r"(?<![\d/.-])(\d{1,2})([/.-])(\d{1,2})\2(2[4-6]\d\d)(?!\d)")
"""Day, month and a year of that era, which is written in this order only."""

_TIME = regex.compile(r"(?:เวลา\s?)?(\d{1,2})[.:](\d{2})\s?น(?:\.|าฬิกา|(?!\p{L}))")
_WORDS = regex.compile(
    r"วัน(?:จันทร์|อังคาร|พุธ|พฤหัสบดี|พฤหัสฯ?|ศุกร์|เสาร์|อาทิตย์)?(?:ที่)?|เผยแพร่|เมื่อ|เวลา|(?<!\p{L})ที่|(?<!\p{L})น\."
)


def in_our_era(text: str) -> str:
    """Return a date without what is written as in Thailand only; others as they are."""
    text = _IN_NUMBERS.sub(
        lambda found: f"{_year(found[4])}-{int(found[3]):02}-{int(found[1]):02}", text
    )
    if not regex.search("[\u0e01-\u0e4e]", text):
        return text
    text = _TIME.sub(r" \1:\2 ", text)
    text = _WORDED.sub(
        lambda found: f"{found['day'] or ''} {_ENGLISH[found['month']]} {_year(found['year'])}",
        text,
    )
    return _WORDS.sub(" ", text)


def _year(digits: str) -> int:
    year = int(digits) + (2500 if len(digits) == 2 else 0)
    return year - ERA if year in ERAS else year

"""The time within a written date, and its zone: "10:00 p.m. EDT", "10h30", "GMT+0200"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

import regex

from indexer.article.weekdays import days_named
from indexer.article.zones import named_zone, offset_zone

_COMMENT = regex.compile(r"\s*\(([^()]*)\)\s*$")
_MORNING = "上午 午前 오전 凌晨 清晨 早上 早晨 朝 새벽 아침 पूर्वाह्न".split()  # noqa: SIM905
_LATER = "下午 午後 오후 中午 傍晚 晚上 晚间 晚間 夜 저녁 밤 낮 अपराह्न".split()  # noqa: SIM905
_BEFORE = rf"(?:(?<half>{'|'.join((*_MORNING, *_LATER))})(?!(?<=[晚夜밤]上?间?間?)\s?12))?\s?"
"""Twelve in the evening is the midnight of the next day, or noon to a program: it is not read."""

_BEHIND = {
    **dict.fromkeys(("sa", "pg", "முற்பகல்", "পূর্বাহ্ণ", "পূর্বাহ্ন", "पूर्वाह्न"), "a"),
    **dict.fromkeys(("ch", "ptg", "பிற்பகல்", "অপরাহ্ণ", "অপরাহ্ন", "अपराह्न"), "p"),
}
"""Vietnamese, Malay, Tamil, Bengali and Hindi, in small letters."""

_HALF = (
    r"(?:\s?(?<after>[ap])\.?\s?m\b\.?|\s(?<arabic>[صم])(?!\w)|"
    rf"\s?(?<greek>[πμ])\.?\s?μ\b\.?|\s?(?<behind>{'|'.join(_BEHIND)})(?![\p{{L}}\p{{M}}]))?"
)
_TIMES = tuple(
    regex.compile(rf"(?<![\d.:]){pattern}", regex.IGNORECASE)
    for pattern in (
        rf"{_BEFORE}(?<h>\d{{1,2}}):(?<m>\d{{2}})(?::(?<s>\d{{2}})(?:[.,](?<f>\d{{1,9}}))?)?(?![\d:]){_HALF}",
        rf"{_BEFORE}(?<h>\d{{1,2}})\s?[時时點点시]\s?(?:(?<m>\d{{1,2}})\s?[分분])?\s?(?:(?<s>\d{{1,2}})\s?[秒초])?",
        r"(?<h>\d{1,2})\s?h\s?(?<m>\d{2})?(?!\w)",
        r"(?<![\d.])(?<h>\d{1,2})\.(?<m>\d{2})(?:\.(?<s>\d{2}))?"
        r"(?=\s?(?:(?i:Uhr|uur|hrs|[ap]\.?m)\b|(?-i:[A-Z]{2,4})\b|[+-]\d{2}:?\d{2}\b))" + _HALF,
        r"(?<![\d.])(?<h>[0-2]\d)(?<m>[0-5]\d)(?=\s?(?:(?:GMT|UTC|hrs?|Z|h)\b|[+-]\d{4}\b))",
        r"(?<=\bklo?\.?\s)(?<h>\d{1,2})(?:[.:](?<m>\d{2}))?(?![\d.:])",
        r"(?<=\b(?:ore|alle|pukul|jam|ob|u|o|(?:19|20)\d\d),?\s)(?<h>\d{1,2})\.(?<m>[0-5]\d)(?![\d.])",
        r"(?<h>\d{1,2})(?=\s?[ap]\.?\s?m\b)" + _HALF,
    )
)
_ZONE = regex.compile(
    r"\s*(?:(?<utc>UTC|GMT|UT|Z)(?![\p{L}]))?\s*(?:(?<sign>[+-])(?<h>\d{1,2})(?::?(?<m>\d{2}))?(?![\d.:/]))?"
)
_NAME = regex.compile(r"\b(?:[A-Z][A-Za-z_]+/[A-Za-z_/-]+|[A-Z]{2,5}|Z)\b")

_IS_ZONE = regex.compile(rf"{_NAME.pattern}|(?:UTC|GMT|UT)?\s?[+-]\d{{1,2}}(?::?\d{{2}})?")

_IN_WORDS = {
    "Europe/Moscow": "по московскому времени|по москве|по мск|мск",
    "Europe/Kiev": "за київським часом|за києвом|по киеву",
    "Asia/Shanghai": "北京时间|北京時間",
    "Asia/Tokyo": "日本時間",
    "Asia/Seoul": "한국시간|한국 시간",
    "Asia/Taipei": "台灣時間|台湾时间|台北時間",
    "Asia/Hong_Kong": "香港時間|香港时间",
    "UTC": "بتوقيت غرينتش|بتوقيت جرينتش|بتوقيت غرينيتش|ت غ",
    "Africa/Cairo": "بتوقيت القاهرة",
    "Asia/Riyadh": "بتوقيت مكة المكرمة|بتوقيت مكة|بتوقيت السعودية|بتوقيت الرياض",
    "Asia/Dubai": "بتوقيت أبوظبي|بتوقيت أبو ظبي|بتوقيت الإمارات|بتوقيت دبي",
    "Asia/Beirut": "بتوقيت بيروت",
    "Asia/Baghdad": "بتوقيت بغداد",
    "America/Sao_Paulo": "horário de brasília|hora de brasília",
    "Europe/Lisbon": "hora de lisboa",
    "Europe/Madrid": "hora peninsular|hora de madrid",
    "Europe/Paris": "heure de paris|paris time",
    "Europe/London": "uk time|london time",
    "Europe/Istanbul": "türkiye saatiyle",
    "America/New_York": "eastern time|new york time|hora de nueva york|heure de new york",
    "America/Chicago": "central time",
    "America/Los_Angeles": "pacific time",
}
_OWN_NAMES = {name: zone for zone, names in _IN_WORDS.items() for name in names.split("|")}
"""Zones in words of their own languages, in small letters."""
OWN_NAME = regex.compile(
    rf"(?<!\p{{L}})(?:{'|'.join(sorted(_OWN_NAMES, key=len, reverse=True))})(?!\p{{L}})",
    regex.IGNORECASE,
)
"""A zone in words, as a pattern."""


@dataclass(frozen=True, slots=True)
class ClockTime:
    """A time of day; `zone` is None where none was given."""

    since_midnight: timedelta
    zone: tzinfo | None

    def on(self, day: datetime) -> datetime:
        """Return the moment on a day."""
        return (day + self.since_midnight).replace(tzinfo=self.zone)


def time_in(text: str) -> tuple[ClockTime | None, str]:
    """Return the time in a text, if there is one, and the text without it and its zone.

    Raises `ValueError` with the reason for a time that there is not, or a zone that is not certain.
    """
    text = OWN_NAME.sub(lambda found: f" {_OWN_NAMES[found[0].lower()]} ", text)
    comment = _COMMENT.search(text)
    text = _COMMENT.sub("", text)
    found = next((match for time in _TIMES if (match := time.search(text))), None)
    if found is None:
        return None, text
    after = text[found.end() :]
    zone, after = _zone_of(after)
    before = text[: found.start()].removesuffix("T")
    if zone is None and comment and _IS_ZONE.fullmatch(comment[1].strip()):
        zone, _ = _zone_of(comment[1].strip())
    elif zone is None and comment and comment[1].strip() and not days_named(comment[1].strip()):
        raise ValueError(f"({comment[1]}) behind its time may name a time zone")
    return ClockTime(_since_midnight(found), zone), f"{before} {after}"


def _zone_of(after: str) -> tuple[tzinfo | None, str]:
    """Take the zone off what stands behind a time: an offset at once, a name or both later on."""
    zone: tzinfo | None = None
    for start in (0, _last_word(after)):
        found = _ZONE.match(after, start)
        if found and found[0].strip():
            zone = named_zone("UTC")
            if found["sign"]:
                zone = offset_zone(found["sign"], found["h"], found["m"])
            after = after[:start] + " " + after[found.end() :]
            break
    name = _NAME.search(after)
    if name:
        # Beside an offset the name of the zone says nothing more ("+0200 CEST").
        zone = zone or named_zone(name[0])
        after = after[: name.start()] + after[name.end() :]
    return zone, after


def _last_word(text: str) -> int:
    """Where the offset of "Sat Aug 01 10:00:00 +0000 2026" begins, or the last word does."""
    sign = regex.search(r"\s[+-]\d{4}\b", text)
    return sign.start() if sign else text.rstrip().rfind(" ") + 1


def _since_midnight(found: regex.Match[str]) -> timedelta:
    parts = found.groupdict()
    hour, minute, second = (int(parts.get(unit) or 0) for unit in "hms")
    hour = _of_24(hour, _half(parts))
    leap = second == 60
    whole = timedelta(hours=hour, minutes=minute, seconds=second)
    fits = hour < 24 or whole == timedelta(hours=24)
    if not fits or minute > 59 or second > (60 if leap else 59):
        raise ValueError(f"there is no time {found[0].strip()}")
    return whole + timedelta(microseconds=int((parts.get("f") or "0")[:6].ljust(6, "0")))


def _half(parts: dict[str, str | None]) -> str | None:
    """Return "a" or "p", None where the time is of 24 hours."""
    before = parts.get("half")
    if before:
        return "a" if before in _MORNING else "p"
    if parts.get("arabic"):
        return "a" if parts["arabic"] == "ص" else "p"
    if parts.get("greek"):
        return "a" if parts["greek"] in ("π", "Π") else "p"
    if behind := parts.get("behind"):
        return _BEHIND[behind.lower()]
    after = parts.get("after")
    return after.lower() if after else None


def _of_24(hour: int, half: str | None) -> int:
    if half is None:
        return hour
    if half == "p" and 12 < hour < 24:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError(f"there is no {hour} o'clock {half}m")
    return hour % 12 + (12 if half == "p" else 0)

"""Dates as programs serialise them -> one text or number that `indexer.article.dates` reads. Pure.

Firestore and protocol buffers ({"_seconds": 1785578400}), Parse ({"iso": ...}), PHP ({"date": ...,
"timezone": ...}), Java ([2026, 8, 1, 10, 0]), fields with a name each ({"year": 2026, ...}).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_PARTS = (
    ("year", "y"),
    ("month", "monthvalue", "m"),
    ("day", "dayofmonth", "d"),
    ("hour", "hours"),
    ("minute", "minutes"),
    ("second", "seconds"),
)
_OF_PHP = {"date", "timezonetype", "timezone"}
_LARGEST = (9999, 12, 31, 23, 59, 59)


def written_out(value: Any) -> Any:  # noqa: ANN401 - JSON values
    """Return a date as a text or number; what is none of these forms stays as it is."""
    if isinstance(value, list):
        return _of_numbers(value) or value
    if not isinstance(value, Mapping):
        return value
    folded = {key.strip("_$").replace("_", "").casefold(): one for key, one in value.items()}
    if folded.keys() <= {"seconds", "nanoseconds", "nanos"} and "seconds" in folded:
        return folded["seconds"]
    if isinstance(folded.get("date"), str) and folded.keys() <= _OF_PHP:
        zone = folded.get("timezone")
        return f"{folded['date']} {zone}" if isinstance(zone, str) else folded["date"]
    if isinstance(folded.get("iso"), str):
        return folded["iso"]
    given = [next((folded[name] for name in names if name in folded), None) for names in _PARTS]
    return _of_numbers([one for one in given if one is not None]) or value


def _of_numbers(parts: Sequence[Any]) -> str | None:
    """Write year, month, day, hour, minute and second, as many as there are; a fraction is lost."""
    texts = [str(one) for one in parts[: len(_LARGEST)] if not isinstance(one, bool)]
    if len(texts) < 3 or len(texts) < min(len(parts), len(_LARGEST)):
        return None
    if not all(one.isascii() and one.isdecimal() for one in texts) or len(texts[0]) != 4:
        return None
    numbers = [int(one) for one in texts]
    if any(one > most for one, most in zip(numbers, _LARGEST, strict=False)):
        return None
    numbers += [0] * (len(_LARGEST) - len(numbers))
    year, month, day, *clock = numbers
    written = f"{year:04}-{month:02}-{day:02}"
    return written if len(texts) == 3 else f"{written}T{':'.join(f'{one:02}' for one in clock)}"

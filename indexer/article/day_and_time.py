"""A day and a time that tables have in two columns -> one date. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from indexer.article.key_lookup import folded_key

_TIMES = frozenset(
    map(
        folded_key,
        """time time_of_day pub_time publication_time uhrzeit zeit heure hora ora orario tijd tid
        godzina čas čas_vydání saat время час ώρα время_публикации الوقت وقت ساعت שעה 时间 時間 時刻
        시간 시각 giờ waktu jam""".split(),  # noqa: SIM905
    )
)
"""What tables call the time of day, in a column beside that of the day."""

_TIME = re.compile(
    r"\s*\d{1,2}[:.h]\d{2}(?:[:.]\d{2})?(?:\s?[AaPp]\.?[Mm]\.?)?(?:\s[A-Z]{2,5})?\s*"
)

_DOT = re.compile(r"(?<=\d)[.h](?=\d)")
_HAS_TIME = re.compile(r":|\dh|\d\s[hH]\b|[时時点點시]|T\d")

_LONGEST_DAY = 40
"""Characters."""


def with_time(day: Any, record: Mapping[str, Any]) -> tuple[str, str] | None:  # noqa: ANN401
    """Return a day with the time of the record, and the key of that; None where there is none.

    A number is no day, but for one of eight digits (20260801).
    """
    if not isinstance(day, str) or len(day) > _LONGEST_DAY or _HAS_TIME.search(day):
        return None
    if re.fullmatch(r"[\d.,\s]*", day) and not re.fullmatch(r"\d{8}|\d+\.\d+\.\d+\.?", day.strip()):
        return None
    for key, given in record.items():
        if isinstance(given, str) and folded_key(key) in _TIMES and _TIME.fullmatch(given):
            return f"{day.strip()} {_DOT.sub(':', given.strip())}", key
    return None

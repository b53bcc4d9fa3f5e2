"""Dates as databases and pages of many languages print them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from indexer.article.dates import parse_date

DAY = datetime(2026, 8, 3, tzinfo=UTC)
MORNING = DAY.replace(hour=9, minute=5)
EVENING = DAY.replace(hour=21, minute=5)


@pytest.mark.parametrize(
    "text",
    [
        "2026-08-03-09.05.00.000000",  # DB2
        "03-AUG-26 09.05.00.000000000 AM",  # Oracle
        "03-AUG-2026 09.05.00",
        "03AUG2026:09:05:00",  # SAS
        "Stand: 03.08.2026 09:05 Uhr",
        "Opublikowano: 03.08.2026, 09:05",
        "Publicerad 3 augusti 2026 kl 09.05",
        "Publicado el 3 de agosto de 2026 9:05 h",
        "Pubblicato il 3 agosto 2026 alle 9.05",
        "Giriş: 03.08.2026 09:05",
        "3 ago. 2026 9.05",
        "3. augusta 2026 o 9:05",
        "First published on Mon 3 Aug 2026 09.05 GMT",
        "입력 2026.08.03. 오전 9:05",
        "2026-08-03 09:05 송고",
        "公開 2026年8月3日 朝9時05分",
        "发布于 2026年8月3日 早上9点05分",
        "الإثنين 3 أغسطس 2026 09:05",
        "الاثنين 3 اغسطس 2026 09:05",
        "3 ஆகஸ்ட் 2026 9:05 முற்பகல்",
        "3/8/2026 Thứ hai 9:05 SA",
        "3 Ogos 2026 9:05 PG",
    ],
)
def test_a_morning(text: str) -> None:
    assert parse_date(text) == MORNING


@pytest.mark.parametrize(
    "text",
    [
        "2026年8月3日 晚上9点05分",
        "2026年8月3日 밤 9시 05분",
        "3 Ogos 2026 9:05 PTG",
        "3-8-2026 夜21:05 月曜",
    ],
)
def test_an_evening(text: str) -> None:
    assert parse_date(text) == EVENING


@pytest.mark.parametrize(
    "text",
    [
        "二〇二六年八月三日",
        "3 آب/أغسطس 2026",
        "19 صفر 1448 هـ الموافق 3 أغسطس 2026",
        "3 أغسطس 2026 الموافق لـ 19 صفر 1448",
        "3-avgust, 2026-yil",
        "2026 йил 3 август",
        "2026 թ. օգոստոսի 3",
        "၂၀၂၆ ခုနှစ် ဩဂုတ်လ ၃ ရက်",
    ],
)
def test_a_day(text: str) -> None:
    assert parse_date(text) == DAY


def test_numbers_in_chinese_writing() -> None:
    assert parse_date("二〇二六年十二月三十一日") == datetime(2026, 12, 31, tzinfo=UTC)
    assert parse_date("二零二六年十月二十日") == datetime(2026, 10, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026年8月3日 晚上12点",  # midnight, of which day?
        "Published: 3 August 2026 | Updated: 4 August 2026",
        "3 آب/أيلول 2026",
        "19 صفر 1448 الموافق 3 ربيع الأول 1448",
        "二〇二六年十十月三日",
        "03-ABC-26 09.05.00 AM",
        "Born: Lerna, 1962",
    ],
)
def test_what_may_be_two_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="is not a date that can be read for certain"):
        parse_date(text)

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo, available_timezones

import pytest
from babel.dates import get_month_names
from hypothesis import given
from hypothesis import strategies as st

from indexer.article import persian_calendar
from indexer.article.dates import parse_date
from indexer.article.zones import NAMED

TEN = datetime(2025, 8, 20, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "Wed, 20 Aug 2025 12:00:00 CEST",
        "Wed, 20 Aug 2025 05:00 EST",
        "20 Aug 25 03:00:00 PDT",
        "Wed Aug 20 2025 12:00:00 GMT+0200 (Central European Summer Time)",
        "Wed Aug 20 12:00:00 CEST 2025",
        "Wed Aug 20 10:00:00 +0000 2025",
        "Wed Aug 20 10:00:00 2025",
        "2025-08-20 12:00:00 +0200 CEST",
        "2025-08-20T12:00:00+02:00[Europe/Berlin]",
        "2025-08-20 12:00 Europe/Berlin",
        "2025-08-20T12:00:00[Europe/Berlin]",
        "2025-08-20T10:00:00,000Z",
        "2025-08-20t10:00:00z",
        "2025-W34-3T10:00:00Z",
        "2025-232T10:00Z",
        "20250820T100000Z",
        "20250820100000",
        "1755684000",
        "1755684000000",
        "1755684000.0",
        "/Date(1755684000000)/",
        "20 августа 2025, 13:00 МСК",
        "20 августа 2025 в 13:00 по московскому времени",
        "20 أغسطس 2025 - 1:00 م بتوقيت القاهرة",
        "20 de agosto de 2025 às 7:00 (horário de Brasília)",
        "20 août 2025 à 12:00 heure de Paris",
        "August 20, 2025 6:00 AM Eastern Time",
        "2025年8月20日 19:00 日本時間",
        "20/Aug/2025:12:00:00 +0200",
        "8/20/2025 10:00:00 AM",
        "20/08/2025 10h00",
        "20.08.2025, 10.00 Uhr",
        "Aug. 20th, 2025 at 6:00 a.m. EDT",
        "Published: August 20, 2025 6:00 AM ET",
        "10:00, August 20, 2025",
        "20 août 2025 à 12h00 (CEST)",
        "miércoles, 20 de agosto de 2025, 10:00",
        "20º de agosto de 2025 às 10h",
        "20 sierpnia 2025, 12:00 CEST",
        "20 августа 2025 г., 13:00 MSK",
        "2025. augusztus 20. 10:00",
        "keskiviikko 20. elokuuta 2025 klo 10.00",
        "20 Ağustos 2025 Çarşamba 10:00",
        "20 Αυγούστου 2025, 10:00 π.μ.",
        "2025年8月20日 19:00 JST",
        "2025年8月20日午前10時",
        "2025년 8월 20일 오전 10:00",
        "٢٠ أغسطس ٢٠٢٥ 10:00 ص",
        "२०२५-०८-२० १०:००",
        "20 สิงหาคม 2568 10:00",
        "20 Agustus 2025 17.00 WIB",
        "ngày 20 tháng 8 năm 2025 10:00",
        "20 באוגוסט 2025, 10:00",
        "2025-08-20T10:00:00Z",
        "2025-08-20T10:00:00",
        "2025-08-20 10:00",
        "2025-08-20T12:00:00+02:00",
        "2025-08-20 12:00:00 +0200",
        "2025-08-20T10:00:00 UTC",
        "20250820T100000",
        "Wed, 20 Aug 2025 10:00:00 GMT",
        "20 Aug 2025 06:00:00 -0400",
        "  2025-08-20T10:00:00.000000Z\n",
    ],
)
def test_forms_of_one_moment(text: str) -> None:
    assert parse_date(text) == TEN
    assert parse_date(text).tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-02-29T24:00:00Z", datetime(2024, 3, 1, tzinfo=UTC)),
        ("2016-12-31T23:59:60Z", datetime(2017, 1, 1, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", datetime(1, 1, 1, tzinfo=UTC)),
        ("9999-12-31", datetime(9999, 12, 31, tzinfo=UTC)),
        ("0", datetime(1970, 1, 1, tzinfo=UTC)),
        ("08/08/2025", datetime(2025, 8, 8, tzinfo=UTC)),
        ("03.04.2025", datetime(2025, 4, 3, tzinfo=UTC)),
        ("Mar 4, 2025", datetime(2025, 3, 4, tzinfo=UTC)),
        ("martes, 4 de marzo de 2025", datetime(2025, 3, 4, tzinfo=UTC)),
        ("2025", datetime(2025, 1, 1, tzinfo=UTC)),
        ("2025-08", datetime(2025, 8, 1, tzinfo=UTC)),
        ("2025-08-20", datetime(2025, 8, 20, tzinfo=UTC)),
        ("1805-11-06", datetime(1805, 11, 6, tzinfo=UTC)),
    ],
)
def test_what_is_not_given_is_the_first(text: str, moment: datetime) -> None:
    assert parse_date(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "08/09/2025",
        "08-09-2025",
        "8/9/25",
        "25-08-20",
        "2025-02-30",
        "February 30, 2025",
        "31/31/2025",
        "2025-13",
        "202508",
        "0000-00-00",
        "2025-08-20T25:00",
        "2025-08-20T10:00:00+25:00",
        "2025-08-20 13:00 AM",
        "2025-08-20 10:00 Lokalzeit",
        "2025-08-20 10:00 (local time)",
        "20.08.2025 10:00 (Berlin)",
        "Wed, 20 Aug 2025 10:00:00 IST",
        "Wed, 20 Aug 2025 10:00:00 XYZ",
        "20 Brumaire 2025",
        "2 hours ago",
        "Wednesday",
        "10:00",
        "44 BC",
        "0001-01-01T00:00:00+14:00",
    ],
)
def test_what_is_no_date_is_refused_with_the_text(text: str) -> None:
    with pytest.raises(ValueError, match="is not a date") as refusal:
        parse_date(text)
    assert repr(text) in str(refusal.value)


def test_a_long_text_is_not_repeated_whole() -> None:
    with pytest.raises(ValueError, match="is not a date") as refusal:
        parse_date("soon " * 1000)
    assert len(str(refusal.value)) < 200


@given(
    st.datetimes(datetime(1605, 1, 2), datetime(2399, 12, 30)),
    st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
def test_what_python_writes_is_read_back(naive: datetime, zone: timezone) -> None:
    moment = naive.replace(tzinfo=zone)
    assert parse_date(moment.isoformat()) == moment


@pytest.mark.parametrize(
    "text",
    [
        "Wed 20 Aug 2025 11.00 BST",
        "Last modified on Wed 20 Aug 2025 06.00 EDT",
        "20 Aug 2025 1000 GMT",
        "Aug 20 2025 10.00am",
        "Wed, 20 Aug 2025 12.00.00 +0200",
        "quarta-feira, 20 de agosto de 2025, 10:00",
        "quarta-feira, 20/08/2025 às 10h00",
        "Thứ tư, 20/8/2025, 17:00 (GMT+7)",
        "20 August 2025 12:00 (UTC +2)",
        "20.08.2025, 13:00 (MSK)",
        "20.08.2025 13:00 (МСК)",
        "20 августа 2025, 13:00 мск",
        "2025-08-20 18:00 北京时间",
        "2025-08-20 10:00 (Wed)",
        "2025-08-20 10:00 ()",
        "Thứ Tư, 20 tháng 8, 2025 10:00",
        "יום רביעי 20 באוגוסט 2025 10:00",
        "2025年8月20日(水) 10時00分",
        "2025年8月20日 星期三 10:00",
        "2025년 8월 20일(수) 10:00",
        "令和7年8月20日 10時00分",
        "民國114年8月20日 10:00",
        "20 августа 2025 г. в 10:00",
        "20 серпня 2025 о 10:00",
        "20. kolovoza 2025. u 10:00",
        "20 sierpnia 2025, godz. 10:00",
        "الأربعاء 20 آب 2025 - 10:00",
        "20 غشت 2025 10:00",
        "20 अगस्त 2025, 10:00 पूर्वाह्न",
        "29 مرداد 1404 10:00",
        "چهارشنبه ۲۹ مرداد ۱۴۰۴ - ۱۰:۰۰",
    ],
)
def test_forms_of_newspapers(text: str) -> None:
    assert parse_date(text) == TEN


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("th", "20 ส.ค. 2568 10.00 น."),
        ("th", "20 ส.ค. 68 เวลา 10:00 น."),
        ("th", "วันพุธที่ 20 สิงหาคม พ.ศ. 2568 เวลา 10.00 น."),
        ("th", "๒๐ สิงหาคม ๒๕๖๘ ๑๐:๐๐"),
        ("th", "20/08/2568 10:00"),
        ("th", "20-8-2568 10:00 น."),
        ("fa", "۱۴۰۴/۰۵/۲۹ ۱۰:۰۰"),
        ("fa", "1404-05-29 10:00"),
        ("fa", "1404-05-29T10:00:00Z"),
        ("hi", "20 अगस्त 2025, 03:30 PM IST"),
        ("ta", "2025-08-20 15:30 IST"),
    ],
)
def test_what_means_one_thing_in_a_language(lang: str, text: str) -> None:
    assert parse_date(text, lang) == TEN


@pytest.mark.parametrize(
    ("lang", "text"),
    [("ar", "1404/05/29 10:00"), ("en", "20 Aug 2025 03:30 PM IST"), ("th", "20 ส.ค. 25")],
)
def test_what_means_several_in_others_is_refused(lang: str, text: str) -> None:
    with pytest.raises(ValueError, match="certain"):
        parse_date(text, lang)


@pytest.mark.parametrize("number", range(12))
def test_thai_months_are_those_of_cldr(number: int) -> None:
    for width in ("wide", "abbreviated"):
        name = get_month_names(width, "format", "th")[number + 1]
        assert parse_date(f"7 {name} 2568").date() == date(2025, number + 1, 7)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Sat, 08/01/2026", "2026-08-01"),
        ("Sáb 01/08/2026", "2026-08-01"),
        ("sábado, 01-08-2026", "2026-08-01"),
        ("Thứ bảy, 1/8/2026", "2026-08-01"),
        ("Thursday 08/01/2026", "2026-01-08"),
    ],
)
def test_the_day_of_the_week_tells_day_from_month(text: str, day: str) -> None:
    assert parse_date(text).date().isoformat() == day


def test_a_day_of_the_week_that_fits_neither_way_decides_nothing() -> None:
    with pytest.raises(ValueError, match="either way round"):
        parse_date("Monday 08/01/2026")


@pytest.mark.parametrize(
    ("text", "moment"),
    [("45889", "2025-08-20T00:00:00"), ("45889.4166666667", "2025-08-20T10:00:00")],
)
def test_days_that_spreadsheets_count(text: str, moment: str) -> None:
    assert parse_date(text) == datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert parse_date(float(text)) == datetime.fromisoformat(moment).replace(tzinfo=UTC)


@pytest.mark.parametrize("text", ["-0001-11-30T00:00:00Z", "Mon, 30 Nov -0001 00:00:00 +0000"])
def test_no_date_as_databases_write_it_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="before year 1"):
        parse_date(text)


@given(st.integers(1300, 1499), st.integers(1, 12), st.integers(1, 29))
def test_days_of_the_persian_calendar_follow_one_another(year: int, month: int, day: int) -> None:
    one = persian_calendar.gregorian(year, month, day)
    assert one is not None
    if month != 10 or not 10 <= day <= 12:  # the new year of the others falls on one of these
        assert one.year == year + (622 if (month, day) > (10, 12) else 621)
    if day < 29:
        after = persian_calendar.gregorian(year, month, day + 1)
        assert after == one + timedelta(days=1)


@given(st.text(max_size=40))
def test_any_text_is_a_date_or_a_sentence(text: str) -> None:
    try:
        assert parse_date(text).tzinfo is UTC
    except ValueError as error:
        assert "date" in str(error)  # noqa: PT017 -- either outcome is right


def test_a_name_of_a_zone_has_one_offset_wherever_it_is_used() -> None:
    """The table follows the IANA database, but for what RFC 822 itself says."""
    used: dict[str, set[timedelta | None]] = defaultdict(set)
    for name in available_timezones():
        if "/" in name and not name.startswith("Etc/"):
            for month in range(1, 13):
                moment = datetime(2019, month, 15, tzinfo=ZoneInfo(name))
                used[(moment.tzname() or "").upper()].add(moment.utcoffset())
    rfc_822 = {"CST", "CDT", "PST"}
    for name, zone in NAMED.items():
        if name in used and name not in rfc_822:
            assert used[name] == {zone.utcoffset(None)}, name
    assert len(used["IST"]) > 1
    assert "IST" not in NAMED


@pytest.mark.parametrize("text", ["2568-08-20", "1404-05-29", "1404/05/29", "1447-02-26"])
def test_a_year_of_another_calendar_is_not_taken_for_ours(text: str) -> None:
    with pytest.raises(ValueError, match=f"{text[:4]} is a year of the .* calendar"):
        parse_date(text)


@pytest.mark.parametrize(
    "text",
    [
        "woensdag 20 augustus 2025 om 10.00 uur",
        "20.8.2025 klo 10",
        "2025 жылғы 20 тамыз, 10:00",
        "2025 ж. 20 тамыз 10:00",
        "2025 оны 8-р сарын 20, 10:00",
        "2025 оны 8 сарын 20-ны өдөр 10:00",
        "2025ko abuztuaren 20a, 10:00",
        "20 ga Agusta, 2025 10:00",
        "ថ្ងៃទី២០ ខែសីហា ឆ្នាំ២០២៥ 10:00",
        "2025 අගෝස්තු 20 10:00",
        "2025 අප්‍රේල් 20 10:00",
    ],
)
def test_how_papers_of_further_languages_write_a_day(text: str) -> None:
    month = 4 if "අප්" in text else 8
    assert parse_date(text) == datetime(2025, month, 20, 10, tzinfo=UTC)

"""UTF-8 that somebody read in another encoding is read anew, and nothing else is touched."""

from __future__ import annotations

import tracemalloc

import pytest

from indexer.text.cleaning import clean_line, clean_lines
from indexer.text.mojibake import mended

TEXTS = [
    "Der Bürgermeister von Köln sagte: „Die Brücke bleibt geschlossen.“",
    "It’s the mayor’s bridge",
    "Le maire a déclaré que l’été serait long",
    "Мэр заявил, что мост останется закрытым",
    "Ο δήμαρχος δήλωσε ότι η γέφυρα θα μείνει κλειστή",
    "قال رئيس البلدية إن الجسر سيبقى مغلقا",
    "市长表示，大桥将关闭到秋天",
    "Łódź: powódź zniszczyła most",
    "Thị trưởng nói cầu sẽ đóng cửa",
]


def misread(text: str, encoding: str) -> str:
    """Read UTF-8 in an old encoding, in which a byte without a character is a control."""
    bytes_ = [bytes((byte,)) for byte in text.encode()]
    return "".join(one.decode(encoding, "ignore") or one.decode("latin-1") for one in bytes_)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
def test_what_was_misread_is_read_anew(text: str, encoding: str) -> None:
    once = misread(text, encoding)
    assert once != text
    assert mended(once) == text
    assert mended(misread(once, encoding)) == text
    assert clean_line(f"{once} ") == clean_line(text)


def test_russian_that_was_read_as_windows_1251() -> None:
    assert mended(misread(TEXTS[3], "cp1251")) == TEXTS[3]


@pytest.mark.parametrize("text", TEXTS[:4])
@pytest.mark.parametrize("encoding", ["mac_roman", "cp850", "cp437"])
def test_what_was_misread_on_a_mac_or_under_dos(text: str, encoding: str) -> None:
    once = misread(text, encoding)
    assert once != text
    assert mended(f"{once}\n{text}") == f"{text}\n{text}"


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1251", "Мэр заявил, что мост останется закрытым до осени – «до ноября»."),
        ("koi8_r", "Мэр заявил, что мост останется закрытым до осени."),
        ("cp1253", "Ο δήμαρχος δήλωσε ότι η γέφυρα θα μείνει κλειστή μέχρι το φθινόπωρο."),
        ("cp1255", "ראש העיר הודיע שהגשר יישאר סגור עד הסתיו בגלל השיטפון."),
        ("cp1256", "قال رئيس البلدية إن الجسر سيبقى مغلقا حتى الخريف بسبب الفيضان."),
        ("gb18030", "市长表示，由于洪水，大桥将关闭到秋天，救援人员疏散了居民。"),
        ("cp949", "시장은 홍수 때문에 다리를 가을까지 폐쇄한다고 발표했다."),
    ],
)
@pytest.mark.parametrize("western", ["cp1252", "latin-1"])
def test_old_encodings_that_were_read_as_western(encoding: str, text: str, western: str) -> None:
    bytes_ = [bytes((byte,)) for byte in text.encode(encoding)]
    read = "".join(one.decode(western, "ignore") or one.decode("latin-1") for one in bytes_)
    assert mended(read) == text


def test_each_line_is_judged_by_itself() -> None:
    lines = f"{TEXTS[0]}\n{misread(TEXTS[1], 'cp1252')}\n{TEXTS[3]}"
    assert clean_lines(lines) == f"{TEXTS[0]}\n{TEXTS[1]}\n{TEXTS[3]}"


@pytest.mark.parametrize(
    "text",
    [
        *TEXTS,
        "JOSÉ…",
        "“CAFÉ”",
        "CAFÉ»",
        "AÇÃO” em SÃO PAULO",
        "LÂ»",
        "The page showed Ã© instead of é",
        "Среда – Россия, МОРЁ»",
        "±½ °C",
        "√2 ≈ 1,41 – „√³“ ├── └──",
        "Þörf á aðgæslu í fjörðum, segja íbúar á Ísafirði; áin óð yfir brúna í gær",
        "ÀÉÈÙÇÔÎ ÄÖÜÄÖÜ ÑÑÑ ÅÆØ ÐÞ ÀÉÈÙÇÔÎ ÄÖÜÄÖÜ",
        "«¡¿…!» — “”„”‘’ ®©™ §¶† ‰€ «¡¿…!» — “”„”",
    ],
)
def test_what_is_right_stays(text: str) -> None:
    assert mended(text) == text


@pytest.mark.parametrize("unit", ["a\u00ad", "« ", "Ã"])
def test_a_long_text_takes_some_times_its_own_memory(unit: str) -> None:
    text = unit * 500_000
    tracemalloc.start()
    try:
        mended(text)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 30 * len(text)

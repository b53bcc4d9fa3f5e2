"""Which encoding bytes are in, and what is said where they are not quite in it."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.article.draft import RawArticle
from indexer.sources.plain_text import read_plain_text
from indexer.sources.reader import read_stream
from indexer.text.charsets import detected
from indexer.text.encoding import Decoded, decode
from indexer.text.encoding_names import known_encoding
from tests.support.reading import buffered, read, reasons, records

RUSSIAN = (
    "Мост закрыт до осени\n\nМэр заявил, что мост останется закрытым. Инженеры ищут трещины.\n"
)
JAPANESE = (
    "橋は秋まで閉鎖\n\n市長は橋が秋まで閉鎖されたままだと述べた。技術者が調査を続けている。\n"
)
CHINESE = "大桥关闭到秋天\n\n市长表示，大桥将关闭到秋天。工程师希望再次检查桥墩，报告下周发表。\n"
TRADITIONAL = (
    "大橋關閉到秋天\n\n市長表示，這座大橋將關閉到秋天。工程師希望再次檢查橋墩，報告下週發表。\n"
)
KOREAN = (
    "다리는 가을까지 폐쇄\n\n"
    "시장은 다리가 가을까지 폐쇄될 것이라고 말했다. 기술자들이 조사하고 있다.\n"
)
GREEK = "Κλειστή η γέφυρα\n\nΟ δήμαρχος δήλωσε ότι η γέφυρα θα μείνει κλειστή μέχρι το φθινόπωρο.\n"
TURKISH = (
    "Köprü kapalı\n\n"
    "Belediye başkanı köprünün sonbahara kadar kapalı kalacağını söyledi. Mühendisler inceliyor.\n"
)
HEBREW = "הגשר סגור\n\nראש העיר אמר שהגשר יישאר סגור עד הסתיו וכי המהנדסים בודקים אותו.\n"
THAI = "สะพานปิด\n\nนายกเทศมนตรีกล่าวว่าสะพานจะปิดจนถึงฤดูใบไม้ร่วง วิศวกรกำลังตรวจสอบเสา\n"
WRITTEN = [
    (RUSSIAN, "cp1251 koi8_r iso8859_5 cp866 utf-16-le utf-16-be utf-16 utf-32 utf-32-be"),
    (JAPANESE, "shift_jis euc_jp iso2022_jp iso2022_jp_3 utf-16-le utf-16-be utf-32-le"),
    (JAPANESE + "大桥关闭到秋天，Ångström\n", "iso2022_jp_2"),
    (CHINESE, "gb18030 gbk gb2312 hz utf-16-le"),
    (TRADITIONAL, "big5 utf-16-be"),
    (KOREAN, "euc_kr cp949 iso2022_kr utf-16-le"),
    (GREEK, "cp1253 iso8859_7 utf-16-le"),
    (TURKISH, "cp1254 iso8859_9"),
    (HEBREW, "cp1255 iso8859_8"),
    (THAI, "cp874 tis_620"),
]


@pytest.mark.parametrize(
    ("text", "encoding"), [(t, e) for t, names in WRITTEN for e in names.split()]
)
def test_encodings_are_recognised(text: str, encoding: str) -> None:
    decoded = decode(text.encode(encoding))
    assert (decoded.text.removeprefix("\ufeff"), decoded.faults) == (text, 0)
    title, _, body = text.strip().partition("\n")
    (record,) = records(read(text.encode(encoding), "a.txt"))
    assert record == {"title": title, "text": body}
    rows = [{"id": "a", "text": text}, {"id": "b", "text": text[::-1].strip() + text}]
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    assert records(read(lines.encode(encoding), "a.jsonl")) == rows
    values = json.dumps(rows, ensure_ascii=False, indent=1)
    assert records(read(values.encode(encoding), "a.json")) == rows


@pytest.mark.parametrize("text", [RUSSIAN, GREEK, TURKISH, CHINESE, HEBREW])
def test_utf7_is_recognised(text: str) -> None:
    assert decode(text.encode("utf-7")).text == text


@pytest.mark.parametrize(
    "text",
    [
        "Canal+Sport- and Disney+Hotstar- sign a deal",
        "Call +49 30 123456 or write to ann+news-desk@bote.example",
        "data +AGEAYg== https://bote.example/?q=dam+flood+2026-",
    ],
)
def test_a_plus_in_plain_text_is_a_plus(text: str) -> None:
    assert decode(text.encode()) == Decoded(text, "utf-8")


def warnings(data: bytes, name: str) -> list[str | None]:
    return [item.warning for item in read(data, name) if isinstance(item, RawArticle)]


def test_utf8_with_a_few_bad_bytes_stays_utf8() -> None:
    data = RUSSIAN.encode() + b"Copyright \xa9 2026\n"
    decoded = decode(data)
    assert decoded.text == RUSSIAN + "Copyright \ufffd 2026\n"
    assert (decoded.encoding, decoded.faults, decoded.line, decoded.byte) == ("utf-8", 1, 4, 11)
    assert warnings(data, "a.txt") == ["line 4, byte 11 is not UTF-8; U+FFFD stands there now"]
    assert warnings(data, "a.md") == warnings(data, "a.txt")
    cut = RUSSIAN.encode()[:-5] + b"\n"
    assert decode(cut).text.endswith("\ufffd\n")


def test_bad_bytes_in_json_are_said_of_their_article() -> None:
    rows = [json.dumps({"text": RUSSIAN}, ensure_ascii=False).encode() for _ in range(3)]
    rows[1] = rows[1].replace("Мэр".encode(), "Мэр".encode() + b" \xff\xfe ")
    byte = rows[1].index(b"\xff") + 1
    said = f"line 2, byte {byte} is not UTF-8; U+FFFD stands there now"
    assert warnings(b"\n".join(rows), "a.jsonl") == [None, said, None]
    spaced = b"[" + rows[0] + b",\n " + rows[1] + b",\n" + rows[2] + b"]"
    assert warnings(spaced, "a.json") == [
        None,
        said.replace(f"byte {byte}", f"byte {byte + 1}"),
        None,
    ]
    assert read(b"\n".join(rows), "a.jsonl")[1].record["text"].count("\ufffd") == 1  # type: ignore[union-attr]


def test_bad_bytes_in_a_table_are_said_of_their_row() -> None:
    rows = ["id,title,text", "a,Мост,Мост закрыт до осени.", "b,Мост,Мост снова открыт для всех."]
    data = "\n".join(rows).encode() + b"\xff\n"
    items = [item for item in read(data, "a.csv") if isinstance(item, RawArticle)]
    assert [item.record["id"] for item in items] == ["a", "b"]
    assert [item.warning is None for item in items] == [True, False]
    assert str(items[1].warning).startswith("line 3, byte ")
    assert items[1].record["text"].endswith("всех.\ufffd")
    old = ("\n".join([*rows, *rows[1:]]) + "\n").encode("koi8_r")
    assert [item.warning for item in read(old, "a.csv") if isinstance(item, RawArticle)] == [
        None
    ] * 4


@pytest.mark.parametrize(
    "data",
    [
        b"\xff",
        b"Caf\xe9",
        RUSSIAN.encode("cp1251") + RUSSIAN.encode() + RUSSIAN.encode("koi8_r"),
        bytes(range(161, 256)) * 5,
    ],
)
def test_what_is_not_clear_is_refused_with_what_was_tried(data: bytes) -> None:
    (((_, reason),)) = reasons(read(data, "a.txt"))
    for name in ("UTF-8", "Shift_JIS", "GB18030", "windows-1251", "KOI8-R", "--encoding NAME"):
        assert name in reason


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Café fermé à Orléans", "cp1252"),  # Thai to the letter
        ("Наводнение", "cp1251"),  # Greek in an encoding of the Mac
        ("انتخابات", "cp1256"),
        ("洪水", "gb18030"),
        ("Häuser", "cp1252"),
    ],
)
def test_a_few_letters_prove_no_encoding(text: str, encoding: str) -> None:
    with pytest.raises(UnicodeError, match="--encoding NAME"):
        decode(text.encode(encoding))


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("Überfall in Köln", "cp1252"), ("Ночной пожар в порту", "cp1251"), ("Günlük", "cp1254")],
)
def test_a_short_text_that_reads_well_in_one_encoding_is_read(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)).text == text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_chinese_without_a_space_or_a_line_end_is_utf16_all_the_same(encoding: str) -> None:
    text = CHINESE.replace("\n", "")
    assert decode(text.encode(encoding)).text == text
    assert records(read(text.encode(encoding), "a.txt")) == [{"text": text}]


def test_half_pairs_are_one_character() -> None:
    halves = b"Goal \xed\xa0\xbd\xed\xb8\x80 at last"
    assert decode(halves) == Decoded("Goal \N{GRINNING FACE} at last", "utf-8")


def test_the_encoding_can_be_said() -> None:
    short = "Мост".encode("koi8_r")
    assert records(list(read_stream(buffered(short), "a.txt", 1000, "koi8-r"))) == [
        {"text": "Мост"}
    ]
    line = json.dumps({"text": "Мост"}, ensure_ascii=False).encode("koi8_r")
    for name in ("a.jsonl", "a.json"):
        (found,) = list(read_stream(buffered(line), name, 1000, "koi8-r"))
        assert isinstance(found, RawArticle)
        assert found.record == {"text": "Мост"}
    (damaged,) = list(
        read_stream(
            buffered("Étés à Paris ".encode("cp1252") * 9 + b"\x81"), "a.txt", 1000, "cp1252"
        )
    )
    assert isinstance(damaged, RawArticle)
    assert damaged.warning is not None


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("KOI8-R", "koi8-r"),
        ("latin1", "iso8859-1"),
        ("windows-874", "cp874"),
        (" X-Mac-Cyrillic", "mac-cyrillic"),
        ("iso-8859-8-i", "iso8859-8"),
        ("win1251", "cp1251"),
        ("x-user-defined", None),
        ("base64", None),
        ("rot13", None),
        ("x\0", None),
    ],
)
def test_names_of_encodings(name: str, known: str | None) -> None:
    assert known_encoding(name) == known


@given(st.binary(max_size=200))
def test_any_bytes_are_a_text_or_refused_in_a_sentence(data: bytes) -> None:
    items = list(read_plain_text(buffered(data), "a.txt", 1000))
    assert len(items) == 1
    if isinstance(items[0], RawArticle):
        items[0].record["text"].encode()
    else:
        assert items[0].reason.endswith(".")


@given(st.text(max_size=100), st.text(min_size=10, max_size=50, alphabet="абвгдеж"))
def test_what_is_utf8_is_read_as_utf8(text: str, russian: str) -> None:
    whole = (
        text.encode("utf-8", "ignore")
        .decode()
        .replace("\0", "")
        .replace("\x1b", "")
        .replace("~{", "")
    )
    whole = whole.removeprefix("\ufeff")
    assert decode(whole.encode()).text == whole
    assert decode((russian + whole).encode() + b"\xff").text == russian + whole + "\ufffd"


@pytest.mark.parametrize(
    "text",
    [
        "전국 공무원 노조가 전 회원에게 공문을 보내 파업 여부를 물었다고 위원장이 전했다.",
        "폭우로 마을 앞 낡은 다리가 무너졌다고 주민들이 말했다. 시장은 다친 사람이 없다고 밝혔다.",
        "서울 지하철 2호선 운행이 오늘 오전 한때 멈췄다. 공사는 원인을 조사하고 있다.",
    ],
)
def test_short_korean_texts_are_not_chinese(text: str) -> None:
    assert detected(text.encode("euc_kr")) in ("euc_kr", "cp949")


def test_chinese_names_with_spaces_between_them_are_chinese() -> None:
    text = "北京 上海 广州三地政府表示，今天的大雨没有造成人员受伤，全部学校照常上课。"
    assert detected(text.encode("gb18030")) == "gb18030"


@pytest.mark.parametrize("byte", [b"\xff", b"\xdd\xe1", b"\xf9", b"a\xff"])
def test_one_word_without_end_is_told_in_time(byte: bytes) -> None:
    """Signs of two scripts in a word were looked for from each of its letters on: 18 s."""
    begin = time.process_time()
    detected(byte * 100_000)
    assert time.process_time() - begin < 6

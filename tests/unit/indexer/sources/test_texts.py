"""Plain text and Markdown, in any encoding."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.article.draft import RawArticle
from indexer.article.records import parse_record
from indexer.sources.header_lines import header_lines
from indexer.sources.reader import Reader
from indexer.text.encoding import decode
from tests.support.indexing import raw
from tests.support.places import DATA
from tests.support.reading import read, reasons, records

GERMAN = (
    "Zürich prüft Brücke\n\nDie Ingenieure wollen zwei Pfeiler prüfen, sagte der Bürgermeister.\n"
)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
def test_a_text_file_in_any_encoding(encoding: str) -> None:
    (record,) = records(read(GERMAN.encode(encoding), "a.txt"))
    title, _, text = GERMAN.strip().partition("\n")
    assert record == {"title": title, "text": text}


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        (
            "cp1251",
            "Мэр заявил, что мост останется закрытым до осени. Инженеры хотят его осмотреть.",
        ),
        (
            "koi8_r",
            "Мэр заявил, что мост останется закрытым до осени. Инженеры хотят его осмотреть.",
        ),
        ("cp1252", "El alcalde dijo que el puente seguirá cerrado. Mañana habrá otra reunión."),
        ("cp1250", "Starosta řekl, že most zůstane zavřený. Inženýři chtějí prohlédnout pilíře."),
        (
            "iso8859_2",
            "Starosta řekl, že most zůstane zavřený. Inženýři chtějí prohlédnout pilíře.",
        ),
        ("cp932", "市長は橋が秋まで閉鎖されたままだと述べた。技術者が調査を続けている。"),
        ("gb18030", "市长表示，大桥将关闭到秋天。工程师希望再次检查桥墩。"),
        ("cp949", "시장은 다리가 가을까지 폐쇄될 것이라고 말했다. 기술자들이 조사하고 있다."),
        ("cp1256", "قال رئيس البلدية إن الجسر سيبقى مغلقا حتى الخريف وإن المهندسين يفحصونه."),
    ],
)
def test_old_encodings_are_told_by_their_letters(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding)).text == text


def test_a_text_of_one_line_has_no_title() -> None:
    assert records(read(b"Never", "a.txt")) == [{"text": "Never"}]


def test_a_first_line_that_is_a_paragraph_is_no_title() -> None:
    text = "word " * 100 + "\nSecond."
    (record,) = records(read(text.encode(), "a.txt"))
    assert "title" not in record


@pytest.mark.parametrize("data", [b"", b" \n\r\n", "\ufeff".encode()])
def test_an_empty_file_is_a_reject(data: bytes) -> None:
    assert reasons(read(data, "a.txt")) == [(None, "The file is empty.")]
    assert reasons(read(data, "a.jsonl")) == [(None, "The file is empty.")]


def test_a_text_over_the_limit_is_a_reject() -> None:
    ((_, reason),) = reasons(read(b"word " * 3000, "a.txt"))
    assert reason.startswith("The file is longer than 0.01 MB, the limit for one article")


def test_markdown_with_front_matter() -> None:
    (record,) = records(read((DATA / "ferry.md").read_bytes(), "ferry.md"))
    assert record == {
        "title": "Une barque remplace le pont",
        "date": "2025-08-21",
        "author": ["C. Castel", "D. Dorn"],
        "lang": "fr-FR",
        "tags": ["pont", "fleuve"],
        "edition": 3,
        "paragraphs": [
            "Depuis mardi, une barque relie les deux rives ; elle passe toutes les vingt minutes.",
            "dix places",
            "un vélo",
            "jour | passages",
            "mardi | 41",
        ],
    }


def test_markdown_without_front_matter_takes_its_first_heading() -> None:
    (record,) = records(read(b"# Bridge *shut*\n\nOne.\n\n## Losses\n\nTwo\nthree.", "a.md"))
    assert record == {"title": "Bridge shut", "paragraphs": ["One.", "Losses", "Two three."]}


def test_markdown_with_toml_front_matter() -> None:
    data = b'+++\ntitle = "Bridge"\ndate = 2025-08-21T10:00:00Z\n+++\nOne.\n'
    (record,) = records(read(data, "a.md"))
    assert record["title"] == "Bridge"
    assert record["date"] == "2025-08-21T10:00:00+00:00"
    assert parse_record(raw(**record)).published == datetime(2025, 8, 21, 10, tzinfo=UTC)


def test_a_heading_alone_is_a_text() -> None:
    assert records(read(b"# Never", "a.md")) == [{"title": "", "paragraphs": ["Never"]}]


BOMB = (
    "---\na: &a [x]\n"
    + "".join(f"{b}: &{b} [{f'*{a}, ' * 9}]\n" for a, b in itertools.pairwise("abcdefghi"))
    + "---\nOne."
).encode()


MERGED = (
    "---\na: &a {x: y}\n"
    + "".join(f"{b}: &{b} {{<<: [{f'*{a}, ' * 9}]}}\n" for a, b in itertools.pairwise("abcdefghi"))
    + "---\nOne."
).encode()
"""As many copies, made by merging objects."""


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"---\ntitle: [\n---\nOne.", "The front matter is not valid YAML in line 2."),
        (b"---\njust text\n---\nOne.", "The front matter is not a list of keys and values."),
        (b"+++\ntitle\n+++\nOne.", "The front matter is not valid TOML."),
        (b"\n", "The file is empty."),
        (BOMB, "The front matter refers to its own parts too often."),
        (MERGED, "The front matter refers to its own parts too often."),
        (b"+++\na = " + b"9" * 5000 + b"\n+++\nOne.", "The front matter is not valid TOML."),
        (
            b"+++\n" + b"a." * 6_000 + b"a = 1\n+++\nOne.",
            "The front matter has more than 5,000 full stops, the limit.",
        ),
        (b"---\na: &a [*a]\n---\nOne.", "The front matter refers to its own parts too often."),
        (
            b"---\n" + b"a: b\n" * 20_000 + b"---\nOne.",
            "The front matter is longer than 50,000 characters, the limit.",
        ),
    ],
)
def test_markdown_that_cannot_be_read(data: bytes, reason: str) -> None:
    assert reasons(read(data, "a.md", 1_000_000)) == [(None, reason)]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2026-13-45", "2026-13-45"),
        ("2026-12-11 25:61:61", "2026-12-11 25:61:61"),
        ("9" * 4400, "9" * 4400),
        ("0x" + "f" * 4400, "0x" + "f" * 4400),
        ("1" + ":1" * 4400, "1" + ":1" * 4400),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("-0x_", "-0x_"),
        ("2026-12-11", "2026-12-11"),
        ("12", 12),
        ("1.5", 1.5),
        ("{<<: {a: 1}, b: 2}", {"a": 1, "b": 2}),
    ],
)
def test_what_is_no_number_and_no_date_in_front_matter_is_text(written: str, value: object) -> None:
    (record,) = records(read(f"---\nfirst: {written}\n---\nOne.".encode(), "a.md", 100_000))
    assert record["first"] == value


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("inf", "inf"),
        ("-nan", "nan"),
        ("0x" + "f" * 4400, "0x" + "f" * 4400),
        ("[1, nan]", [1, "nan"]),
    ],
)
def test_numbers_of_toml_that_json_does_not_have_are_text(written: str, value: object) -> None:
    (record,) = records(read(f"+++\nfirst = {written}\n+++\nOne.".encode(), "a.md", 100_000))
    assert record["first"] == value


@pytest.mark.parametrize("deep", [b"[" * 20_000, b"- " * 20_000, b"{a: " * 10_000])
def test_front_matter_that_is_nested_too_deeply(deep: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(b"---\na:\n  " + deep + b"\n---\nOne.")
    ((_, reason),) = reasons(list(Reader([str(path)])))
    assert reason in ("The document is nested too deeply.", "The front matter is not valid YAML.")


@pytest.mark.parametrize(
    "notices",
    [
        "EMBARGOED UNTIL 00:01 GMT ON 5 MARCH 2030\n",
        "FOR IMMEDIATE RELEASE\n\n",
        "*** PRESS RELEASE ***\nEmbargo: 5 March 2030, 10:00 CET\n\n",
        "Sperrfrist: 5. März 2030, 10 Uhr\n\nPressemitteilung\n",
    ],
)
def test_what_stands_above_the_headline_of_a_press_release_is_no_title(notices: str) -> None:
    text = f"{notices}New bridge for Aldino\n\nThe town builds a new bridge.\n"
    (found,) = records(read(text.encode(), "a.txt"))
    assert found["title"] == "New bridge for Aldino"
    assert found["text"].split()[-1] == "bridge."
    assert notices.split(maxsplit=1)[0] in found["text"]


def test_a_text_of_nothing_but_a_notice_stays_as_it_is() -> None:
    (found,) = records(read(b"FOR IMMEDIATE RELEASE\n", "a.txt"))
    assert found == {"text": "FOR IMMEDIATE RELEASE"}


HEADER = """\
{title}: The weir fails
{date}: 2026-03-09 08:30
{author}: Ada Fenn
Tags: floods, weirs
Ressort-Nr: 7
"""
BODY = "The weir at Fenland failed.\n\nNobody was hurt: the town had been warned.\n"


@pytest.mark.parametrize("name", ["a.txt", "a.md"])
@pytest.mark.parametrize(
    "words",
    ["Title Date Author", "Titel Datum Autorin", "TITLE Published By-line", "标题 日期 作者"],
)
def test_lines_above_a_text_say_what_it_is(name: str, words: str) -> None:
    title, date, author = words.split()
    above = HEADER.format(title=title, date=date, author=author)
    if not title.isascii():
        above = above.replace(": ", "：")
    (found,) = read(f"\n{above}\n{BODY}".encode(), name)
    assert isinstance(found, RawArticle)
    draft = parse_record(found)
    assert (draft.title, draft.authors) == ("The weir fails", ("Ada Fenn",))
    assert draft.published == datetime(2026, 3, 9, 8, 30, tzinfo=UTC)
    assert draft.tags == ("floods", "weirs")
    assert "Ressort-Nr" in draft.meta
    whole = draft.body if isinstance(draft.body, str) else "\n\n".join(draft.body)
    assert whole.strip() == BODY.strip()


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        ("Title: T\nDate: 2026-03-09\nA text.\n\nIts end.\n", "T", "A text.\n\nIts end."),
        ("Title: T\nDate: 2026-03-09\nText: A text.\n\nIts end.", "T", "A text.\n\nIts end."),
        ("Source: Bote\nDate: 2026-03-09\n\nT\n\nA text.\n", "T", "A text."),
    ],
)
def test_lines_above_a_text_may_stand_close_to_it_or_name_no_title(
    text: str, title: str, body: str
) -> None:
    (found,) = read(text.encode(), "a.txt")
    assert isinstance(found, RawArticle)
    draft = parse_record(found)
    assert (draft.title, draft.published) == (title, datetime(2026, 3, 9, tzinfo=UTC))
    assert str(draft.body).strip() == body


def test_empty_lines_may_part_the_lines_above_a_text() -> None:
    head = (
        "Title: The weir fails\n\nURL Source: https://k.example/7\n\nPublished Time: 2026-03-09\n\n"
    )
    for text in (
        f"{head}Markdown Content:\nThe weir failed.\n\nMore.",
        f"{head}The weir failed.\n\nMore.",
    ):
        (record,) = records(read(text.encode(), "a.md"))
        assert record["title"] == "The weir fails"
        assert record["URL Source"] == "https://k.example/7"
        assert record["paragraphs"] == ["The weir failed.", "More."]


@pytest.mark.parametrize(
    "text",
    [
        "Berlin: talks fail\nParis: talks go on\n\nNobody knows why.",
        "Title: a word\n\nA text.",
        "Date: 2026-03-09\nContact: Ada Fenn\n\nThe weir fails\n\nA text.",
        "Title: T\nDate: 2026-03-09\n",
        "Title: T\n\nDate: 2026-03-09\n\nA text.",
        "Title: T\n\nDate: 2026-03-09\n\nAuthor: Ada Fenn\nwho wrote this.\n\nA text.",
        "Source: one says this\nAuthor: another that\nand a third nothing.\n\nA text.",
    ],
)
def test_what_only_begins_with_words_and_colons_stays_as_it_is(text: str) -> None:
    assert header_lines(text) == ({}, text)


@given(st.text(alphabet="Title:Date \n：a標題日期\u0627"))
def test_what_stands_below_lines_is_the_end_of_the_text(text: str) -> None:
    head, below = header_lines(text)
    assert below == text if not head else text.endswith(below)


TEMPLATES = """\
{{< figure src="a.jpg" caption="x" >}}

{% include video.html id="x" %}

{% comment %} not for readers {% endcomment %}

{{< quote author="A" >}}
We saw it coming, said the mayor.
{{< /quote >}}

The budget rose by {5%}, and {{ braces }} stay. {{ page.title }}
{: .lead}

::: note
A note that stays.
:::
"""


def test_tags_of_templates_in_markdown_are_no_text() -> None:
    (record,) = records(read(f"# The weir\n\n{TEMPLATES}".encode(), "a.md"))
    assert record["paragraphs"] == [
        "We saw it coming, said the mayor.",
        "The budget rose by {5%}, and {{ braces }} stay.",
        "A note that stays.",
    ]

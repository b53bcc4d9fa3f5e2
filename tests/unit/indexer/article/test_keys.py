"""What exports call the keys of an article."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.article.dates import parse_date
from indexer.article.key_names import NAMES
from indexer.article.keys import as_table, in_our_keys
from indexer.article.records import KEYS, Defaults, parse_record
from tests.support.indexing import raw

DOCS = Path(__file__).parents[4] / "docs" / "articles.md"

EXPORTS: dict[str, dict[str, Any]] = {
    "a table of two columns": {"Headline": "Weir fails", "Body": "The weir failed."},
    "Elasticsearch": {
        "_index": "news-1",
        "_id": "n1",
        "_score": 1.0,
        "_source": {
            "headline": "Weir fails",
            "content": "The weir failed.",
            "publish_date": "2026-03-09T08:00:00Z",
            "language": "en",
            "site_name": "Fenland Post",
        },
    },
    "MongoDB": {
        "_id": {"$oid": "65f0c0ffee65f0c0ffee65f0"},
        "title": "Weir fails",
        "body": "The weir failed.",
        "date": {"$date": {"$numberLong": "1773043200000"}},
        "publisher": "Fenland Post",
    },
    "schema.org": {
        "@type": "NewsArticle",
        "headline": "Weir fails",
        "articleBody": "The weir failed.",
        "datePublished": "2026-03-09T08:00:00Z",
        "inLanguage": "en-GB",
        "author": [{"@type": "Person", "name": "Ada Fenn"}],
        "publisher": {"@type": "Organization", "name": "Fenland Post"},
        "mainEntityOfPage": {"@id": "https://post.example/weir"},
    },
    "a news API": {
        "source": {"id": None, "name": "Fenland Post"},
        "author": "Ada Fenn",
        "title": "Weir fails",
        "description": "A weir.",
        "url": "https://post.example/weir",
        "publishedAt": "2026-03-09T08:00:00Z",
        "content": "The weir failed.",
    },
    "WordPress": {
        "date": "2026-03-09T09:00:00",
        "date_gmt": "2026-03-09T08:00:00",
        "link": "https://post.example/weir",
        "title": {"rendered": "Weir fails"},
        "content": {"rendered": "The weir failed."},
    },
    "a crawl": {
        "maintext": "The weir failed.",
        "title": "Weir fails",
        "date_publish": "2026-03-09 08:00:00",
        "source_domain": "post.example",
        "authors": ["Ada Fenn"],
        "language": "en",
        "url": "https://post.example/weir?utm_source=x",
    },
    "trafilatura": {
        "title": "Weir fails",
        "text": "The weir failed.",
        "source": "https://post.example/weir",
        "source-hostname": "Fenland Post",
        "date": "2026-03-09",
    },
    "a search engine's list": {
        "thread": {"site": "post.example", "published": "2026-03-09T08:00:00Z"},
        "title": "Weir fails",
        "text": "The weir failed.",
        "language": "english",
    },
    "a feed as JSON": {
        "title": "Weir fails",
        "pubDate": "Mon, 09 Mar 2026 08:00:00 GMT",
        "link": "https://post.example/weir",
        "guid": "https://post.example/?p=7",
        "dc:creator": "Ada Fenn",
        "content:encoded": "The weir failed.",
    },
    "Factiva": {
        "HD": "Weir fails",
        "TD": "The weir failed.",
        "PD": "9 March 2026 08:00 GMT",
        "SN": "Fenland Post",
        "LA": "EN",
        "AN": "FP0001",
    },
    "LexisNexis": {
        "Title": "Weir fails",
        "Date": "2026-03-09T08:00:00Z",
        "Source": {"Name": "Fenland Post"},
        "Document": {"Content": "The weir failed."},
    },
    "Solr": {
        "id": "n1",
        "title_t": "Weir fails",
        "content_txt_en": "The weir failed.",
        "published_dt": "2026-03-09T08:00:00Z",
        "lang_s": "en",
    },
    "a table in Spanish": {
        "titular": "Weir fails",
        "cuerpo": "The weir failed.",
        "fecha": "2026-03-09",
        "fuente": "Fenland Post",
    },
    "a table in Japanese": {
        "見出し": "Weir fails",
        "本文": "The weir failed.",
        "日付": "2026年3月9日",
    },
    "a table in Turkish": {
        "BAŞLIK": "Weir fails",
        "İçerik": "The weir failed.",
        "Dil": "İngilizce",
    },
    "a table in Korean": {
        "제목": "Weir fails",
        "본문": "The weir failed.",
        "언론사": "Fenland Post",
    },
    "CSL-JSON": {
        "type": "article-newspaper",
        "title": "Weir fails",
        "abstract": "The weir failed.",
        "container-title": "Fenland Post",
        "issued": {"date-parts": [[2026, 3, "9"]]},
    },
    "Zotero": {
        "key": "ABCD",
        "title": "Weir fails",
        "abstractNote": "The weir failed.",
        "publicationTitle": "Fenland Post",
        "date": "2026-03-09",
        "tags": [{"tag": "weirs"}],
    },
    "a reader of feeds": {
        "title": "Weir fails",
        "content": {"content": "The weir failed.", "direction": "ltr"},
        "published": 1773043200000,
        "origin": {"title": "Fenland Post", "htmlUrl": "https://post.example"},
    },
    "Pocket": {
        "item_id": "9",
        "resolved_title": "Weir fails",
        "excerpt": "The weir failed.",
        "authors": {"1": {"author_id": "1", "name": "Ada Fenn"}},
    },
    "lists of one": {"title": ["Weir fails"], "content": ["The weir failed."], "lang": ["en"]},
    "JSON:API": {
        "type": "articles",
        "id": "n1",
        "attributes": {"headline": "Weir fails", "body": "The weir failed."},
    },
}


@pytest.mark.parametrize("record", EXPORTS.values(), ids=EXPORTS)
def test_exports_of_many_makers_say_the_same(record: dict[str, Any]) -> None:
    draft = parse_record(raw(**record))
    assert draft.title == "Weir fails"
    body = draft.body if isinstance(draft.body, str) else "".join(draft.body)
    assert body == "The weir failed."
    dated = any(
        "dat" in key.lower() or "pub" in key.lower() for key in (*record, *record.get("thread", ()))
    )
    if dated and "publisher" not in record:
        assert draft.published is not None
        assert draft.published.isoformat().startswith("2026-03-09T0")
    assert draft.lang in (None, "en")
    assert draft.source in (None, "Fenland Post", "post.example")
    assert draft.url in (None, "https://post.example/weir")


def test_what_no_field_understands_is_said_and_stored() -> None:
    draft = parse_record(raw(body="One.", clicks=7, meta={"desk": "x"}, Mood="calm", version=2))
    assert draft.remarks.unknown_keys == ("clicks", "Mood")
    assert draft.meta == {"clicks": 7, "Mood": "calm", "desk": "x", "version": 2}


def test_our_own_names_come_first_and_the_others_in_order() -> None:
    draft = parse_record(raw(text="One.", body="Two.", date="2026-01-02", published="2026-01-03"))
    assert draft.body == "One."
    assert draft.published is not None
    assert draft.published.day == 3
    assert draft.meta == {"body": "Two.", "date": "2026-01-02"}
    assert parse_record(raw(text=" ", summary="Short.", content="Long.")).body == "Long."
    assert parse_record(raw(summary="Short.")).body == "Short."
    kept = parse_record(raw(paragraphs=["One."], description="Short."))
    assert (kept.body, kept.meta) == (("One.",), {"description": "Short."})


def test_a_value_of_another_kind_stays_where_it_is() -> None:
    draft = parse_record(
        raw(text="One.", link="weir.html", language="n/a", story={"a": 1, "b": 2}, author=7)
    )
    assert (draft.url, draft.lang, draft.authors) == (None, None, ())
    assert set(draft.meta) == {"link", "language", "story", "author"}


def test_lists_in_a_cell_are_lists() -> None:
    draft = parse_record(
        raw(text="One.", author="['A. Fenn', 'B. Fenn']", keywords="dam; weir,mill")
    )
    assert draft.authors == ("A. Fenn", "B. Fenn")
    assert draft.tags == ("dam", "weir", "mill")
    assert parse_record(raw(content=["One.", "Two."])).body == ("One.", "Two.")


def test_chosen_keys_come_before_all_others() -> None:
    chosen = Defaults(keys={"text": "story.full", "source": "desk", "title": "gone"})
    draft = parse_record(raw(text="No.", story={"full": "Yes."}, desk="North", title="T"), chosen)
    assert (draft.body, draft.source, draft.title) == ("Yes.", "North", "T")
    assert draft.meta == {"text": "No."}


def test_the_table_covers_every_field_and_no_name_twice() -> None:
    assert set(NAMES) == KEYS - {"meta"}
    for names in NAMES.values():
        assert len(names.split()) == len(set(names.split()))


def test_the_table_is_in_the_documentation() -> None:
    assert as_table() in DOCS.read_text(encoding="utf-8"), "paste indexer.article.keys.as_table()"


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=6,
)
names = st.sampled_from([name for listed in NAMES.values() for name in listed.split()] + list(KEYS))


@given(st.dictionaries(names | st.text(max_size=6), values, max_size=6))
def test_no_value_is_lost(record: dict[str, Any]) -> None:
    translated = in_our_keys(record)
    assert set(translated.unknown) <= set(record) | {
        key for value in record.values() if isinstance(value, dict) for key in value
    }
    meta = translated.record.get("meta")
    stored = set(translated.record) | (set(meta) if isinstance(meta, dict) else set())
    assert set(translated.unknown) <= stored


def test_the_most_exact_date_is_the_one_that_counts() -> None:
    draft = parse_record(raw(body="One.", date="2026-03-09", dateTime="2026-03-09T08:30:00Z"))
    assert draft.published is not None
    assert draft.published.hour == 8


def test_parts_of_a_text_under_two_codes_are_one_text() -> None:
    draft = parse_record(
        raw(HD="Weir fails", LP="The weir failed.", TD="It was old.", BY="By A. Fenn")
    )
    assert draft.body == "The weir failed.\n\nIt was old."
    assert draft.authors == ("A. Fenn",)


def test_of_a_kind_with_a_value_the_value_counts() -> None:
    draft = parse_record(raw(text="One.", keywords=[{"name": "subject", "value": "Weirs"}]))
    assert draft.tags == ("Weirs",)


def test_numbers_of_tags_that_are_not_here_are_no_tags() -> None:
    draft = parse_record(raw(content={"rendered": "One."}, tags=[3, 14]))
    assert (draft.tags, draft.meta) == ((), {"tags": [3, 14]})
    assert draft.remarks.unknown_keys == ("tags",)


@pytest.mark.parametrize(
    "authors",
    [
        [{"given": "Ada", "family": "Fenn"}],
        [{"creatorType": "author", "firstName": "Ada", "lastName": "Fenn"}],
        {"7": {"author_id": "7", "name": "Ada Fenn"}},
    ],
)
def test_names_of_authors_in_parts(authors: object) -> None:
    draft = parse_record(raw(title="Weir", text="It failed.", author=authors))
    assert draft.authors == ("Ada Fenn",)


def test_a_date_in_parts_of_which_one_is_none_is_not_guessed() -> None:
    draft = parse_record(raw(text="It failed.", published={"date-parts": [[2026, "spring"]]}))
    assert draft.published is None


@pytest.mark.parametrize(
    "key",
    [
        "html",
        "rawHtml",
        "body_html",
        "storyBody",
        "fullContent",
        "text-html",
        "page_text",
        "contents",
    ],
)
def test_a_key_that_says_so_holds_the_text(key: str) -> None:
    text = "The weir failed on Monday."

    assert in_our_keys({"title": "Weir", "summary": "A weir.", key: text}).record["text"] == text


def test_a_flag_under_such_a_key_is_no_text() -> None:
    record = in_our_keys({"title": "Weir", "html": "true", "summary": "A weir failed."}).record

    assert record["text"] == "A weir failed."


def test_what_stands_in_place_of_a_text_is_none() -> None:
    unpaid = {"title": "Weir", "content": "ONLY AVAILABLE IN PAID PLANS", "description": "A weir."}

    assert in_our_keys(unpaid).record["text"] == "A weir."
    gone = in_our_keys({"title": "[Removed]", "content": "[Removed]", "author": "None"}).record
    assert [gone.get(key) for key in ("title", "text", "authors")] == [None, None, None]


def test_objects_of_any_names_are_known_by_a_name_in_them() -> None:
    tags = [{"id": "world/weirs", "webTitle": "Weirs", "url": "https://post.example/weirs"}]
    author = {"displayName": "Ada Fenn", "url": "https://post.example/ada"}

    record = in_our_keys({"title": "Weir", "tags": tags, "author": author}).record

    assert (record["tags"], record["authors"]) == (["Weirs"], ["Ada Fenn"])


def test_xml_that_was_made_json_is_read_through_its_attributes() -> None:
    record = in_our_keys(
        {
            "id": {"$t": "tag:blog.example,1999:7"},
            "title": {"type": "text", "$t": "Weir fails"},
            "published": {"$t": "2026-03-09T08:00:00Z"},
            "content": {"type": "html", "$t": "The weir failed."},
            "author": [{"name": {"$t": "Ada Fenn"}}],
            "link": [
                {"rel": "self", "href": "https://blog.example/feeds/7"},
                {"rel": "alternate", "href": "https://blog.example/weir"},
            ],
        }
    ).record

    assert record["id"] == "tag:blog.example,1999:7"
    assert record["text"] == "The weir failed."
    assert record["url"] == "https://blog.example/weir"
    assert record["authors"] == ["Ada Fenn"]
    assert record["published"] == "2026-03-09T08:00:00Z"


def test_an_article_in_an_object_of_a_few_keys_is_found() -> None:
    inner = {"id": "x1", "title": "Weir fails", "selftext": "The weir failed.", "score": 3}

    assert in_our_keys({"kind": "t3", "data": inner}).record["text"] == "The weir failed."


def test_a_body_in_blocks_is_its_paragraphs() -> None:
    blocks = [{"type": "text", "content": "One."}, {"type": "text", "content": "Two."}]

    for key in ("content_elements", "body", "text", "blocks"):
        assert in_our_keys({"title": "Weir", key: blocks}).record["paragraphs"] == ["One.", "Two."]


def test_values_of_other_tables_are_taken_out_of_what_stands_around_them() -> None:
    record = in_our_keys(
        {
            "title": "Weir",
            "author": {"node": {"name": "Ada Fenn"}},
            "tags": {"nodes": [{"name": "Weirs"}, {"name": "Floods"}]},
            "categories": {"edges": [{"node": {"name": "Town"}}]},
            "publisher": {"data": {"id": 1, "attributes": {"name": "Fenland Post"}}},
        }
    ).record

    assert record["authors"] == ["Ada Fenn"]
    assert record["tags"] == ["Weirs", "Floods"]
    assert record["source"] == "Fenland Post"


def test_the_fields_of_an_entry_are_the_article() -> None:
    body = {
        "nodeType": "document",
        "content": [{"nodeType": "paragraph", "content": [{"nodeType": "text", "value": "One."}]}],
    }
    record = in_our_keys(
        {"sys": {"id": "c1", "type": "Entry"}, "fields": {"title": "Weir", "body": body}}
    ).record

    assert (record["id"], record["title"], record["paragraphs"]) == ("c1", "Weir", ["One."])


IN_LANGUAGES = {
    "az": ("başlıq", "mətn", "tarix", "mənbə"),
    "kk": ("тақырып", "мәтін", "күні", "дереккөз"),
    "uk": ("заголовок", "текст статті", "дата публікації", "джерело"),
    "sr": ("наслов", "садржај", "датум", "извор"),
    "sr-Latn": ("naslov", "sadrzaj", "datum", "izvor"),
    "el": ("Τίτλος", "Κείμενο", "Ημερομηνία", "Πηγή"),
    "fi": ("Otsikko", "Teksti", "Julkaistu", "Lähde"),
    "hu": ("cim", "szoveg", "datum", "forras"),
    "ro": ("titlu", "continut", "data", "sursa"),
    "pt": ("titulo", "conteudo", "data_publicacao", "veiculo"),
    "pl": ("Tytul", "Tresc", "Data publikacji", "Zrodlo"),
    "tr": ("BASLIK", "ICERIK", "TARIH", "KAYNAK"),
    "de": ("Ueberschrift", "Volltext", "Veroeffentlicht am", "Quelle"),
    "sv": ("titel", "brödtext", "publicerad", "källa"),
    "vi": ("Tiêu đề", "Nội dung", "Ngày đăng", "Nguồn"),
    "id": ("judul", "isi_berita", "tanggal", "sumber"),
    "sw": ("kichwa", "maudhui", "tarehe", "chanzo"),
    "hi": ("शीर्षक", "सामग्री", "दिनांक", "स्रोत"),
    "bn": ("শিরোনাম", "বিষয়বস্তু", "তারিখ", "সূত্র"),
    "ta": ("தலைப்பு", "உள்ளடக்கம்", "தேதி", "ஆதாரம்"),
    "th": ("พาดหัว", "เนื้อหา", "วันที่", "แหล่งข่าว"),
    "fa": ("تیتر", "متن", "تاریخ انتشار", "منبع"),
}


@pytest.mark.parametrize("lang", IN_LANGUAGES)
def test_keys_in_the_language_of_who_exports(lang: str) -> None:
    values = ("Weir fails", "The weir failed.", "2026-03-09", "Fenland Post")
    found = in_our_keys(dict(zip(IN_LANGUAGES[lang], values, strict=True)))
    assert found.unknown == ()
    assert found.record == dict(zip(("title", "text", "published", "source"), values, strict=True))


def test_keys_that_say_of_what_they_are() -> None:
    record = {
        "News Headline": "Weir fails", "storyText": "The weir failed.", "itemDate": "2026-03-09",
        "Article Source": "Fenland Post", "post_type": "news", "newspapers": 3,
    }  # fmt: skip
    found = in_our_keys(record)
    assert found.unknown == ("post_type", "newspapers")
    assert (found.record["title"], found.record["text"]) == ("Weir fails", "The weir failed.")
    assert (found.record["published"], found.record["source"]) == ("2026-03-09", "Fenland Post")


def test_texts_of_solr_stand_in_lists() -> None:
    found = in_our_keys({"title_t": ["Weir fails"], "text_txt_en": ["The weir failed."]})
    assert found.record == {"title": "Weir fails", "text": "The weir failed."}
    several = in_our_keys({"text_txts": ["The weir failed.", "Nobody was hurt."]})
    assert several.record == {"paragraphs": ["The weir failed.", "Nobody was hurt."]}


def test_a_long_text_is_no_date() -> None:
    found = in_our_keys({"titlu": "Weir fails", "data": "The weir failed. " * 20})
    assert "published" not in found.record


@pytest.mark.parametrize(
    "date",
    [
        {"_seconds": 1785578400, "_nanoseconds": 0},
        {"seconds": "1785578400", "nanos": 5},
        {"__type": "Date", "iso": "2026-08-01T10:00:00.000Z"},
        {"date": "2026-08-01 12:00:00.000000", "timezone_type": 3, "timezone": "Europe/Berlin"},
        {"date": "2026-08-01 12:00:00.000000", "timezone_type": 1, "timezone": "+02:00"},
        [2026, 8, 1, 10, 0],
        [2026, 8, 1, 10, 0, 0, 123000000],
        {"year": 2026, "month": 8, "day": 1, "hour": 10},
        {"year": 2026, "monthValue": 8, "dayOfMonth": 1, "hour": 10, "minute": 0, "second": 0},
        {"raw": "2026-08-01T10:00:00Z", "label": "1 August 2026 10:00"},
        ["2026-08-01T10:00:00Z"],
    ],
)
def test_dates_as_programs_serialise_them(date: object) -> None:
    found = in_our_keys({"text": "It failed.", "pubDate": date}).record["published"]
    assert parse_date(found) == datetime(2026, 8, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize("date", [[8, 1], [2026, 13, 1], [2026, 8, True], {"year": 2026}, {}])
def test_what_is_no_date_stays_where_it_is(date: object) -> None:
    record = in_our_keys({"text": "It failed.", "pubDate": date}).record
    assert record.get("published") in (None, date)


def test_a_name_is_the_title_of_a_page_but_not_of_a_post() -> None:
    page = {"name": "Weir fails", "url": "https://bote.example/7", "description": "It failed."}
    assert in_our_keys(page | {"provider": [{"name": "Bote"}]}).record["title"] == "Weir fails"
    post = {"name": "Ana Silva", "url": "https://bote.example/7", "text": "The weir!"}
    assert "title" not in in_our_keys(post).record


def test_an_article_within_much_else_is_found() -> None:
    data = {"title": [{"type": "heading1", "text": "Weir fails"}], "body": "It failed."}
    around = {"id": "X7", "uid": "weir", "type": "news", "href": "a", "tags": [], "slugs": ["weir"]}
    record = in_our_keys({**around, "lang": "en-gb", "data": data}).record
    assert (record["id"], record["title"], record["text"]) == ("X7", "Weir fails", "It failed.")


def test_a_tree_that_is_kept_as_json_in_a_text_is_read() -> None:
    blocks = [{"type": "paragraph", "data": {"text": one}} for one in ("It failed.", "At noon.")]
    record = in_our_keys(
        {"title": "Weir", "content": json.dumps({"time": 1, "blocks": blocks})}
    ).record
    assert record["paragraphs"] == ["It failed.", "At noon."]
    assert in_our_keys({"text": '{"a": broken'}).record == {"text": '{"a": broken'}


@pytest.mark.parametrize(
    ("day", "key", "time", "date"),
    [
        ("2026-08-01", "Time", "10:05", "2026-08-01 10:05"),
        ("1 August 2026", "Uhrzeit", "10.05", "1 August 2026 10:05"),
        ("01.08.2026", "Heure", "10h05", "01.08.2026 10:05"),
        ("20260801", "время", "10:05:00", "20260801 10:05:00"),
        ("2026-08-01", "Time", "10:05 AM", "2026-08-01 10:05 AM"),
        ("2026-08-01 09:00", "Time", "10:05", "2026-08-01 09:00"),
        ("2026-08-01 9h", "Time", "10:05", "2026-08-01 9h"),
        ("46235", "Time", "10:05", "46235"),
        ("1785578400", "Time", "10:05", "1785578400"),
        ("2026-08-01", "Time", "25 min", "2026-08-01"),
        ("2026-08-01", "Reading time", "10:05", "2026-08-01"),
    ],
)
def test_a_time_in_a_column_of_its_own(day: str, key: str, time: str, date: str) -> None:
    record = in_our_keys({"text": "It failed.", "Date": day, key: time}).record
    assert record["published"] == date
    assert (key in record) == (date == day)
    assert parse_date(date).year == 2026


def test_paragraphs_that_an_agency_calls_news_are_the_text() -> None:
    draft = parse_record(raw(title="Weir fails", news=["The weir failed.", "It was old."]))
    assert draft.body == ("The weir failed.", "It was old.")
    draft = parse_record(raw(title="Weir fails", body="It was old.", news=["weirs"]))
    assert draft.body == "It was old."


def test_terms_that_wordpress_sends_with_a_post_are_its_tags() -> None:
    terms = [
        [{"id": 3, "name": "World", "taxonomy": "category"}],
        [{"id": 5, "name": "Floods", "taxonomy": "post_tag"}],
    ]
    post = {"tags": [5], "categories": [3], "_embedded": {"wp:term": terms}}
    assert in_our_keys(post).record["tags"] == ["World", "Floods"]
    assert "tags" not in in_our_keys({"tags": [5], "categories": [3]}).record

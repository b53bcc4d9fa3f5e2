"""XML exports whose elements are called as the keys of records are."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.article.draft import RawArticle, Reject
from indexer.article.keys import in_our_keys
from indexer.sources.formats import detect
from indexer.sources.xml_records import FORMAT
from tests.support.reading import read, records

FIRST = "The weir at Fenland failed on Monday night."
SECOND = "Nobody was hurt, the mayor said at noon."

ARTICLES = f"""<?xml version="1.0" encoding="UTF-8"?>
<articles><article id="7"><title>Weir fails</title><author>Ada Fenn</author><author>Li Wei</author>
<pubDate>2026-03-09T10:15:00+01:00</pubDate><url>https://k.example/7</url>
<body><p>{FIRST}</p><p>{SECOND}</p></body></article>
<article id="8"><title>Weir mended</title><text>{FIRST}

{SECOND}</text></article></articles>"""

SOLR = f"""<?xml version="1.0"?><response><lst name="header"><int name="status">0</int></lst>
<result name="response" numFound="1"><doc><str name="id">7</str><str name="title_t">Weir fails</str>
<arr name="author_ss"><str>Ada Fenn</str><str>Li Wei</str></arr>
<str name="body_txt">{FIRST}\n\n{SECOND}</str></doc></result></response>"""

MYSQL = f"""<?xml version="1.0"?><resultset><row>
<field name="id">7</field><field name="title">Weir fails</field><field name="section" nil="true"/>
<field name="authors">Ada Fenn; Li Wei</field>
<field name="body">&lt;p&gt;{FIRST}&lt;/p&gt;&lt;p&gt;{SECOND}&lt;/p&gt;</field>
</row></resultset>"""

NESTED = f"""<?xml version="1.0"?><export version="3"><title>All stories of the day</title>
<date>2026-03-10</date><stories><story id="7"><head><headline>Weir fails</headline>
<authors><author><firstname>Ada</firstname><lastname>Fenn</lastname></author>
<author><firstname>Li</firstname><lastname>Wei</lastname></author></authors></head>
<content><para>{FIRST}</para><para>Nobody was <b>hurt</b>, the mayor said at noon.</para></content>
<related><story id="6"><headline>Rain</headline><url>https://k.example/6</url></story></related>
<comments><comment><author>Jo</author><text>How sad this is, really.</text></comment></comments>
</story></stories></export>"""


IN_ATTRIBUTES = f"""<?xml version="1.0"?>
<doc sitename="Post" id="7" title="Weir fails" author="Ada Fenn; Li Wei" date="2026-03-09"
source="https://k.example/7" excerpt="A weir."><main><p>{FIRST}</p><head rend="h2">What now</head>
<list><item>Nothing.</item></list><p>{SECOND}</p></main><comments/></doc>"""

IN_ITSELF = f"""<?xml version="1.0"?>
<articles><article id="7"><title>Weir fails</title><date>2026-03-09</date><author>Ada Fenn</author>
<author>Li Wei</author><p>{FIRST}</p><p>{SECOND}</p></article></articles>"""


@pytest.mark.parametrize("text", [ARTICLES, SOLR, MYSQL, NESTED, IN_ATTRIBUTES, IN_ITSELF])
def test_an_element_is_an_article(text: str) -> None:
    found = records(read(text.encode(), "export.xml"))
    ours = in_our_keys(found[0]).record

    assert detect("export", text.encode()) is FORMAT
    assert str(ours["id"]) == "7"
    assert ours["title"] == "Weir fails"
    assert ours["authors"] == ["Ada Fenn", "Li Wei"]
    assert FIRST in ours["text"]
    assert SECOND in ours["text"]
    assert ("What now" in ours["text"]) == (text is IN_ATTRIBUTES)
    assert len(found) == (2 if text is ARTICLES else 1)


def test_names_and_encodings_are_those_of_any_language() -> None:
    text = (
        '<?xml version="1.0" encoding="windows-1251"?><новости><новость><заголовок>Дамба прорвана'
        "</заголовок><текст><![CDATA[<p>Дамба на реке прорвана ночью.</p>]]></текст>"
        "<дата>04.03.2024 10:15</дата></новость></новости>"
    )
    for data in (text.encode("cp1251"), text.replace("windows-1251", "utf-16").encode("utf-16")):
        (record,) = records(read(data, "новости.xml"))
        assert record["заголовок"] == "Дамба прорвана"
        assert "<p>Дамба на реке" in record["текст"]


SETTINGS = """<settings><item><name>x</name><description>Long words here</description></item>
<item><name>y</name><value>3</value></item></settings>"""
DOCBOOK = """<article><title>How to</title><section><title>One</title><para>Take the pan.</para>
</section></article>"""
WIKI = "<mediawiki><page><title>A</title><revision><text>B</text></revision></page></mediawiki>"
MENU = """<menu><dish><title>Soup</title><description>With bread, and hot</description></dish>
<dish><title>Fish</title><description>Of the day</description></dish></menu>"""
CATALOG = (
    """<codes><title>Codes</title><code uri="https://c.example/"><label>A</label></code></codes>"""
)
PROJECT = "<project><name>x</name><description>A tool</description></project>"


@pytest.mark.parametrize("text", [SETTINGS, DOCBOOK, WIKI, PROJECT, MENU, CATALOG])
def test_other_xml_is_no_article(text: str) -> None:
    (found,) = read(f"<?xml version='1.0'?>{text}".encode(), "a.xml")
    assert isinstance(found, Reject)
    assert "XML of a kind that is not read" in found.reason


def test_a_list_of_headlines_with_addresses_is_read() -> None:
    text = "".join(
        f"<entry><headline>Weir fails {n}</headline><link>https://k.example/{n}</link></entry>"
        for n in range(3)
    )
    found = records(read(f"<?xml version='1.0'?><latest>{text}</latest>".encode(), "a.xml"))
    assert [one["link"] for one in found] == [f"https://k.example/{n}" for n in range(3)]


def test_a_long_export_takes_time_in_proportion_to_its_length() -> None:
    row = "<row><title>Weir fails</title><body>" + "The weir at Fenland failed. " * 20 + "</body>"
    text = "<?xml version='1.0'?><rows>" + f"{row}</row>" * 2000 + "</rows>"
    begin = time.perf_counter()
    assert len(read(text.encode(), "a.xml")) == 2000
    assert time.perf_counter() - begin < 5


NAMES = st.sampled_from(
    ["article", "title", "body", "p", "field", "authors", "author", "item", "x"]
)
TREES: Any = st.recursive(
    st.text(alphabet="ab .", max_size=30),
    lambda inner: st.builds(
        lambda name, parts: f"<{name} name='title'>{''.join(parts)}</{name}>",
        NAMES,
        st.lists(inner, max_size=4),
    ),
    max_leaves=20,
)


@given(TREES)
def test_any_tree_is_read_or_refused(tree: str) -> None:
    found = read(f"<?xml version='1.0'?><all>{tree}</all>".encode(), "a.xml")
    assert found
    assert all(isinstance(one, RawArticle | Reject) for one in found)


@pytest.mark.parametrize("depth", [200, 100_000])
def test_elements_of_any_depth_end_no_stack(depth: int) -> None:
    text = "<?xml version='1.0'?>" + "<a>" * depth + "x" + "</a>" * depth
    (found,) = read(text.encode(), "a.xml", limit=10_000_000)
    assert isinstance(found, Reject)

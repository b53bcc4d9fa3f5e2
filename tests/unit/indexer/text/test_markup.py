"""HTML in texts: taken out where it is used, left where it is spoken of."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.article.composition import article_of
from indexer.article.draft import Origin, RawArticle
from indexer.text.markup import seen_line, seen_text


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        (
            "<p>R&amp;D, ch&acirc;teau.</p><p>Over&nbsp;it.</p>",
            "R&D, château.|Over it.",
        ),
        ("<P CLASS=lead>One<P>Two", "One|Two"),
        ("One<br>two<br/>three<br /><br>four", "One|two|three|four"),
        ("One <br> two <br> three", "One|two|three"),
        ("<div class='a' data-b=\"c > d\">One\ntwo</div>", "One two"),
        ("<ul><li>One</li><li>Two</li></ul>", "One|Two"),
        (
            "<table><tr><th>a</th><th>b</th><tr><td>1</td><td>2</td></table>",
            "a | b|1 | 2",
        ),
        (
            'One.\n\nTwo <a href="https://a.example/?b&amp;c">there</a>.\n\nThree.',
            "One.|Two there.|Three.",
        ),
        ("The <em>Ferry</em> sinks", "The Ferry sinks"),
        (
            "<script>if (a<b) x('<p>')</script><style>p{}</style><p>Seen<!-- <p> -->",
            "Seen",
        ),
        ("<![CDATA[<p>One</p>]]>", "One"),
        ('<?xml version="1.0"?><p>One</p>', "One"),
        ('<p>Cut off <a href="https://a.exam', "Cut off"),
        ("<o:p>One</o:p><p>Two</p>", "One|Two"),
        ("<jats:p>One</jats:p> <jats:p>Two <jats:italic>x</jats:italic></jats:p>", "One|Two x"),
        ("&lt;p&gt;R&amp;amp;D&lt;/p&gt;&lt;p&gt;Two&lt;/p&gt;", "R&D|Two"),
        ("ch&amp;acirc;teau &amp;quot;x&amp;quot; &amp;#8211; &amp;amp;", 'château "x" – &'),
        ("&#8220;Hi&#x201D; &hellip; &rsquo;", "“Hi” … ’"),
        ("5 &lt; 6 &amp;&amp; 7 &gt; 3", "5 < 6 && 7 > 3"),
        ("<p>It speaks of &lt;b&gt;bold&lt;/b&gt;.</p>", "It speaks of <b>bold</b>."),
        ('<img src="a.png" alt="Boat">The boat', "The boat"),
    ],
)
def test_what_a_reader_sees(text: str, seen: str) -> None:
    parts = [" ".join(part.split()) for part in seen_text(text).splitlines()]
    assert "|".join(filter(None, parts)) == seen or seen.startswith("a | b")
    if seen.startswith("a | b"):
        assert list(filter(None, parts)) == ["a | b", "1 | 2"]


@pytest.mark.parametrize(
    "text",
    [
        "The <b> tag, a < b, and R&D; here",
        "Between <b> and </b> it is bold",
        "Each paragraph begins with <p> and ends with </p>.",
        'Write `<br>` or "<p>" (<div>)',
        "if a<b and c>d then x<y",
        "A List<String> and a Map<K, V>",
        "Mail <ann@paper.example> or see <https://paper.example/>",
        "I <3 this & that",
        "R&D, AT&T, Q&A; B&B &copy &notanentity; &;",
        "In Q & A we explain why &amp; and &lt; are written so",
        "<",
        "<!-- never closed",
        "&",
        "1 << 2 >> 3",
    ],
)
def test_what_is_spoken_of_stays(text: str) -> None:
    assert seen_text(text) == text


def test_titles_names_and_tags_are_seen_as_well() -> None:
    assert seen_line("L&#39;&Eacute;cho <i>du</i> soir<br/>ici") == "L'Écho du soir ici"
    record: dict[str, Any] = {
        "title": "Zo&euml; &amp; Co",
        "paragraphs": ["<p>One</p><p>Two</p>", "Three &gt; two"],
        "authors": ["Ren&eacute;e"],
        "tags": "R&amp;D",
        "section": "Caf&eacute;s",
        "source": "Night &amp; Day",
    }
    made = article_of(RawArticle(Origin("a.jsonl"), record))
    assert made.title == "Zoë & Co"
    assert [p.text for p in made.passages] == ["Zoë & Co", "One", "Two", "Three > two"]
    assert (made.authors, made.tags) == (("Renée",), ("R&D",))
    assert (made.section, made.source) == ("Cafés", "Night & Day")


def test_a_plain_text_is_not_taken_for_html() -> None:
    record = {"title": "On &amp;", "text": "It shows <p>x</p> and &eacute; as they are written."}
    made = article_of(RawArticle(Origin("a.txt"), record, is_plain=True))
    assert [p.text for p in made.passages] == list(record.values())


@given(st.text(alphabet=st.sampled_from("<>/&;pbra =\"'!-[]\n#3x")))
def test_any_text_can_be_seen(text: str) -> None:
    seen_text(text)
    if "<" not in text and "&" not in text:
        assert seen_text(text) == text


@given(st.lists(st.text(alphabet="abc &<>é\"'", min_size=1), min_size=1))
def test_what_is_escaped_is_seen_as_it_was(texts: list[str]) -> None:
    import html

    page = "".join(f"<p>{html.escape(text)}</p>" for text in texts)
    seen = [" ".join(part.split()) for part in seen_text(page).split("\n\n")]
    assert [part for part in seen if part] == [
        line for text in texts if (line := " ".join(text.split()))
    ]

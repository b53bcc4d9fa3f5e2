"""Nothing that a person pastes is refused: it works, or a note says how it was read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from search.index.clauses import (
    AllOf,
    AnyOf,
    InArticle,
    Match,
    Matching,
    Near,
    Phrase,
    Prefix,
    Scope,
    Wildcard,
)
from search.index.filters import Filters
from search.query.parsing import ParsedQuery, QueryError, parse

NOW = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)


def read(text: str) -> ParsedQuery:
    return parse(text, NOW)


# --- operators as other tools write them ----------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "ferry NOT strike",
        "NOT strike ferry",
        "ferry AND NOT strike",
        "ferry && !strike",
        "ferry !strike",
        "ferry -strike",
        "ferry −strike",
        "ferry –strike",
        "ferry ‑strike",
        "ferry －strike",
        "ferry NOT (strike)",
        "ferry AND -strike",
    ],
)
def test_every_way_to_exclude(query: str) -> None:
    parsed = read(query)
    assert parsed.clause == Match("ferry")
    assert parsed.filters == Filters(excluding=(Match("strike"),))
    assert parsed.notes == ()


@pytest.mark.parametrize(
    "query", ['ferry -"bus strike"', 'ferry NOT "bus strike"', "ferry !«bus strike»"]
)
def test_every_way_to_exclude_a_phrase(query: str) -> None:
    assert read(query).filters == Filters(excluding=(Phrase("bus strike"),))


@pytest.mark.parametrize(
    "query",
    [
        "ferry – strike",
        "ferry - strike",
        "ferry — strike",
        "the ferry –late again– sank",
        "wait! what!",
        "either not or this",
        "Müller & Söhne | Nachrichten",
        '5″ of rain and a 5" pipe',
        "Is it late? Yes!",
        "call +49 30 1234",
        "what is re:invent, at 10:30?",
        "https://news.example/a?b=c*d&e=f",
    ],
)
def test_ordinary_signs_are_text(query: str) -> None:
    parsed = read(query)
    assert parsed.clause == Match(query)
    assert (parsed.filters, parsed.notes) == (Filters(), ())


@pytest.mark.parametrize(
    ("query", "clause"),
    [
        ("a && b", InArticle((Match("a"), Match("b")))),
        ("a || b", AnyOf((Match("a"), Match("b")))),
        ("+storm", Match("storm")),
        ("+storm flood", InArticle((Match("storm"),), (Match("flood"),))),
        ("fl?d", Wildcard("fl?d")),
        ("*ood", Wildcard("*ood")),
        ("?lood", Wildcard("?lood")),
        ("fl*d damage", AnyOf((Match("damage"), Wildcard("fl*d")))),
        ('"flo* damage"', Wildcard("flo* damage")),
        ('"the * war"', Wildcard("the * war")),
        ('"climate chang"*', Prefix("climate chang")),
        ('"dam flood"~5', Near("dam flood", 5)),
        ("dam NEAR/3 flood", Near("dam flood", 3)),
        ('dam W/3 "river bank"', Near('dam "river bank"', 3)),
        ("„river bank“ NEAR/3 «the dam»", Near('"river bank" "the dam"', 3)),
        (
            '(dam OR weir) NEAR/3 (flood OR "high water")',
            AnyOf(
                tuple(
                    Near(text, 3)
                    for text in (
                        "dam flood",
                        'dam "high water"',
                        "weir flood",
                        'weir "high water"',
                    )
                )
            ),
        ),
        ("title:fl?d", Wildcard("fl?d", Scope.TITLE)),
        ('title:"dam flood"~2', Near("dam flood", 2, Scope.TITLE)),
        ("東*都", AllOf((Phrase("東"), Phrase("都")))),
        ('"Red Cross"-led', InArticle((Phrase("Red Cross"),), (Match("led"),))),
    ],
)
def test_operators_that_work(query: str, clause: Matching) -> None:
    parsed = read(query)
    assert parsed.clause == clause
    assert (parsed.filters, parsed.notes) == (Filters(), ())


@pytest.mark.parametrize(
    ("query", "clause", "note"),
    [
        ("dam w/3 flood", Near("dam flood", 3), "w/3 was read as NEAR/3"),
        ("dam near/3 flood", Near("dam flood", 3), "near/3 was read as NEAR/3"),
        ("dam within/3 flood", Near("dam flood", 3), "within/3 was read as NEAR/3"),
        ("dam AROUND(3) flood", Near("dam flood", 3), "AROUND(3) was read as NEAR/3"),
        ("dam NEAR3 flood", Near("dam flood", 3), "NEAR3 was read as NEAR/3"),
        ("dam PRE/3 flood", Near("dam flood", 3), "PRE/3 was read as NEAR/3, in either order"),
        ("dam ADJ3 flood", Near("dam flood", 3), "ADJ3 was read as NEAR/3, in either order"),
    ],
)
def test_operators_of_other_programs_for_words_close_together(
    query: str, clause: Matching, note: str
) -> None:
    parsed = read(query)
    assert (parsed.clause, parsed.notes) == (clause, (note,))
    with pytest.raises(QueryError, match="is written NEAR/3"):
        parse(query, datetime(2026, 8, 1, tzinfo=UTC), strict=True)


@pytest.mark.parametrize(
    "query", ["storm ANDNOT flood", "storm AND_NOT flood", "storm AND NOT flood"]
)
def test_and_not_excludes_however_it_is_joined(query: str) -> None:
    assert (read(query).clause, read(query).filters.excluding) == (
        Match("storm"),
        (Match("flood"),),
    )


@pytest.mark.parametrize(
    ("query", "note"),
    [
        (
            "dam NEAR flood",
            "NEAR was searched as a word; words close together are flood NEAR/5 dam.",
        ),
        ("dam w/s flood", "w/s was searched as a word; words close together are flood NEAR/5 dam."),
        ("dam /5 flood", "/5 was searched as a word; words close together are flood NEAR/5 dam."),
        ("'dam flood' x", "'dam flood' was searched as words; a phrase is \"dam flood\"."),
        ("‘dam flood’", '‘dam flood’ was searched as words; a phrase is "dam flood".'),
        ("sourcelang:german x", "there is no field sourcelang; you may mean lang:de"),
        ("-", "There is no word in the query."),
        ("***", "There is no word in the query."),
    ],
)
def test_what_other_programs_mean_by_it_is_said(query: str, note: str) -> None:
    assert [said for said in read(query).notes if note in said]


@pytest.mark.parametrize("query", ["rock 'n' roll", "the '90s and '80s", "l'été d'or", "N/A", "🔥"])
def test_apostrophes_and_emoji_need_no_note(query: str) -> None:
    assert read(query).notes == ()


def test_what_joins_conditions_can_be_excluded() -> None:
    both = InArticle((Match("a"), Match("b")))
    for query in ("-(a AND b)", "NOT (a AND b)"):
        assert read(query).filters == Filters(excluding=(both,))
    assert read("-fl?d").filters == Filters(excluding=(Wildcard("fl?d"),))


@pytest.mark.parametrize(
    "query",
    [
        *("lang:(de OR fr)", "lang:(de fr)", "lang:(de, fr)", "lang:de,fr", "lang:de|fr"),
        *("lang:de;fr", "lang:de/fr", "lang:(de、fr)", "lang:German|French"),
    ],
)
def test_values_between_parentheses(query: str) -> None:
    assert read(query).filters == Filters(langs=frozenset({"de", "fr"}))
    assert read('source:("Der Bote" OR bote)').filters.sources == {"Der Bote", "bote"}


@pytest.mark.parametrize(
    ("query", "same"),
    [
        ("title=Flood", "title:Flood"),
        ("intitle:Flood", "title:Flood"),
        ("lang=de", "lang:de"),
        ("language:de", "lang:de"),
        ("-language:de", "-lang:de"),
        ("date:2026-08-01", "on:2026-08-01"),
        ("since:2026-08", "after:2026-08"),
        ("-after:2026", "before:2026"),
    ],
)
def test_other_names_of_fields_work_and_are_noted(query: str, same: str) -> None:
    one, other = read(query), read(same)
    assert (one.clause, one.filters) == (other.clause, other.filters)
    assert query.removeprefix("-") in one.notes[0]
    assert same.removeprefix("-") in one.notes[0]


# --- read as text, with a note --------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "clause"),
    [
        ('storm "red cross', Match("storm red cross")),
        ("storm „rotes Kreuz", Match("storm rotes Kreuz")),
        ("storm «croix rouge", Match("storm croix rouge")),
        ("storm red cross”", Match("storm red cross")),
        ("大雨」", Match("大雨")),
        ("「大雨", Match("大雨")),
        ("〝大雨", Match("大雨")),
        ("″storm", Match("storm")),
        ("1) storm", Match("1 storm")),
        ("storm (flood", Match("storm flood")),
        ("storm :-)", Match("storm :-")),
        ('storm ""', Match("storm")),
        ("storm ()", Match("storm")),
        ("OR storm", Match("or storm")),
        ("storm AND", Match("storm and")),
        ("storm NOT", Match("storm not")),
        ("storm ||", Match("storm")),
        ("storm^2", Match("storm")),
        ("storm~", Match("storm")),
        ("storm~0.8", Match("storm")),
        ("/st[oa]rm/", Match("/st[oa]rm/")),
        ("[2026 TO 2027]", Match("[2026 TO 2027]")),
        ("site:bote.example", Match("site:bote.example")),
        ("author:Kim", Match("author:Kim")),
        ("anything:else", Match("anything:else")),
        ("published>2026-01-01", Match("published>2026-01-01")),
        ("after:soon", Match("after:soon")),
        ("lang:germanish", Match("lang:germanish")),
        ("lang: de", Match("lang: de")),
        ("--storm", Match("--storm")),
        ("Sturm UND Flut", Match("Sturm UND Flut")),
        ("tempête SAUF pluie", Match("tempête SAUF pluie")),
        ("(((((((((((((((((((((((storm", Match("storm")),
        ("storm \udce9", Match("storm")),
        ('""', Match('""')),
    ],
)
def test_what_cannot_be_read_is_text_and_noted(query: str, clause: Matching) -> None:
    parsed = read(query)
    assert parsed.clause == clause
    assert parsed.filters == Filters()
    assert parsed.notes


@pytest.mark.parametrize(
    ("query", "same"),
    [
        ('flood -"fake news', 'flood -"fake news"'),
        ('flood title:"red cross', 'flood title:"red cross"'),
        ('“red cross" flood', '"red cross" flood'),
        ("coast AND (storm OR flood", "coast AND (storm OR flood)"),
        ("flood -(hoax OR joke", "flood -(hoax OR joke)"),
        ("a AND b) OR c", "a AND b OR c"),
        ("storm OR OR flood", "storm OR flood"),
        ("storm OR -flood", "storm -flood"),
        ("storm OR NOT flood", "storm -flood"),
        ("storm OR lang:de", "storm lang:de"),
        ("title:(storm lang:de)", "title:storm lang:de"),
        ("storm NOT -flood", "storm -flood"),
        ("storm -lang: de", "storm -lang:de"),
    ],
)
def test_what_is_mended_is_never_the_opposite(query: str, same: str) -> None:
    one, other = read(query), read(same)
    assert (one.clause, one.filters) == (other.clause, other.filters)
    assert other.notes == ()


def test_a_field_that_there_is_not_before_a_phrase() -> None:
    parsed = read('author:"Ann Lee" flood')
    assert parsed.clause == InArticle((Phrase("Ann Lee"),), (Match("author: flood"),))
    assert "there is no field author" in parsed.notes[0]
    assert read('Exclusive: "Ann Lee" resigns').notes == ()


def test_a_headline_in_capitals_is_noted_where_a_word_of_it_excludes() -> None:
    (note,) = read("MINISTER SAYS HE WILL NOT RESIGN TODAY").notes
    assert "NOT excludes RESIGN" in note


def test_a_pasted_text_is_text() -> None:
    story = (
        'The minister said: "We will not wait." (Photo: Bote) –late as ever– '
        "the ferry -or what is left of it- sank * again. 1) Boats 2) Cars! "
    ) * 10
    parsed = read(story)
    assert isinstance(parsed.clause, Match)
    assert parsed.filters == Filters()
    assert any("read as a text" in note for note in parsed.notes)


@pytest.mark.parametrize("sign", ["-", "–", "NOT ", "!"])
def test_long_lists_of_what_is_excluded_stay_excluded(sign: str) -> None:
    names = [f"name{n}" for n in range(100)]
    parsed = read("storm " + " ".join(f"{sign}{name}" for name in names))
    assert parsed.clause == Match("storm")
    assert parsed.filters.excluding == tuple(map(Match, names))


def test_what_is_excluded_behind_a_pasted_text_stays_excluded() -> None:
    parsed = read('The ferry "Lerna" was late again and nobody knew why. ' * 12 + "-strike -rumour")
    assert isinstance(parsed.clause, Match)
    assert parsed.filters.excluding == (Match("strike"), Match("rumour"))


def test_long_lists_of_phrases_and_prefixes_are_queries() -> None:
    phrases = read(" ".join(f'"the n{n}x"' for n in range(80)))
    assert isinstance(phrases.clause, InArticle)
    prefixes = read(" ".join(f"ab{n}*" for n in range(10)) + " word" * 60)
    assert isinstance(prefixes.clause, AnyOf)


def test_a_long_list_of_alternatives_is_a_query() -> None:
    many = " OR ".join(f'"name {n}"' for n in range(200))
    parsed = read(many)
    assert isinstance(parsed.clause, AnyOf)
    assert len(parsed.clause.clauses) == 200
    assert parsed.notes == ()


def test_only_the_beginning_of_what_is_too_long_is_read() -> None:
    parsed = read("word " * 4000)
    assert len(parsed.text) <= 8000
    assert "8,000" in parsed.notes[0]


def test_combinations_that_multiply_too_often_find_no_less() -> None:
    pairs = " OR ".join(f"(a{n} AND b{n})" for n in range(20))
    parsed = read(pairs)
    assert isinstance(parsed.clause, AnyOf)
    assert len(parsed.clause.clauses) == 40
    assert "read as OR" in parsed.notes[0]


# --- what other programs write --------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "same"),
    [
        ("&quot;quay wall&quot; storm", '"quay wall" storm'),
        ("quay &amp;&amp; storm", "quay && storm"),
        ("l&#39;été &amp;lt; x", "l'été < x"),
        ("quay&nbsp;wall", "quay wall"),
        ("quay%20wall storm", "quay wall storm"),
        ("%22quay%20wall%22", '"quay wall"'),
        ("%D0%BF%D1%80%D0%B8%D1%87%D0%B0%D0%BB storm", "причал storm"),
        ("intext:quay body:storm", "quay storm"),
        ('fulltext:"quay wall" -text=storm', '"quay wall" -storm'),
        ("title:quay AND Content:(storm OR mole)", "title:quay AND (storm OR mole)"),
        ("title:-quay storm", "-title:quay storm"),
        ('title:!"quay wall" storm', '-title:"quay wall" storm'),
        ("title:-(quay OR mole)", "-title:(quay OR mole)"),
        ("storm lang:-de source=−Bote", "storm -lang:de -source:Bote"),
        ('""quay wall"" storm', '"quay wall" storm'),
        ("❝quay wall❞ storm", '"quay wall" storm'),
        ('near12:"quay storm"', '"quay storm"~12'),
        ('repeat3:"quay" storm', '"quay" storm'),
        ("atleast5(quay) storm", "(quay) storm"),
        ("AllCaps(Quay)", "(Quay)"),
        ("headline(quay OR mole) storm", "title:(quay OR mole) storm"),
        ("TI(quay)", "title:(quay)"),
        ("ti=quay", "title:quay"),
        ("allintitle:quay", "title:quay"),
        ("publication(Bote, Kurier) storm", "source:Bote,Kurier storm"),
        ("language(de)", "lang:de"),
        ("[quay OR mole] AND storm", "(quay OR mole) AND storm"),
        ("storm {quay AND mole}", "storm (quay AND mole)"),
        ("quay near4 storm", "quay NEAR/4 storm"),
        ("quay around(4) storm", "quay NEAR/4 storm"),
        ("quay NEAR/4f storm", "quay NEAR/4 storm"),
        ("quay P/4 storm", "quay NEAR/4 storm"),
        ("quay NOT W/4 storm", "quay storm"),
        ("quay not near/4 storm", "quay storm"),
        ("engineer(s) storm", "engineers storm"),
        ("(re)built quay", "rebuilt quay"),
        ("engineer(s) AND storm(s)", "engineers AND storms"),
        ("-engineer(s) storm", "-engineers storm"),
        ("EU(27) storm", "EU 27 storm"),
        ("东京(大阪)", "东京 大阪"),
        ("f(g(x)) storm", "fgx storm"),
        ("BYLINE(Silva) storm", "BYLINE Silva storm"),
        ("PUB(Evening Bote) storm", 'source:"Evening Bote" storm'),
        ("PUB(Bote OR Kurier) storm", "source:Bote,Kurier storm"),
        ("section(Home affairs)", 'section:"Home affairs"'),
    ],
)
def test_what_other_programs_write_is_read_as_it_is_meant(query: str, same: str) -> None:
    one, other = read(query), read(same)
    assert (one.text, one.clause, one.filters) == (other.text, other.clause, other.filters)
    assert one.notes or "❝" in query
    if one.notes:
        with pytest.raises(QueryError):
            parse(query, NOW, strict=True)


@pytest.mark.parametrize(
    "query",
    [
        "(quay)OR(storm)",
        "quay NOT(storm)",
        "quay(storm OR mole)",
        '"engineer(s)" storm',
        "https://news.example/a(b)c storm",
        "AT&T;storm quay",
        "[2026 storm] quay",
        "2026(a OR b)",
        "quay ＡＮＤ storm",
    ],
)
def test_what_is_ours_needs_no_such_note(query: str) -> None:
    assert read(query).notes == ()


@pytest.mark.parametrize(
    ("query", "same"),
    [
        ("Storm floods quay in Lerna (AP)", "Storm floods quay in Lerna AP"),
        ("(Update) Storm floods quay in Lerna", "Update Storm floods quay in Lerna"),
        (
            "Sturm flutet den alten Kai （Fotos und Video）",
            "Sturm flutet den alten Kai Fotos und Video",
        ),
    ],
)
def test_parentheses_in_a_headline_are_text(query: str, same: str) -> None:
    assert read(query).clause == read(same).clause
    assert read(query).notes
    with pytest.raises(QueryError, match="no operator beside these parentheses"):
        parse(query, NOW, strict=True)


@pytest.mark.parametrize(
    "query",
    [
        "(quay OR mole) storm flood dam wall",
        "storm (quay mole)",
        "storm flood dam wall -(quay mole)",
    ],
)
def test_parentheses_of_a_query_make_groups(query: str) -> None:
    assert read(query).notes == ()


def test_negations_and_codes_as_they_are_also_written() -> None:
    assert read("quay AND-NOT storm") == replace(
        read("quay NOT storm"), written="quay AND-NOT storm"
    )
    assert read('lang:"de, fr" quay').filters == read("lang:de,fr quay").filters


def test_alternatives_close_together_have_a_bound() -> None:
    many = " OR ".join(f"w{n}" for n in range(13))
    parsed = read(f"({many}) NEAR/5 quay")
    assert parsed.notes == ("NEAR was read as AND: it joins words and phrases only.",)
    twice = read("(a1 OR a2 OR a3) NEAR/2 (b1 OR b2 OR b3) storm (c1 OR c2) NEAR/2 (d1 OR d2)")
    assert twice.notes == parsed.notes  # nine and four are more than twelve


def test_operators_in_full_width_letters_are_operators() -> None:
    assert read("堤防 ＡＮＤ 高潮 ＮＯＴ 津波") == replace(
        read("堤防 AND 高潮 NOT 津波"), written="堤防 ＡＮＤ 高潮 ＮＯＴ 津波"
    )


@pytest.mark.parametrize(
    ("query", "note"),
    [
        (
            "quay and not storm",
            "and not storm was searched as words; to exclude a word, write -storm",
        ),
        (
            "quay but not storm",
            "but not storm was searched as words; to exclude a word, write -storm",
        ),
        ("quay not storm", "not storm was searched as words; to exclude a word, write -storm"),
        ("quay wc>100", "there is no field wc"),
        ("quay published>yesterday", "a span of time is after:"),
        ("quay ¬storm", "to exclude a word, write -storm"),
        ("malecón Y tormenta", "Y was searched as a word; the operator is AND."),
        ('"el malecón" O "la tormenta"', "O was searched as a word; the operator is OR."),
        ("προκυμαία ΚΑΙ καταιγίδα", "ΚΑΙ was searched as a word; the operator is AND."),
        ("堤防 非 高潮", "非 was searched as a word; the operator is NOT."),
        ("제방 또는 해일", "또는 was searched as a word; the operator is OR."),
        ("Kai OHNE Sturm", "OHNE was searched as a word; the operator is NOT."),
        ("quay SAME storm", "SAME was searched as a word; words close together are"),
        ("``quay wall'' storm", 'a phrase is "quay wall".'),
        ("''quay wall'' storm", 'a phrase is "quay wall".'),
        ("`quay wall` storm", 'a phrase is "quay wall".'),
        ("2026-01..2026-03 storm", "a span of time is after:2026-01 before:2026-03"),
        ("published>=2026-07-05 storm", "a span of time is after:2026-07-05"),
        ("published_at:<20260705 storm", "a span of time is before:20260705"),
        ("day:2026-07-01..2026-08-01 storm", "is after:2026-07-01 before:2026-08-01"),
        ("storm published:[2026-07-01 TO 2026-08-01]", "is after:2026-07-01 before:2026-08-01"),
        ("storm published:[2026-07-01 TO now]", "a span of time is after:2026-07-01"),
        ('byline:"Kim Ro" storm', 'there is no field byline; you may mean a phrase, "NAME"'),
        ("from:Bote storm", "there is no field from; you may mean source:NAME"),
        ("from:2026-01 storm", "there is no field from; you may mean after:2026-08-01"),
        ("_exists_:lang storm", "there is no field _exists_;"),
        ("author:Kim storm", 'you may mean a phrase, "NAME"'),
        ("langue:fr quai", "there is no field langue; you may mean lang:de"),
        ("источник:Бот шторм", "there is no field источник; you may mean source:NAME"),
        ("タイトル:高潮", "there is no field タイトル; you may mean title:word"),
        ("-sprache:de Kai", "you may mean -lang:de"),
        ("nach:2026-07 Sturm", "there is no field nach; you may mean after:2026-08-01"),
        ("عنوان:جسر", "there is no field عنوان; you may mean title:word"),
        ("newer_than:7d storm", "you may mean after:2026-08-01"),
        ("last:7d storm", "there is no field last; you may mean after:7d"),
        ("quay W/S storm", "W/S was searched as a word; words close together are"),
        ("quay NEXT/2 storm", "NEXT/2 was searched as a word; words close together are"),
        ("daterange:2026 storm", "you may mean after:2026-08-01 before:2026-09-01"),
        ("-site:bote.example storm", "-site:bote.example was excluded as words: there is no field"),
    ],
)
def test_what_may_have_been_meant_is_said(query: str, note: str) -> None:
    assert [said for said in read(query).notes if note in said]


def test_a_span_of_time_is_said_once() -> None:
    assert len(read("storm published:[2026-07-01 TO 2026-08-01]").notes) == 1
    assert len(read("storm date:>2026-07-01").notes) == 1


@pytest.mark.parametrize(
    "query",
    [
        "Generation Y voters",
        "vitamin E deficiency",
        "do not disturb",
        "the quay is not safe",
        "to be or not to be",
        "not guilty plea",
        "Johnson & Johnson",
    ],
)
def test_ordinary_words_need_no_note(query: str) -> None:
    assert read(query).notes == ()

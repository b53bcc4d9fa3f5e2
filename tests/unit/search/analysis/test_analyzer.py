"""Terms of passages and queries, over all languages that Polywire knows of."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.analyzer import analyze, keeps_first_letter, terms_of, word_of
from search.analysis.folding import fold
from search.analysis.indexing import indexed, phrases
from search.analysis.languages import NEUTRAL, language, languages
from search.analysis.query_terms import (
    QueryTerms,
    function_words,
    query_terms,
    telling_words,
)
from search.analysis.stemming import SHORTEST_STEM, stem
from search.analysis.words import pieces
from tests.unit.search.analysis.test_words import SCRIPTS

CODES = sorted(languages())
LANGS = st.sampled_from([*CODES, "und", "xx", "pt-BR"])


def terms(text: str, lang: str) -> list[str]:
    return [token.term for token in analyze(text, lang)]


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("en", "The ministers were negotiating", ["minist", "negoti"]),
        ("de", "Die Häuser auf der Straße", ["haus", "strass"]),
        ("fr", "Le prix de l'énergie", ["prix", "energ"]),
        ("tr", "Ankara'da IŞIK", ["ankar", "isik"]),
        ("ru", "в Москву", ["москв"]),
        ("uk", "України чекали", ["україн", "чекал"]),
        ("ar", "من المُدُن", ["مدن"]),
        ("ar", "بوزراء", ["بوزرا", "وزرا"]),
        ("he", "והממשלה", ["והממשלה", "הממשלה", "ממשלה"]),
        ("el", "Η Ελλάδα", ["ελλαδ"]),
        ("hi", "किताबें ने", ["किताब"]),
        ("sr", "Влада vlade", ["vlad", "vlad"]),
        ("zh", "疫苗保护", ["疫苗", "苗保", "保护"]),
        ("ja", "酒 東京で", ["酒", "东京", "京で"]),
        ("th", "ไทย", ["ไท", "ทย"]),
        ("und", "The ministers", ["the", "ministers"]),
    ],
)
def test_terms(lang: str, text: str, expected: list[str]) -> None:
    assert terms(text, lang) == expected


def test_a_word_whose_bare_spelling_has_another_stem_has_both() -> None:
    """Turkish stems of `toplandı` need the dotless i that a foreign keyboard lacks."""
    first, second = analyze("O toplandı", "tr")
    assert (first.term, second.term) == ("topla", "toplandi")
    assert (first.start, first.end) == (second.start, second.end) == (2, 10)
    assert first.word == second.word == "toplandi"


def test_offsets_survive_folding() -> None:
    text = "Ver\u00adhandlungen über ﬁne Cafe\u0301s — ﾊﾞｽ停"
    shown = [(text[token.start : token.end], token.word) for token in analyze(text, "xx")]
    assert shown == [
        ("Ver\u00adhandlungen", "verhandlungen"),
        ("über", "uber"),
        ("ﬁne", "fine"),
        ("Cafe\u0301s", "cafes"),
        ("ﾊﾞｽ", "バス"),
        ("ｽ停", "ス停"),
    ]


@given(SCRIPTS, LANGS)
def test_every_token_points_to_what_it_came_from(text: str, lang: str) -> None:
    last = 0
    for token in analyze(text, lang):
        assert 0 <= token.start < token.end <= len(text)
        assert token.start >= last
        last = token.start
        assert token.term
        assert token.word
        assert not any(character.isspace() for character in token.term + token.word)


@given(SCRIPTS, LANGS)
def test_a_text_is_found_by_itself(text: str, lang: str) -> None:
    """Each term of a query in the passage's language is a term of the passage."""
    stored = set(indexed(text, lang).terms)
    assert set(terms(text, lang)) <= stored
    query = query_terms(text, [lang])
    if stored:
        assert stored & set(query.terms)


@given(SCRIPTS, SCRIPTS, LANGS)
def test_a_phrase_is_part_of_its_passage_in_any_language(before: str, text: str, lang: str) -> None:
    whole = indexed(f"{before}\n{text}\n{before}", lang).words
    readings = [list(words) for words in phrases(text)]
    assert not readings or any(
        whole[n : n + len(part)] == part for part in readings for n in range(len(whole))
    )


def test_words_of_phrases_keep_stop_words_and_do_not_stem() -> None:
    assert phrases("The Ministers of l'Énergie 東京") == (
        ("the", "ministers", "of", "l", "energie", "东", "京"),
    )


def test_lone_characters_are_indexed_for_queries_of_one() -> None:
    assert set(indexed("日本酒", "ja").terms) == {"日", "本", "酒", "日本", "本酒"}
    assert query_terms("酒", ["ja"]) == QueryTerms(("酒",))
    assert query_terms("日本酒", ["ja"]) == QueryTerms(("日本", "本酒"))


@pytest.mark.parametrize("code", CODES)
def test_every_language_stems_without_falling_over(code: str) -> None:
    known = language(code)
    assert known.code == code
    for word in ("a", "ab", "Ministerpräsidentinnen", "правительствами", "الحكومات", "मंत्रियों", "’"):
        assert isinstance(stem(word, known), str)
        assert terms(word, code) or not any(c.isalnum() for c in word) or len(word) <= 2


@pytest.mark.parametrize("code", [c for c in CODES if language(c).endings])
def test_endings_leave_three_letters_and_the_longest_goes(code: str) -> None:
    known = language(code)
    assert list(known.endings) == sorted(known.endings, key=len, reverse=True)
    for ending in known.endings:
        assert stem("xx" + ending, known)[:2] == "xx"
        assert len(stem("xxx" + ending, known)) >= SHORTEST_STEM


@pytest.mark.parametrize(
    ("lang", "forms"),
    [
        ("uk", ["президент", "президента", "президенту", "президентом", "президентів"]),
        ("uk", ["міністр", "міністри", "міністрами", "міністрові"]),
        ("uk", ["Україна", "України", "Україні", "Україну", "Україною"]),
        ("uk", ["новий", "нового", "новому", "новим", "нова", "нову", "нові", "нових"]),
        ("uk", ["рішення", "рішенню", "рішеннями"]),
        ("bg", ["министър", "министърът", "министъра"]),
        ("is", ["hestur", "hestar", "hestum", "hesta"]),
        ("cs", ["vláda", "vlády", "vládu", "vládou"]),
        ("pl", ["rząd", "rządu", "rządem"]),
        ("ru", ["Россия", "России", "Россию", "Россией"]),
        ("pt", ["eleição", "eleições", "eleicoes"]),
        ("hr", ["vlada", "vlade", "vladi", "vladu"]),
    ],
)  # fmt: skip
def test_inflected_forms_meet(lang: str, forms: list[str]) -> None:
    meeting = set.intersection(*(set(terms(form, lang)) for form in forms))
    assert meeting


def test_codes_with_regions_and_unknown_codes() -> None:
    assert language("pt-BR") is language("pt")
    assert language("zh_Hant") is language("zh")
    assert language("EN") is language("en")
    assert language("tlh") is NEUTRAL
    assert language("") is NEUTRAL


def test_languages_without_spaces_are_cut_into_pairs() -> None:
    samples = {
        "ja": "国会", "zh": "国会", "yue": "國會", "ko": "국회", "th": "สภา",
        "lo": "ສະພາ", "km": "សភា", "my": "လွှတ်တော်",
    }  # fmt: skip
    assert set(samples) == {code for code, known in languages().items() if not known.spaces}
    for code, sample in samples.items():
        tokens = analyze(sample, code)
        assert tokens
        assert all(token.end - token.start < len(sample) or len(tokens) == 1 for token in tokens)


# --- queries ----------------------------------------------------------------------------

NEWSROOM = ["en", "de", "fr", "es", "ru", "uk", "ja"]


def test_function_words_of_the_likely_language_are_left_out() -> None:
    query = query_terms("the effects of the storm on the harbour", NEWSROOM)
    assert {"effect", "storm", "harbour"} <= set(query.terms)
    assert not {"the", "of", "on"} & set(query.terms)
    assert query.words == ()


def test_a_noun_that_is_a_function_word_elsewhere_stays() -> None:
    assert "war" in query_terms("the end of the war", NEWSROOM).terms
    assert "war" in query_terms("war", NEWSROOM).terms


@pytest.mark.parametrize(
    ("query", "left_out"),
    [
        ("war in ukraine", {"in"}),
        ("soldiers die in attack", {"in"}),
        ("man dies in car crash", {"in"}),
        ("uber strike", set()),
        ("dette publique", set()),
        ("elecciones en el sur", {"en", "el"}),
        ("der krieg war lang", {"der", "war"}),
        ("es war einmal", {"es", "war"}),
        ("die welt von gestern", {"die", "von"}),
        ("retrait de la reforme", {"de", "la"}),
    ],
)
def test_such_a_noun_does_not_decide_the_language_of_a_query(
    query: str, left_out: set[str]
) -> None:
    assert function_words(query.split(), NEWSROOM) == left_out


def test_homographs_are_function_words_of_another_language_alone() -> None:
    for own in languages().values():
        assert not own.homographs & own.stopwords, own.code
        others = {word for one in languages().values() if one != own for word in one.stopwords}
        assert own.homographs <= others, own.code


def test_a_query_of_function_words_looks_for_the_words_themselves() -> None:
    assert query_terms("The Who", ["en"]) == QueryTerms(("the", "who"), ("the", "who"))
    assert query_terms("to be or not to be", ["en"]).words == ("to", "be", "or", "not")


def test_a_query_is_analysed_in_every_language() -> None:
    query = query_terms("Häuser", ["en", "de"]).terms
    assert set(query) == {"haus", "hauser", "haeuser"}
    assert query_terms("Häuser", []).terms == ("hauser", "haeuser")


def test_a_last_umlaut_is_not_spelt_in_two_letters() -> None:
    assert "statue" not in query_terms("statü", ["tr"]).terms  # Turkish for status


@pytest.mark.parametrize(
    ("question", "kept"),
    [
        ("the flood in the valley", "flood valley"),
        ("The Who", "The Who"),
        ("Die Lage in der Ukraine", "Lage Ukraine"),
        ("NATO", "NATO"),
        ("保护老年人", "保护老年人"),
        ("", ""),
        ("?!", "?!"),
        ("jobs in C++ and 1,000 others at AT&T", "jobs others"),
        ("an F-16 of COVID-19 fame", "COVID fame"),
        ("C++", ""),
    ],
)
def test_words_that_an_analyzer_of_a_server_understands(question: str, kept: str) -> None:
    assert telling_words(question, CODES) == kept


def test_function_words_need_a_majority() -> None:
    assert function_words(["die", "lage", "in", "der"], ["en", "de"]) == {"die", "in", "der"}
    assert function_words(["nato"], ["en", "de"]) == frozenset()
    assert function_words([], []) == frozenset()


@given(SCRIPTS, st.lists(LANGS, max_size=5, unique=True))
def test_query_terms_are_distinct_and_empty_only_without_words(text: str, langs: list[str]) -> None:
    query = query_terms(text, langs)
    for found in (query.terms, query.words):
        assert len(set(found)) == len(found)
        assert "" not in found
    assert bool(query.terms or query.words) == bool(phrases(text))


def test_importing_it_is_light() -> None:
    """It stands on the path of a cold search."""
    program = (
        "import sys, search.analysis.query_terms, search.analysis.indexing\n"
        "from search.analysis.analyzer import analyze\n"
        "analyze('Die Häuser', 'de')\n"
        "print(sorted({'regex', 'numpy', 'lance'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


STEMMED = sorted({code for code in languages() if keeps_first_letter(code)})
BEGINNINGS = st.sampled_from(
    ["", "ge", "naj", "leg", "Un", "di", "İ", "I", "na", "pre", "الب", "не"]
)


@given(BEGINNINGS, SCRIPTS, st.sampled_from(STEMMED))
def test_terms_begin_as_the_word_does(beginning: str, text: str, lang: str) -> None:
    for piece in pieces(beginning + text):
        folded = fold(piece.text)
        if folded and not piece.is_run:
            found = (*terms_of(piece.text, lang), word_of(piece.text, lang))
            assert {term[0] for term in found} <= {folded[0]}


def test_some_languages_take_off_beginnings() -> None:
    assert terms_of("gereist", "nl")[0] == "reis"
    assert not keeps_first_letter("nl")
    assert {"en", "de", "fr", "ru", "el", "hi", "und"} - set(STEMMED) <= {"und"}

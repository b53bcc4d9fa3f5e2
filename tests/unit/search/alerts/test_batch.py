"""What is looked up for many articles at once is what is looked up in each."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.alerts.batch import Batch
from search.alerts.needed import needed, terms_of_query
from search.alerts.texts import Text
from search.analysis.query_terms import query_terms
from tests.support.newsroom import NEWSROOM
from tests.unit.search.alerts.test_words import words

TEXTS = [Text(embedded) for embedded in NEWSROOM]
WORDS = sorted({p for text in TEXTS for x in text.article.passages for p in x.text.split()})
LANGS = ("en", "de", "ru", "uk", "ar", "hi", "ja", "zh", "tr", "und")


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join))
def test_what_matches_is_among_the_candidates(query: str) -> None:
    asked, batch = words(query.replace('"', "").replace(":", "")), Batch(TEXTS)
    likely = {text.article.id for _, text in batch.of(asked.candidates(batch))}
    assert {text.article.id for text in TEXTS if asked.match(text)} <= likely


@given(st.sampled_from(WORDS), st.sampled_from(LANGS))
def test_the_short_way_to_the_terms_of_a_word_is_the_long_one(word: str, lang: str) -> None:
    assert terms_of_query(word, lang) == frozenset(query_terms(word, [lang]).terms)


@given(st.text(max_size=12), st.sampled_from(LANGS))
def test_it_is_for_any_text(word: str, lang: str) -> None:
    assert terms_of_query(word, lang) == frozenset(query_terms(word, [lang]).terms)


@pytest.mark.parametrize("word", ["台風九州停電", "COVID-19", "Ukraine", "F16", "新しい研究"])
def test_a_batch_and_a_text_want_the_same_of_a_word(word: str) -> None:
    found = {text.article.id for _, text in Batch(TEXTS).of(Batch(TEXTS).whole.having(word))}
    own = {
        text.article.id
        for text in TEXTS
        if any(needed(word, part.lang).within(part.terms) for part in text.parts)
    }
    assert found == own

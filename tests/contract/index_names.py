"""The names leg: one name in five scripts, and what must not come with it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from search.embedding.port import Vectors
from search.errors import UsageError
from search.index.clauses import Phrase, Prefix, Wildcard
from search.index.filters import Filters
from search.index.legs import NamesLeg
from search.index.port import SearchIndex
from search.names.query_names import query_names
from search.ranking.fusion import Fusion
from search.request import Mode, Request
from search.retrieval.hybrid import HybridSearch
from search.retrieval.legs import NAMES
from search.retrieval.patterns import with_meant
from tests.contract.place import EVERYTHING, OnePlace, Shown, found, run
from tests.support.newsroom import DIMENSION, TOPICS, story, topic_vector

SPELLINGS = {
    "en": "President Zelensky spoke in the evening.",
    "de": "Am Abend sprach Präsident Selenskyj.",
    "uk": "Увечері виступив президент Зеленський.",
    "ar": "تحدث الرئيس زيلينسكي في المساء.",
    "ja": "ゼレンスキー大統領が夕方に演説した。",
}
"""One name as papers of five languages spell it; no word but the name in common."""

OTHERS = {
    "other-en": ("en", "President Macron spoke in the evening."),
    "other-de": ("de", "Am Abend sprach Präsident Steinmeier."),
    "other-uk": ("uk", "Увечері виступив президент Макрон."),
    "other-ar": ("ar", "تحدث الرئيس ماكرون في المساء."),
    "other-ja": ("ja", "マクロン大統領が夕方に演説した。"),
}

PRESIDENTS = (
    *(story(lang, "", text, lang=lang, topic="budget") for lang, text in SPELLINGS.items()),
    *(story(name, "", text, lang=lang) for name, (lang, text) in OTHERS.items()),
)


class Names(OnePlace):
    """`NamesLeg`, by itself and as a part of a search."""

    @pytest.fixture
    def presidents(self, index: SearchIndex) -> SearchIndex:
        self.put(index, *PRESIDENTS)
        return index

    @pytest.mark.parametrize(
        "asked",
        [
            "Zelensky",
            "zelensky",
            "Selenskyj",
            "Зеленський",
            "Зеленский",
            "زيلينسكي",
            "ゼレンスキー",
        ],
    )
    def test_a_name_in_any_spelling_finds_it_in_all(
        self, presidents: SearchIndex, asked: str
    ) -> None:
        result = named(presidents, asked)
        assert set(found(result)) == set(SPELLINGS)
        assert result.total == len(SPELLINGS)

    def test_the_passage_with_the_name_is_what_was_found(self, index: SearchIndex) -> None:
        self.put(index, story("a", "Weather", "Rain.", "Then Selenskyj came.", lang="de"))
        (hit,) = named(index, "Zelensky").hits
        assert [p.passage.position for p in hit.passages] == [2]
        assert hit.score == hit.passages[0].score > 0

    def test_filters_apply_and_the_limit_is_of_articles(self, presidents: SearchIndex) -> None:
        slavic = Filters(langs=frozenset({"uk", "de"}))
        assert set(found(named(presidents, "Zelensky", slavic))) == {"uk", "de"}
        without = Filters(excluding=(Phrase("Präsident Selenskyj"),))
        assert set(found(named(presidents, "Zelensky", without))) == {"en", "uk", "ar", "ja"}
        cut = named(presidents, "Zelensky", limit=2)
        assert len(cut.hits) == 2
        assert cut.total == len(SPELLINGS)

    def test_no_key_and_unknown_keys_match_nothing(self, presidents: SearchIndex) -> None:
        for keys in ((), ("qqqq",)):
            (result,) = run(presidents, [NamesLeg(keys)], EVERYTHING, 5)
            assert result == Shown((), 0)

    def test_a_changed_article_loses_its_former_names(self, presidents: SearchIndex) -> None:
        self.put(presidents, story("de", "", "Am Abend sprach niemand.", lang="de"))
        assert "de" not in found(named(presidents, "Zelensky"))

    def test_hybrid_search_puts_all_spellings_first_and_without_names_it_does_not(
        self, presidents: SearchIndex
    ) -> None:
        """The hand-made model takes every question for one about defence, as all others are."""
        search = HybridSearch(presidents, _Defence(), Fusion())
        answer = search.search(Request("Zelensky", limit=5))
        assert {hit.article.id for hit in answer.hits} == set(SPELLINGS)
        assert all(NAMES in hit.legs for hit in answer.hits)
        marked = {
            hit.article.id: [
                shown.passage.text[start:end]
                for shown in hit.passages
                for start, end in shown.highlights
            ]
            for hit in answer.hits
        }
        assert marked == {
            "en": ["Zelensky"],
            "de": ["Selenskyj"],
            "uk": ["Зеленський"],
            "ar": ["زيلينسكي"],
            "ja": ["ゼレンスキー"],
        }
        plain = search.search(Request("Zelensky", limit=5, names=False))
        assert not any(NAMES in hit.legs for hit in plain.hits)
        assert {hit.article.id for hit in plain.hits} & set(SPELLINGS) <= {"en"}

    def test_a_pattern_is_searched_for_names_and_by_meaning_as_what_it_stands_for(
        self, presidents: SearchIndex
    ) -> None:
        search = HybridSearch(presidents, _Defence(), Fusion())
        for clause in (Prefix("zelens"), Wildcard("*ensky"), Wildcard("zel?nsky")):
            answer = search.search(Request("", clause=clause, limit=5))
            assert {hit.article.id for hit in answer.hits} == set(SPELLINGS)
            assert answer.request.meant == ("Zelensky",)
            said = "By meaning, words with wildcards were searched as: Zelensky."
            assert said in answer.notes
        plain = Request("Zelensky")
        assert with_meant(plain, presidents) is plain
        for clause in (Wildcard("z*y"), Wildcard("qq*qq"), Prefix("qqq")):
            assert with_meant(Request("", clause=clause), presidents).said == ""
        assert with_meant(Request("", clause=Prefix("qqqq")), presidents).said == "qqqq"
        words = Request("", clause=Prefix("zelens"), mode=Mode.LEXICAL)
        assert with_meant(words, presidents) is words
        with pytest.raises(UsageError, match="nothing in the query that has a meaning"):
            search.search(Request("", clause=Wildcard("qq*qq"), mode=Mode.VECTOR))


def named(
    index: SearchIndex, question: str, filters: Filters = EVERYTHING, limit: int = 50
) -> Shown:
    """Ask for the names of a question alone."""
    leg = NamesLeg(query_names(question).keys)
    (result,) = run(index, [leg], filters, limit)
    return result


class _Defence:
    """An embedding model that knows one topic."""

    name = "handmade"
    fingerprint = "00000000000000aa"
    dimension = DIMENSION

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Every question is about defence."""
        return np.stack([topic_vector(TOPICS[0]) for _ in texts])

    embed_paragraphs = embed_queries

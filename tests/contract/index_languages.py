"""What language analysis every engine offers; each engine may do more."""

from __future__ import annotations

import pytest

from search.index.clauses import Match, Phrase, Scope
from search.index.filters import Filters
from search.index.port import SearchIndex
from tests.contract.place import OnePlace, ask, found
from tests.support.newsroom import CREDIT, NEWSROOM, article_ids, story

FINDS = [
    pytest.param("en", "The ministers were negotiating new treaties.", "minister", id="en-plural"),
    pytest.param("en", "The ministers were negotiating new treaties.", "treaty", id="en-ies"),
    pytest.param("en", "He Said NATO would act", "nato", id="en-case"),
    pytest.param("de", "Die Stadt baut neue Häuser am Fluss.", "Haus", id="de-umlaut-plural"),
    pytest.param("de", "Die Verhandlungen dauern an.", "Verhandlung", id="de-plural"),
    pytest.param("de", "Über die Grenze flohen viele.", "uber", id="de-umlaut-left-out"),
    pytest.param("de", "Auf der Straße lag Schnee.", "strasse", id="de-sharp-s"),
    pytest.param("fr", "Les élections municipales approchent.", "elections", id="fr-accent"),
    pytest.param("fr", "Les élections municipales approchent.", "élection", id="fr-plural"),
    pytest.param("fr", "Le prix de l'énergie augmente.", "énergie", id="fr-elision"),
    pytest.param("es", "Los bomberos rescataron a los niños.", "bombero", id="es-plural"),
    pytest.param("es", "La inundación dañó la costa.", "inundacion", id="es-accent"),
    pytest.param("it", "I ministri hanno discusso.", "ministro", id="it-plural"),
    pytest.param("pt", "As eleições serão em outubro.", "eleição", id="pt-plural"),
    pytest.param("nl", "De ministers praten over boeken.", "boek", id="nl-plural"),
    pytest.param("sv", "Bilarna stod stilla i snön.", "bil", id="sv-definite-plural"),
    pytest.param("ru", "Министр прибыл в Москву.", "Москва", id="ru-accusative"),
    pytest.param("ru", "Переговоры начались в среду.", "переговоров", id="ru-genitive"),
    pytest.param("uk", "Україна чекає на рішення.", "України", id="uk-genitive"),
    pytest.param("uk", "ПРЕЗИДЕНТ підписав указ.", "президент", id="uk-case"),
    pytest.param("cs", "Vláda jednala s ministry.", "vlády", id="cs-genitive"),
    pytest.param("ar", "أعلنت الحكومة ميزانية.", "حكومة", id="ar-article-prefix"),
    pytest.param("ar", "زار الوزير المُدُنَ الكبرى.", "المدن", id="ar-diacritics"),
    pytest.param("hi", "मंत्री ने किताबें बाँटीं।", "किताबें", id="hi-word"),
    pytest.param("el", "Η Ελλάδα ψηφίζει σήμερα.", "Ελλαδα", id="el-accent"),
    pytest.param("tr", "Bakanlar Ankara'da toplandı.", "bakanlar", id="tr-plural"),
    pytest.param("zh", "专家表示，这种疫苗可以保护老年人。", "疫苗", id="zh-substring"),
    pytest.param("zh", "北京奥运会开幕式", "奥运会", id="zh-three"),
    pytest.param("ja", "気象庁は大雨への警戒を呼びかけている。", "大雨", id="ja-kanji"),
    pytest.param("ja", "新しいワクチンが承認された。", "ワクチン", id="ja-katakana"),
    pytest.param("ko", "서울 경기장에서 관중이 응원했다.", "경기장", id="ko-particle"),
    pytest.param("th", "นักท่องเที่ยวต่อคิวยาวเพื่อชมภาพวาด", "นักท่องเที่ยว", id="th-substring"),
    pytest.param("und", "Some text of Unknown language", "unknown", id="und-case"),
]

MISSES = [
    pytest.param("ja", "はしが こわれた", "ばし", id="ja-voicing-is-kept"),
    pytest.param("zh", "专家表示，这种疫苗可以保护老年人。", "火车站", id="zh-absent"),
    pytest.param("th", "นักท่องเที่ยวต่อคิวยาว", "รัฐบาล", id="th-absent"),
    pytest.param("en", "The general spoke.", "moon", id="en-absent"),
]


class Languages(OnePlace):
    """Each article is analysed in its language; the question's language is not known."""

    @pytest.mark.parametrize(("lang", "text", "question"), FINDS)
    def test_finds(self, index: SearchIndex, lang: str, text: str, question: str) -> None:
        self.put(index, *NEWSROOM, story("wanted", "", text, lang=lang))
        assert "wanted" in found(ask(index, question))
        only = Filters(langs=frozenset({lang}))
        assert "wanted" in found(ask(index, question, only))

    @pytest.mark.parametrize(("lang", "text", "question"), MISSES)
    def test_does_not_find(self, index: SearchIndex, lang: str, text: str, question: str) -> None:
        self.put(index, *NEWSROOM, story("other", "", text, lang=lang))
        assert "other" not in found(ask(index, question))

    def test_a_word_is_found_in_every_language_at_once(self, newsroom: SearchIndex) -> None:
        result = ask(newsroom, CREDIT.upper())
        assert set(found(result)) == set(article_ids(NEWSROOM))
        assert result.total == len(NEWSROOM)

    def test_a_passage_is_analysed_in_its_own_language(self, index: SearchIndex) -> None:
        """The quotation in an English article is German, and is stemmed as German."""
        from dataclasses import replace

        base = story("a", "A headline", "Wir bauen Häuser", lang="en")
        title, quote = base.article.passages
        passages = (title, replace(quote, lang="de"))
        self.put(index, replace(base, article=replace(base.article, passages=passages)), *NEWSROOM)
        assert "a" in found(ask(index, "Haus"))

    @pytest.mark.parametrize("lang", ["xx", "tlh", "sr-Latn", "und", ""])
    def test_a_language_nobody_knows_is_searchable(self, index: SearchIndex, lang: str) -> None:
        self.put(index, story("a", "Qapla headline", "words of batlh", lang=lang))
        assert found(ask(index, "batlh")) == ["a"]
        assert found(ask(index, Phrase("OF BATLH"))) == ["a"]

    def test_phrases_in_scripts_without_spaces(self, newsroom: SearchIndex) -> None:
        assert found(ask(newsroom, Phrase("保护老年人"))) == ["zh-vaccine"]
        assert found(ask(newsroom, Phrase("老年人保护"))) == []
        assert found(ask(newsroom, Phrase("大雨への警戒"))) == ["ja-storm"]
        assert found(ask(newsroom, Phrase("ภาพวาดโบราณ"))) == ["th-museum"]
        assert found(ask(newsroom, Phrase("월드컵 예선"))) == ["ko-football"]

    def test_title_scope_in_other_scripts(self, newsroom: SearchIndex) -> None:
        assert found(ask(newsroom, Match("台風", Scope.TITLE))) == ["ja-storm"]
        assert found(ask(newsroom, Match("министерстве", Scope.TITLE))) == []

    def test_function_words_do_not_dominate(self, index: SearchIndex) -> None:
        self.put(
            index,
            story("filler", "", "The one of the many, and the other of the few, in the end."),
            story("match", "", "A flood reached the valley in the night."),
            *(story(f"f{n}", "", "It was in the middle of the week.") for n in range(5)),
        )
        assert found(ask(index, "the flood in the valley"))[0] == "match"

    def test_numbers_and_abbreviations(self, index: SearchIndex) -> None:
        self.put(
            index,
            story("a", "", "Inflation fell to 3.5 percent in 2025, the ECB said."),
            story("b", "", "The U.S. budget for 2026."),
        )
        assert found(ask(index, "2025")) == ["a"]
        assert found(ask(index, "ECB")) == ["a"]
        assert found(ask(index, Phrase("3.5 percent"))) == ["a"]

    def test_full_width_and_compatibility_forms(self, index: SearchIndex) -> None:
        self.put(index, story("a", "", "ＮＡＴＯ首脳会議が開かれた", lang="ja"))
        assert found(ask(index, "nato")) == ["a"]

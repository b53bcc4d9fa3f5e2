"""What the analyzers of a plain server (without plugins) recognise, language by language.

Beyond what the contract asks of every engine. All texts lie in one index, so that each question
also shows what it does not find.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from search.index.clauses import Match, Matching, Phrase
from search.index.elastic.location import ElasticLocation
from search.index.filters import Filters
from search.index.legs import LexicalLeg
from search.index.port import SearchIndex
from tests.contract.place import run
from tests.support.elastic import OPTIONS, remove
from tests.support.newsroom import IDENTITY, story

pytestmark = pytest.mark.elasticsearch

TEXTS = {
    "de-1": ("de", "Die Haushaltsentwürfe der Bundesländer wurden veröffentlicht."),
    "de-2": ("de", "Nach dem EU-Gipfel sprach der Verteidigungsminister über Sanktionen."),
    "de-3": ("de", "Große Überschwemmungen in den Flusstälern"),
    "ru-1": ("ru", "Президент встретился с министрами обороны в Киеве."),
    "ru-2": ("ru", "Самолёты доставили помощь пострадавшим от наводнения."),
    "uk-1": ("uk", "Президент зустрівся з міністрами оборони у Києві."),
    "uk-2": ("uk", "Об’єднані нації надали допомогу постраждалим від повені."),
    "pl-1": ("pl", "Prezydent spotkał się z ministrami obrony w Warszawie."),
    "sk-1": ("sk", "Prezident sa stretol s ministrami obrany v Bratislave."),
    "hr-1": ("hr", "Predsjednik se sastao s ministrima obrane u Zagrebu."),
    "sr-1": ("sr", "Председник се састао са министрима одбране у Београду."),
    "ar-1": ("ar", "التقى الرئيس بوزراء الدفاع في القاهرة."),
    "ar-2": ("ar", "وصلت المساعدات إلى المتضررين من الفيضانات والمدارس."),
    "fa-1": ("fa", "رئیس جمهور با وزیران دفاع دیدار کرد."),
    "he-1": ("he", "הנשיא נפגש עם שרי הביטחון בִּירוּשָׁלַיִם."),
    "el-1": ("el", "Ο πρόεδρος συναντήθηκε με τους υπουργούς άμυνας."),
    "zh-1": ("zh", "总统在北京会见国防部长。"),
    "ja-1": ("ja", "大統領は東京で防衛相と会談した。"),
    "ja-2": ("ja", "プーチン大統領がコンピューター企業を訪問。"),
    "ko-1": ("ko", "대통령이 서울에서 국방장관들과 만났다."),
    "th-1": ("th", "ประธานาธิบดีพบรัฐมนตรีกลาโหมที่กรุงเทพมหานคร"),
    "km-1": ("km", "ប្រធានាធិបតីបានជួបរដ្ឋមន្ត្រីការពារជាតិ"),
    "lo-1": ("lo", "ປະທານປະເທດພົບລັດຖະມົນຕີປ້ອງກັນປະເທດ"),
    "my-1": ("my", "သမ္မတသည် ကာကွယ်ရေးဝန်ကြီးများနှင့် တွေ့ဆုံခဲ့သည်။"),
    "tr-1": ("tr", "Cumhurbaşkanı savunma bakanlarıyla İstanbul'da görüştü."),
    "fi-1": ("fi", "Presidentti tapasi puolustusministerit Helsingissä."),
    "hu-1": ("hu", "Az elnök találkozott a védelmi miniszterekkel Budapesten."),
    "fr-1": ("fr", "L’Élysée annonce qu’il rencontrera les ministres d’État."),
    "it-1": ("it", "Il presidente dell'Unione ha incontrato i ministri."),
    "en-1": ("en", "The minister's aides denied the universities' claims."),
    "is-1": ("is", "Forsetinn hitti ráðherrana í Reykjavík."),
    "vi-1": ("vi", "Tổng thống gặp bộ trưởng quốc phòng tại Hà Nội."),
    "ha-1": ("ha", "Shugaban ƙasa ya gana da ministocin tsaro a Abuja."),
}


@pytest.fixture(scope="module")
def index(server_url: str) -> Iterator[SearchIndex]:
    place = ElasticLocation.connect(f"{server_url}/languages-{os.getpid()}", OPTIONS)
    index = place.create(IDENTITY)
    index.write([story(key, "", text, lang=lang) for key, (lang, text) in TEXTS.items()])
    index.refresh()
    yield index
    index.close()
    remove(place)


def found(index: SearchIndex, clause: Matching) -> set[str]:
    (result,) = run(index, [LexicalLeg(clause)], Filters(), 50, 1)
    return {hit.article.id for hit in result.hits}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        # German: compounds are inflected as a whole and part at hyphens; umlauts in three spellings
        ("Haushaltsentwurf", {"de-1"}),
        ("Bundesland", {"de-1"}),
        ("Gipfel", {"de-2"}),
        ("Verteidigungsministers", {"de-2"}),
        ("Überschwemmung", {"de-3"}),
        ("Ueberschwemmung", {"de-3"}),
        ("uberschwemmung", {"de-3"}),
        ("grosse", {"de-3"}),
        # Russian cases, and ё written as е
        ("министр обороны", {"ru-1"}),
        ("Киева", {"ru-1"}),
        ("самолет", {"ru-2"}),
        ("наводнений", {"ru-2"}),
        # Ukrainian cases, and three apostrophes
        ("міністр", {"uk-1"}),
        ("Києва", {"uk-1"}),
        ("об'єднані", {"uk-2"}),
        ("обʼєднаних", {"uk-2"}),
        # Slavic languages in Latin letters
        ("minister obrony", {"pl-1"}),
        ("Warszawa", {"pl-1"}),
        ("Bratislava", {"sk-1"}),
        ("Zagreb", {"hr-1"}),
        # Arabic prefixes: article, conjunction, preposition; Persian; Hebrew points
        ("رئيس", {"ar-1"}),
        ("مدارس", {"ar-2"}),
        ("فيضانات", {"ar-2"}),
        ("وزیر", {"fa-1"}),
        ("בירושלים", {"he-1"}),
        # Greek accents and cases
        ("Πρόεδρος", {"el-1"}),
        ("υπουργοι", {"el-1"}),
        # scripts without spaces
        ("国防部长", {"zh-1"}),
        ("北京", {"zh-1"}),
        ("防衛相", {"ja-1"}),
        ("ﾌﾟｰﾁﾝ", {"ja-2"}),
        ("국방장관", {"ko-1"}),
        ("서울", {"ko-1"}),
        ("กรุงเทพมหานคร", {"th-1"}),
        ("រដ្ឋមន្ត្រី", {"km-1"}),
        ("ລັດຖະມົນຕີ", {"lo-1"}),
        ("ဝန်ကြီး", {"my-1"}),
        # agglutinating languages
        ("istanbul", {"tr-1"}),
        ("presidentit", {"fi-1"}),
        ("miniszter", {"hu-1"}),
        # elision and possessives
        ("Élysée", {"fr-1"}),
        ("elysee", {"fr-1"}),
        ("Unione", {"it-1"}),
        ("university", {"en-1"}),
        # languages without an analyzer are matched as written, accents or not
        ("Reykjavik", {"is-1"}),
        ("Ha Noi", {"vi-1"}),
        ("kasa", {"ha-1"}),
        ("ministocin", {"ha-1"}),
    ],
)
def test_found_in_its_language(index: SearchIndex, question: str, expected: set[str]) -> None:
    """Cognates of other languages may be found besides: nobody said which one was asked in."""
    assert expected <= found(index, Match(question))
    lang = TEXTS[min(expected)][0]
    own = {key for key, (other, _) in TEXTS.items() if other == lang}
    assert found(index, Match(question)) & own == expected


@pytest.mark.parametrize(
    "question",
    ["火车站", "บ้าน", "Wahl", "выборы", "вибори", "انتخابات", "εκλογές", "elections", "駅"],
)
def test_what_is_not_there_is_not_found(index: SearchIndex, question: str) -> None:
    assert found(index, Match(question)) == set()


def test_serbian_is_found_in_both_its_scripts(index: SearchIndex) -> None:
    assert found(index, Match("Београд")) == found(index, Match("Beograd")) == {"sr-1"}


def test_a_word_of_many_languages_finds_all(index: SearchIndex) -> None:
    assert found(index, Match("президент")) == {"ru-1", "uk-1"}
    assert {"de-2", "pl-1", "sk-1", "hr-1", "en-1"} <= found(
        index, Match("Verteidigungsminister ministrami ministrima minister")
    )


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("министрами обороны", {"ru-1"}),
        ("министр обороны", set()),
        ("北京会见", {"zh-1"}),
        ("会见北京", set()),
        ("東京で防衛相", {"ja-1"}),
        ("서울에서 국방장관", {"ko-1"}),
        ("รัฐมนตรีกลาโหม", {"th-1"}),
        ("រដ្ឋមន្ត្រីការពារ", {"km-1"}),
        ("QU'IL RENCONTRERA", {"fr-1"}),
        ("quoc phong", {"vi-1"}),
    ],
)
def test_phrases(index: SearchIndex, phrase: str, expected: set[str]) -> None:
    assert found(index, Phrase(phrase)) == expected

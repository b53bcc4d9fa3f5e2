from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.text.language import CLEAR_COLUMNS, default_identifier, languages
from search.analysis.language_codes import normalise_code
from tests.support.indexing import MarkedLanguages

SENTENCES = {
    "ar": "اجتمع وزراء الدفاع يوم الأربعاء لبحث الضمانات الأمنية التي يمكن تقديمها.",
    "cs": "Ministři obrany ve středu jednali o bezpečnostních zárukách pro Ukrajinu.",
    "de": "Die Verteidigungsminister haben am Mittwoch über Sicherheitsgarantien beraten.",
    "en": "The defence ministers met on Wednesday to talk about security guarantees.",
    "es": "Los ministros de Defensa hablaron el miércoles de las garantías de seguridad.",
    "fi": "Puolustusministerit keskustelivat keskiviikkona turvallisuustakuista.",
    "fr": "Les ministres de la Défense ont discuté mercredi des garanties de sécurité.",
    "ha": "Ministocin tsaro sun gana ranar Laraba domin tattauna batun tsaro.",
    "hi": "रक्षा मंत्रियों ने बुधवार को सुरक्षा गारंटी पर चर्चा की।",
    "ja": "国防相らは水曜日、ウクライナの安全保障について話し合った。",
    "ko": "국방장관들은 수요일 우크라이나에 대한 안전 보장을 논의했다.",
    "pl": "Ministrowie obrony rozmawiali w środę o gwarancjach bezpieczeństwa.",
    "ru": "Министры обороны в среду обсудили гарантии безопасности для Украины.",
    "th": "รัฐมนตรีกลาโหมหารือเรื่องหลักประกันความมั่นคงเมื่อวันพุธ",
    "tr": "Savunma bakanları çarşamba günü güvenlik garantilerini görüştü.",
    "uk": "Міністри оборони в середу обговорили гарантії безпеки для України.",
    "zh": "国防部长们周三讨论了对乌克兰的安全保障。",
}


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("de", "de"),
        ("DE", "de"),
        ("deu", "de"),
        ("ger", "de"),
        ("de-AT", "de"),
        ("pt_BR", "pt"),
        ("zh-cn", "zh"),
        ("zh-Hant-TW", "zh"),
        ("cmn", "zh"),
        ("yue", "zh"),
        ("iw", "he"),
        ("in", "id"),
        ("ji", "yi"),
        ("nb", "no"),
        ("nn", "no"),
        ("fil", "tl"),
        ("sr-Latn", "sr"),
        ("sh", "sr"),
        ("arb", "ar"),
        ("ckb", "ckb"),
        (" en ", "en"),
        ("und", "und"),
        ("mul", "und"),
        ("German", "de"),
        ("norwegian bokmål", "no"),
        ("nob", "no"),
        ("Chinese (Simplified)", "zh"),
        ("Greek, Modern (1453-)", "el"),
        ("Farsi", "fa"),
        ("grc", "el"),
        ("ell", "el"),
        ("gre", "el"),
        ("hbo", "he"),
        ("sdh", "ckb"),
        ("Central Kurdish", "ckb"),
        ("mo", "ro"),
        ("zh-min-nan", "zh"),
        ("Deutsch", "de"),
        ("русский", "ru"),
        ("中文", "zh"),
        ("Englisch", "en"),
        ("inglés", "en"),
        ("niederländisch", "nl"),
        ("португальский", "pt"),
        ("الفرنسية", "fr"),
        ("فرنسية", "fr"),
        ("英文", "en"),
        ("简体中文", "zh"),
        ("ドイツ語", "de"),
        ("Bokmål", "no"),
        ("de_AT.UTF-8", "de"),
        ("arz", "ar"),
        ("azb", "az"),
        ("bs", "bs"),
        ("jp", "ja"),
        ("unknown", "und"),
    ],
)
def test_codes_have_one_form(written: str, kept: str) -> None:
    assert normalise_code(written) == kept


@pytest.mark.parametrize("written", ["", "germanish", "xx", "zz", "12", "d", "de--at", "日本"])
def test_what_is_no_code(written: str) -> None:
    assert normalise_code(written) in (None, "und" if not written else None)


@given(st.text(max_size=12))
def test_any_text_is_a_code_or_none(written: str) -> None:
    kept = normalise_code(written)
    assert kept is None or normalise_code(kept) == kept


@pytest.mark.parametrize("lang", SENTENCES)
def test_a_sentence_is_identified(lang: str) -> None:
    guess = default_identifier().identify(SENTENCES[lang])
    assert guess.lang == lang
    assert guess.confidence > 0.5


@pytest.mark.parametrize("text", ["", "   ", "2025", "12:30 – 14:00", "!?", "👍👍"])
def test_what_holds_no_letters_is_unknown(text: str) -> None:
    assert default_identifier().identify(text).lang == "und"


def test_an_article_is_in_the_language_of_most_of_its_text() -> None:
    texts = ["fr:0.9 court", "de:0.6 " + "lang " * 20, "de:0.9 mehr", "fr:0.9 court"]
    assert languages(texts, None, MarkedLanguages()).article == "de"


def test_unsure_passages_have_no_vote() -> None:
    texts = ["fr:0.49 " + "mot " * 50, "de:0.5 kurz"]
    assert languages(texts, None, MarkedLanguages()).article == "de"


def test_passages_that_are_all_unsure_are_looked_at_together() -> None:
    assert languages(["it:0.3 uno", "due"], None, MarkedLanguages()).article == "und"
    texts = ["Guten", "Tag", "Sicherheitsgarantien", "Verteidigungsminister"]
    assert languages(texts, None, default_identifier()).article == "de"


def test_the_given_language_wins_and_a_clear_passage_keeps_its_own() -> None:
    long = "x" * CLEAR_COLUMNS
    texts = [f"fr:0.95 {long}", f"fr:0.89 {long}", "fr:0.99 x", "no letters"]
    found = languages(texts, "de", MarkedLanguages())
    assert found.article == "de"
    assert found.passages == ("fr", "de", "de", "de")


def test_a_given_language_that_the_identifier_does_not_know_is_believed() -> None:
    identifier = MarkedLanguages()
    found = languages([f"fr:0.99 {'x' * 60}", f"de:0.99 {'x' * 60}"], "ckb", identifier)
    assert (found.article, found.passages) == ("ckb", ("ckb", "ckb"))
    assert identifier.texts == []


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("ckb", "بارانێکی بەخوڕ بارى و چەند گەڕەکێکی شارەکە ئاویان گرت، فەرمانگەکان داخران."),
        ("nds", "Dat Water stünn vundaag in den Haven, un de Fähren sünd nich fohrt."),
        ("gsw", "S Wasser isch hüt im Hafe gstande, und d Fähre si nid gfahre, seit dr Chef."),
        ("sr", "Reka je poplavila stari most i grad je ostao bez struje, rekli su zvaničnici."),
        ("ms", "Banjir merosakkan jambatan lama dan bekalan elektrik terputus sejak semalam."),
    ],
)
def test_a_given_language_is_not_taken_for_a_neighbour(lang: str, text: str) -> None:
    assert languages([text, text], lang, default_identifier()).passages == (lang, lang)


def test_nothing_is_known_of_an_article_without_words() -> None:
    found = languages(["2025", "..."], None, default_identifier())
    assert (found.article, found.passages) == ("und", ("und", "und"))


def test_a_quote_in_another_language_in_a_real_article() -> None:
    texts = [SENTENCES["de"], SENTENCES["ru"], SENTENCES["de"]]
    assert languages(texts, None, default_identifier()).passages == ("de", "ru", "de")

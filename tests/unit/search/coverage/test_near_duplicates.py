"""Whether two texts are the same, and which go together: pure functions."""

from __future__ import annotations

import random
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.coverage.duplicates import texts as texts_in_memory
from search.coverage.duplicates.groups import component, grouped
from search.coverage.duplicates.likeness import Kind, Likeness, likeness, may_be_alike
from search.coverage.duplicates.postings import Postings
from search.coverage.duplicates.records import Record, block, deleted, read_block
from search.coverage.duplicates.sketch import sketch
from search.coverage.duplicates.texts import Texts
from search.coverage.facts import shared
from tests.support.reprints import BEGINS, edited, text, words

SAME = Likeness(Kind.SAME, 1.0, 1.0)


def kind(one: str, other: str, lang: str = "und", other_lang: str = "und") -> str | None:
    ours, theirs = sketch(one, lang), sketch(other, other_lang)
    found, back = likeness(ours, theirs), likeness(theirs, ours)
    assert (found is None) == (back is None)
    if found and back:
        assert back == found.reversed
    return str(found.kind) if found else None


@pytest.mark.parametrize("script", ["latin", "han"])
@pytest.mark.parametrize(
    ("share", "expected"), [(0.0, "same"), (0.1, "same"), (0.25, "same"), (0.6, None)]
)
def test_edited_texts(script: str, share: float, expected: str | None) -> None:
    for seed in range(10):
        original = text(seed, 300, script)
        assert kind(original, edited(original, share, seed)) == expected


def test_a_part_stands_inside_the_whole() -> None:
    whole = text(1, 600)
    part = " ".join(whole.split()[:60])
    assert kind(part, whole) == "within"
    assert kind(whole, part) == "holds"


def test_texts_on_their_own() -> None:
    assert kind(text(1), text(2)) is None
    assert kind(text(1, script="han"), text(2, script="han")) is None


def test_typography_makes_no_difference() -> None:
    plain = text(1).replace(" ba", ", ba")
    assert kind(plain, plain.upper()) == "same"
    assert kind(plain, plain.replace(" ", "\n").replace(",", " –")) == "same"


TABLE = "{0} shares closed at {1}, up {2} per cent, after {3} traded. Volume was {4} million. "


def test_filled_in_templates_are_not_the_same() -> None:
    draw = random.Random(1)  # noqa: S311 - no secret

    def table() -> str:
        firms = ("Alpha Steel", "Borland Bank", "Cetus Foods", "Delta Air", "Ergon Oil")
        return "".join(
            TABLE.format(firm, *(f"{draw.uniform(1, 999):.2f}" for _ in range(4))) for firm in firms
        )

    assert kind(table(), table()) is None


FRAMES = {
    "quake": """A quake of magnitude {} shook the hills {} kilometres from {} before dawn, the
        survey of the region said. It was felt in {} and in {}, where people ran into the streets.
        Nobody was hurt and no damage was reported so far, the fire brigade said, at a depth of {}
        kilometres it was rather harmless.""",
    "spiel": """Vor {} Zuschauern hat der Gastgeber aus {} das Spiel gegen {} am Ende verdient
        gewonnen. Schon nach {} Minuten traf {} aus kurzer Entfernung, und kurz vor der Pause legte
        {} nach. Damit steht die Mannschaft nun mit {} Punkten im oberen Drittel der Tabelle.""",
    "hava": """Bugün {} ve çevresinde hava parçalı bulutlu olacak, en yüksek sıcaklık {} derece
        olarak bekleniyor. Rüzgar kuzeyden saatte {} kilometre hızla esecek, gece sıcaklık {} derece
        civarına düşecek. Komşu ilçe {} için yağış ihtimali yüzde {} olarak açıklandı.""",
    "طقس": """تتوقع مصلحة الأرصاد أن يكون الجو اليوم غائما جزئيا في {} وأن تصل الحرارة إلى {} درجة
        نهارا وتنخفض ليلا إلى {} درجة مع رياح شمالية تبلغ سرعتها {} كيلومترا في الساعة ونسبة رطوبة
        قدرها {} بالمئة ودعت السائقين إلى الحذر على الطرق السريعة""",
}
FILLED: dict[str, tuple[tuple[str | float, ...], tuple[str | float, ...]]] = {
    "quake": (
        (4.1, 12, "Ostvik", "Mirelund", "Tarnby", 9),
        (5.3, 41, "Sorano", "Belfiore", "Castro", 33),
    ),
    "spiel": (
        (1250, "Wehrda", "Kolbe", 17, "Adler", "Ritter", 28),
        (640, "Stedten", "Lorch", 39, "Maiwald", "Seiler", 11),
    ),
    "hava": (("Kavaklı", 21, 15, 9, "Demirci", 40), ("Çınarcık", 33, 28, 17, "Bozdoğan", 75)),
    "طقس": (("الرباط", 22, 11, 35, 60), ("طنجة", 31, 19, 52, 85)),
}
"""Frames with two, three or no capitalised names each, few numbers, and what fills them."""


@pytest.mark.parametrize("name", FRAMES)
def test_few_names_and_numbers_together_tell_templates(name: str) -> None:
    frame, (first, second) = FRAMES[name], FILLED[name]
    assert kind(frame.format(*first), frame.format(*second)) is None


@pytest.mark.parametrize("name", FRAMES)
def test_a_corrected_name_and_number_leave_the_same_text(name: str) -> None:
    frame, (first, second) = FRAMES[name], FILLED[name]
    figure = max(n for n, one in enumerate(first) if not isinstance(one, str))
    corrected = [second[n] if n == figure else one for n, one in enumerate(first)]
    assert kind(frame.format(*first), frame.format(*corrected)) == "same"


def test_quotes_in_common_are_no_copy() -> None:
    quote = " ".join(text(5).split()[:60])
    assert (
        kind(f"{text(6, 60)} {quote} {text(8, 60)}", f"{text(9, 90)} {quote} {text(7, 50)}") is None
    )


def test_short_texts_have_no_copies() -> None:
    assert kind("Read more in our app.", "Read more in our app.") is None


STATIONS = (
    "Ravno Polje, Brod Kapela, Sveta Nedelja, Donji Kamen, Gornji Kamen, Stara Luka, Novi Grad, "
    "Crni Vrh, Bijela Stijena, Velika Gora, Mala Gora, Suho Jezero, Zlatni Rat, Kraljev Most"
)
CLOSED = {
    "en": f"These stations are closed until the end of the week because of snow: {STATIONS}.",
    "de": f"Wegen Schnees sind diese Bahnhöfe bis zum Ende der Woche geschlossen: {STATIONS}.",
    "pl": f"Z powodu śniegu te stacje są zamknięte do końca tygodnia: {STATIONS}.",
    "el": f"Λόγω χιονιού αυτοί οι σταθμοί είναι κλειστοί έως το τέλος της εβδομάδας: {STATIONS}.",
    "th": f"สถานีเหล่านี้ปิดจนถึงสิ้นสัปดาห์เนื่องจากหิมะตกหนัก {STATIONS}",
    "ja": f"大雪のため、次の駅は週末まで閉鎖されている。{STATIONS}。",
    "ko": f"폭설로 인해 다음 역들은 이번 주말까지 폐쇄된다: {STATIONS}.",
    "ar": f"هذه المحطات مغلقة حتى نهاية الأسبوع بسبب الثلوج: {STATIONS}.",
    "hi": f"बर्फ़बारी के कारण ये स्टेशन सप्ताह के अंत तक बंद रहेंगे: {STATIONS}।",
}
"""One item in several languages, with a list of names that all have in common."""


@pytest.mark.parametrize("labelled", [True, False])
@pytest.mark.parametrize(("one", "other"), list(combinations(CLOSED, 2)))
def test_a_translation_with_the_same_names_is_another_text(
    one: str, other: str, labelled: bool
) -> None:
    labels = (one, other) if labelled else ("und", "und")
    assert kind(CLOSED[one], CLOSED[other], *labels) is None


@pytest.mark.parametrize("lang", CLOSED)
def test_an_update_is_found_whatever_language_it_is_said_to_be_in(lang: str) -> None:
    update = CLOSED[lang].replace("Kraljev Most", "Kraljev Most, Hladna Voda")
    assert kind(CLOSED[lang], update, lang, lang) == "same"
    assert kind(CLOSED[lang], update, lang, "und") == "same"
    assert kind(CLOSED[lang], update, lang, "fi") == "same"


def test_capitals_throughout_are_the_same_text() -> None:
    update = CLOSED["en"].replace("snow", "heavy snow").upper()
    assert kind(CLOSED["en"], update, "en", "fi") == "same"
    assert kind(CLOSED["de"], update, "de", "en") is None


def test_a_page_in_two_languages_holds_both() -> None:
    here = " ".join(["the bridge over the river stays closed", *(f"as {n}" for n in words(60, 1))])
    there = " ".join(["die Brücke bleibt geschlossen", *(f"und {n}" for n in words(60, 2))])
    for one, lang in ((here, "en"), (there, "de")):
        assert kind(f"{here}\n{there}", one, "en", lang) is not None
    assert kind(f"{here}\n{there}", f"{there}\n{here}", "en", "de") == "same"


SCORES = " ".join(f"{one} {n % 5}-{n % 3}" for n, one in enumerate(STATIONS.split(", ")))


def test_a_table_tells_no_language_but_its_label_does() -> None:
    assert kind(f"Results {SCORES}", f"Ergebnisse {SCORES}", "en", "de") is None
    assert kind(f"Results {SCORES}", f"Final results {SCORES}", "en", "en") == "same"
    assert kind(f"Results {SCORES}", f"Results {SCORES}", "en", "de") == "same"


def test_texts_of_many_letters_and_no_spaces_have_syllables_in_common() -> None:
    draw = random.Random(1)  # noqa: S311 - no secret
    syllables = [a + b for a in "กขคงจชซดตถทนบปผพมยรลวสหอ" for b in "าิีุูะ"][::6]
    one, other = ("".join(draw.choices(syllables, k=900)) for _ in range(2))
    assert kind(one, other, "th", "th") is None
    assert kind(one, f"{one[:800]}{other[:200]}{one[1000:]}", "th", "th") == "same"


def test_what_an_earlier_version_sketched_is_compared_without_its_language() -> None:
    earlier = block([Record("a", "hash", "wire", BEGINS, sketch(CLOSED["en"]))])
    del earlier["told"], earlier["plain"]
    (record,) = read_block(earlier)
    assert record.sketch is not None
    assert record.sketch.plain is None
    assert likeness(record.sketch, sketch(CLOSED["de"])) is not None
    texts = Texts()
    texts.take([record])
    assert texts.sketched_before("a")
    verbatim = Record("b", "hash", "post", BEGINS, sketch(CLOSED["en"], "en"))
    texts.take([verbatim])
    _, groups = texts.groups(["a"])
    assert [[one.kind for one in group] for group in groups] == [["verbatim", "verbatim"]]
    texts.take([Record("a", "hash", "wire", BEGINS, sketch(CLOSED["en"], "nl"))])
    assert not texts.sketched_before("a")
    _, groups = texts.groups(["b"])
    assert [[one.kind for one in group] for group in groups] == [["verbatim", "verbatim"]]


@given(st.integers(0, 50), st.floats(0, 0.7), st.integers(30, 400), st.integers(30, 400))
def test_what_is_alike_is_compared(seed: int, share: float, length: int, part: int) -> None:
    whole = text(seed, length)
    one, other = sketch(whole), sketch(edited(" ".join(whole.split()[:part]), share, seed))
    if likeness(one, other) is not None:
        common = np.array([shared(one.taken, other.taken)])
        lengths = np.array([len(other.taken)])
        assert may_be_alike(len(one.taken), lengths, common).all()


@given(st.lists(st.sets(st.integers(0, 12), min_size=1), min_size=1, max_size=8))
def test_no_text_has_more_hashes_in_common_than_postings_say(texts: list[set[int]]) -> None:
    hashes = [np.array(sorted(each), np.uint32) for each in texts]
    postings = Postings(most=2)
    for number, each in enumerate(hashes):
        postings.add(each, np.full(len(each), number, np.uint32))
    for each in hashes:
        found, counts, further = postings.common(each)
        least = dict(zip(found.tolist(), counts.tolist(), strict=True))
        for number, other in enumerate(hashes):
            common = least.get(number, 0)
            assert common <= shared(each, other) <= common + further


@given(st.text(), st.text())
def test_any_text_can_be_sketched(one: str, other: str) -> None:
    assert likeness(sketch(one), sketch(other)) in (None, SAME)


@given(st.lists(st.tuples(st.text(min_size=1), st.text(), st.booleans()), max_size=5))
def test_records_are_read_as_they_were_written(made: list[tuple[str, str, bool]]) -> None:
    records = [
        deleted(name) if gone else Record(name, "hash", "wire", BEGINS, sketch(body))
        for name, body, gone in made
    ]
    again = read_block(block(records))
    assert [block([one]) for one in again] == [block([one]) for one in records]
    assert read_block({**block(records), "form": 0}) == []


def test_a_long_row_of_changes_is_not_one_text() -> None:
    links = {n: {m: SAME for m in (n - 1, n + 1) if 0 <= m < 5} for n in range(5)}
    assert grouped(links, lambda n: n) == [[0, 1], [2, 3], [4]]


def test_an_overview_is_a_copy_of_none() -> None:
    holds, within = Likeness(Kind.HOLDS, 0.1, 0.9), Likeness(Kind.WITHIN, 0.1, 0.9)
    links = {
        "overview": {"one": holds, "two": holds},
        "one": {"overview": within},
        "two": {"overview": within, "copy": SAME},
        "copy": {"two": SAME},
    }
    assert component("one", lambda name: links[name]) == links
    assert grouped(links, str) == [["copy", "two"], ["one"], ["overview"]]
    report = {
        "report": {"brief": holds, "shorter": holds},
        "brief": {"report": within, "shorter": holds},
        "shorter": {"report": within, "brief": within},
    }
    assert grouped(report, str) == [["brief", "report", "shorter"]]


def _record(number: int, body: str) -> Record:
    return Record(str(number), f"hash {number}", "wire", BEGINS, sketch(body))


def test_texts_are_made_anew_when_most_of_them_went(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts_in_memory, "FEW", 4)
    known = Texts()
    known.take([_record(one, text(one)) for one in range(8)] + [_record(20, text(3))])
    for number in (0, 1, 2, 4):
        known.take([deleted(str(number))])
        assert not known.is_worn
    known.take([_record(5, text(3))])
    assert known.is_worn
    anew = known.anew()
    assert not anew.is_worn
    assert anew.ids() == known.ids() == {"3", "5", "6", "7", "20"}
    assert anew.groups(["20"]) == known.groups(["20"])
    assert len(anew.groups(["3"])[1][0]) == 3

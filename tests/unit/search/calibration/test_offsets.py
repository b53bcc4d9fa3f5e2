"""Language offsets: what is fitted, how it is stored, and what it does to scores."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.calibration.calibration import Calibration
from search.calibration.offsets import FEWEST, Offsets, Saying, enough, fit
from search.embedding.port import Vectors
from search.index.model import Article
from search.ranking.fusion import ranked
from search.ranking.scoring import less_offsets
from search.request import Mode, Request
from tests.support.pools import candidate, leg, pool_of

DIMENSION = 64


def direction(seed: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return a vector of length 1 that a text always has."""
    number = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8], "big")
    drawn = np.random.default_rng(number).normal(size=DIMENSION)
    return drawn / np.linalg.norm(drawn)


class Biased:
    """A small real embedder: a text "de:flood:1" lies near its content, bent to its language."""

    name = "biased"
    fingerprint = "00000000000000ee"
    dimension = DIMENSION

    def __init__(self, bend: float, accident: float = 0.0) -> None:
        self._bend = bend
        self._accident = accident

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self.embed_paragraphs(texts)

    def embed_paragraphs(self, texts: Sequence[str]) -> Vectors:
        rows = np.stack([self._vector(text) for text in texts])
        unit: Vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
        return unit

    def _vector(self, text: str) -> np.ndarray[Any, np.dtype[np.float64]]:
        lang, content, _ = text.split(":")
        return (
            direction(content)
            + self._bend * direction(f"language {lang}")
            + self._accident * direction(text)
        )


LANGS = ("de", "en", "ja", "uk")


def sayings(count: int, langs: Sequence[str] = LANGS, texts: int = 1) -> list[Saying]:
    return [
        {lang: [f"{lang}:content{n}:{t}" for t in range(texts)] for lang in langs}
        for n in range(count)
    ]


def cosine(one: Vectors, other: Vectors) -> float:
    return float(one @ other / (np.linalg.norm(one) * np.linalg.norm(other)))


def plain_shifts(model: Biased, given: Sequence[Saying]) -> dict[str, Vectors]:
    """Return m_L - m where every saying is there in every language: what is to be fitted."""
    means = {
        lang: model.embed_paragraphs([text for s in given for text in s[lang]]).mean(axis=0)
        for lang in given[0]
    }
    middle = np.mean(list(means.values()), axis=0)
    return {lang: mean - middle for lang, mean in means.items()}


def test_where_every_language_says_everything_the_shift_is_mean_minus_mean() -> None:
    model, given = Biased(0.5), sayings(300)
    offsets = fit(model, given, "a test")
    for lang, shift in plain_shifts(model, given).items():
        assert cosine(offsets.shifts[lang], shift) > 0.999
        assert np.linalg.norm(offsets.shifts[lang]) == pytest.approx(
            np.linalg.norm(shift), rel=0.02
        )
    assert offsets.texts == dict.fromkeys(LANGS, 300)
    assert offsets.fingerprint == model.fingerprint


def test_what_a_language_does_not_say_is_not_taken_for_its_shift() -> None:
    model, whole = Biased(0.3), sayings(400)
    # Ukrainian has nothing of the first half, Japanese nothing of the second.
    missing = ["uk"] * 200 + ["ja"] * 200
    given = [
        {lang: texts for lang, texts in saying.items() if lang != left}
        for saying, left in zip(whole, missing, strict=True)
    ]
    fitted, wanted = fit(model, given, "a test"), plain_shifts(model, whole)
    naive = {
        lang: model.embed_paragraphs([t for s in given for t in s.get(lang, ())]).mean(axis=0)
        for lang in LANGS
    }
    middle = np.mean(list(naive.values()), axis=0)
    for lang in ("uk", "ja"):
        assert cosine(fitted.shifts[lang], wanted[lang]) > 0.99
        assert cosine(fitted.shifts[lang], wanted[lang]) > cosine(
            naive[lang] - middle, wanted[lang]
        )


def test_chance_makes_no_offsets() -> None:
    model = Biased(0.0, accident=1.0)
    few, many = (fit(model, sayings(count), "a test") for count in (30, 300))
    accidents = plain_shifts(model, sayings(30))
    for lang in LANGS:
        assert np.linalg.norm(few.shifts[lang]) < 0.5 * np.linalg.norm(accidents[lang])
        assert np.linalg.norm(many.shifts[lang]) < 0.05


def test_a_shift_outlasts_chance() -> None:
    model = Biased(0.5, accident=0.5)
    offsets = fit(model, sayings(200), "a test")
    without_chance = plain_shifts(Biased(0.5), sayings(200))
    assert all(cosine(offsets.shifts[lang], without_chance[lang]) > 0.9 for lang in LANGS)


def test_a_query_in_a_language_sees_it_nearer() -> None:
    model = Biased(0.5)
    offsets = fit(model, sayings(200), "a test")
    for lang in LANGS:
        query = model.embed_queries([f"{lang}:something else:0"])
        assert max(offsets.of(query), key=offsets.of(query).__getitem__) == lang
        assert offsets.own(lang) > 0.05
    several = model.embed_queries(["de:one:0", "de:two:0"])
    apart = [offsets.of(several[n : n + 1])["de"] for n in range(2)]
    assert offsets.of(several)["de"] == pytest.approx(sum(apart) / 2, abs=1e-6)


def test_one_saying_and_one_language() -> None:
    assert set(fit(Biased(0.5), sayings(1, texts=30), "a test").shifts) == set(LANGS)
    with pytest.raises(ValueError, match="two"):
        fit(Biased(0.5), sayings(3, ["de"]), "a test")


def test_languages_with_few_texts_are_left_out() -> None:
    given = [*sayings(FEWEST, ["de", "en"]), *sayings(FEWEST - 1, ["en", "ja"])]
    left, left_out = enough(given)
    assert left_out == {"ja": FEWEST - 1}
    assert {lang for saying in left for lang in saying} == {"de", "en"}
    assert len(left) == FEWEST


def test_a_text_without_its_like_counts_for_nothing() -> None:
    left, left_out = enough([*sayings(50, ["de"]), *sayings(FEWEST, ["en", "ja"])])
    assert (len(left), left_out) == (FEWEST, {"de": 0})
    assert enough(sayings(3)) == ([], dict.fromkeys(LANGS, 3))
    assert enough([]) == ([], {})


def test_as_a_document_and_back() -> None:
    offsets = fit(Biased(0.4), sayings(40), "forty sayings")
    document = json.loads(json.dumps(offsets.document()))
    read = Offsets.read(document)
    assert read.document() == document
    assert read.digest == offsets.digest
    assert (read.source, read.texts, read.typical) == (
        "forty sayings",
        offsets.texts,
        offsets.typical,
    )
    for lang in LANGS:
        assert np.array_equal(read.shifts[lang], offsets.shifts[lang])
    other = fit(Biased(0.4), sayings(41), "forty sayings")
    assert other.digest != offsets.digest


@pytest.mark.parametrize(
    "spoiled",
    [
        {"version": 2},
        {"dimension": 3},
        {"dimension": "many"},
        {"languages": []},
        {"languages": {"de": {"texts": 1, "typical": 0.0}}},
        {"languages": {"de": {"texts": 1, "typical": 0.0, "shift": "not base64!"}}},
        {"languages": {"de": {"texts": 1, "typical": 0.0, "shift": 7}}},
    ],
)
def test_what_is_no_document_of_ours_is_refused(spoiled: Mapping[str, Any]) -> None:
    document = fit(Biased(0.4), sayings(40), "a test").document()
    with pytest.raises(ValueError, match=r"."):
        Offsets.read({**document, **spoiled})


SCORES = st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.floats(-1, 1), max_size=12)
OFFSETS = st.dictionaries(st.sampled_from(LANGS), st.floats(-0.25, 0.25))


@given(scores=SCORES, lowered=OFFSETS, data=st.data())
def test_every_article_of_a_language_is_shifted_alike(
    scores: dict[str, float], lowered: dict[str, float], data: st.DataObject
) -> None:
    langs = {one: data.draw(st.sampled_from([*LANGS, "xx"])) for one in scores}
    shifted = less_offsets(scores, langs, lowered)
    assert shifted.keys() == scores.keys()
    for lang in set(langs.values()):
        moved = [shifted[one] - scores[one] for one in scores if langs[one] == lang]
        assert moved == pytest.approx([-lowered.get(lang, 0.0)] * len(moved), abs=1e-9)


@pytest.mark.parametrize("mode", [Mode.VECTOR, Mode.HYBRID])
def test_scores_by_hand(mode: Mode) -> None:
    cosines = {"de1": 0.6, "ja1": 0.59, "de2": 0.5, "ja2": -0.1, "xx1": 0.4}
    articles = [Article(name, "", (), lang=name[:2]) for name in cosines]
    found = leg(*(candidate(name, cosine) for name, cosine in cosines.items()))
    request = Request("flood", mode=mode)
    without = pool_of(articles, request, vector=found).scores
    with_offsets = pool_of(articles, request, lowered={"de": 0.02, "ja": -0.5}, vector=found).scores
    assert ranked(without)[0] == "de1"
    assert ranked(with_offsets)[0] == "ja1"
    assert all(0 <= score <= 1 for score in with_offsets.values())
    if mode is Mode.VECTOR:
        assert with_offsets == pytest.approx(
            {"de1": 0.58, "ja1": 1.0, "de2": 0.48, "ja2": 0.4, "xx1": 0.4}
        )


def test_only_the_vector_leg_is_lowered() -> None:
    offsets = fit(Biased(0.5), sayings(40), "a test")
    query = Biased(0.5).embed_queries(["de:flood:0"])
    calibration = Calibration(offsets=offsets, share=0.5)
    whole = offsets.of(query)
    assert calibration.lowered(query) == pytest.approx({one: v / 2 for one, v in whole.items()})
    assert calibration.lowered(None) == {}
    assert calibration.used is not None
    assert calibration.used.digest == offsets.digest
    for unused in (Calibration(offsets=offsets), Calibration(share=0.5)):
        assert unused.lowered(query) == {}
        assert unused.used is None

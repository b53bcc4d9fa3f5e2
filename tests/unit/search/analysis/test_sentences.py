"""Sentence ends in several scripts."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.sentences import sentences


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("The river rose. Two bridges closed! Why?", 3),
        ("Der Fluss stieg um 3.5 Meter, z. B. in Köln. Dr. Weber warnte.", 2),
        ('"We are safe." The mayor left.', 2),
        ("Річка піднялася. Мости закрили.", 2),
        ("川が増水した。橋は閉鎖された。", 2),
        ("नदी का जलस्तर बढ़ा। पुल बंद हुआ।", 2),
        ("ارتفع النهر. هل أغلق الجسر؟ نعم.", 3),
        ("„Wir sind sicher.“ Der Bürgermeister ging.", 2),
        ("»Vi er trygge.« Borgmesteren gik.", 2),
        ("Il est parti. « Nous restons. » Elle aussi.", 3),
        ("他走了。“我们留下。”她说。", 3),
        ('"नदी का जलस्तर बढ़ा।" उन्होंने कहा।', 2),
        ("यू.एस. के राज्य ने ओ.पी.सी.डब्लू. की बैठक की। वह चला गया।", 2),
        ("எம். ஆர். ஈஸ்வரி பாடினார். அவர் சென்றார்.", 2),
        ("One line\nanother line", 2),
        ("no end", 1),
        ("It cost more, e.g.  twice as much.  Nobody paid.", 2),
        ("A Dr.\n \n \n named Weber warned.", 1),
    ],
)
def test_counts(text: str, count: int) -> None:
    assert len(split(text)) == count


@pytest.mark.parametrize("space", [" ", "\u00a0", "\u202f"])
def test_a_french_quotation_ends_with_its_sentence(space: str) -> None:
    closed = f"«{space}On est partis.{space}»"
    assert split(f"{closed} Comme Alena.") == [closed, "Comme Alena."]
    assert split(f"{closed} dit-elle. Puis rien.") == [f"{closed} dit-elle.", "Puis rien."]
    assert split(f"{closed}\nPuis rien.") == [closed, "Puis rien."]
    assert split("Ende. »Neues Zitat.« Und so.") == ["Ende.", "»Neues Zitat.«", "Und so."]


@given(st.text(alphabet=st.sampled_from(list('aB .!?。\n"”)')), max_size=80) | st.text())
def test_nothing_is_lost_and_spans_are_in_order(text: str) -> None:
    spans = list(sentences(text))
    assert "".join("".join(split(text)).split()) == "".join(text.split())
    assert all(start < end for start, end in spans)
    assert all(left[1] <= right[0] for left, right in pairwise(spans))


@pytest.mark.parametrize("unit", ["A. ", "(a. ", ".", '."', "U.S. ", "Dr. \n \n"])
def test_a_page_without_sentence_ends_is_read_once(unit: str) -> None:
    """Looking back to the beginning at each of them took from two minutes to half an hour."""
    assert split(unit * 100_000) == [(unit * 100_000).rstrip()]

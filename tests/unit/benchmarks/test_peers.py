"""How peers are judged and shown: quality, lines of code, tables and pictures."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree

from benchmarks.peers.harness import articles_of, fused, passages
from benchmarks.peers.questions import SEED, quality
from benchmarks.peers.report import growth_picture, pair_rows, quality_picture, rows, told
from benchmarks.peers.run import beside_others
from benchmarks.peers.systems import PEERS, lines_of


def _system(**changes: Any) -> dict[str, Any]:
    return {
        "ndcg_10": 0.5,
        "search_p50_ms": 12.0,
        "seed_rank": {"en": 1, "de": None},
        "pairs": {"en>de": 0.25},
        "gone": None,
        "rounds": 1,
    } | changes


def _figures(**changes: Any) -> dict[str, Any]:
    systems = {"Ours & theirs": _system(), "Other": _system(search_p50_ms=150.0, ndcg_10=0.7)}
    return {
        "passages": 32_000,
        "queries": 9,
        "beside": "",
        "systems": systems,
    } | changes


def test_the_article_of_the_query_does_not_count_and_pairs_look_at_their_language() -> None:
    langs = {"a": "en", "b": "de", "c": "fr", "x": "de", "seed": "de"}
    seeds = {f"seed {lang}": ["b", "seed"] for lang in SEED}
    found = quality(
        {"en a": ["a", "x", "c", "b"], **seeds}, {"en a": {"b": "de", "c": "fr"}}, langs
    )
    assert found["pairs"] == {"en>de": 0.631, "en>fr": 1.0}
    assert found["ndcg_10"] == pytest.approx((0.6309 + 0.5) / 1.6309, abs=0.001)
    assert found["recall_100"] == 1.0
    assert found["seed_rank"] == dict.fromkeys(SEED, 2)


def test_passages_lead_back_to_their_articles() -> None:
    article = {"id": "a#1", "title": "T", "paragraphs": ["one", " ", "two", "..."]}
    assert [one for one, _ in passages(article)] == ["a#1#0", "a#1#1", "a#1#3"]
    assert articles_of(["a#1#3", "b#0", "a#1#0", "c#1"], 2) == ["a#1", "b"]
    assert fused([["a", "b"], ["b", "c"]]) == ["b", "a", "c"]


@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.module)
def test_every_system_says_in_how_many_lines_it_is_used(peer: Any) -> None:
    assert 15 < lines_of(peer) < 80


def test_a_table_has_a_column_per_system_and_a_dash_for_what_is_not_known() -> None:
    head, body = rows(_figures())
    assert head == ["32,000 passages", "Ours & theirs", "Other"]
    shown = {label: cells for label, *cells in body}
    assert shown["recall@100"] == ["-", "-"]
    assert shown["warm search of ten articles, median"] == ["12.0 ms", "150.0 ms"]
    assert shown["rank of the seed article, asked in en, de, fr, uk"] == ["1, -"] * 2
    assert pair_rows(_figures()) == (
        ["query > article", "Ours & theirs", "Other"],
        [["en>de", "25", "25"]],
    )


def test_what_did_not_finish_is_told() -> None:
    figures = _figures(beside="Beside other work")
    figures["systems"]["Ours & theirs"]["rounds"] = 3
    figures["systems"]["Third"] = _system()
    figures["systems"]["Other"] = {"gone": "ingest took more than 60 minutes"}
    assert told(figures) == (
        "32,000 passages, 9 queries, 1 to 3 rounds. Beside other work. "
        "Other took no further part: ingest took more than 60 minutes."
    )
    assert "Other" not in quality_picture(figures)


def test_what_was_stored_of_systems_that_take_no_part_stays() -> None:
    first, second = PEERS[0].name, PEERS[1].name
    former = _figures(systems={second: _system(), first: _system()})
    found = _figures(systems={second: _system(ndcg_10=0.9)})
    joined = beside_others(found, former)["systems"]
    assert list(joined) == [first, second]
    assert [one["ndcg_10"] for one in joined.values()] == [0.5, 0.9]
    assert list(beside_others(found, former | {"queries": 8})["systems"]) == [second]
    assert beside_others(found, {})["systems"] == found["systems"]


def test_pictures_are_svg_with_a_mark_per_system_and_lines_over_sizes() -> None:
    svg = "{http://www.w3.org/2000/svg}"
    one = etree.fromstring(quality_picture(_figures()).encode())
    assert "Ours & theirs" in [text.text for text in one.iter(f"{svg}text")]
    assert not list(one.iter(f"{svg}polyline"))
    both = etree.fromstring(growth_picture([_figures(), _figures(passages=110_000)]).encode())
    assert len(list(both.iter(f"{svg}polyline"))) == 2

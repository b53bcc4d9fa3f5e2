"""The query language, facets and order through the installed command, on the sample."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.command import Run

Found = Callable[..., dict[str, Any]]


def ids(document: dict[str, Any]) -> list[str]:
    return [hit["id"] for hit in document["hits"]]


def text(hit: dict[str, Any]) -> str:
    return " ".join([hit["title"], *(p["text"] for p in hit["paragraphs"])]).lower()


# --- words, phrases, operators --------------------------------------------------------------


def test_a_phrase_must_stand_in_every_lexical_hit(found: Found) -> None:
    document = found('"river Lerna" flood', "--mode", "lexical")
    assert document["total"] >= 1
    assert all("river lerna" in text(hit) for hit in document["hits"])
    marked = [
        p["text"][start:end]
        for hit in document["hits"]
        for p in hit["paragraphs"]
        for start, end in p["highlights"]
    ]
    assert "river Lerna" in marked


def test_words_of_different_paragraphs_meet_in_an_article(found: Found) -> None:
    both = found("title:Lerna AND Vostrava", "--mode", "lexical")
    assert "flood-lerna.en" in ids(both)
    assert all("lerna" in hit["title"].lower() for hit in both["hits"])


def test_or_finds_either(found: Found) -> None:
    one, other = found("dengue", "--mode", "lexical"), found("asteroid*", "--mode", "lexical")
    either = found("dengue OR asteroid*", "--mode", "lexical", "-n", "50")
    assert set(ids(either)) >= set(ids(one)) | set(ids(other))


@pytest.mark.parametrize("mode", ["lexical", "vector", "hybrid"])
def test_an_excluded_word_keeps_its_articles_out_of_both_legs(found: Found, mode: str) -> None:
    before = found("flood evacuation", "--mode", mode, "-n", "100")
    after = found("flood evacuation -Lerna", "--mode", mode, "-n", "100")
    assert "flood-lerna.en" in ids(before)
    assert "flood-lerna.en" not in ids(after)
    assert not any("lerna" in text(hit) for hit in after["hits"])
    assert after["total"] < before["total"]


def test_a_word_with_a_minus_of_its_own_is_no_option(polywire: Run) -> None:
    done = polywire("search", "flood", "-lorry", "-n2", "--json")
    assert done.returncode == 0, done.stderr
    assert '"query": "flood -lorry"' in done.stdout


def test_a_prefix_finds_words_that_go_on(found: Found) -> None:
    document = found("title:Wildfire* OR title:Waldbrand*", "--mode", "lexical")
    assert "wildfire-thasmos.de" in ids(document)


@pytest.mark.parametrize(
    "query",
    [
        "What happened at 10:30?",
        "COVID-19 e-mail",
        "https://news.example/a?b=(c)",
        "洪水 救援",
    ],
)
def test_ordinary_queries_are_never_refused(polywire: Run, query: str) -> None:
    done = polywire("search", query)
    assert done.returncode == 0
    assert all(line.startswith("Note: No article has") for line in done.stderr.splitlines())


@pytest.mark.parametrize("query", ["?", "***", "—"])
def test_a_query_without_a_word_is_told_so(polywire: Run, query: str) -> None:
    done = polywire("search", query)
    assert done.returncode == 0
    assert done.stderr.splitlines()[0] == "Note: There is no word in the query."


def test_a_broken_query_is_text_and_noted(polywire: Run) -> None:
    done = polywire("search", 'flood "river Lerna')
    assert done.returncode == 0
    assert 'Note: " was read as text' in done.stderr


def test_strictly_a_broken_query_is_a_sentence_and_a_caret(polywire: Run) -> None:
    done = polywire("search", 'flood "river Lerna', "--strict")
    assert done.returncode == 2
    assert done.stdout == ""
    sentence, query, caret = done.stderr.splitlines()
    assert sentence.startswith("polywire: This phrase is never closed")
    assert query[caret.index("^")] == '"'


def test_a_near_miss_of_a_field_is_noted(polywire: Run) -> None:
    done = polywire("search", "sorce:herald flood")
    assert done.returncode == 0
    assert "Note: sorce:herald was searched as words" in done.stderr


def test_conditions_in_vector_mode_are_noted(polywire: Run) -> None:
    done = polywire("search", '"river Lerna"', "--mode", "vector")
    assert done.returncode == 0
    assert "does not run with --mode vector" in done.stderr


# --- filters --------------------------------------------------------------------------------


def test_options_say_the_same_as_the_query(found: Found) -> None:
    written = found("flood lang:de,fr after:2026-08 before:2026-09 section:world", "-n", "50")
    options = found(
        *("flood", "--lang", "de,fr", "--after", "2026-08", "--before", "2026-09"),
        *("--section", "world", "-n", "50"),
    )
    assert ids(written) == ids(options)
    assert {hit["lang"] for hit in written["hits"]} == {"de", "fr"}
    assert all(hit["published"][:7] == "2026-08" for hit in written["hits"])


def test_names_of_several_words(found: Found) -> None:
    quoted = found('source:"Meridian Dispatch"', "-n", "50")
    assert {hit["source"] for hit in quoted["hits"]} == {"Meridian Dispatch"}
    assert ids(quoted) == ids(found("--source", "Meridian Dispatch", "-n", "50"))
    assert found('source:"صحيفة المرسى" OR source:『東浜新聞』')["total"] >= 2


def test_excluded_values(found: Found) -> None:
    document = found('flood -lang:en,de -source:"Goniec Zachodni"', "-n", "100")
    assert not {hit["lang"] for hit in document["hits"]} & {"en", "de"}
    assert "Goniec Zachodni" not in {hit["source"] for hit in document["hits"]}


def test_a_bad_option_is_one_sentence(polywire: Run) -> None:
    done = polywire("search", "flood", "--after", "soon")
    assert done.returncode == 2
    assert done.stderr.startswith("polywire: --after: soon is not a date; write 2025-08-01")


def test_unknown_names_are_named(polywire: Run) -> None:
    done = polywire("search", "flood", "source:meridian", "--section", "sports")
    assert done.returncode == 0
    assert "Nothing found" in done.stdout
    assert "Note: No article has source:meridian. Did you mean Meridian Dispatch?" in done.stderr
    assert "Note: No article has section:sports. Did you mean sport?" in done.stderr


def test_an_article_found_by_its_headline_shows_its_first_paragraph(found: Found) -> None:
    for hit in found("title:flood*", "--mode", "lexical")["hits"]:
        assert hit["title_highlights"]
        assert hit["paragraphs"][0]["position"] == 1


# --- listings and order ---------------------------------------------------------------------


@pytest.mark.parametrize("query", ["lang:en", "-lang:de -flood", "section:sport after:2026-10"])
def test_filters_alone_list_the_newest(found: Found, query: str) -> None:
    document = found(query, "-n", "20")
    dates = [hit["published"] for hit in document["hits"]]
    assert dates == sorted(dates, reverse=True)
    assert len(dates) == min(20, document["total"])
    assert document["counted"] == "matches"
    assert {hit["score"] for hit in document["hits"]} == {0}


def test_nothing_at_all_is_a_usage_error(polywire: Run) -> None:
    done = polywire("search")
    assert done.returncode == 2
    assert "The query is empty" in done.stderr


def test_sorting_by_date(found: Found) -> None:
    lexical = found("flood", "--mode", "lexical", "--sort", "date", "-n", "3")
    every = found("flood", "--mode", "lexical", "-n", "100")
    newest = sorted((hit["published"] for hit in every["hits"]), reverse=True)
    assert [hit["published"] for hit in lexical["hits"]] == newest[:3]
    best, sorted_best = found("flood", "-n", "5"), found("flood", "-n", "5", "--sort", "date")
    assert set(ids(best)) == set(ids(sorted_best))
    dates = [hit["published"] for hit in sorted_best["hits"]]
    assert dates == sorted(dates, reverse=True)


def test_recency_favours_the_new(found: Found) -> None:
    plain = found("flood", "--mode", "lexical", "-n", "10")
    fresh = found("flood", "--mode", "lexical", "-n", "10", "--recency", "1d")
    dates = [hit["published"] for hit in fresh["hits"]]
    assert dates == sorted(dates, reverse=True)
    assert set(ids(plain)) == set(ids(fresh))
    scores = [hit["score"] for hit in fresh["hits"]]
    assert scores == sorted(scores, reverse=True)


def test_a_bad_half_life(polywire: Run) -> None:
    done = polywire("search", "flood", "--recency", "soon")
    assert done.returncode == 2
    assert "is not a half-life" in done.stderr


# --- facets ---------------------------------------------------------------------------------


def test_facets_over_all_matches(found: Found) -> None:
    document = found("flood*", "--mode", "lexical", "--facets", "--histogram", "month", "-n", "1")
    every = found("flood*", "--mode", "lexical", "-n", "100")
    assert document["counted"] == "matches"
    assert document["total"] == len(every["hits"]) > 1
    counted = {entry["value"]: entry["count"] for entry in document["facets"]["source"]}
    for source, count in counted.items():
        assert count == sum(hit["source"] == source for hit in every["hits"])
    histogram = document["histogram"]
    assert histogram["interval"] == "month"
    assert sum(bucket["count"] for bucket in histogram["buckets"]) == document["total"]
    assert document["languages"]["en"]["found"] == document["total"]


def test_facets_over_the_candidates(found: Found) -> None:
    document = found("flood", "--facets", "--histogram", "day", "-n", "1")
    assert document["counted"] == "candidates"
    assert set(document["facets"]) == {"lang", "source", "section", "tag"}
    assert sum(e["count"] for e in document["facets"]["lang"]) == document["total"]


def test_facets_at_the_terminal(polywire: Run) -> None:
    done = polywire("search", "flood", "--mode", "lexical", "--facets", "--histogram", "month")
    assert "Counted over all" in done.stdout
    assert "languages   en" in done.stdout
    assert "█" in done.stdout

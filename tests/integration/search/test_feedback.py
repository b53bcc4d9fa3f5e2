"""What is near the best articles counts as well: through the installed command, on the sample."""

from __future__ import annotations

import json

from tests.support.command import Run, clean_environment

QUERY = "How many people had to leave their homes because of the Lerna flood?"


def hits_of(polywire: Run, *options: str, **settings: str) -> list[dict[str, object]]:
    done = polywire("search", QUERY, "--json", *options, env=clean_environment() | dict(settings))
    assert done.returncode == 0, done.stderr
    hits: list[dict[str, object]] = json.loads(done.stdout)["hits"]
    return hits


def right(hits: list[dict[str, object]]) -> int:
    return sum(str(hit["id"]).startswith("flood-lerna") for hit in hits)


def test_hits_say_how_near_the_best_they_are(polywire: Run) -> None:
    hits = hits_of(polywire)
    near = [hit["feedback"] for hit in hits]
    assert all(isinstance(cosine, float) and 0 < cosine <= 1 for cosine in near)
    shown = polywire("search", QUERY, "--explain").stdout
    assert f"feedback: cosine {near[0]:.3f} with the best" in " ".join(shown.split())


def test_without_a_share_it_plays_no_part(polywire: Run) -> None:
    fed_back = hits_of(polywire, "-n", "20")
    hits = hits_of(polywire, "-n", "20", POLYWIRE_FUSION__FEEDBACK_SHARE="0")
    assert {hit["feedback"] for hit in hits} == {None}
    assert [hit["score"] for hit in hits] != [hit["score"] for hit in fed_back]
    assert right(fed_back) >= right(hits) > 0


def test_by_words_alone_nothing_is_fed_back(polywire: Run) -> None:
    assert {hit["feedback"] for hit in hits_of(polywire, "--mode", "lexical")} == {None}

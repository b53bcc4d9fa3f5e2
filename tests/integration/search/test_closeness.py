"""A query that nothing answers is told so: through the installed command, on the sample."""

from __future__ import annotations

import json

import pytest

from search.calibration.closeness import curve_of
from search.embedding.static import COMPACT_FOLDER, StaticEmbedder
from tests.support.command import Run

ANSWERED = ["flood on the river Lerna", "Brücke eingestürzt", "incendie de forêt évacuation"]
OFF_THE_SUBJECT = [
    "sourdough bread recipe",
    "how to tune a piano",
    "derivative of the logarithm",
    "chess opening theory",
    "mitochondria and chloroplasts",
]
LINE = "Nothing close to the query was found"


@pytest.fixture(autouse=True)
def known() -> None:
    """Skip where the bundled model is new and its curve was not fitted yet."""
    fingerprint = StaticEmbedder.load(COMPACT_FOLDER, "compact").fingerprint
    if curve_of(fingerprint) is None:
        pytest.skip("nothing is claimed of this model yet; fit it: python -m benchmarks.closeness")


def searched(polywire: Run, query: str, *options: str) -> str:
    done = polywire("search", query, "-n", "3", *options)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_off_the_subject_is_told_and_an_answer_is_not(polywire: Run) -> None:
    close = [json.loads(searched(polywire, q, "--json"))["anything_close"] for q in ANSWERED]
    assert close == [True] * len(ANSWERED)
    off = [json.loads(searched(polywire, q, "--json"))["anything_close"] for q in OFF_THE_SUBJECT]
    assert off.count(False) >= 3


@pytest.mark.parametrize("query", OFF_THE_SUBJECT[:1])
def test_the_terminal_says_it_in_one_line(polywire: Run, query: str) -> None:
    shown = searched(polywire, query)
    assert shown.count(LINE) == 1
    assert "% close" not in shown, "one figure, unless the parts are asked for"
    assert "% close" in searched(polywire, query, "--explain")
    assert LINE not in searched(polywire, ANSWERED[0])


def test_nothing_is_claimed_where_nothing_is_known(polywire: Run) -> None:
    for options in (["--mode", "lexical"], ["--lang", "de"]):
        document = json.loads(searched(polywire, ANSWERED[0], *options, "--json"))
        assert document["anything_close"] is None, options
        assert {hit["closeness"] for hit in document["hits"]} == {None}
        assert LINE not in searched(polywire, ANSWERED[0], *options)

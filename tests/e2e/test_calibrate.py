"""`polywire calibrate` and what searches make of it, through the installed command."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import Run, runner, with_sample

QUERY = "flood on the river Lerna"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder with an index of the sample."""
    return with_sample(tmp_path_factory.mktemp("calibrate"))


@pytest.fixture
def polywire(folder: Path) -> Iterator[Run]:
    """Run the command there; the index has no offsets before and after."""
    run = runner(folder)
    yield run
    assert run("calibrate", "--clear").returncode == 0


def document(done: Any, code: int = 0) -> dict[str, Any]:
    assert done.returncode == code, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_fitted_used_told_and_undone(polywire: Run) -> None:
    before = document(polywire("search", QUERY, "--json"))
    assert before["offsets"] is None
    assert {hit["offset"] for hit in before["hits"]} == {None}
    assert document(polywire("status", "--json"))["offsets"] is None

    shown = polywire("calibrate")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "nearer" in shown.stdout
    assert "vi was left out: it has 13 texts, and 20 are needed." in shown.stdout
    assert "polywire calibrate --clear" in shown.stdout
    made = document(polywire("calibrate", "--json"))
    assert made["languages"]["en"]["texts"] == 64
    assert made["share"] == 0.5

    stored = document(polywire("status", "--json"))["offsets"]
    assert stored["digest"] == made["digest"]
    assert stored["languages"] == sorted(made["languages"])
    assert made["digest"] in polywire("status").stdout

    after = document(polywire("search", QUERY, "--json", "-n", "40"))
    assert after["offsets"] == {"digest": made["digest"], "share": 0.5}
    by_lang = {hit["lang"]: hit["offset"] for hit in after["hits"] if "vector" in hit["legs"]}
    assert len(set(by_lang.values())) > 5
    assert by_lang["vi"] == 0
    assert all(hit["offset"] == by_lang[hit["lang"]] for hit in after["hits"])
    explained = polywire("search", QUERY, "--explain").stdout
    assert "language offset of en" in explained

    cleared = polywire("calibrate", "--clear")
    assert "no longer has language offsets" in cleared.stdout
    again = document(polywire("search", QUERY, "--json"))
    assert [hit["score"] for hit in again["hits"]] == [hit["score"] for hit in before["hits"]]
    assert again["offsets"] is None


def test_by_meaning_a_score_is_the_cosine_less_the_offset(polywire: Run) -> None:
    document(polywire("calibrate", "--json"))
    found = document(polywire("search", QUERY, "--mode", "vector", "--json", "-n", "50"))
    for hit in found["hits"]:
        wanted = min(1.0, max(0.0, hit["legs"]["vector"]["score"] - hit["offset"]))
        assert hit["score"] == pytest.approx(wanted, abs=2e-4)
    scores = [hit["score"] for hit in found["hits"]]
    assert scores == sorted(scores, reverse=True)
    assert max(abs(hit["offset"]) for hit in found["hits"]) > 0.001


def test_by_words_nothing_changes(polywire: Run) -> None:
    lexical = ["search", QUERY, "--mode", "lexical", "--json"]
    before = document(polywire(*lexical))
    document(polywire("calibrate", "--json"))
    after = document(polywire(*lexical))
    assert after["hits"] == before["hits"]
    assert after["offsets"] is None
    newest = document(polywire("search", "lang:de", "--json"))
    assert newest["offsets"] is None


def test_similar_and_the_complete_export_use_them(polywire: Run) -> None:
    digest = document(polywire("calibrate", "--json"))["digest"]
    alike = document(polywire("similar", "flood-lerna.en", "--json"))
    assert alike["offsets"]["digest"] == digest
    assert any(hit["offset"] for hit in alike["hits"])
    everything = document(polywire("search", QUERY, "--all", "--json"))
    assert everything["complete"]["offsets"]["digest"] == digest
    assert any(hit["offset"] for hit in everything["hits"])
    words = ["search", QUERY, "--all", "--mode", "lexical", "--json"]
    assert document(polywire(*words))["complete"]["offsets"] is None


def test_the_share_is_a_setting(polywire: Run) -> None:
    def searched(share: str) -> dict[str, Any]:
        from tests.support.command import clean_environment

        environment = clean_environment() | {"POLYWIRE_FUSION__OFFSET_SHARE": share}
        return document(polywire("search", QUERY, "--json", env=environment))

    document(polywire("calibrate", "--json"))
    whole, half, none = searched("1"), searched("0.5"), searched("0")
    assert (whole["offsets"]["share"], half["offsets"]["share"]) == (1.0, 0.5)
    assert none["offsets"] is None
    for first, second in zip(
        sorted(whole["hits"], key=lambda hit: hit["id"]),
        sorted(half["hits"], key=lambda hit: hit["id"]),
        strict=True,
    ):
        if first["id"] == second["id"]:
            assert first["offset"] == pytest.approx(2 * second["offset"], abs=2e-4)


def test_a_repetition_reports_that_they_changed(polywire: Run, folder: Path) -> None:
    digest = document(polywire("calibrate", "--json"))["digest"]
    done = polywire("search", QUERY, "-n", "5", "-o", "with.csv")
    assert done.returncode == 0, done.stderr
    path = folder / "with.csv.method.json"
    method = json.loads(path.read_text(encoding="utf-8"))
    assert method["offsets"] == {"digest": digest, "share": 0.5}
    assert method["fusion"]["offset_share"] == 0.5
    assert "Nothing has changed" in polywire("search", "--from-method", path).stderr
    assert polywire("calibrate", "--clear").returncode == 0
    changed = polywire("search", "--from-method", path).stderr
    assert f"language offsets: {digest} -> None" in changed
    # A file from before there were offsets is repeated without them.
    document(polywire("calibrate", "--json"))
    del method["offsets"], method["fusion"]["offset_share"]
    path.write_text(json.dumps(method), encoding="utf-8")
    assert document(polywire("search", "--from-method", path, "--json"))["offsets"] is None


def test_pairs_of_ones_own(polywire: Run, folder: Path) -> None:
    good = [f"en\tde\tBridge number {n} is closed\tBrücke Nummer {n} ist zu" for n in range(30)]
    few = [f"en\tfr\tBridge number {n} is closed\tLe pont {n} est fermé" for n in range(5)]
    pairs = folder / "pairs.tsv"
    pairs.write_text("\n".join([*good, "no pair", *few]) + "\n", encoding="utf-8")
    done = polywire("calibrate", "--pairs", "pairs.tsv")
    assert done.returncode == 3
    assert done.stderr == "pairs.tsv: line 31 has 1 columns, 1 of them with text, not four.\n"
    assert "fr was left out: it has 5 texts, and 20 are needed." in done.stdout
    made = document(polywire("calibrate", "--pairs", "pairs.tsv", "--json"), 3)
    assert made["languages"].keys() == {"de", "en"}
    assert made["left_out"] == {"fr": 5}
    assert made["rejects"] == [
        {"line": 31, "reason": "has 1 columns, 1 of them with text, not four"}
    ]
    assert document(polywire("status", "--json"))["offsets"]["source"] == "pairs.tsv"


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["--pairs", "nothing.tsv"], 1, "There is no file nothing.tsv"),
        (["--pairs", "few.tsv"], 1, "few.tsv has no two languages with 20 texts or more"),
        (["--pairs", "few.tsv", "--clear"], 2, "--clear removes the offsets"),
        (["--index", "elsewhere"], 1, "There is no index at elsewhere"),
        (["--clear", "--index", "elsewhere"], 1, "There is no index at elsewhere"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    polywire: Run, folder: Path, words: list[str], code: int, sentence: str
) -> None:
    (folder / "few.tsv").write_text("en\tde\tRiver\tFluss\n", encoding="utf-8")
    done = polywire("calibrate", *words)
    assert (done.returncode, done.stdout) == (code, "")
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1


def test_offsets_that_cannot_be_read_are_told(polywire: Run, folder: Path) -> None:
    (table,) = (folder / "polywire-index" / "generations").glob("*.lance")
    notes = table.with_suffix(".notes.json")
    notes.write_text('{"language_offsets": {"version": 99}}', encoding="utf-8")
    done = polywire("search", QUERY)
    assert done.returncode == 1
    assert "polywire calibrate --clear" in done.stderr
    assert polywire("search", QUERY, "--mode", "lexical").returncode == 0
    assert "no longer has language offsets" in polywire("calibrate", "--clear").stdout
    assert polywire("search", QUERY).returncode == 0


def test_how_likely_a_hit_is_right_is_fitted_on_judged_queries(polywire: Run) -> None:
    before = document(polywire("search", QUERY, "--json"))["confidence"]
    made = document(polywire("calibrate", "--sample", "--json"))["confidence"]
    assert made["queries"] == 79
    assert made["held_out"]["precision_above_line"] > 0.6
    after = document(polywire("search", QUERY, "--json"))
    assert after["confidence"]["digest"] == made["digest"]
    assert after["confidence"] != before
    assert after["offsets"] is None, "these are fitted on other texts"
    measured = document(polywire("eval", "--sample", "--json"))["confidence"]
    assert measured["calibration_error"] < 0.15
    assert "calibration error" in polywire("eval", "--sample").stdout
    assert "no longer a confidence of its own" in polywire("calibrate", "--clear").stdout
    assert document(polywire("search", QUERY, "--json"))["confidence"] == before


def test_queries_that_tell_nothing_change_nothing(polywire: Run, tmp_path: Path) -> None:
    topics, qrels = tmp_path / "topics.tsv", tmp_path / "qrels.tsv"
    topics.write_text("q1\tflood\ten\n", encoding="utf-8")
    qrels.write_text("q1\tflood-lerna.en\t1\n", encoding="utf-8")
    few = polywire("calibrate", "--topics", str(topics), "--qrels", str(qrels))
    assert few.returncode == 1
    assert "30 are needed" in few.stderr
    for wrong in (
        ("--topics", str(topics)),
        ("--sample", "--qrels", str(qrels)),
        ("--sample", "--clear"),
        ("--sample", "--pairs", str(topics)),
    ):
        assert polywire("calibrate", *wrong).returncode == 2

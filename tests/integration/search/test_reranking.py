"""Rerankers: real cross-encoders, tiny and built here, alone and through the command line."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pytest
from typer.testing import CliRunner

from config.cli import application
from search.embedding.static import COMPACT_FOLDER
from search.errors import UsageError
from search.reranking.cross_encoder import CrossEncoderReranker
from search.reranking.errors import BadScores, RerankerNotFound, RerankerUnusable
from tests.support.tiny_reranker import WORD, build

pytestmark = pytest.mark.slow

QUERY = "flood on the river Lerna"
Run = Callable[..., Any]


@pytest.fixture
def ask(sample_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in this process, where the libraries are loaded already."""
    monkeypatch.chdir(sample_folder)

    def run(command: str, *words: object) -> Any:
        done = CliRunner().invoke(
            application(command), [command, *map(str, words)], catch_exceptions=False
        )
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout) if "--json" in words else done.stdout

    return run


def fits(hit: dict[str, Any]) -> bool:
    """Tell whether the reranker was taught that an article is on the subject."""
    text = " ".join([hit["title"], *(shown["text"] for shown in hit["paragraphs"])]).lower()
    words = "".join(char if char.isalnum() else " " for char in text).split()
    return WORD in words


# --- The adapter ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def model(reranker: Path) -> CrossEncoderReranker:
    return CrossEncoderReranker.load(str(reranker), device="cpu")


def test_scores_are_those_of_sentence_transformers(
    reranker: Path, model: CrossEncoderReranker
) -> None:
    from sentence_transformers import CrossEncoder

    texts = ["The bridge is closed.", "Water rose.", "", "\ud83d", f"{'word ' * 600}bridge"]
    theirs = CrossEncoder(str(reranker), device="cpu").predict([("why", t) for t in texts[:3]])
    ours = model.scores("why", texts)
    assert ours.shape == (5,)
    np.testing.assert_allclose(ours[:3], theirs, atol=1e-5)
    assert ours[0] > 0.9
    assert ours[1] < 0.1
    assert model.bounded
    assert model.scores("why", []).shape == (0,)


def test_the_fingerprint_follows_the_weights(
    model: CrossEncoderReranker, reranker: Path, tmp_path: Path
) -> None:
    other = build(tmp_path / "other", train=False)
    assert len(model.fingerprint) == 16
    assert CrossEncoderReranker.load(str(reranker), device="cpu").fingerprint == model.fingerprint
    assert CrossEncoderReranker.load(str(other), device="cpu").fingerprint != model.fingerprint


def test_a_model_with_an_activation_of_its_own_keeps_it(tmp_path: Path) -> None:
    folder = build(tmp_path / "logits", train=False)
    config = folder / "config_sentence_transformers.json"
    document = json.loads(config.read_text()) | {
        "activation_fn": "torch.nn.modules.linear.Identity"
    }
    config.write_text(json.dumps(document))
    model = CrossEncoderReranker.load(str(folder), device="cpu")
    assert not model.bounded


def one_sentence(caught: pytest.ExceptionInfo[Exception]) -> None:
    assert "\n" not in str(caught.value)


def test_a_wrong_folder_gives_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(RerankerNotFound, match=r"no reranker folder .*nowhere") as caught:
        CrossEncoderReranker.load(str(tmp_path / "nowhere"))
    one_sentence(caught)
    with pytest.raises(RerankerUnusable, match=r"holds no cross-encoder: it has no config"):
        CrossEncoderReranker.load(str(tmp_path))


def test_no_network_gives_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_: object, **__: object) -> NoReturn:
        raise OSError("Network is unreachable")

    monkeypatch.setattr(socket, "create_connection", unreachable)
    monkeypatch.setattr(socket, "getaddrinfo", unreachable)
    with pytest.raises(RerankerNotFound, match="is not on this machine and cannot be") as caught:
        CrossEncoderReranker.load("polywire-test/no-such-reranker", device="cpu")
    one_sentence(caught)


def test_an_embedding_model_is_no_reranker(tmp_path: Path) -> None:
    from transformers import BertConfig, BertModel

    bare = build(tmp_path / "bare", train=False)
    BertModel(BertConfig.from_pretrained(bare)).save_pretrained(bare)
    (bare / "config_sentence_transformers.json").write_text('{"model_type": "SentenceTransformer"}')
    with pytest.raises(RerankerUnusable, match="is not a cross-encoder") as caught:
        CrossEncoderReranker.load(str(bare), device="cpu")
    one_sentence(caught)
    with pytest.raises(RerankerUnusable) as caught:
        CrossEncoderReranker.load(str(COMPACT_FOLDER), device="cpu")
    one_sentence(caught)


def test_a_classifier_of_three_classes_is_no_reranker(tmp_path: Path) -> None:
    three = build(tmp_path / "three", labels=3, train=False)
    with pytest.raises(RerankerUnusable, match="gives 3 scores per pair"):
        CrossEncoderReranker.load(str(three), device="cpu")


def test_a_damaged_model_gives_one_sentence(tmp_path: Path) -> None:
    folder = build(tmp_path / "damaged", train=False)
    (folder / "model.safetensors").write_bytes(b"cut off")
    with pytest.raises(RerankerUnusable, match="cannot be loaded") as caught:
        CrossEncoderReranker.load(str(folder), device="cpu")
    one_sentence(caught)


def test_scores_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    from safetensors.numpy import load_file, save_file

    folder = build(tmp_path / "poisoned", train=False)
    path = folder / "model.safetensors"
    tensors = {key: np.full_like(tensor, np.nan) for key, tensor in load_file(path).items()}
    save_file(tensors, path, metadata={"format": "pt"})
    model = CrossEncoderReranker.load(str(folder), device="cpu")
    with pytest.raises(BadScores, match="cannot be sorted") as caught:
        model.scores("why", ["because"])
    one_sentence(caught)


# --- The command line -----------------------------------------------------------------------


def test_the_installed_command_reranks(polywire: Run, reranker: Path) -> None:
    words = ["search", QUERY, "--rerank", reranker, "--rerank-top", "60", "-n", "100", "--json"]
    done = polywire(*words)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    document = json.loads(done.stdout)
    assert document["rerank"] == {"model": str(reranker), "articles": 60, "passages": 3}
    first, rest = document["hits"][:60], document["hits"][60:]
    fitting = [fits(hit) for hit in first]
    assert fitting == sorted(fitting, reverse=True)
    assert 2 < sum(fitting) < 20
    scores = [hit["rerank"]["score"] for hit in first]
    assert scores == sorted(scores, reverse=True)
    assert sorted(hit["rerank"]["rank_before"] for hit in first) == list(range(1, 61))
    assert [hit["rerank"]["rank_before"] for hit in first] != list(range(1, 61))
    assert [hit["score"] for hit in first] == pytest.approx(scores, abs=1e-5)
    assert {hit["rerank"] for hit in rest} == {None}
    falling = [hit["score"] for hit in document["hits"]]
    assert falling == sorted(falling, reverse=True)


def test_without_a_reranker_nothing_is_reranked(ask: Run, reranker: Path) -> None:
    plain = ask("search", QUERY, "-n", 60, "--json")
    assert plain["rerank"] is None
    assert {hit["rerank"] for hit in plain["hits"]} == {None}
    reranked = ask("search", QUERY, "-n", 60, "--json", "--rerank", reranker, "--rerank-top", 20)
    ids = [hit["id"] for hit in plain["hits"]]
    again = [hit["id"] for hit in reranked["hits"]]
    assert sorted(ids[:20]) == sorted(again[:20])
    assert ids[20:] == again[20:]
    before = {hit["id"]: hit["rerank"]["rank_before"] for hit in reranked["hits"][:20]}
    assert before == {identifier: rank for rank, identifier in enumerate(ids[:20], 1)}


def test_the_settings_name_a_reranker_and_an_option_leaves_it_out(
    ask: Run, reranker: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLYWIRE_RERANK__MODEL", str(reranker))
    monkeypatch.setenv("POLYWIRE_RERANK__TOP", "5")
    monkeypatch.setenv("POLYWIRE_RERANK__PASSAGES", "1")
    used = ask("search", QUERY, "--json")["rerank"]
    assert used == {"model": str(reranker), "articles": 5, "passages": 1}
    assert ask("search", QUERY, "--no-rerank", "--json")["rerank"] is None
    assert ask("search", "lang:en", "--json")["rerank"] is None, "there is nothing to read for"


def test_similar_reranks_and_explains(ask: Run, reranker: Path) -> None:
    text = ask("similar", "flood-lerna.en", "--rerank", reranker, "--explain", "-n", 3)
    assert "reranker 0." in text
    assert "before" in text
    assert f"reranked by {reranker}" in " ".join(text.split())
    document = ask("similar", "flood-lerna.en", "--rerank", reranker, "--json")
    fitting = [fits(hit) for hit in document["hits"]]
    assert fitting == sorted(fitting, reverse=True)
    assert any(fitting)


@pytest.mark.parametrize("mode", ["hybrid", "lexical", "vector"])
def test_the_complete_result_begins_with_what_was_reranked(
    ask: Run, reranker: Path, tmp_path: Path, mode: str
) -> None:
    output = tmp_path / f"{mode}.json"
    words = ["search", "the bridge or the flood", "--mode", mode, "--all", "--pool", 30]
    ask(*words, "--rerank", reranker, "--rerank-top", 8, "-o", output)
    found = json.loads(output.read_text())
    first, rest = found["hits"][:8], found["hits"][8:]
    assert all(hit["rerank"] for hit in first)
    assert not any(hit["rerank"] for hit in rest)
    fitting = [fits(hit) for hit in first]
    assert fitting == sorted(fitting, reverse=True)
    assert "the first 8 in the order of the reranker" in found["complete"]["holds"]
    ask(*words, "-o", tmp_path / "plain.json")
    plain = json.loads((tmp_path / "plain.json").read_text())["hits"]
    assert sorted(hit["id"] for hit in first) == sorted(hit["id"] for hit in plain[:8])
    assert [hit["id"] for hit in rest] == [hit["id"] for hit in plain[8:]]
    falling = [hit["score"] for hit in found["hits"]]
    assert falling == sorted(falling, reverse=True)


def test_a_method_file_brings_its_reranker_back(
    ask: Run, reranker: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = tmp_path / "found.json"
    ask("search", QUERY, "--rerank", reranker, "--rerank-top", 7, "-o", output)
    path = tmp_path / "found.json.method.json"
    method = json.loads(path.read_text())
    assert method["rerank"]["model"] == str(reranker)
    assert (method["rerank"]["top"], method["rerank"]["passages"]) == (7, 3)
    assert len(method["rerank"]["fingerprint"]) == 16
    assert sorted(hit["ranks"]["before_rerank"] for hit in method["hits"][:7]) == list(range(1, 8))
    again = ask("search", "--from-method", path, "--json")
    assert again["rerank"]["articles"] == 7
    changes = again["changes"]
    assert [changes[key] for key in ("settings", "added", "gone", "moved")] == [[], [], [], 0]
    without = ask("search", "--from-method", path, "--no-rerank", "--json")
    assert without["rerank"] is None
    changed = {change["name"] for change in without["changes"]["settings"]}
    assert changed == {"reranker", "reranker's fingerprint", "articles reranked"}
    # A method without a reranker stays without, whatever the settings name by now.
    ask("search", QUERY, "-o", output)
    monkeypatch.setenv("POLYWIRE_RERANK__MODEL", str(reranker))
    assert ask("search", "--from-method", path, "--json")["rerank"] is None


def test_options_that_cannot_be_combined(ask: Run, reranker: Path) -> None:
    with pytest.raises(UsageError, match="--rerank and --no-rerank"):
        ask("search", QUERY, "--rerank", reranker, "--no-rerank")
    with pytest.raises(UsageError, match="--rerank-top needs a reranker"):
        ask("search", QUERY, "--rerank-top", 5)

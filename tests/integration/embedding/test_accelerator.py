"""Trainer, transformer and reranker on an accelerator: a real one, or one that is simulated."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.support import tiny_reranker
from tests.support.places import ROOT
from tests.support.tiny_transformer import PROMPTS, build

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("accelerator")
    build(folder / "embedder", PROMPTS)
    tiny_reranker.build(folder / "parts").rename(folder / "reranker")
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.accelerator.checks", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_everything_lies_on_the_accelerator(outcome: dict[str, Any]) -> None:
    assert outcome["device"] != "cpu"
    for part in ("training", "embedder", "reranker"):
        assert outcome[part]["lies"] == outcome["device"], part


def test_the_trainer_learns_there(outcome: dict[str, Any]) -> None:
    assert outcome["training"]["found"] == 1
    assert outcome["training"]["taught"] > 0.8


def test_one_worker_is_started_there(outcome: dict[str, Any]) -> None:
    """A forked one could not have reported to the list of this process."""
    assert outcome["training"]["heard"] == 1


def test_the_teachers_vectors_are_those_of_32_bits(outcome: dict[str, Any]) -> None:
    assert outcome["teacher"]["cosine"] > 0.999


def test_transformers_compute_in_16_bits_there(outcome: dict[str, Any]) -> None:
    assert outcome["embedder"]["precision"] == "torch.float16"
    assert outcome["embedder"]["cosine"] > 0.9999
    assert outcome["embedder"]["same_fingerprint"]


def test_reranker_scores_are_those_of_the_processor(outcome: dict[str, Any]) -> None:
    assert outcome["reranker"]["apart"] < 1e-3


def test_too_little_memory_is_one_sentence(outcome: dict[str, Any]) -> None:
    if outcome["device"] != "simulated":
        pytest.skip("a real accelerator is not filled up by a test")
    for part, setting in (("embedder", "embed_batch"), ("reranker", "rerank.batch")):
        said = outcome["exhausted"][part]
        assert "ran out of memory on simulated" in said
        assert said.endswith(f"set `{setting}` lower or `device` to cpu.")
        assert "\n" not in said

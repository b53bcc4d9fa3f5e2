"""Which model is loaded, and what is said when an index was written with another one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from benchmarks.compact_model import export
from config import wiring
from config.settings import Settings, load
from search.embedding.errors import ModelUnusable
from search.index.errors import IndexMismatch
from tests.support.small_static import small_tokenizer, small_weight
from tests.support.tiny_transformer import PROMPTS, build

Set = Callable[..., Settings]


@pytest.fixture
def given(tmp_path: Path) -> Set:
    return lambda **changes: load({"index": str(tmp_path / "index"), **changes}).settings


def static_model(folder: Path, scale: float = 1.0) -> str:
    weight = small_weight()
    weight[1] *= scale
    export.write(folder, small_tokenizer(), weight, {})
    return str(folder)


def write_index(settings: Settings) -> None:
    wiring.open_or_create_index(settings, wiring.embedder(settings)).close()


def test_another_model_is_named_with_the_way_out(given: Set, tmp_path: Path) -> None:
    write_index(given(model=static_model(tmp_path / "first")))
    other = given(model=static_model(tmp_path / "second", scale=2))
    with pytest.raises(IndexMismatch) as refused:
        wiring.open_index(other, wiring.embedder(other))
    said = str(refused.value)
    assert f"Search it with --model {tmp_path / 'first'}" in said
    assert f"polywire reindex --index {other.index} --model {other.model}" in said


def test_a_new_version_of_the_model_is_not_called_another_model(given: Set, tmp_path: Path) -> None:
    settings = given(model=static_model(tmp_path / "model"))
    write_index(settings)
    static_model(tmp_path / "model", scale=2)
    with pytest.raises(IndexMismatch, match="another version of the model") as refused:
        wiring.open_index(settings, wiring.embedder(settings))
    said = str(refused.value)
    assert "Search it with" not in said
    assert "--mode lexical" in said
    assert f"polywire reindex --index {settings.index} --model {settings.model}" in said
    wiring.open_index(settings).close()


@pytest.mark.slow
def test_matryoshka_vectors_are_shortened_and_other_lengths_refused(
    given: Set, tmp_path: Path
) -> None:
    model = str(build(tmp_path / "tiny", PROMPTS))
    short = given(model=model, dimension=16, device="cpu")
    assert wiring.embedder(short).embed_queries(["wahl"]).shape == (1, 16)
    write_index(short)
    whole = given(model=model, device="cpu")
    with pytest.raises(IndexMismatch, match=r"vectors of 16 numbers.*gives 32") as refused:
        wiring.open_index(whole, wiring.embedder(whole))
    assert "Set `dimension` to 16" in str(refused.value)


def test_static_vectors_are_not_shortened(given: Set, tmp_path: Path) -> None:
    model = static_model(tmp_path / "model")
    assert wiring.embedder(given(model=model, dimension=12)).dimension == 12
    with pytest.raises(ModelUnusable, match="leave `dimension` out"):
        wiring.embedder(given(model=model, dimension=6))
    assert np.isfinite(wiring.embedder(given(model=model)).embed_queries(["wahl"])).all()

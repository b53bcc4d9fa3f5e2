"""The sentence-transformers adapter on real models, tiny and built here: no download."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest

from search.embedding import devices, transformer
from search.embedding.errors import BadVectors, ModelFailed, ModelNotFound, ModelUnusable
from search.embedding.folder import Prompts, is_static
from search.embedding.prompts import conventional
from search.embedding.static import COMPACT_FOLDER, StaticEmbedder
from search.embedding.transformer import TransformerEmbedder
from tests.support.tiny_transformer import PROMPTS, build

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("models") / "tiny", PROMPTS)


@pytest.fixture(scope="module")
def embedder(folder: Path) -> TransformerEmbedder:
    return TransformerEmbedder.load(str(folder), device="cpu")


def test_vectors_are_those_of_sentence_transformers_with_the_right_prompt(
    folder: Path, embedder: TransformerEmbedder
) -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder), device="cpu")
    for ours, prompt in (
        (embedder.embed_queries(["wahl", "river"]), "query: "),
        (embedder.embed_paragraphs(["wahl", "river"]), "passage: "),
    ):
        theirs = model.encode([f"{prompt}wahl", f"{prompt}river"], normalize_embeddings=True)
        np.testing.assert_allclose(ours, theirs, atol=1e-5)
    assert not np.allclose(embedder.embed_queries(["wahl"]), embedder.embed_paragraphs(["wahl"]))


def test_vectors_are_unit_length_and_in_order(embedder: TransformerEmbedder) -> None:
    texts = ["wahl", "", "river " * 200, "\ud83d", "wahl river"]
    vectors = embedder.embed_paragraphs(texts)
    assert vectors.shape == (5, 32) == (5, embedder.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    for text, vector in zip(texts, vectors, strict=True):
        np.testing.assert_allclose(embedder.embed_paragraphs([text])[0], vector, atol=1e-5)


def test_no_texts_give_no_vectors(embedder: TransformerEmbedder) -> None:
    assert embedder.embed_queries([]).shape == (0, 32)


def test_the_fingerprint_follows_weights_prompts_and_dimension(
    folder: Path, embedder: TransformerEmbedder, tmp_path: Path
) -> None:
    assert len(embedder.fingerprint) == 16
    same = build(tmp_path / "same", PROMPTS)
    others = [
        TransformerEmbedder.load(str(build(tmp_path / "weights", PROMPTS, seed=2)), device="cpu"),
        TransformerEmbedder.load(str(build(tmp_path / "prompts", None)), device="cpu"),
        TransformerEmbedder.load(str(folder), device="cpu", dimension=16),
    ]
    assert TransformerEmbedder.load(str(same), device="cpu").fingerprint == embedder.fingerprint
    assert len({embedder.fingerprint, *(other.fingerprint for other in others)}) == 4


def test_a_model_without_prompts_gets_those_its_family_is_known_for(tmp_path: Path) -> None:
    named = build(tmp_path / "multilingual-e5-small")
    plain = build(tmp_path / "plain")
    assert TransformerEmbedder.load(str(named), device="cpu").prompts == Prompts(
        "query: ", "passage: "
    )
    assert TransformerEmbedder.load(str(plain), device="cpu").prompts == Prompts()
    given = TransformerEmbedder.load(str(named), device="cpu", prompts=Prompts("ask: "))
    assert given.prompts == Prompts("ask: ", "")


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("intfloat/multilingual-e5-small", "query: "),
        ("intfloat/e5-base-v2", "query: "),
        ("BAAI/bge-m3", ""),
        ("sentence-transformers/LaBSE", ""),
        ("acme/size5-model", ""),
    ],
)
def test_families_are_told_by_name(name: str, query: str) -> None:
    assert conventional(name).query == query


def test_instruct_models_get_a_task_and_bare_paragraphs() -> None:
    prompts = conventional("intfloat/multilingual-e5-large-instruct")
    assert prompts.query.startswith("Instruct: ")
    assert prompts.query.endswith("\nQuery: ")
    assert prompts.document == ""


def test_prompts_are_found_under_the_names_that_models_use() -> None:
    gemma = {"query": "task: search result | query: ", "document": "title: none | text: "}
    assert Prompts.chosen(gemma) == Prompts(gemma["query"], gemma["document"])
    assert Prompts.chosen({"passage": "p: "}).document == "p: "
    assert Prompts.chosen({"x": "x: "}, default="x") == Prompts("x: ", "x: ")


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound, match=r"no model folder .*nowhere"):
        TransformerEmbedder.load(str(tmp_path / "nowhere"))


def test_a_folder_that_is_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable, match=r"has no modules\.json"):
        TransformerEmbedder.load(str(tmp_path))


def test_a_damaged_model_gives_one_sentence(tmp_path: Path) -> None:
    folder = build(tmp_path / "damaged")
    (folder / "model.safetensors").write_bytes(b"cut off")
    with pytest.raises(ModelUnusable, match="cannot be loaded") as caught:
        TransformerEmbedder.load(str(folder), device="cpu")
    assert "\n" not in str(caught.value)


def test_a_hub_name_without_a_network_gives_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_: object, **__: object) -> NoReturn:
        raise OSError("Network is unreachable")

    monkeypatch.setattr(socket, "create_connection", unreachable)
    monkeypatch.setattr(socket, "getaddrinfo", unreachable)
    with pytest.raises(ModelNotFound, match="the hub cannot be reached") as caught:
        TransformerEmbedder.load("polywire-test/no-such-model", device="cpu")
    assert "\n" not in str(caught.value)


def test_more_dimensions_than_the_model_has_are_refused(folder: Path) -> None:
    with pytest.raises(ModelUnusable, match="vectors of 32 numbers, not 512"):
        TransformerEmbedder.load(str(folder), device="cpu", dimension=512)


@pytest.mark.parametrize("device", ["abacus", "meta"])
def test_a_device_that_is_not_there_is_one_sentence(folder: Path, device: str) -> None:
    with pytest.raises(ModelUnusable, match=f"device {device} cannot be used here") as caught:
        TransformerEmbedder.load(str(folder), device=device)
    assert "set `device` to cpu" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_model_that_breaks_down_is_one_sentence(tmp_path: Path) -> None:
    embedder = TransformerEmbedder.load(str(build(tmp_path / "short")), device="cpu")
    embedder._model.max_seq_length = 1_000  # more than the 64 places that it has
    with pytest.raises(ModelFailed, match=r"failed on cpu \(.*\); fetch it again") as caught:
        embedder.embed_paragraphs(["river " * 200])
    assert "\n" not in str(caught.value)


def test_weights_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    from safetensors.numpy import load_file, save_file

    folder = build(tmp_path / "poisoned")
    path = folder / "model.safetensors"
    tensors = {key: np.full_like(tensor, np.nan) for key, tensor in load_file(path).items()}
    save_file(tensors, path, metadata={"format": "pt"})
    poisoned = TransformerEmbedder.load(str(folder), device="cpu")
    with pytest.raises(BadVectors, match="zero or non-finite"):
        poisoned.embed_queries(["wahl"])


def test_the_bundled_model_is_the_same_through_sentence_transformers() -> None:
    texts = ["Bundestagswahl 2025: Wer gewinnt?", "東京で地震", "الانتخابات الرئاسية", "hi " * 500]
    fast = StaticEmbedder.load(COMPACT_FOLDER, "compact")
    slow = TransformerEmbedder.load(str(COMPACT_FOLDER), device="cpu")
    assert is_static(COMPACT_FOLDER)
    np.testing.assert_allclose(fast.embed_queries(texts), slow.embed_queries(texts), atol=1e-5)
    np.testing.assert_allclose(
        fast.embed_paragraphs(texts), slow.embed_paragraphs(texts), atol=1e-5
    )


def test_the_test_model_is_what_it_says(folder: Path) -> None:
    config = json.loads((folder / "config_sentence_transformers.json").read_text())
    assert config["prompts"] == PROMPTS
    assert not is_static(folder)


def test_a_processor_with_bfloat16_finds_the_same_vectors(
    folder: Path, embedder: TransformerEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not devices.multiplies_bfloat16():
        pytest.skip("this processor has no instructions for bfloat16")
    monkeypatch.setattr(transformer, "WIDE", 1)
    narrow = TransformerEmbedder.load(str(folder), device="cpu")
    assert narrow.fingerprint == embedder.fingerprint
    texts = ["wahl", "river " * 40, "wahl river"]
    ours, theirs = narrow.embed_paragraphs(texts), embedder.embed_paragraphs(texts)
    assert ours.dtype == np.float32
    assert (ours * theirs).sum(axis=1).min() > 0.999
    assert not np.array_equal(ours, theirs)

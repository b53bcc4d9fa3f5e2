from __future__ import annotations

import json
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from benchmarks.compact_model import export
from search.embedding.errors import BadVectors, EmbeddingError, ModelNotFound, ModelUnusable
from search.embedding.folder import is_static
from search.embedding.static import BATCH, COMPACT_DIGESTS, COMPACT_FOLDER, StaticEmbedder
from tests.support.small_static import WORDS, small_tokenizer, small_weight


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("static")
    export.write(path, small_tokenizer(), small_weight(), {})
    return path


@pytest.fixture(scope="module")
def compact() -> StaticEmbedder:
    return StaticEmbedder.load(COMPACT_FOLDER, "compact")


def test_a_text_is_the_mean_of_its_pieces(folder: Path) -> None:
    embedder = StaticEmbedder.load(folder, "small")
    weight = small_weight()
    wanted = weight[1] + weight[3]  # "wahl" and "minister"
    [vector] = embedder.embed_queries(["Wahl, Minister!"])
    assert vector @ (wanted / np.linalg.norm(wanted)) > 0.999


def test_eight_bit_rows_stay_close(folder: Path) -> None:
    stored = load_file(folder / "model.safetensors")
    assert stored["embeddings"].dtype == np.int8
    widened = stored["embeddings"] * stored["weights"][:, None]
    assert np.abs(widened - small_weight()).max() <= np.abs(small_weight()).max() / 127


def test_rows_in_full_precision_and_a_mapping_are_read_too(tmp_path: Path) -> None:
    weight = small_weight()
    export.write(tmp_path, small_tokenizer(), weight, {})
    save_file({"embedding.weight": weight}, tmp_path / "model.safetensors")
    plain = StaticEmbedder.load(tmp_path, "plain").embed_queries(["river"])
    order = np.arange(len(weight))[::-1].copy()
    save_file({"embeddings": weight[::-1].copy(), "mapping": order}, tmp_path / "model.safetensors")
    mapped = StaticEmbedder.load(tmp_path, "mapped").embed_queries(["river"])
    np.testing.assert_allclose(plain, mapped, atol=1e-6)
    np.testing.assert_allclose(plain[0], weight[5] / np.linalg.norm(weight[5]), atol=1e-6)


def test_pieces_may_share_a_row_each_at_its_own_length(tmp_path: Path) -> None:
    weight = small_weight()
    weight[4], weight[5] = weight[1] * 2, weight[2] * 3
    export.write(tmp_path, small_tokenizer(), weight, {}, rows=6)
    stored = load_file(tmp_path / "model.safetensors")
    assert stored["embeddings"].shape == (6, 12)
    assert len(stored["mapping"]) == len(stored["weights"]) == 8
    [vector] = StaticEmbedder.load(tmp_path, "shared").embed_queries(["Wahl Minister Fluss"])
    wanted = weight[1] + weight[3] + weight[4]
    assert vector @ (wanted / np.linalg.norm(wanted)) > 0.999


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        ({"mapping": np.asarray([0, 1, 2, 3, 4, 5, 6, 99], np.int32)}, "names rows"),
        ({"mapping": np.asarray([0, 1, 2, 3, 4, 5, 6, -1], np.int32)}, "names rows"),
        ({"weights": np.ones(3, np.float32)}, "more or fewer scales than pieces"),
    ],
)
def test_a_table_that_does_not_fit_together_is_refused(
    tmp_path: Path, damage: dict[str, NDArray[Any]], reason: str
) -> None:
    export.write(tmp_path, small_tokenizer(), small_weight(), {})
    path = tmp_path / "model.safetensors"
    save_file({**load_file(path), **damage}, path)
    with pytest.raises(ModelUnusable, match=reason):
        StaticEmbedder.load(tmp_path, "damaged")


def test_prompts_of_the_folder_are_used(tmp_path: Path) -> None:
    export.write(tmp_path, small_tokenizer(), small_weight(), {})
    plain = StaticEmbedder.load(tmp_path, "x")
    config = {"prompts": {"query": "river ", "document": ""}}
    (tmp_path / "config_sentence_transformers.json").write_text(json.dumps(config))
    prompted = StaticEmbedder.load(tmp_path, "x")
    np.testing.assert_allclose(
        prompted.embed_queries(["wahl"]), plain.embed_queries(["river wahl"]), atol=1e-6
    )
    np.testing.assert_allclose(
        prompted.embed_paragraphs(["wahl"]), plain.embed_paragraphs(["wahl"]), atol=1e-6
    )
    assert prompted.fingerprint != plain.fingerprint


def test_the_fingerprint_is_sixteen_digits_of_the_content(folder: Path, tmp_path: Path) -> None:
    first = StaticEmbedder.load(folder, "one name")
    copy = tmp_path / "copy"
    export.write(copy, small_tokenizer(), small_weight(), {"made": "elsewhere"})
    assert StaticEmbedder.load(copy, "another").fingerprint == first.fingerprint
    assert len(first.fingerprint) == 16
    assert int(first.fingerprint, 16) >= 0
    export.write(
        copy, small_tokenizer(), small_weight() * np.linspace(1, 2, 12, dtype=np.float32), {}
    )
    assert StaticEmbedder.load(copy, "another").fingerprint != first.fingerprint


def test_texts_of_one_batch_and_of_many_get_the_same_vectors(compact: StaticEmbedder) -> None:
    texts = [f"Nachricht {n}: {'Wahl ' * (n % 40)}" for n in range(2 * BATCH + 7)]
    together = compact.embed_paragraphs(texts)
    for number in (0, BATCH - 1, BATCH, 2 * BATCH + 6):
        [alone] = compact.embed_paragraphs([texts[number]])
        np.testing.assert_allclose(together[number], alone, atol=1e-5)


def test_no_texts_give_no_vectors(compact: StaticEmbedder) -> None:
    assert compact.embed_queries([]).shape == (0, compact.dimension)


@given(st.lists(st.text(), max_size=8))
@settings(deadline=None)
def test_any_text_gives_a_finite_unit_vector(texts: list[str]) -> None:
    embedder = _shared_compact()
    vectors = embedder.embed_paragraphs(texts)
    assert vectors.shape == (len(texts), embedder.dimension)
    assert vectors.dtype == np.float32
    assert np.isfinite(vectors).all()
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)


def test_texts_with_nothing_known_share_the_unknown_vector(compact: StaticEmbedder) -> None:
    empty, blank, marks, broken = compact.embed_queries(["", "  \n", "?!…", "\ud83d"])
    for other in (blank, marks, broken):
        np.testing.assert_allclose(empty, other, atol=1e-6)


def test_a_text_finds_its_translation(compact: StaticEmbedder) -> None:
    english = ["The president won the election.", "The river flooded the city.", "A new vaccine."]
    german = [
        "Der Präsident gewann die Wahl.",
        "Der Fluss überflutete die Stadt.",
        "Ein Impfstoff.",
    ]
    scores = compact.embed_queries(german) @ compact.embed_paragraphs(english).T
    assert scores.argmax(axis=1).tolist() == [0, 1, 2]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound, match=r"no model folder .*nowhere"):
        StaticEmbedder.load(tmp_path / "nowhere", "x")
    assert not is_static(tmp_path / "nowhere")


def test_a_folder_that_is_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no model")
    with pytest.raises(ModelUnusable, match="does not hold a static"):
        StaticEmbedder.load(tmp_path, "x")


@pytest.mark.parametrize("kind", ["Transformer", "Dense"])
def test_only_static_modules_count_as_static(tmp_path: Path, kind: str) -> None:
    modules = [*export.MODULES, {"type": f"sentence_transformers.models.{kind}", "path": "2"}]
    (tmp_path / "modules.json").write_text(json.dumps(modules))
    assert not is_static(tmp_path)
    (tmp_path / "modules.json").write_text("{not json")
    assert not is_static(tmp_path)
    (tmp_path / "modules.json").write_text(json.dumps(export.MODULES))
    assert is_static(tmp_path)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("model.safetensors", None),
        ("model.safetensors", b"cut off"),
        ("tokenizer.json", None),
        ("tokenizer.json", b"{}"),
    ],
)
def test_damaged_files_give_one_sentence(tmp_path: Path, name: str, content: bytes | None) -> None:
    export.write(tmp_path, small_tokenizer(), small_weight(), {})
    (tmp_path / name).unlink()
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ModelUnusable, match=name) as caught:
        StaticEmbedder.load(tmp_path, "x")
    assert "\n" not in str(caught.value)


def test_a_piece_that_is_damaged_is_one_sentence_where_it_is_used(tmp_path: Path) -> None:
    shutil.copytree(COMPACT_FOLDER, tmp_path / "model")
    path = tmp_path / "model" / "tokenizer.json"
    path.write_bytes(path.read_bytes().replace('["▁river",-'.encode(), '["▁river",x'.encode()))
    embedder = StaticEmbedder.load(path.parent, "damaged")
    assert embedder.embed_queries(["Wahl"]).shape == (1, embedder.dimension)
    with pytest.raises(ModelUnusable, match=r"tokenizer\.json is damaged .*again") as caught:
        embedder.embed_queries(["River"])
    assert "\n" not in str(caught.value)


def test_weights_of_another_tokenizer_are_refused(tmp_path: Path) -> None:
    export.write(tmp_path, small_tokenizer(), small_weight()[:4], {})
    with pytest.raises(ModelUnusable, match="8 pieces, 4 vectors"):
        StaticEmbedder.load(tmp_path, "x")


def test_weights_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    export.write(tmp_path, small_tokenizer(), small_weight(), {})
    weight = np.full((len(WORDS) + 1, 12), np.nan, np.float32)
    save_file({"embedding.weight": weight}, tmp_path / "model.safetensors")
    embedder = StaticEmbedder.load(tmp_path, "broken")
    with pytest.raises(BadVectors, match="broken"):
        embedder.embed_queries(["river"])


def test_zero_rows_still_give_a_unit_vector(tmp_path: Path) -> None:
    export.write(tmp_path, small_tokenizer(), np.zeros((len(WORDS) + 1, 12), np.float32), {})
    vectors = StaticEmbedder.load(tmp_path, "zero").embed_queries(["river", ""])
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_every_error_is_an_embedding_error() -> None:
    assert all(issubclass(e, EmbeddingError) for e in (ModelNotFound, ModelUnusable, BadVectors))


def test_what_is_known_of_the_files_of_the_compact_model_is_so() -> None:
    for name, digest in COMPACT_DIGESTS.items():
        content = (COMPACT_FOLDER / name).read_bytes()
        assert (digest.size, digest.sha256) == (len(content), sha256(content).hexdigest())


def test_a_copy_of_the_compact_model_has_its_fingerprint(
    compact: StaticEmbedder, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(COMPACT_FOLDER, tmp_path / "model"))
    assert StaticEmbedder.load(copy, "copy").fingerprint == compact.fingerprint


def test_the_fast_path_does_not_import_torch() -> None:
    program = (
        "import sys\n"
        "from search.embedding.static import COMPACT_FOLDER, StaticEmbedder\n"
        "embedder = StaticEmbedder.load(COMPACT_FOLDER, 'compact')\n"
        "assert embedder.embed_queries(['Wahl']).shape == (1, embedder.dimension)\n"
        "assert len(embedder.fingerprint) == 16\n"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'huggingface_hub'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"


def _shared_compact() -> StaticEmbedder:
    global _COMPACT  # noqa: PLW0603 - hypothesis takes no module-scoped fixture without a warning
    if _COMPACT is None:
        _COMPACT = StaticEmbedder.load(COMPACT_FOLDER, "compact")
    return _COMPACT


_COMPACT: StaticEmbedder | None = None

"""The trainer end to end on a toy language pair: it must learn which word means which."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.compact_model.examples import Bags
from tests.support.toy_pair import ToyPair

pytestmark = pytest.mark.slow


# The trainer forks; where an engine's tests ran before in this process, Lance warns of that.
# The workers never touch Lance.
@pytest.mark.filterwarnings("ignore:lance is not fork-safe:UserWarning")
@pytest.mark.parametrize("workers", [1, 2])
def test_translations_meet(tmp_path: Path, workers: int) -> None:
    import torch

    from benchmarks.compact_model.schedule import Budget, train

    torch.set_num_threads(1)  # tiny batches: threads would only wait for one another
    toy = ToyPair.drawn()
    heard: list[str] = []

    def trained() -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        size = toy.tokenizer.get_vocab_size()
        return train(toy.material, size, toy.recipe(), Budget(200, None, workers), heard.append)

    weight = trained()
    found, taught = toy.lessons(weight, tmp_path)
    assert found == 1
    assert taught > 0.8
    if workers == 1:
        assert heard
        np.testing.assert_array_equal(weight, trained())


def test_the_first_weights_put_topics_together() -> None:
    import torch

    from benchmarks.compact_model.student import Material, averaged

    bags = Bags(np.asarray([0, 1, 2, 3, 4, 0, 4, 2], np.int32), np.asarray([0, 2, 4, 6, 8]))
    axes = np.asarray([[1, 0], [0, 1], [1, 0], [0, 1]], np.float16)
    material = Material(bags, {}, axes, np.arange(4, dtype=np.int32))
    start = averaged(material, torch.zeros(5, 2))
    same, other = start[0] @ start[1], start[0] @ start[3]
    assert same > 0 > other

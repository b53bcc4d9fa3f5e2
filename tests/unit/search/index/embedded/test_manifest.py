"""`polywire.json`: what was live before is known, also of folders of earlier programs."""

from __future__ import annotations

import json
from pathlib import Path

from search.index.embedded import manifest
from search.index.embedded.manifest import Manifest
from tests.support.newsroom import IDENTITY


def test_what_was_live_is_in_the_order_of_its_end(tmp_path: Path) -> None:
    known = Manifest("a", dict.fromkeys("abc", IDENTITY))
    known = known.promoting("c").promoting("a").promoting("a")
    assert (known.live, known.former) == ("a", ("c",))
    known = known.promoting("b").promoting("c")
    assert (known.live, known.former) == ("c", ("a", "b"))
    manifest.write(tmp_path, known)
    assert manifest.read(tmp_path) == known
    assert known.without("a").former == ("b",)


def test_of_an_earlier_program_all_older_ones_were_live(tmp_path: Path) -> None:
    manifest.write(tmp_path, Manifest("b", dict.fromkeys("abc", IDENTITY)))
    path = tmp_path / manifest.FILE
    content = json.loads(path.read_text())
    del content["former"], content["checksum"]
    path.write_text(json.dumps(content))
    known = manifest.read(tmp_path)
    assert known is not None
    assert known.former == ("a",)

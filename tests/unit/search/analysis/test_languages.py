"""What is stored of the table of languages is what the table says."""

from __future__ import annotations

from pathlib import Path

import pytest

from search.analysis import languages
from search.analysis.languages import MADE, SOURCE, made_of


def test_what_is_stored_is_of_this_table_and_this_folding() -> None:
    stored = MADE.read_text(encoding="utf-8")
    assert stored == made_of(SOURCE.read_bytes()), "run: python -m search.analysis.languages"


@pytest.mark.parametrize("content", [None, "", '{"crc32":1,"languages":[]}'])
def test_what_is_stored_of_another_table_does_not_count(
    content: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "languages.json"
    if content is not None:
        other.write_text(content, encoding="utf-8")
    known = dict(languages.languages())
    monkeypatch.setattr(languages, "MADE", other)
    assert languages.languages.__wrapped__() == known

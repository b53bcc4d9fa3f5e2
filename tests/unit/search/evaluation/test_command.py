"""`polywire eval` says in one sentence what it cannot do."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.cli import main


@pytest.mark.parametrize(
    ("arguments", "ends"),
    [
        ([], (2, "--topics")),
        (["--topics", "t"], (2, "--qrels")),
        (["--sample", "--topics", "t"], (2, "--sample has its own")),
        (["--sample", "--against", "lexical"], (2, "'lexical' is not SETTING=VALUE")),
        (["--sample", "--against", "fusion.j=3"], (2, "no setting fusion.j")),
        (["--sample", "--mode", "both"], (2, "mode")),
        (["--sample"], (1, "polywire ingest")),
    ],
)
def test_wrong_calls_end_with_a_sentence(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    ends: tuple[int, str],
) -> None:
    code, says = ends
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as end:
        main(["eval", "--index", str(tmp_path / "none"), *arguments])
    told = capsys.readouterr()
    assert end.value.code == code
    assert says in told.err
    assert told.err.count("\n") == 1
    assert told.out == ""

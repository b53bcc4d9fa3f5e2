"""Language offsets over HTTP, on both engines: a server that is started uses and tells them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from config.cli import application
from search.api.answers.shapes import SearchAnswer, StatusAnswer
from tests.support.serving import LINES, ndjson, sample, serving

QUESTION = "flood on the river Lerna"


def test_a_server_uses_what_the_command_has_fitted(
    engine: str,
    new_index: Callable[[str], str],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    index = new_index(engine)
    monkeypatch.setenv("POLYWIRE_ELASTICSEARCH__REPLICAS", "0")
    with serving(folder, index) as served:
        served.http.post("/v1/articles", content=ndjson(sample()), headers=LINES)
        assert served.ok("GET", "/v1/search", params={"q": QUESTION})["offsets"] is None
        assert served.ok("GET", "/v1/status")["offsets"] is None
    run = CliRunner().invoke(application("calibrate"), ["calibrate", "--json", "--index", index])
    assert run.exit_code == 0, run.output
    digest = json.loads(run.stdout)["digest"]
    with serving(folder, index) as served:
        found = served.ok("GET", "/v1/search", params={"q": QUESTION, "limit": 20})
        assert found["offsets"] == {"digest": digest, "share": 0.5}
        assert len({hit["offset"] for hit in found["hits"]}) > 3
        shape = SearchAnswer.model_validate(found)
        assert shape.model_dump(mode="json", exclude_unset=True) == found
        status = served.ok("GET", "/v1/status")
        assert status["offsets"]["digest"] == digest
        assert StatusAnswer.model_validate(status).model_dump(mode="json") == status
        lines = served.http.get("/v1/export", params={"q": QUESTION}).text.splitlines()
        assert any(json.loads(line)["offset"] for line in lines)
    words = ["search", QUESTION, "-n", "20", "--json", "--index", index]
    printed = json.loads(CliRunner().invoke(application("search"), words).stdout)
    assert printed["hits"] == found["hits"]
    cleared = CliRunner().invoke(application("calibrate"), ["calibrate", "--clear", "-i", index])
    assert cleared.exit_code == 0, cleared.output
    printed = json.loads(CliRunner().invoke(application("search"), words).stdout)
    assert printed["offsets"] is None

"""All operations against all, for some seconds: no request ends in a 5xx or breaks off.

The same for minutes is `python -m benchmarks.stress`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.stress import stressed
from tests.support.serving import LINES, ndjson, sample, serving

SECONDS = 8.0


@pytest.mark.timeout(300)
def test_everything_against_everything(
    engine: str, new_index: Callable[[str], str], folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with serving(folder, new_index(engine), streams=8) as served:
        response = served.http.post("/v1/articles", content=ndjson(sample()), headers=LINES)
        assert response.is_success
        stress = stressed(served.address, SECONDS)
    assert stress.faults == []
    assert len({operation for operation, _ in stress.statuses}) > 15
    assert not [record for record in caplog.records if record.exc_info]

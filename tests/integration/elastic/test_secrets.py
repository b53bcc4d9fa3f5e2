"""The password in an index's address is printed and stored by no command that works."""

from __future__ import annotations

import os
from pathlib import Path

from search.index.elastic.location import ElasticLocation
from search.index.elastic.options import ElasticOptions
from tests.support.command import clean_environment, runner
from tests.support.elastic import remove

SECRET = "Hush-4711-hush"  # noqa: S105  what must not be seen


def test_what_works_prints_no_password(server_url: str, tmp_path: Path) -> None:
    polywire = runner(tmp_path)
    index = server_url.replace("://", f"://elastic:{SECRET}@") + f"/untrusted-{os.getpid()}"
    options = ["--index", index]
    environment = clean_environment() | {"POLYWIRE_ELASTICSEARCH__REPLICAS": "0"}
    try:
        for words in (
            ["ingest", "--sample"],
            ["ingest", "--sample", "--json"],
            ["search", "flood", "--output", "found.csv"],
            ["status"],
            ["status", "--json"],
            ["config", "--json"],
        ):
            done = polywire(*words, *options, env=environment)
            assert done.returncode == 0, done.stderr
            assert SECRET not in done.stdout + done.stderr
        method = polywire("search", "--method", "found.csv.method.json", *options, env=environment)
        assert SECRET not in method.stdout + method.stderr
        for file in tmp_path.rglob("found*"):
            assert SECRET not in file.read_text(encoding="utf-8")
    finally:
        remove(ElasticLocation.connect(index, ElasticOptions(replicas=0)))

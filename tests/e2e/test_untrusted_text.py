"""What others wrote controls no terminal, and passwords are printed by no command."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest

from config.cli import COMMANDS
from tests.support.command import Run, clean_environment, runner

EVIL = "\x1b]0;owned\x07\x1b[2J\x9b31m\r\x08\x7f"
SECRET = "Hush-4711-hush"  # noqa: S105  what must not be seen

INPUT = f"evil{EVIL.replace('/', '')}.jsonl"


def record(name: str, **changes: object) -> dict[str, object]:
    return {
        "id": name,
        "title": f"Ferry {EVIL} returns",
        "text": f"The old ferry {EVIL} came back to the harbour.\n\nNobody {EVIL} was hurt.",
        "lang": "en",
        "source": f"herald {EVIL}",
        "section": f"port {EVIL}",
        "tags": [f"ferry {EVIL}"],
        "authors": [f"Ann {EVIL}"],
        "published": "2026-03-02T08:00:00Z",
        f"key {EVIL}": EVIL,
    } | changes


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with an input, and an index of it, that try to control the terminal."""
    folder = tmp_path_factory.mktemp("hostile")
    lines = [
        record("a"),
        record("b", title=f"Ferry {EVIL} late", url=f"https://example.org/{EVIL}"),
        record(f"bad {EVIL}", lang=f"klingon {EVIL}"),
        record("worse", published=f"when {EVIL}", url=f"ftp://x/{EVIL}"),
        {f"only {EVIL}": EVIL},
    ]
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    (folder / INPUT).write_text(f"{text}{{broken {EVIL}\n", encoding="utf-8")
    done = runner(folder)("ingest", INPUT)
    assert done.returncode == 3, done.stderr
    check(done.stdout + done.stderr)
    changed = json.dumps(record("a", text=f"It {EVIL} sank.", updated="2026-03-03T08:00:00Z"))
    (folder / "second.jsonl").write_text(changed, encoding="utf-8")
    assert runner(folder)("ingest", "second.jsonl").returncode == 0
    return folder


def check(text: str) -> None:
    """Assert that nothing but text, line feeds and tabs was printed."""
    found = {char for char in text.replace("\r\n", "\n") if unicodedata.category(char) == "Cc"}
    assert not found - {"\n", "\t"}, repr(text)


ARGUMENTS: dict[str, list[list[str]]] = {
    "ingest": [[INPUT], [INPUT, "--json"], [f"missing {EVIL}"], [f"-{EVIL}"], ["--lang", EVIL]],
    "search": [
        ["ferry"],
        ["ferry", "--json"],
        ["ferry", "--csv"],
        ["ferry", "--jsonl", "--all"],
        ["ferry", "--facets", "--explain"],
        [f"ferry {EVIL}"],
        [f'ferry source:"x{EVIL}y"'],
        [f'"{EVIL}'],
        ["ferry", "--output", f"none/{EVIL}.csv"],
        ["ferry", f"--{EVIL}"],
        ["ferry", "--mode", EVIL],
    ],
    "similar": [["a"], ["a", "--json"], [f"no {EVIL}"], [INPUT]],
    "history": [["a"], ["a", "--json"], [f"no {EVIL}"]],
    "eval": [[f"{EVIL}.topics", f"{EVIL}.qrels"]],
    "reindex": [["--to", EVIL], ["--model", EVIL]],
    "calibrate": [[INPUT], [f"missing {EVIL}"]],
    "status": [[], ["--json"], ["--index", f"nowhere {EVIL}"]],
    "serve": [["--host", f"no.{EVIL}"], ["--read-only", "--index", f"nowhere {EVIL}"]],
    "keys": [
        ["create", f"desk {EVIL}"],
        ["create", "x", "--scope", EVIL],
        ["list"],
        ["list", "--json"],
        ["revoke", f"no {EVIL}"],
        ["revoke", f"desk {EVIL}"],
        [EVIL],
    ],
    "config": [["--index", EVIL], ["--index", EVIL, "--json"], ["--model", EVIL]],
}


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_no_command_prints_what_controls_a_terminal(hostile: Path, command: str) -> None:
    given = ARGUMENTS.get(command, [[f"no {EVIL}"], ["--json"], ["--index", f"nowhere {EVIL}"]])
    for words in given:
        done = runner(hostile)(command, *words)
        check(done.stdout + done.stderr)
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_no_command_prints_a_password(polywire: Run, command: str) -> None:
    """Nothing listens there: whatever the command says of that has no password in it."""
    index = f"http://elastic:{SECRET}/@:x@127.0.0.1:9/news"
    more = {
        "ingest": ["--sample"],
        "search": ["ferry", "--mode", "lexical"],
        "similar": ["a"],
        "history": ["a"],
        "keys": ["list"],
    }.get(command, [])
    node = f"https://elastic:{SECRET}@127.0.0.1:9"
    for words, environment in (
        (["--index", index], {"POLYWIRE_LOG_LEVEL": "debug"}),
        (["--json"], {"POLYWIRE_INDEX": index, "POLYWIRE_ELASTICSEARCH__HOSTS": node}),
    ):
        done = polywire(command, *more, *words, env=with_environment(environment))
        assert SECRET not in done.stdout + done.stderr


def with_environment(variables: dict[str, str]) -> dict[str, str]:
    return clean_environment() | {"POLYWIRE_ELASTICSEARCH__PATIENCE_S": "1"} | variables

"""Files that are replaced whole."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import pytest

from search.files import replace_json, replacing


def test_a_file_takes_its_name_when_it_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")
    with replacing(path) as out:
        out.write("Brücke\r\n")
        out.flush()
        assert path.read_text() == "old"
    assert path.read_bytes() == "Brücke\r\n".encode()
    assert [file.name for file in tmp_path.iterdir()] == ["a.txt"]


def test_an_error_leaves_the_old_file_and_no_part(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    replace_json(path, {"a": 1})
    with pytest.raises(TypeError):
        replace_json(path, {"a": object()})
    with pytest.raises(UnicodeEncodeError):
        replace_json(path, {"a": "half \ud83d"})
    assert json.loads(path.read_text()) == {"a": 1}
    assert [file.name for file in tmp_path.iterdir()] == ["a.json"]


def test_writers_at_the_same_time_do_not_meet(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    documents = [{"by": n, "text": "x" * 50_000} for n in range(8)]
    writers = [threading.Thread(target=replace_json, args=(path, one)) for one in documents]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert json.loads(path.read_text()) in documents
    assert [file.name for file in tmp_path.iterdir()] == ["a.json"]


@pytest.mark.skipif(os.name == "nt", reason="permissions and pipes of POSIX")
def test_permissions_are_as_asked_and_others_those_of_any_file(tmp_path: Path) -> None:
    replace_json(tmp_path / "secret.json", {}, mode=0o600)
    replace_json(tmp_path / "plain.json", {})
    (tmp_path / "like.json").touch()
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    assert modes["secret.json"] == 0o600
    assert modes["plain.json"] == modes["like.json"]


@pytest.mark.skipif(os.name == "nt", reason="permissions and pipes of POSIX")
def test_a_pipe_is_written_to_and_stays_one(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    found: list[str] = []
    reader = threading.Thread(target=lambda: found.append(pipe.read_text()))
    reader.start()
    with replacing(pipe) as out:
        out.write("through")
    reader.join()
    assert found == ["through"]
    assert pipe.is_fifo()


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), replacing(tmp_path / "none" / "a.txt"):
        pass

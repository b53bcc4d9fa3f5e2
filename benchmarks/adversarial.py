r"""Inputs made to take all time or memory: each is read within bounds, or refused in a sentence.

    python -m benchmarks.adversarial                 # 10, 20 and 40 MB of each
    python -m benchmarks.adversarial --mb 1 2 -k dots
    python -m benchmarks.adversarial --kept FILE     # run again, it goes on where it ended

Every input is ingested by the command, into an index of its own, with the largest article as the
settings have it. Seconds are those of the processor. Twice the length must take less than `RATIO`
times the time, above the time of an empty run; no run may take over `SECONDS` or `MEMORY`. Where an
input is nothing but whole documents without number (`DOCUMENTS`), each of which is read and settled
as any other, it may take ten times as long. Exit code 1 where something is out of bounds. Writes
`results/adversarial.json` once every case was measured.
"""

from __future__ import annotations

import argparse
import bz2
import gzip
import json
import lzma
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks import adversarial_formats
from benchmarks.adversarial_formats import Made, nested, of
from benchmarks.record import commit, record

RATIO = 2.2
SECONDS = 10.0
MEMORY = 1000.0
"""Megabytes at the most."""
DOCUMENTS = frozenset(
    {
        "feed: items",
        "feed: items alike",
        "text: articles of Factiva",
        "wire: G2, items",
        "archive: zip, members",
        "archive: zip, articles",
        "archive: tar, members",
        "archive: WARC, records",
        "archive: WARC, members",
        "mail: letters",
        "Excel: rows",
        "Excel: texts",
    }
)
"""Cases of many thousand documents, whole ones: each may take `TIMES` as long as another."""
TIMES = 10
NOISE = 0.5
"""Seconds that a run may take longer by chance, or for what does not depend on its length."""
AGAIN = 4
"""How often a case that grows too fast is measured again: the least time of each length counts."""
GIVEN_UP = 60
"""Seconds after which a run is ended."""
OUT_OF_BOUNDS = "too much"

_HIGH_WATER = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)


def bomb(pack: Callable[[bytes], bytes], unit: bytes) -> Made:
    """What unpacks to sixteen times the size."""
    return lambda size: pack(unit * (16 * size // len(unit)))


def zstandard(data: bytes) -> bytes:
    """Pack with zstd."""
    import zstandard as library

    return library.ZstdCompressor().compress(data)


def aliases(size: int) -> bytes:
    """Front matter of a few hundred bytes, of as many values as nine to the power of its lines."""
    rows = ["a0: &a0 [lol]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    return ("---\n" + "\n".join(rows) + "\n---\n").encode() + b"One. " * (size // 5)


def merges(size: int) -> bytes:
    """Front matter whose objects take in nine times what the one before has, and so on."""
    rows = ["a0: &a0 {x: 1}"]
    rows += [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}" for n in range(1, 10)]
    return ("---\n" + "\n".join(rows) + "\n---\n").encode() + b"One. " * (size // 50)


TEXTS: Mapping[str, Made] = {
    "initials": of("A. "),
    "initials without spaces": of("A."),
    "dots": of("."),
    "spaced dots": of(". "),
    "questions": of("?! "),
    "commas": of(","),
    "quotes": of("“a” "),
    "one letter": of("a"),
    "words": of("a "),
    "long words": of("a" * 5000 + " "),
    "Japanese": of("日本語の文章を切る"),
    "Chinese sentences": of("好。"),
    "Thai digits": of("๑๒"),
    "soft hyphens": of("a\u00ad"),
    "quotation marks": of("« "),
    "fields of Nexis": of("BYLINE: A\n", "1 of 2 DOCUMENTS\nThe Paper\nMarch 4, 2024 Monday\nA\n"),
    "articles of Factiva": of("HD a\nPD 4 March 2024\nLP " + "a " * 500 + "\n"),
    "Thai": of("ภาษาไทย"),
    "Korean": of("한국어"),
    "newlines": of("\n"),
    "carriage returns": of("\r\n"),
    "blank lines": of(" \n"),
    "short lines": of("a\n"),
    "short paragraphs": of("a\n\n"),
    "wrapped lines": of("word " * 12 + "\n"),
    "bullets": of("- a\n"),
    "spaces": of(" "),
    "combining marks": of("\u0301", "a"),
    "marks in disorder": of("\u0301\u0323", "a"),
    "marks on letters": of("a\u0301\u0323\u0302"),
    "joined emoji": of("\U0001f468\u200d"),
    "ligatures that unfold": of("\ufdfa"),
    "invisible": of("\u200b"),
    "tags": of("<p>"),
    "open brackets": of("<"),
    "entities": of("&amp;"),
    "ampersands": of("&"),
    "bad bytes": of(b"\xff"),
    "cut characters": of("д".encode()[:1] + b" "),
    "old Russian": of("мост закрыт до осени ".encode("koi8_r")),
    "zero bytes": of(b"\x00a"),
}
LINES: Mapping[str, Made] = {
    "no objects": of("x\n"),
    "empty objects": of("{}\n"),
    "blank lines": of("\n"),
    "open lists": of("["),
    "one deep object": nested('{"a":', "}"),
    "paragraphs": of('"a",', '{"paragraphs":[', '"b"]}'),
    "tags": of('"a",', '{"text":"One.","tags":[', '"b"]}'),
    "unknown keys": lambda size: json.dumps(
        {"text": "One.", **{f"key{n}": n for n in range(size // 20)}}
    ).encode(),
    "title": of("word ", '{"text":"One.","title":"', '"}'),
    "source": of("word ", '{"text":"One.","source":"', '"}'),
    "address": of("a", '{"text":"One.","url":"http://a.example/', '"}'),
    "spaces in an address": of(" ", '{"text":"One.","url":"http://a.example/', 'a"}'),
    "date": of(" 1", '{"text":"One.","published":"', '"}'),
    "spaces in a date": of(" ", '{"text":"One.","published":"1', '1"}'),
    "authors": of("a@b.c ", '{"text":"One.","author":"', '"}'),
    "number": of("9", '{"text":"One.","id":', "}"),
    "open text": of("a", '{"text":"'),
    "escapes": of("\\u0301\\u0323", '{"text":"a', '"}'),
    "two texts": of("A. ", '{"title":"a","lang":"en","text":"', '"}'),
}
VALUES: Mapping[str, Made] = {
    "spaces": of(" ", "[", "]"),
    "commas": of(",", "[", "]"),
    "numbers": of("1,", "[", "1]"),
    "open lists": of("["),
    "lists": of("[]"),
    "empty objects": of("{},", "[", "{}]"),
    "one paragraph": of("a ", '[{"paragraphs":["', '"]}]'),
}
MARKDOWN: Mapping[str, Made] = {
    "brackets": of("["),
    "emphasis": of("*a "),
    "quotes": of("> "),
    "code marks": of("`a"),
    "rows": of("|a|b\n", "|a|b\n|-|-\n"),
    "headings": of("# a\n"),
    "list items": of("- a\n"),
    "deep list": lambda size: b"".join(b" " * n + b"- a\n" for n in range(int((2 * size) ** 0.5))),
    "references": of("[a]: b\n"),
    "aliases": aliases,
    "merges": merges,
    "deep front matter": lambda size: b"---\na: " + b"[" * (size // 2) + b"\n---\nOne.",
    "long front matter": of("a: b\n", "---\n", "---\nOne."),
    "TOML keys": lambda size: b"+++\n" + b"a." * min(size // 2, 24_000) + b"a = 1\n+++\nOne.",
    "TOML": lambda size: b"+++\na = " + b"[" * size + b"\n+++\nOne.",
}
PACKED: Mapping[str, tuple[str, Made]] = {
    "no objects, bz2": (".jsonl.bz2", bomb(bz2.compress, b"x\n")),
    "no objects, xz": (".jsonl.xz", bomb(lambda data: lzma.compress(data, preset=0), b"x\n")),
    "no objects, gz": (".jsonl.gz", bomb(lambda data: gzip.compress(data, 1), b"x\n")),
    "frames, zst": (".jsonl.zst", lambda size: zstandard(b"\n") * (size // 10)),
    "zeros, zst": (".jsonl.zst", bomb(zstandard, b"\x00")),
    "spaces, zst": (".json.zst", bomb(zstandard, b" ")),
    "newlines, bz2": (".txt.bz2", bomb(bz2.compress, b"\n")),
}


def cases() -> dict[str, tuple[str, Made]]:
    """Every case: its name -> suffix of the file, and what is in it."""
    found: dict[str, tuple[str, Made]] = {}
    for kind, suffix, made in (
        ("text", ".txt", TEXTS),
        ("lines", ".jsonl", LINES),
        ("values", ".json", VALUES),
        ("markdown", ".md", MARKDOWN),
    ):
        found |= {f"{kind}: {name}": (suffix, one) for name, one in made.items()}
    found |= {f"packed: {name}": one for name, one in PACKED.items()}
    return found | adversarial_formats.cases()


def measured(suffix: str, data: bytes, folder: Path, given_up: int) -> dict[str, Any]:
    """Ingest the data; return seconds, megabytes, and how it was refused, if it was."""
    source = folder / f"case{suffix}"
    source.write_bytes(data)
    limit = f"import resource as r; r.setrlimit(r.RLIMIT_CPU, ({given_up}, {given_up}))"
    start_it = f"{limit}; from config.cli import main; main()"
    command = [sys.executable, "-c", start_it, "ingest", str(source), "--json"]
    command += ["--index", str(folder / "index")]
    with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
        run = subprocess.Popen(command, stdout=out, stderr=err, cwd=folder)
    peak = 0.0
    while True:
        ended, status, usage = os.wait4(run.pid, os.WNOHANG)
        if ended:
            break
        peak = max(peak, _high_water(run.pid))
        time.sleep(0.02)
    seconds = usage.ru_utime + usage.ru_stime
    if os.WIFSIGNALED(status):
        return {"seconds": given_up, "mb": round(peak), "said": "given up"}
    try:
        reasons = json.loads((folder / "out").read_text())["reasons"]
        said = next(iter(reasons), "")
    except ValueError:
        return {"seconds": given_up, "mb": round(peak), "said": (folder / "err").read_text()[:300]}
    rejects = sum(path.stat().st_size for path in folder.glob("*.rejects.jsonl"))
    return {
        "seconds": round(seconds, 2),
        "mb": round(peak),
        "rejects_kb": rejects // 1000,
        "said": said[:160],
    }


def _high_water(process: int) -> float:
    """Return the most memory that a process has had, in megabytes.

    `ru_maxrss` would be that of this process, which has the whole input in memory as it forks.
    """
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    except OSError:  # it has just ended
        return 0.0
    found = _HIGH_WATER.search(status)
    return int(found[1]) * 1024 / 1e6 if found else 0.0


def judged(runs: list[dict[str, Any]], bases: Mapping[bool, float], times: int) -> str:
    """What is wrong with the runs of one case, "" if nothing is.

    `bases` are the seconds of a run with next to nothing in it: that writes it, that refuses it.
    A run may take `times` the `SECONDS`.
    """
    for run in runs:
        if run["seconds"] > times * SECONDS or run["mb"] > MEMORY:
            return f"{OUT_OF_BOUNDS}: {run['seconds']} s, {run['mb']} MB"
    above = [run["seconds"] - bases[bool(run["said"])] for run in runs]
    for (shorter, longer), (one, other) in zip(
        pairwise(above), pairwise(run["length_mb"] for run in runs), strict=True
    ):
        if other == 2 * one and longer > RATIO * max(shorter, 0.0) + NOISE:
            return f"{longer / max(shorter, 0.01):.1f} times the time for twice the length"
    return ""


def main() -> None:
    """Measure every case, and say which are out of bounds."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--mb", type=float, nargs="+", default=[10, 20, 40])
    parser.add_argument("-k", default="", help="only cases whose name has this in it")
    parser.add_argument("--kept", type=Path, help="file of what was measured: a run goes on there")
    chosen = parser.parse_args()
    kept: Path | None = chosen.kept
    figures: dict[str, Any] = {}
    if kept is not None and kept.exists():
        figures = json.loads(kept.read_text(encoding="utf-8"))
    wrong = 0
    os.environ.pop("POLYWIRE_INDEX", None)
    with tempfile.TemporaryDirectory() as base:
        bases = {
            refused: min(run_of(".txt", made, 0, base)["seconds"] for _ in range(AGAIN))
            for refused, made in ((False, of(" ", "One two three.")), (True, of(" ", "   ")))
        }
        for name, (suffix, made) in cases().items():
            if chosen.k not in name:
                continue
            if name in figures:
                wrong += bool(figures[name]["verdict"])
                continue
            times = TIMES if name in DOCUMENTS else 1
            runs = [run_of(suffix, made, mb, base, times) for mb in chosen.mb]
            for _ in range(AGAIN):
                if not (verdict := judged(runs, bases, times)) or OUT_OF_BOUNDS in verdict:
                    break
                again = [run_of(suffix, made, mb, base, times) for mb in chosen.mb]
                runs = [min(pair, key=_seconds) for pair in zip(runs, again, strict=True)]
            verdict = judged(runs, bases, times)
            wrong += bool(verdict)
            figures[name] = {"runs": runs, "verdict": verdict, "commit": commit()}
            if kept is not None:
                kept.write_text(json.dumps(figures), encoding="utf-8")
            shown = " ".join(f"{run['seconds']:.1f}s/{run['mb']}MB" for run in runs)
            print(f"{'WRONG' if verdict else 'good '} {name:32} {shown}  {verdict}", flush=True)
            print(f"      {runs[-1]['said']}" if runs[-1]["said"] else "", flush=True)
    if len(figures) == len(cases()):
        empty = {"empty_seconds": bases[False], "refused_seconds": bases[True]}
        record("adversarial", "made", {**empty, "cases": figures})
    sys.exit(1 if wrong else 0)


def run_of(suffix: str, made: Made, mb: float, base: str, times: int = 1) -> dict[str, Any]:
    """Ingest one length of a case in a folder of its own, which is removed again."""
    with tempfile.TemporaryDirectory(dir=base) as folder:
        return {
            "length_mb": mb,
            **measured(suffix, made(int(mb * 1e6)), Path(folder), times * GIVEN_UP),
        }


def _seconds(run: dict[str, Any]) -> float:
    return float(run["seconds"])


if __name__ == "__main__":
    main()

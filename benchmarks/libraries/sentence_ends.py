"""Sentence ends: `search.analysis.sentences` beside sentencex."""

from __future__ import annotations

import json
import lzma
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from search.analysis.sentences import sentences

Case = tuple[str, str, frozenset[int]]
"""Language, text, and the ends that are right: characters before each but white space."""
Ends = Callable[[str, str], Iterator[int]]

OF_A_LANGUAGE = 1000
"""Texts per language of the news, at most."""
LINES = 12
"""Lines of the news, each mostly a sentence, that make one text."""
_WHOLE = re.compile(r'[.!?…。！？؟।॥]["\'”’»›)\]」』“]*$')
WORST = ("A. ", '"A. ', ".", "Dr. ", "U.S. ", "川。")
"""What a page may hold 20,000 times in a row."""


def compare(shared: Path) -> dict[str, Any]:
    """Return precision, recall and F of both by language, their pace, and their worst cases."""
    import sentencex

    def theirs(text: str, lang: str) -> Iterator[int]:
        return (found["end_index"] for found in sentencex.get_sentence_boundaries(lang, text))

    def ours(text: str, _lang: str) -> Iterator[int]:
        return (end for _, end in sentences(text))

    both: Mapping[str, Ends] = {"ours": ours, "sentencex": theirs}
    figures: dict[str, Any] = {"worst_ms": {unit: _worst(unit, both) for unit in WORST}}
    for name, cases in (("xquad", _xquad(shared)), ("news", _news(shared))):
        by_language: defaultdict[str, list[Case]] = defaultdict(list)
        for case in cases:
            if len(by_language[case[0]]) < OF_A_LANGUAGE:
                by_language[case[0]].append(case)
        figures[name] = {
            lang: {label: _measured(found, ends) for label, ends in both.items()}
            for lang, found in sorted(by_language.items())
        }
    return figures


def _measured(cases: list[Case], ends: Ends) -> dict[str, float]:
    start = time.process_time()
    found = [list(ends(text, lang)) for lang, text, _ in cases]
    seconds = time.process_time() - start
    right = wrong = missed = 0
    for (_, text, true), own in zip(cases, found, strict=True):
        counted = _counted(text, own)
        right += len(counted & true)
        wrong += len(counted - true)
        missed += len(true - counted)
    return {
        "precision": round(right / max(right + wrong, 1), 3),
        "recall": round(right / max(right + missed, 1), 3),
        "f": round(2 * right / max(2 * right + wrong + missed, 1), 3),
        "mega_characters_per_s": round(sum(len(c[1]) for c in cases) / seconds / 1e6, 1),
    }


def _counted(text: str, ends: list[int]) -> frozenset[int]:
    """Ends by the characters before them, white space left out, so that trimming is no fault."""
    before = [0]
    for character in text:
        before.append(before[-1] + (not character.isspace()))
    return frozenset(before[end] for end in ends) - {0, before[-1]}


def _worst(unit: str, both: Mapping[str, Ends]) -> dict[str, int]:
    times = {}
    for label, ends in both.items():
        start = time.process_time()
        list(ends(unit * 20_000, "en"))
        times[label] = round(1000 * (time.process_time() - start))
    return times


def _xquad(shared: Path) -> Iterator[Case]:
    for path in sorted((shared / "eval" / "xquad-r").glob("*.json.xz")):
        with lzma.open(path) as file:
            for article in json.load(file)["data"]:
                for paragraph in article["paragraphs"]:
                    text, breaks = paragraph["context"], paragraph["sentence_breaks"]
                    ends = _counted(text, [end for _, end in breaks])
                    yield path.name.partition(".")[0], text, ends


def _news(shared: Path) -> Iterator[Case]:
    """Lines of one article in a row, joined; only such as end like a sentence."""
    with lzma.open(shared / "parallel" / "wmt-docs.jsonl.xz", "rt", encoding="utf-8") as rows:
        for row in rows:
            document = json.loads(row)
            for n, lang in enumerate(document["langs"]):
                run: list[str] = []
                for line in [*(texts[n].strip() for texts in document["lines"]), ""]:
                    if _WHOLE.search(line) and len(run) < LINES:
                        run.append(line)
                        continue
                    if len(run) > 1:
                        yield _joined(run, lang)
                    run = [line] if _WHOLE.search(line) else []


def _joined(run: list[str], lang: str) -> Case:
    between = "" if lang in ("zh", "ja") else " "
    ends, size = [], 0
    for line in run:
        ends.append(size + len(line))
        size += len(line) + len(between)
    text = between.join(run)
    return lang, text, _counted(text, ends)

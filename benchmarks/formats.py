"""How well news is read out of the formats that it comes in, on real files with right answers.

    python -m benchmarks.formats

Web pages (`../shared/formats/html`): how much of the body is right (F1 over word 4-grams, of
characters in Chinese and Japanese), how many snippets that belong to the article are in it (`must`)
and how many that do not (`must_not`); titles, days, times and authors on the pages whose answers
have them; pages per second of one core; and what trafilatura alone reaches on the same pages.
Agencies' items (`../shared/formats/wire`): see `benchmarks.formats_wire`.
"""

from __future__ import annotations

import json
import lzma
import re
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean
from typing import Any

from benchmarks.formats_wire import wire
from benchmarks.record import record
from indexer.article.dates import parse_date
from indexer.article.draft import Origin, UnreadPage
from indexer.sources.extraction import extracted
from indexer.text.cleaning import clean_line
from indexer.text.extraction.page import page_record

PAGES = Path(__file__).parents[2] / "shared" / "formats" / "html"
WITHIN_S = 60
"""Seconds by which a time of day may differ."""

_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


def main() -> None:
    """Measure, print, and store the figures in `results/formats.json`."""
    if not PAGES.exists():
        raise SystemExit(
            f"This benchmark needs the pages in {PAGES}, which are not in the project."
        )
    figures = {
        "pages": pages(ours),
        "pages_trafilatura": pages(trafilatura_alone),
        "wire": wire(),
        "reading": reading(),
    }
    print(json.dumps(figures, indent=2))
    print(f"stored in {record('formats', '../shared/formats', figures).name}")


ROUNDS = 3
"""Times that all pages are read for `reading`: the start of the processes counts, once."""


def reading() -> dict[str, float]:
    """Pages per second of the clock that an ingest reads, by one process and by two."""
    pages = [UnreadPage(Origin(gold["file"]), data) for gold, data in _pages()] * ROUNDS
    pace = {}
    for processes in (1, 2):
        began = time.perf_counter()
        deque(extracted(pages, processes), maxlen=0)
        pace[str(processes)] = round(len(pages) / (time.perf_counter() - began), 1)
    return pace


Extract = Callable[[bytes, str | None], dict[str, Any]]


def ours(data: bytes, url: str | None) -> dict[str, Any]:
    """Read a page as ingest does; a refused one has no text."""
    found = page_record(data, url)
    return {"refused": found} if isinstance(found, str) else found


def trafilatura_alone(data: bytes, url: str | None) -> dict[str, Any]:
    """Read a page with trafilatura, as its documentation says."""
    from trafilatura import bare_extraction

    document: Any = bare_extraction(data, url=url, include_comments=False, with_metadata=True)
    if document is None:
        return {}
    return {
        "title": document.title or "",
        "paragraphs": (document.text or "").splitlines(),
        "published": document.date or "",
        "authors": (document.author or "").split("; "),
    }


@dataclass
class Tally:
    """What was right, page by page."""

    bodies: dict[str, list[float]] = field(default_factory=dict)
    others: list[float] = field(default_factory=list)
    must: list[bool] = field(default_factory=list)
    must_not: list[bool] = field(default_factory=list)
    right: dict[str, list[bool]] = field(default_factory=dict)
    refused: int = 0

    def note(self, gold: dict[str, Any], found: dict[str, Any]) -> None:
        """Compare one page with its answer."""
        self.refused += "refused" in found
        text = "\n".join(found.get("paragraphs", ()))
        if gold.get("text"):
            score = f1(text, gold["text"])
            self.bodies.setdefault(gold["gold_kind"], []).append(score)
            if gold["lang"] not in ("en", "de"):
                self.others.append(score)
        whole = clean_line(f"{found.get('title', '')} {text}")
        self.must += [clean_line(part) in whole for part in gold.get("must") or ()]
        self.must_not += [clean_line(part) in whole for part in gold.get("must_not") or ()]
        if gold["gold_kind"] == "site-parser":
            for key, value in _about(gold, found):
                self.right.setdefault(key, []).append(value)

    def figures(self) -> dict[str, Any]:
        """Return shares from 0 to 1."""
        scores = [score for some in self.bodies.values() for score in some]
        return {
            "body_f1": round(mean(scores), 4),
            "body_f1_other_languages": round(mean(self.others), 4),
            "body_f1_by_answers": {k: round(mean(v), 4) for k, v in sorted(self.bodies.items())},
            "must": round(mean(self.must), 4),
            "must_not": round(mean(self.must_not), 4),
            **{key: round(mean(values), 4) for key, values in sorted(self.right.items())},
            "refused": self.refused,
        }


def pages(extract: Extract) -> dict[str, Any]:
    """Measure one way of reading pages."""
    tally, count, spent = Tally(), 0, 0.0
    for gold, data in _pages():
        began = time.process_time()
        found = extract(data, gold.get("url"))
        spent += time.process_time() - began
        count += 1
        tally.note(gold, found)
    return {"pages": count, **tally.figures(), "pages_a_second_a_core": round(count / spent, 1)}


def _pages() -> Iterator[tuple[dict[str, Any], bytes]]:
    with (PAGES / "pages.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            gold = json.loads(line)
            with lzma.open(PAGES / gold["file"]) as file:
                yield gold, file.read()


def _about(gold: dict[str, Any], found: dict[str, Any]) -> Iterator[tuple[str, bool]]:
    yield "title", clean_line(found.get("title", "")) == clean_line(gold["title"] or "")
    if gold.get("date"):
        wanted = datetime.fromisoformat(gold["date"])
        wanted = wanted if wanted.tzinfo else wanted.replace(tzinfo=UTC)
        told = found.get("published", "")
        try:
            moment = parse_date(told) if told else None
        except ValueError:
            moment = None
        days = {wanted.date(), wanted.astimezone(UTC).date()}
        same_day = moment is not None and (moment.date() in days or told[:10] == gold["date"][:10])
        yield "day", same_day
        near = moment is not None and abs((moment - wanted).total_seconds()) <= WITHIN_S
        yield "time", near
    if gold.get("authors"):
        yield "authors", _names(found.get("authors", ())) == _names(gold["authors"])


def _names(names: Sequence[str]) -> set[str]:
    return {clean_line(name) for name in names}


def f1(found: str, gold: str) -> float:
    """Return the harmonic mean of precision and recall over the 4-grams of two texts, counted."""
    here, there = _grams(found), _grams(gold)
    both = (here & there).total()
    return 2 * both / (here.total() + there.total()) if both else 0.0


def _grams(text: str) -> Counter[tuple[str, ...]]:
    line = clean_line(text)
    words = list(line.replace(" ", "")) if _WIDE.search(line) else re.findall(r"\w+", line)
    if not words:
        return Counter()
    return Counter(tuple(words[at : at + 4]) for at in range(max(1, len(words) - 3)))


if __name__ == "__main__":
    main()

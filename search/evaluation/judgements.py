"""Which articles answer which query: read from TREC qrels, BEIR's TSV, or JSONL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from search.evaluation.errors import JudgementsUnreadable
from search.evaluation.records import Line, first_of, json_object, lines, read

Judgements = Mapping[str, Mapping[str, int]]
"""Topic id -> article id -> relevance: 0 is not relevant, more is better."""

_FORMATS = "topic 0 article relevance (TREC), topic TAB article TAB relevance, or JSONL"


def read_judgements(path: Path) -> Judgements:
    """Read judgements; the last of several on one article counts.

    JSONL has `topic` (or `query_id`, `query-id`), `article` (or `doc_id`, `corpus-id`) and
    `relevance` (or `score`). Negative relevance (TREC's "junk") counts as 0.

    Raises `JudgementsUnreadable` with the first line that is wrong.
    """
    text = read(path, JudgementsUnreadable)
    reader = _jsonl if text.lstrip()[:1] == "{" else _columns
    judged: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for topic, article, relevance in reader(path, text):
        judged[topic][article] = max(0, relevance)
    if not judged:
        raise JudgementsUnreadable(f"{path} holds no judgements.")
    return dict(judged)


def _columns(path: Path, text: str) -> Iterator[tuple[str, str, int]]:
    for line in lines(path, text):
        fields = line.text.split("\t") if "\t" in line.text else line.text.split()
        if line.number == 1 and fields[-1].strip() in {"score", "relevance", "rel"}:
            continue  # the heading of BEIR's and other TSV files
        if len(fields) not in {3, 4}:
            raise JudgementsUnreadable(f"{line.place} is not a judgement; write {_FORMATS}.")
        yield fields[0].strip(), fields[-2].strip(), _relevance(fields[-1], line)


def _jsonl(path: Path, text: str) -> Iterator[tuple[str, str, int]]:
    for line in lines(path, text):
        record = json_object(line, JudgementsUnreadable)
        topic = first_of(record, ("topic", "query_id", "query-id", "qid"))
        article = first_of(record, ("article", "doc_id", "corpus-id", "docid"))
        relevance = first_of(record, ("relevance", "rel", "score"))
        if topic is None or article is None or relevance is None:
            raise JudgementsUnreadable(f'{line.place} needs "topic", "article" and "relevance".')
        yield str(topic), str(article), _relevance(relevance, line)


def _relevance(value: object, line: Line) -> int:
    try:
        return int(str(value).strip())
    except ValueError:
        raise JudgementsUnreadable(
            f"{line.place}: the relevance {value!r} is not a whole number."
        ) from None

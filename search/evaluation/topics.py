"""The queries of an evaluation: read from JSONL, TSV, or TREC topics."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from search.evaluation.errors import TopicsUnreadable
from search.evaluation.records import first_of, json_object, lines, read
from search.index.model import UNKNOWN_LANGUAGE


@dataclass(frozen=True, slots=True)
class Topic:
    """A query with an id; `exclude_ids` are articles that must not be found.

    The query may be the headline of an article in the index: then that article is excluded.
    """

    id: str
    query: str
    lang: str = UNKNOWN_LANGUAGE
    exclude_ids: frozenset[str] = frozenset()


def read_topics(path: Path) -> tuple[Topic, ...]:
    """Read topics in the order of the file; the format is recognised by how the file begins.

    - JSONL: `id` (or `_id`, `query_id`, `qid`), `query` (or `text`, `title`), `lang`, and
      `exclude`, a list of article ids.
    - TREC topics, SGML or XML: `<top>` or `<topic>`, its number as an attribute or in `<num>`,
      the query in `<title>` or `<query>`; the language in an attribute `lang`.
    - TSV: id, query and, if there is one, language.

    Raises `TopicsUnreadable` with the first line that is wrong.
    """
    text = read(path, TopicsUnreadable)
    start = text.lstrip()[:1]
    reader = {"{": _jsonl, "<": _trec}.get(start, _tsv)
    topics = tuple(reader(path, text))
    if not topics:
        raise TopicsUnreadable(f"{path} holds no topics.")
    twice = [identifier for identifier, n in Counter(t.id for t in topics).items() if n > 1]
    if twice:
        raise TopicsUnreadable(f"{path} has the topic {twice[0]} twice; ids must be unique.")
    return topics


def _jsonl(path: Path, text: str) -> Iterator[Topic]:
    for line in lines(path, text):
        record = json_object(line, TopicsUnreadable)
        identifier = first_of(record, ("id", "_id", "query_id", "qid"))
        query = first_of(record, ("query", "text", "title"))
        if identifier is None or not isinstance(query, str) or not query.strip():
            raise TopicsUnreadable(f'{line.place} needs "id" and "query".')
        excluded = record.get("exclude") or ()
        if not isinstance(excluded, list | tuple):
            raise TopicsUnreadable(f'{line.place}: "exclude" must be a list of article ids.')
        yield Topic(
            id=str(identifier),
            query=query,
            lang=str(record.get("lang") or UNKNOWN_LANGUAGE),
            exclude_ids=frozenset(map(str, excluded)),
        )


def _tsv(path: Path, text: str) -> Iterator[Topic]:
    for line in lines(path, text):
        fields = [field.strip() for field in line.text.split("\t")]
        if len(fields) not in {2, 3} or not all(fields[:2]):
            raise TopicsUnreadable(
                f"{line.place} is not a topic; write JSONL, TREC topics, or id TAB query TAB lang."
            )
        lang = fields[2] if len(fields) == 3 and fields[2] else UNKNOWN_LANGUAGE
        yield Topic(fields[0], fields[1], lang)


# TREC topics are SGML: end tags are often missing, so that no XML parser reads them all.
_TOPIC = re.compile(r"<(top|topic)\b([^>]*)>(.*?)(?=</\1\s*>|<\1\b|\Z)", re.IGNORECASE | re.DOTALL)
_ATTRIBUTE = re.compile(r"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_LABEL = re.compile(r"^\s*(?:number|topic|title|query)\s*:\s*", re.IGNORECASE)


def _trec(path: Path, text: str) -> Iterator[Topic]:
    for order, found in enumerate(_TOPIC.finditer(text), start=1):
        attributes = {name.lower(): one or two for name, one, two in _ATTRIBUTE.findall(found[2])}
        number = attributes.get("number") or attributes.get("id") or _element(found[3], "num")
        query = _element(found[3], "title") or _element(found[3], "query")
        if not number or not query:
            raise TopicsUnreadable(f"{path}: topic {order} has no number or no <title>.")
        lang = attributes.get("xml:lang") or attributes.get("lang") or UNKNOWN_LANGUAGE
        yield Topic(number.strip(), query, lang)


def _element(body: str, name: str) -> str:
    found = re.search(rf"<{name}\b[^>]*>([^<]*)", body, re.IGNORECASE)
    return _LABEL.sub("", " ".join(html.unescape(found[1]).split())) if found else ""

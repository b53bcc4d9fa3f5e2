"""Questions and judgements are read from the forms that test collections come in."""

from __future__ import annotations

from pathlib import Path

import pytest

from search.evaluation.errors import JudgementsUnreadable, TopicsUnreadable
from search.evaluation.judgements import read_judgements
from search.evaluation.topics import Topic, read_topics


def written(folder: Path, text: str) -> Path:
    path = folder / "file"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "text",
    [
        '{"id": "t1", "query": "Hochwasser in Bern", "lang": "de"}\n',
        '\ufeff{"_id": "t1", "text": "Hochwasser in Bern", "lang": "de"}\r\n\r\n',
        "t1\tHochwasser in Bern\tde\n",
        '<?xml version="1.0"?>\n<topic number="t1" lang="de"><title> Hochwasser\n in Bern</title>',
        '<topics><topic number="t1" xml:lang="de"><query>Hochwasser in Bern</query></topic>',
    ],
)
def test_one_topic_in_every_form(tmp_path: Path, text: str) -> None:
    assert read_topics(written(tmp_path, text)) == (Topic("t1", "Hochwasser in Bern", "de"),)


def test_classic_trec_topics_without_end_tags(tmp_path: Path) -> None:
    text = (
        "<top>\n<num> Number: 301\n<title> Topic: Crime &amp; \n punishment\n\n"
        "<desc> Description: \nNot this.\n</top>\n"
        "<top>\n<num> Number: 302\n<title> Polio\n</top>\n"
    )
    assert [(t.id, t.query, t.lang) for t in read_topics(written(tmp_path, text))] == [
        ("301", "Crime & punishment", "und"),
        ("302", "Polio", "und"),
    ]


def test_articles_that_a_topic_excludes(tmp_path: Path) -> None:
    text = '{"id": 7, "query": "q", "exclude": ["a", "b"]}'
    (topic,) = read_topics(written(tmp_path, text))
    assert topic == Topic("7", "q", "und", frozenset({"a", "b"}))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "holds no topics"),
        ('{"id": "1", "query": "a"}\n{"id": "2"}', 'line 2 needs "id" and "query"'),
        ('{"id": "1", "query": "a"}\n[1]', "line 2 is JSON but not an object"),
        ('{"id": "1", "query": "a"}\n{', "line 2 is not JSON"),
        ('{"id": "1", "query": "a", "exclude": "b"}', "must be a list"),
        ('{"id": "1", "query": "a"}\n{"id": 1, "query": "b"}', "has the topic 1 twice"),
        ("only words", "line 1 is not a topic"),
        ("<top><num> 1\n</top>", "topic 1 has no number or no <title>"),
    ],
)
def test_topics_that_cannot_be_read_say_where(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(TopicsUnreadable, match=says):
        read_topics(written(tmp_path, text))


@pytest.mark.parametrize(
    "text",
    [
        "t1 0 a 2\nt1 0 b 0\nt2 Q0 c -1\n",
        "query-id\tcorpus-id\tscore\nt1\ta\t2\nt1\tb\t0\nt2\tc\t0\n",
        """{"topic": "t1", "article": "a", "relevance": 2}
        {"query_id": "t1", "doc_id": "b", "relevance": 0}
        {"query-id": "t2", "corpus-id": "c", "score": 0}""",
    ],
)
def test_judgements_in_every_form(tmp_path: Path, text: str) -> None:
    judged = read_judgements(written(tmp_path, text))
    assert judged == {"t1": {"a": 2, "b": 0}, "t2": {"c": 0}}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("\n", "holds no judgements"),
        ("t1 0 a 1\nt1 a\n", "line 2 is not a judgement"),
        ("t1 0 a good", "'good' is not a whole number"),
        ('{"topic": "t1", "article": "a"}', 'needs "topic", "article" and "relevance"'),
    ],
)
def test_judgements_that_cannot_be_read_say_where(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(JudgementsUnreadable, match=says):
        read_judgements(written(tmp_path, text))


def test_missing_and_binary_files_are_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(TopicsUnreadable, match=r"missing cannot be read: No such file"):
        read_topics(tmp_path / "missing")
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(JudgementsUnreadable, match="is not UTF-8 text"):
        read_judgements(binary)

"""JSON Lines and JSON: bad records beside good ones."""

from __future__ import annotations

import io
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.article.draft import RawArticle, Reject
from indexer.sources.json_lines import read_json_lines
from indexer.sources.json_values import read_json_values
from tests.support.reading import LIMIT, TOO_LONG, buffered, read, reasons, records

ANY_ENCODING = "in no encoding"


def lines(*rows: bytes) -> list[RawArticle | Reject]:
    return list(read_json_lines(buffered(b"\n".join(rows)), "feed.jsonl", LIMIT))


def test_bad_lines_do_not_stop_good_ones() -> None:
    items = lines(
        b'\xef\xbb\xbf{"text": "a"}',
        b"",
        b'{"text": "b"',
        b'{"text": "c" "id": 1}',
        b"[1]",
        b'{"text": NaN}',
        b'{"text": "\xff"}',
        b'{"text": "d"}\x00\x00',
        b"[" * 100_000,
        b'{"text": "' + b"x" * 2 * LIMIT + b'"}',
        b'{"text": "z"}\r',
    )
    assert [(i.origin.line, i.record) for i in items if isinstance(i, RawArticle)] == [
        (1, {"text": "a"}),
        (11, {"text": "z"}),
    ]
    found = [
        (
            line,
            ANY_ENCODING
            if reason.startswith("The text is not UTF-8 (line 1, byte 11), nor")
            else reason,
        )
        for line, reason in reasons(items)
    ]
    assert found == [
        (3, "The line is not valid JSON: it ends in the middle; was the file cut off?"),
        (4, "The line is not valid JSON: expecting ',' delimiter at character 14."),
        (5, "The line is a list, not an object."),
        (6, "The line is not valid JSON: NaN is not JSON."),
        (7, ANY_ENCODING),
        (8, "The line holds zero bytes, as a crashed writer leaves them."),
        (9, TOO_LONG),
        (10, TOO_LONG),
    ]


def test_deep_nesting_is_a_reject() -> None:
    items = list(read_json_lines(buffered(b"[" * 500_000), "feed.jsonl", 1_000_000))
    assert reasons(items) == [(1, "The line is not valid JSON: it is nested too deeply.")]


def test_a_bulk_request_of_elasticsearch_is_its_documents() -> None:
    found = lines(
        b'{"index": {"_index": "news", "_id": "7"}}', b'{"title": "One"}',
        b'{"delete": {"_id": "8"}}', b'{"create": {}}', b'{"title": "Two"}', b'{"index": {"a": 1}}',
    )  # fmt: skip
    assert [one.record for one in found if isinstance(one, RawArticle)] == [
        {"_id": "7", "title": "One"}, {"title": "Two"}, {"index": {"a": 1}},
    ]  # fmt: skip


def test_a_line_of_just_the_limit_is_read() -> None:
    row = b'{"text": "' + b"x" * (LIMIT - 12) + b'"}'
    assert len(row) == LIMIT
    assert len(records(lines(row, row))) == 2


def test_lines_in_utf_16() -> None:
    data = '{"text": "Brücke"}\n{"text": "橋"}\n'.encode("utf-16")
    assert records(read(data, "feed.jsonl")) == [{"text": "Brücke"}, {"text": "橋"}]


@given(st.lists(st.dictionaries(st.text(max_size=5), st.text(max_size=20)), max_size=5))
def test_what_json_writes_is_read_back(rows: list[dict[str, str]]) -> None:
    encoded = [json.dumps(row, ensure_ascii=False).encode("utf-8", "surrogatepass") for row in rows]
    good = [row for row, data in zip(rows, encoded, strict=True) if _is_utf8(data)]
    items = lines(*encoded)
    assert [i.record for i in items if isinstance(i, RawArticle)] == good


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def values(data: bytes) -> list[RawArticle | Reject]:
    return list(read_json_values(io.BytesIO(data), "a.json", LIMIT))


def test_json_lists_objects_and_sequences() -> None:
    rows = [{"text": "a" * 300, "id": str(i)} for i in range(300)]
    assert records(values(json.dumps(rows, indent=2).encode())) == rows
    assert records(values(json.dumps(rows[0], indent=2).encode("utf-8-sig"))) == rows[:1]
    assert records(values("\n".join(map(json.dumps, rows)).encode("utf-16"))) == rows
    assert [i.origin.line for i in values(json.dumps(rows[:3]).encode())] == [1, 2, 3]
    lists = json.dumps(rows[:2]) + "\n" + json.dumps(rows[2]) + json.dumps(rows[3:])
    assert records(values(lists.encode())) == rows


CUT_OFF = "it ends in the middle; was the file cut off?"
NOT_READ = "The rest of the file was not read."


@pytest.mark.parametrize(
    ("data", "line", "reason"),
    [
        (b"", None, "The file holds no articles."),
        (b"[]", None, "The file holds no articles."),
        (b"[1]", 1, "The item is a number, not an object."),
        (
            b'[{"a": 1}, {"a" 2}, {"a": 3}]',
            2,
            f"The item is not valid JSON: expecting ':' delimiter at character 6. {NOT_READ}",
        ),
        (b'[{"a": NaN}]', 1, "The item is not valid JSON: NaN is not JSON."),
        (
            b'[{"a": "x\ny"}]',
            1,
            f"The item is not valid JSON: invalid control character at character 9. {NOT_READ}",
        ),
        (
            b'[{"a": 1}, {"a": oops}, ' + b'{"a": 1}, ' * 100_000 + b"]",
            2,
            f"The item is not valid JSON: expecting value at character 7. {NOT_READ}",
        ),
        (
            b'[{"a": 1}] {',
            2,
            f"The item is not valid JSON: {CUT_OFF} {NOT_READ}",
        ),
        (b'[{"a": 1}, {"a": 2}', None, "The file ends in the middle; was it cut off?"),
        (b'[{"a": 1}, {"a": ', 2, f"The item is not valid JSON: {CUT_OFF} {NOT_READ}"),
        (b'{"a": "' + b"x" * 200_000, 1, f"{TOO_LONG.replace('line', 'item')} {NOT_READ}"),
        (b"[" * 200_000, 1, f"The item is nested too deeply. {NOT_READ}"),
    ],
)
def test_json_that_cannot_be_read(data: bytes, line: int | None, reason: str) -> None:
    assert reasons(values(data)) == [(line, reason)]


def test_millions_of_empty_lists_are_passed_over_at_once() -> None:
    start = time.process_time()
    found = values(b"[] [ ]" * 1_000_000 + b'[{"text": "One."}][]')
    assert [one.record for one in found if isinstance(one, RawArticle)] == [{"text": "One."}]
    assert time.process_time() - start < 1


def test_what_is_wrong_within_an_item_is_a_reject_and_no_more() -> None:
    wrong = [b'{"a": NaN}', b'{"a": [-Infinity]}', b"[1]", b'{"a": "\xff"}', b'"text"', b"null"]
    data = b"[" + b", ".join([b'{"id": 1}', *wrong, b'{"id": 2}']) + b"]"
    items = values(data)
    assert records([i for i in items if isinstance(i, RawArticle)]) == [{"id": 1}, {"id": 2}]
    assert [line for line, _ in reasons(items)] == [2, 3, 4, 5, 6, 7]


def test_numbers_that_no_type_holds_are_read_as_texts() -> None:
    number = "9" * 5000
    row = f'{{"id": {number}, "share": -1e999}}'
    expected = [{"id": number, "share": "-1e999"}]
    assert records(values(row.encode())) == expected
    assert records(lines(row.encode())) == expected


def test_lists_among_lines_are_read_to_their_end() -> None:
    items = lines(b'{"id": 1}', b'[{"id": 2}, 3, {"id": 4}]', b"[]", b'{"id": 5} {"id": 6}')
    assert records([i for i in items if isinstance(i, RawArticle)]) == [
        {"id": 1},
        {"id": 2},
        {"id": 4},
    ]
    assert [line for line, _ in reasons(items)] == [2, 3, 4]

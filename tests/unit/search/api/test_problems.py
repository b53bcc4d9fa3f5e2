"""Every error has one row in the table of problems, and a document that tells no secret."""

from __future__ import annotations

import json

import pytest

from search.api.answers.problems import KINDS, Problem, kind_of
from search.api.errors import ServerBusy, StreamStopped
from search.index.errors import EngineUnavailable, QueryRefused, StorageFull
from search.query.errors import QueryError
from tests.support.public_errors import public_errors


def test_there_are_errors_in_every_layer() -> None:
    assert {name.partition(".")[0] for name in public_errors()} == {"search", "indexer"}


@pytest.mark.parametrize("name", public_errors())
def test_every_error_has_a_row(name: str) -> None:
    assert name in KINDS


@pytest.mark.parametrize("name", KINDS)
def test_every_row_is_an_error(name: str) -> None:
    assert name in public_errors()


@pytest.mark.parametrize("name", KINDS)
def test_a_row_makes_a_sound_problem(name: str) -> None:
    kind = KINDS[name]
    assert 400 <= kind.status <= 599
    assert kind.title.endswith(".")
    assert kind.status not in (429, 503) or kind.retry_after_s or "Stopped" in name
    assert kind.public or kind.status >= 409  # what the client is not told is the server's matter


def test_a_subclass_takes_the_row_of_its_nearest_base() -> None:
    class DiskQuota(StorageFull):
        pass

    assert kind_of(DiskQuota) is KINDS["search.index.errors.StorageFull"]
    assert kind_of(ValueError) is KINDS["search.errors.PolywireError"]


def test_sentences_about_the_inside_stay_inside() -> None:
    error = EngineUnavailable("http://10.0.0.7:9200 refuses the connection.")
    response = Problem.of(error).response("abc")
    document = json.loads(bytes(response.body))
    assert "10.0.0.7" not in json.dumps(document)
    assert document["status"] == response.status_code == 503
    assert response.headers["retry-after"] == "5"
    assert document["instance"] == "urn:polywire:request:abc"


def test_sentences_about_the_request_go_to_the_client() -> None:
    document = json.loads(bytes(Problem.of(QueryRefused("The limit is 0.")).response(None).body))
    assert document["detail"] == "The limit is 0."
    assert document["type"] == "urn:polywire:problem:query-refused"
    assert "instance" not in document


def test_a_broken_query_says_where() -> None:
    problem = Problem.of(QueryError("There is no closing quote.", 'a "b', 2))
    document = json.loads(bytes(problem.response(None).body))
    assert document["detail"] == "There is no closing quote."
    assert (document["query"], document["start"], document["end"]) == ('a "b', 2, 3)


def test_an_error_says_itself_when_to_come_again() -> None:
    assert Problem.of(ServerBusy("Full.", 7)).response(None).headers["retry-after"] == "7"


def test_a_stopped_stream_is_answered_like_its_cause() -> None:
    problem = Problem.of(StreamStopped(StorageFull("No space on /srv."), {"added": 3}, 5))
    document = json.loads(bytes(problem.response(None).body))
    assert document["status"] == 507
    assert document["counts"] == {"added": 3}
    assert document["settled_lines"] == 5
    assert "/srv" not in json.dumps(document)


def test_half_a_surrogate_pair_does_not_break_the_document() -> None:
    content = Problem.of(QueryRefused("What is \ud800?")).response(None).body
    assert json.loads(bytes(content))["detail"] == "What is \ud800?"

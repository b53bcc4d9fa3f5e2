"""Why something was refused is said in the language of the page, too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from search.alerts.alert import Alert, checked
from search.alerts.desk import destinations
from search.alerts.schedule import Schedule
from search.api.answers.problems import FAULT
from search.api.requests.ids import missing
from search.api.requests.search import CoverageRequest, SearchRequest
from search.errors import UsageError
from search.index.bounds import excess
from search.index.clauses import AllOf, AnyOf, Match, Matching, Prefix, Wildcard
from search.index.filters import Filters
from search.query.dates import span
from search.query.options import Defaults, Options, request_of
from search.retrieval.hybrid import check
from search.web.catalogue import LANGUAGES, catalogue
from search.web.sentences import translated

NOW = datetime(2026, 8, 1, tzinfo=UTC)


def _request(**chosen: object) -> None:
    given: dict[str, str] = {"query": "", **chosen}  # type: ignore[dict-item]
    query = given.pop("query")
    request = request_of(query, Options(**given), NOW, Defaults())  # type: ignore[arg-type]
    check(request, None)
    checked(Alert(name="a", request=request))


REFUSED: dict[str, Callable[[], object]] = {
    "empty": lambda: _request(query=""),
    "story_in_query": lambda: _request(query="story:s1"),
    "needs_name": lambda: checked(Alert(name=" ", request=None)),
    "name_minus": lambda: checked(Alert(name="-pier", request=None)),
    "long_name": lambda: checked(Alert(name="x" * 300, request=None)),
    "no_destination": lambda: destinations(["nobody"]),
    "no_web_address": lambda: destinations(["https:"]),
    "no_schedule": lambda: Schedule("now and then").next_after(NOW),
    "on_server": lambda: destinations(["file:/tmp/x"]),
    "many_destinations": lambda: destinations([f"a{n}@paper.example" for n in range(30)]),
}


@pytest.mark.parametrize("key", REFUSED)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_refused_is_said_in_the_language_of_the_page(key: str, lang: str) -> None:
    with pytest.raises(UsageError) as raised:
        REFUSED[key]()
    said = translated(str(raised.value), catalogue(lang))
    assert said.lang == lang
    assert lang == "en" or said.text != str(raised.value)


TOO_MUCH: dict[str, Matching] = {
    "many_patterns": AllOf(tuple(Prefix(f"dam{n}") for n in range(20))),
    "many_together": Wildcard(" ".join(f"dam{n}" for n in range(70))),
    "many_clauses": AnyOf(tuple(Match(f"dam{n}") for n in range(300))),
}


@pytest.mark.parametrize("key", TOO_MUCH)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_so_is_what_asks_for_too_much(key: str, lang: str) -> None:
    sentence = excess(Filters(), TOO_MUCH[key])
    assert sentence is not None
    said = translated(sentence, catalogue(lang))
    assert said.lang == lang
    assert lang == "en" or said.text != sentence


@pytest.mark.parametrize("lang", LANGUAGES)
def test_so_is_what_is_refused_without_a_form(lang: str) -> None:
    with pytest.raises(UsageError) as raised:
        SearchRequest.model_validate({"q": "dam", "recency": "soon"}).request(Defaults())
    with pytest.raises(UsageError) as both:
        CoverageRequest.model_validate({"q": "dam", "id": "a"}).request(Defaults())
    told = (raised.value, both.value, missing("a  b"), FAULT.detail)
    for sentence in map(str, told):
        said = translated(sentence, catalogue(lang))
        assert said.lang == lang, sentence


@pytest.mark.parametrize("text", ["soon", "31.02.2026", ""])
def test_so_is_what_is_no_date(text: str) -> None:
    with pytest.raises(ValueError, match="is not a date") as raised:
        span(text, NOW)
    said = translated(f"after: {raised.value}.", catalogue("uk"))
    assert said.lang == "uk"
    assert "сьогодні, вчора" in said.text


@pytest.mark.parametrize(
    "given",
    [
        {"limit": 0},
        {"limit": 10**9},
        {"limit": "many"},
        {"mode": "magic"},
        {"sort": "x"},
        {"names": "maybe"},
    ],
)
def test_so_is_what_is_out_of_range(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError) as raised:
        SearchRequest.model_validate({"q": "dam", **given})
    first = raised.value.errors()[0]
    said = translated(f"{first['loc'][-1]}: {first['msg']}.", catalogue("de"))
    assert said.lang == "de", first
    english = translated(f"{first['loc'][-1]}: {first['msg']}.", catalogue("en"))
    assert english.lang == "en"
    assert not {"'", "’"} & {*said.text, *english.text}

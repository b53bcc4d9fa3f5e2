"""The retriever in a Haystack pipeline, built in Python and read from YAML."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from config import wiring
from search.errors import UsageError
from search.haystack import PolywireRetriever
from tests.support.serving import LINES, Served, ndjson, sample, serving

QUESTION = "flood on the river Lerna"


@pytest.fixture(scope="module")
def filled(
    new_index: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("haystack"), new_index("embedded")) as served:
        response = served.http.post("/v1/articles", content=ndjson(sample()), headers=LINES)
        assert response.is_success
        yield served


def test_in_a_pipeline_read_from_yaml(filled: Served) -> None:
    from haystack import Pipeline
    from haystack.components.builders import PromptBuilder

    pipeline = Pipeline()
    pipeline.add_component(
        "news", PolywireRetriever(index=filled.settings.index, top_k=3, unit="passages")
    )
    template = "{% for d in documents %}[{{ d.meta.lang }}] {{ d.content }}\n{% endfor %}{{ q }}"
    pipeline.add_component("prompt", PromptBuilder(template, required_variables=["q"]))
    pipeline.connect("news.documents", "prompt.documents")
    text = pipeline.dumps()
    assert "search.haystack.PolywireRetriever" in text
    read = Pipeline.loads(text, allowed_modules=["search.haystack"])
    assert read.dumps() == text
    asked = {"news": {"query": QUESTION}, "prompt": {"q": QUESTION}}
    result = read.run(asked, include_outputs_from={"news"})
    documents = result["news"]["documents"]
    assert len(documents) == 3
    assert documents[0].meta["article_id"].startswith("flood-lerna")
    assert documents[0].id == f"{documents[0].meta['article_id']}#{documents[0].meta['position']}"
    for document in documents:
        assert document.content in result["prompt"]["prompt"]


def test_articles_as_documents_with_filters(filled: Served) -> None:
    retriever = PolywireRetriever(
        index=filled.settings.index,
        filters={"field": "meta.lang", "operator": "in", "value": ["de", "fr"]},
    )
    documents = retriever.run(QUESTION)["documents"]
    assert len(documents) == 10
    assert {document.meta["lang"] for document in documents} == {"de", "fr"}
    scores = [document.score or 0.0 for document in documents]
    assert scores == sorted(scores, reverse=True)
    best = documents[0]
    assert (best.content or "").startswith(best.meta["title"])
    german = {"field": "meta.lang", "operator": "==", "value": "de"}
    (document,) = retriever.run(QUESTION, filters=german, top_k=1)["documents"]
    assert document.meta["lang"] == "de"


def test_over_a_search_that_is_ready(filled: Served) -> None:
    search = wiring.hybrid_search(filled.settings)
    documents = PolywireRetriever.over(search).run(QUESTION, top_k=2)["documents"]
    assert [document.id for document in documents] == [
        hit["id"]
        for hit in filled.ok("GET", "/v1/search", params={"q": QUESTION, "limit": 2})["hits"]
    ]


def test_plain_words_never_fail(filled: Served) -> None:
    retriever = PolywireRetriever(index=filled.settings.index)
    for query in ('"open', "a AND (", "lang:", "", "  ", "-"):
        assert isinstance(retriever.run(query)["documents"], list)


def test_the_query_language_where_it_is_wished(filled: Served) -> None:
    retriever = PolywireRetriever(index=filled.settings.index, query_language=True)
    documents = retriever.run(f"{QUESTION} lang:uk")["documents"]
    assert {document.meta["lang"] for document in documents} == {"uk"}


def test_what_cannot_work_is_said_when_it_is_built() -> None:
    with pytest.raises(UsageError, match="top_k"):
        PolywireRetriever(top_k=0)
    with pytest.raises(UsageError, match="cannot filter"):
        PolywireRetriever(filters={"field": "meta.mood", "operator": "==", "value": "sad"})

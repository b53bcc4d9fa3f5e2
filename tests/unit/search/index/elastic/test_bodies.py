"""Settings, mapping and request bodies, compared with files that a person has read.

`POLYWIRE_TEST_GOLDEN=write pytest tests/unit/search/index/elastic/test_bodies.py` writes them anew;
read the difference before you commit it.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from search.index.clauses import AllOf, AnyOf, Clause, InArticle, Match, Phrase, Prefix, Scope
from search.index.elastic import clauses, counting, nearest, nearness, queries
from search.index.elastic.documents import to_document
from search.index.elastic.history import past_document
from search.index.elastic.languages import FIELDS, PLUGINS
from search.index.elastic.mapping import identity_of, index_body
from search.index.elastic.names import Generation
from search.index.elastic.options import ElasticOptions, ServerTraits
from search.index.filters import Filters
from search.index.history import Past, version_of
from search.index.legs import LatestLeg, LexicalLeg, NamesLeg, VectorLeg
from search.index.model import IndexIdentity
from tests.support.newsroom import IDENTITY, NEWSROOM

GOLDEN = Path(__file__).parent / "golden"

PLAIN = ServerTraits((9, 4), "9.4.3")
RICH = ServerTraits((9, 4), "9.4.3", PLUGINS)
OLD = ServerTraits((8, 19), "8.19.3")
WIDE = IndexIdentity("intfloat/multilingual-e5-small", "0123456789abcdef", 384)

FILTERS = Filters(
    langs=frozenset({"en", "de"}),
    sources=frozenset({"herald"}),
    tags=frozenset({"nato"}),
    after=datetime(2025, 8, 1, tzinfo=UTC),
    before=datetime(2025, 9, 1, 0, 0, 0, 1, tzinfo=UTC),
    exclude_ids=frozenset({"seen"}),
    exclude_tags=frozenset({"sport"}),
    excluding=(Phrase("press release"),),
)
VECTOR = VectorLeg(np.array([0.6, 0.8], dtype=np.float32))


def body(options: ElasticOptions, server: ServerTraits, live: bool = True) -> dict[str, Any]:
    return index_body(
        Generation.named("news", 3, WIDE.model_fingerprint), WIDE, options, server, live
    )


def leg(clause: Clause | InArticle) -> dict[str, Any]:
    return queries.candidates_body(LexicalLeg(clause), Filters(), 10)


BODIES: dict[str, dict[str, Any]] = {
    "index_plain": body(ElasticOptions(), PLAIN),
    "index_plugins": body(
        ElasticOptions(shards=3, replicas=2, vector_index="bbq_hnsw"), RICH, live=False
    ),
    "index_old_server": body(ElasticOptions(), OLD),
    "document": to_document(NEWSROOM[0], packed=True),
    "history": past_document(
        Past(
            datetime(2025, 8, 22, tzinfo=UTC),
            (version_of(NEWSROOM[0].article, 1, datetime(2025, 8, 20, 12, 1, tzinfo=UTC)),),
        )
    ),
    "leg_match": leg(Match("the floods in the valley")),
    "leg_signs": leg(Match("F-16 and C++ in Lerna")),
    "leg_names": queries.candidates_body(NamesLeg(("slnsk", "Jslnsk")), FILTERS, 10),
    "leg_phrase_in_title": leg(Phrase("harbour bridge", Scope.TITLE)),
    "leg_clauses": leg(AllOf((Match("a"), AnyOf((Prefix("b c"), AllOf(()), AnyOf(())))))),
    "leg_in_article": leg(InArticle((Match("council"), Phrase("red cross")), (Match("flood"),))),
    "leg_filtered": queries.candidates_body(LexicalLeg(Match("Ukraine")), FILTERS, 10),
    "leg_latest": queries.candidates_body(LatestLeg(), FILTERS, 10),
    "leg_latest_words": queries.candidates_body(LatestLeg(Match("Ukraine")), Filters(), 10),
    "leg_vector": nearest.nearest_body(VECTOR, FILTERS, 10, 3),
    "leg_vector_best_only": nearest.nearest_body(VECTOR, FILTERS, 10, None),
    "leg_vector_wide": nearest.nearest_body(VECTOR, FILTERS, 5000, 3),
    "listing": queries.listing(LexicalLeg(Match("Ukraine")), FILTERS, 3),
    "best_passages": queries.best_passages_query(
        ["a", "b"], {"0": LexicalLeg(Match("Ukraine")), "2": LatestLeg()}, 3
    ),
    "nearness": nearness.nearness_body(["a", "b"], np.stack([VECTOR.vector, -VECTOR.vector])),
    "means": nearness.means_body(["a", "b"]),
    "facets": counting.facets_body(
        clauses.selection(FILTERS, Match("Ukraine")), ("lang", "tag"), 1000
    ),
    "histogram": counting.histogram_body(clauses.selection(Filters()), "month"),
}


@pytest.mark.parametrize("name", BODIES)
def test_body_is_the_one_that_was_read(name: str) -> None:
    text = json.dumps(BODIES[name], ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    path = GOLDEN / f"elastic_{name}.json"
    if os.environ.get("POLYWIRE_TEST_GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_no_golden_file_is_left_over() -> None:
    assert {path.name for path in GOLDEN.glob("elastic_*")} == {
        f"elastic_{name}.json" for name in BODIES
    }


def strict_everywhere(mapping: dict[str, Any]) -> bool:
    """Whether every object with named fields refuses others."""
    inner = mapping.get("properties")
    if inner is None:
        return True
    return mapping.get("dynamic") == "strict" and all(map(strict_everywhere, inner.values()))


def test_every_object_of_the_mapping_is_strict() -> None:
    assert strict_everywhere(BODIES["index_plain"]["mappings"])


def test_plugins_are_used_where_they_are() -> None:
    def analyzers(name: str) -> dict[str, str]:
        passages = BODIES[name]["mappings"]["properties"]["passages"]["properties"]
        fields = passages["text"]["properties"]
        return {field.name: fields[field.name]["analyzer"] for field in FIELDS}

    plain, rich = analyzers("index_plain"), analyzers("index_plugins")
    assert {code: plain[code] for code in ("zh", "ja", "ko")} == dict.fromkeys(
        ("zh", "ja", "ko"), "cjk"
    )
    assert {code for code in plain if plain[code] != rich[code]} == {"zh", "ja", "ko", "uk", "pl"}
    assert [rich[code] for code in ("zh", "ja", "ko")] == ["smartcn", "kuromoji", "nori"]
    neutral = BODIES["index_plugins"]["settings"]["analysis"]["analyzer"]["polywire_neutral"]
    assert neutral["tokenizer"] == "icu_tokenizer"


def test_the_identity_is_read_back_and_a_stranger_has_none() -> None:
    assert identity_of(BODIES["index_plain"]["mappings"]) == WIDE
    assert identity_of({}) is None
    assert identity_of({"_meta": {"polywire": {"dimension": 3}}}) is None
    assert identity_of({"_meta": {"polywire": "yes"}}) is None


def test_an_old_server_keeps_vectors_in_the_source() -> None:
    assert "exclude_source_vectors" not in json.dumps(BODIES["index_old_server"])
    assert "exclude_source_vectors" in json.dumps(BODIES["index_plain"])
    assert not OLD.reads_packed_vectors
    assert isinstance(to_document(NEWSROOM[0], packed=False)["passages"][0]["vector"], list)


def test_candidates_are_tied_to_the_limit() -> None:
    for limit in (1, 10, 200, 3000):
        k, looked_at = nearest.candidates(limit)
        assert limit < k <= looked_at
    assert "knn" in nearest.nearest_body(VECTOR, Filters(), 200, 1)
    assert "knn" not in nearest.nearest_body(VECTOR, Filters(), 5000, 1)


def test_every_index_holds_its_identity() -> None:
    for dimension in (2, 256, 1024):
        identity = IndexIdentity("m", "f" * 16, dimension)
        made = index_body(
            Generation.named("n", 1, "f" * 16), identity, ElasticOptions(), PLAIN, True
        )
        assert identity_of(made["mappings"]) == identity
    assert IDENTITY.dimension == NEWSROOM[0].vectors.shape[1]

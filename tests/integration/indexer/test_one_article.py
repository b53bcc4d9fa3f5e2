"""One record becomes one article, whether it is ingested, compared as a file, or sent over HTTP."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from config.settings import load
from indexer.article.draft import Origin, RawArticle
from indexer.ingest.pipeline import IndexingPipeline
from indexer.sources.single import read_article
from indexer.text.language import default_identifier
from search.embedding.static import COMPACT_FOLDER
from search.index.embedded.location import FolderLocation
from search.index.filters import Filters
from search.index.model import Article, IndexIdentity
from search.serve.wiring import build_services
from tests.support.indexing import DIMENSION, WordHashes

IDENTITY = IndexIdentity(WordHashes.name, WordHashes.fingerprint, DIMENSION)

GERMAN = "Die Brücke bleibt gesperrt, wie der Stadtrat am Mittwoch nach langer Beratung mitteilte."
UKRAINIAN = "Міністри оборони в середу обговорили гарантії безпеки для України."
WHOLE: dict[str, Any] = {
    "id": "bridge",
    "url": "https://news.example/bridge?utm_source=feed",
    # Wider than a vector can hold.
    "title": " ".join(["Stadtrat berät über die gesperrte Brücke am Hafen;"] * 40),
    "paragraphs": ["Anzeige", GERMAN, UKRAINIAN, f"{GERMAN} " * 30],
    "source": "hafenbote",
    "authors": ["Ann Writer", "Bob Author"],
    "published": "2025-08-20T10:00:00+02:00",
    "updated": "2025-08-21",
    "section": "local",
    "tags": ["traffic", "river"],
    "meta": {"desk": {"number": 7}},
    "agency": "xyz",
}

RECORDS = [
    pytest.param(WHOLE, id="everything, language identified"),
    pytest.param(WHOLE | {"lang": "de-AT"}, id="everything, language given"),
    pytest.param({"text": f"{GERMAN}\n\n{UKRAINIAN}"}, id="a text alone"),
]


def ingested(record: dict[str, Any], folder: Path) -> Article:
    index = FolderLocation(folder).create(IDENTITY)
    try:
        IndexingPipeline.build(index, WordHashes()).run([RawArticle(Origin("feed", 1), record)])
        (article,) = index.scan(Filters())
    finally:
        index.close()
    return article


@pytest.mark.skipif(
    not (COMPACT_FOLDER / "model.safetensors").exists(), reason="the bundled model is not built"
)
@pytest.mark.parametrize("record", RECORDS)
def test_all_ways_make_the_same_article(record: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "article.json"
    file.write_text(json.dumps(record))
    stored = ingested(record, tmp_path / "index")
    assert read_article(str(file), default_identifier()) == stored
    services = build_services(load({"index": str(tmp_path / "served")}).settings)
    try:
        assert services.read(record, True) == stored
        assert services.load_ingest is not None
        services.load_ingest()([record])
        (sent,) = services.index.scan(Filters())
        assert sent == stored
    finally:
        services.close()
    assert {passage.lang for passage in stored.passages} == {"de", "uk"}

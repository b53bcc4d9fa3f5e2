from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from indexer.article.draft import RawArticle
from indexer.article.records import Defaults
from indexer.ingest.batches import Batch, Incoming, Ready, Settled
from indexer.ingest.components import PlanWrites, WriteArticles
from indexer.ingest.haystack_api import component
from indexer.ingest.pipeline import IndexingPipeline, standard_components
from indexer.text.language import Guess, Identifier
from search.embedding.errors import BadVectors
from search.embedding.port import Vectors
from search.index.errors import EngineBusy, StorageFull
from search.index.model import ArticleState, EmbeddedArticle, Outcome, WriteReport, WriteResult
from tests.support.indexing import MarkedLanguages, StoredArticles, WordHashes, numbered, raw

BRIDGE: dict[str, Any] = {
    "id": "bridge",
    "title": "Bridge stays shut",
    "lang": "en",
    "paragraphs": ["The bridge stays shut.", "Nobody knows for how long.", "Shops count losses."],
    "published": "2025-08-20T10:00:00Z",
}


def build(
    index: StoredArticles,
    embedder: WordHashes | None = None,
    identifier: Identifier | None = None,
    lang: str | None = None,
    source: str | None = None,
) -> IndexingPipeline:
    return IndexingPipeline.build(
        index, embedder or WordHashes(), identifier or MarkedLanguages(), Defaults(lang, source)
    )


def outcomes(pipeline: IndexingPipeline, *articles: RawArticle) -> list[tuple[str, str]]:
    settled = pipeline.run(articles).settled
    return [(item.result.article_id, item.result.outcome.value) for item in settled]


def test_an_article_becomes_passages_with_vectors() -> None:
    index, embedder = StoredArticles(), WordHashes()
    report = build(index, embedder).run([raw(**BRIDGE)])
    kept = index.articles["bridge"]
    assert [(p.position, p.text) for p in kept.article.passages] == [
        (0, "Bridge stays shut"),
        *enumerate(BRIDGE["paragraphs"], 1),
    ]
    assert {p.lang for p in kept.article.passages} == {"en"}
    texts = [p.text for p in kept.article.passages]
    np.testing.assert_array_equal(kept.vectors, embedder.embed_queries(texts))
    assert [item.embedded for item in report.settled] == [4]


def test_a_second_run_changes_nothing_and_embeds_nothing() -> None:
    index, embedder = StoredArticles(), WordHashes()
    pipeline = build(index, embedder)
    assert outcomes(pipeline, *numbered(5)) == [(f"a{i}", "added") for i in range(5)]
    embedder.embedded.clear()
    writes = index.writes
    assert outcomes(pipeline, *numbered(5)) == [(f"a{i}", "unchanged") for i in range(5)]
    assert embedder.embedded == []
    assert index.writes == writes


def settled(pipeline: IndexingPipeline, *articles: RawArticle) -> list[tuple[Any, ...]]:
    return [
        (item.result.outcome.value, item.lang, item.passages, item.content_hash)
        for item in pipeline.run(articles).settled
    ]


def test_languages_of_an_unchanged_draft_are_not_identified() -> None:
    index, identifier = StoredArticles(), MarkedLanguages()
    pipeline = build(index, identifier=identifier)
    one = raw(id="a", title="de:0.9 Titel", text=f"de:0.9 {'x' * 60}\n\nuk:0.95 {'x' * 30}")
    settled(pipeline, one)
    identifier.texts.clear()
    stored = index.articles["a"].article
    # What is counted of it is the same as when they were.
    assert settled(pipeline, one) == [("unchanged", "de", 3, stored.content_hash)]
    assert identifier.texts == []


@pytest.mark.parametrize(
    "change",
    [
        {"title": "de:0.9 Anderer Titel"},
        {"text": "de:0.9 Anders."},
        {"lang": "de"},
        {"source": "desk"},
        {"url": "https://news.example/a"},
        {"authors": ["Ann Writer"]},
        {"published": "2025-08-21"},
        {"updated": "2025-08-21"},
        {"section": "local"},
        {"tags": ["river"]},
        {"agency": "xyz"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_any_change_of_a_draft_is_noticed(change: dict[str, Any]) -> None:
    index, identifier = StoredArticles(), MarkedLanguages()
    pipeline = build(index, identifier=identifier)
    one = {"id": "a", "title": "fr:0.9 Titre", "text": "fr:0.9 Un.", "published": "2025-08-20"}
    settled(pipeline, raw(**one))
    identifier.texts.clear()
    ((outcome, *_),) = settled(pipeline, raw(**one | change))
    assert outcome == "updated"
    assert identifier.texts
    assert settled(pipeline, raw(**one | change))[0][0] == "unchanged"


def test_a_language_that_is_not_given_any_more_is_identified() -> None:
    index = StoredArticles()
    pipeline = build(index)
    settled(pipeline, raw(id="a", text="de:0.9 Eins.", lang="fr"))
    assert settled(pipeline, raw(id="a", text="de:0.9 Eins."))[0][:2] == ("updated", "de")


class OtherLanguages(MarkedLanguages):
    """A later version, which takes everything for Danish."""

    fingerprint = "marked 2"

    def identify(self, text: str) -> Guess:
        super().identify(text)
        return Guess("da", 1.0)


def test_another_identifier_identifies_anew() -> None:
    index = StoredArticles()
    one = raw(id="a", text="de:0.9 Eins.")
    settled(build(index), one)
    assert settled(build(index, identifier=OtherLanguages()), one)[0][:2] == ("updated", "da")


def test_an_article_of_an_earlier_program_is_compared_by_its_content() -> None:
    index, identifier = StoredArticles(), MarkedLanguages()
    pipeline = build(index, identifier=identifier)
    one = raw(id="a", text="de:0.9 Eins.")
    settled(pipeline, one)
    index.articles["a"] = replace(index.articles["a"], draft_hash=None)
    identifier.texts.clear()
    writes = index.writes
    assert settled(pipeline, one)[0][:2] == ("unchanged", "de")
    assert identifier.texts
    assert index.writes == writes


def test_an_edited_article_embeds_only_what_changed() -> None:
    index, embedder = StoredArticles(), WordHashes()
    pipeline = build(index, embedder)
    pipeline.run([raw(**BRIDGE)])
    before = index.articles["bridge"].vectors
    embedder.embedded.clear()
    edited = [BRIDGE["paragraphs"][0], "It opens on Monday.", BRIDGE["paragraphs"][2]]
    assert outcomes(pipeline, raw(**BRIDGE | {"paragraphs": edited})) == [("bridge", "updated")]
    assert embedder.embedded == ["It opens on Monday."]
    after = index.articles["bridge"].vectors
    np.testing.assert_array_equal(after[[0, 1, 3]], before[[0, 1, 3]])
    assert not np.array_equal(after[2], before[2])


def test_moved_paragraphs_and_new_metadata_embed_nothing() -> None:
    index, embedder = StoredArticles(), WordHashes()
    pipeline = build(index, embedder)
    pipeline.run([raw(**BRIDGE)])
    embedder.embedded.clear()
    moved = BRIDGE | {"paragraphs": BRIDGE["paragraphs"][::-1], "section": "local"}
    assert outcomes(pipeline, raw(**moved)) == [("bridge", "updated")]
    assert embedder.embedded == []
    assert index.articles["bridge"].article.section == "local"


def test_an_older_version_is_left_alone() -> None:
    index, embedder = StoredArticles(), WordHashes()
    pipeline = build(index, embedder)
    pipeline.run([raw(**BRIDGE | {"updated": "2025-08-20"})])
    embedder.embedded.clear()
    older = BRIDGE | {"title": "Bridge may open", "updated": "2025-08-19"}
    assert outcomes(pipeline, raw(**older)) == [("bridge", "stale")]
    assert embedder.embedded == []
    assert index.articles["bridge"].article.title == "Bridge stays shut"


def test_an_id_that_comes_twice_keeps_the_newer_version() -> None:
    index = StoredArticles()
    newer = raw(1, **BRIDGE | {"updated": "2025-08-22", "title": "Bridge opens"})
    older = raw(2, **BRIDGE | {"updated": "2025-08-21"})
    assert outcomes(build(index), newer, older) == [
        ("bridge", "added"),
        ("bridge", "stale"),
    ]
    assert index.articles["bridge"].article.title == "Bridge opens"
    same = raw(1, **BRIDGE | {"id": "x"})
    assert [outcome for _, outcome in outcomes(build(index), same, same)] == ["added", "unchanged"]


def sourced(name: str, source: str | None, text: str, **further: Any) -> RawArticle:
    return raw(id=name, source=source, text=text, lang="en", **further)


def test_one_id_of_two_sources_is_two_articles_in_whatever_batches() -> None:
    first = sourced("7", "Bote", "The weir failed."), sourced("7", "Kurier", "The mayor left.")
    whole, parted = StoredArticles(), StoredArticles()
    build(whole).run(first)
    for one in first:
        build(parted).run([one])
    for index in (whole, parted):
        assert set(index.articles) == {"7", "7@kurier"}
        assert index.articles["7"].article.source == "Bote"
        assert index.articles["7@kurier"].article.source == "Kurier"
        report = build(index).run(first)
        assert {item.result.outcome for item in report.settled} == {Outcome.UNCHANGED}
    assert [item.remarks.renamed for item in report.settled] == [False, True]
    assert report.settled[1].remarks.sentences


def test_an_article_keeps_its_id_when_the_other_one_is_gone() -> None:
    index = StoredArticles()
    build(index).run([sourced("7", "Bote", "One."), sourced("7", "Kurier", "Two.")])
    del index.articles["7"]
    assert outcomes(build(index), sourced("7", "Kurier", "Three.")) == [("7@kurier", "updated")]
    assert outcomes(build(index), sourced("7@kurier", "Kurier", "4.")) == [("7@kurier", "updated")]


CRANE: dict[str, Any] = {"url": "https://herald.example/crane", "lang": "en", "title": "Crane"}
TEASER = raw(text="The crane fell.", meta={"summary": True}, updated="2026-11-22", **CRANE)
PAGE = raw(text="The crane fell. Nobody was hurt, said the harbour master.", **CRANE)


def test_a_summary_does_not_replace_the_whole_text() -> None:
    index = StoredArticles()
    assert [one for _, one in outcomes(build(index), TEASER)] == ["added"]
    assert [one for _, one in outcomes(build(index), PAGE)] == ["updated"]
    report = build(index).run([TEASER])
    assert [item.result.outcome for item in report.settled] == [Outcome.UNCHANGED]
    assert report.settled[0].remarks.sentences == (
        "It is a summary, and the whole text is stored: that stays.",
    )
    (stored,) = index.articles.values()
    assert "harbour master" in stored.article.passages[-1].text
    longer = raw(text="The crane fell, and more.", meta={"summary": True}, **CRANE)
    assert [one for _, one in outcomes(build(index), longer, longer)] == ["unchanged"] * 2


def test_of_one_batch_the_whole_text_is_stored_whichever_comes_first() -> None:
    for batch, expected in (
        ((PAGE, TEASER), ["added", "unchanged"]),
        ((TEASER, PAGE), ["added", "updated"]),
        ((TEASER, PAGE, TEASER), ["added", "unchanged", "updated"]),
    ):
        index = StoredArticles()
        assert sorted(one for _, one in outcomes(build(index), *batch)) == expected
        (stored,) = index.articles.values()
        assert "harbour master" in stored.article.passages[-1].text


def test_a_summary_replaces_a_summary_a_headline_and_what_it_is_sent_to() -> None:
    index = StoredArticles()
    headline = raw(**CRANE)
    other = raw(text="Another teaser.", meta={"summary": True}, **CRANE)
    build(index).run([headline])
    assert [one for _, one in outcomes(build(index), TEASER)] == ["updated"]
    assert [one for _, one in outcomes(build(index), other)] == ["updated"]
    ((name, _),) = outcomes(build(index), PAGE)
    put = replace(raw(**dict(TEASER.record) | {"id": name}), addressed=True)
    assert outcomes(build(index), put) == [(name, "updated")]


@pytest.mark.parametrize("further", [{"version": 2}, {"embargo": "2126-01-01T00:00:00Z"}])
def test_a_summary_that_its_source_means_as_a_version_is_one(further: dict[str, Any]) -> None:
    index = StoredArticles()
    build(index).run([PAGE])
    meant = raw(**dict(TEASER.record) | {"updated": None} | further)
    assert [one for _, one in outcomes(build(index), meant)] == ["updated"]


def test_where_no_source_is_known_an_id_is_one_article() -> None:
    index = StoredArticles()
    build(index).run([sourced("7", None, "One.")])
    assert outcomes(build(index), sourced("7", "Bote", "Two.")) == [("7", "updated")]
    assert outcomes(build(index), sourced("7", " BOTE ", "Three.")) == [("7", "updated")]
    assert outcomes(build(index), sourced("7", None, "Four.")) == [("7", "updated")]


def test_an_id_made_of_an_address_belongs_to_no_source() -> None:
    index = StoredArticles()
    shared = {"url": "https://agency.example/a", "lang": "en"}
    build(index).run([raw(text="One.", source="Bote", **shared)])
    ((_, outcome),) = outcomes(build(index), raw(text="Two.", source="Kurier", **shared))
    assert outcome == "updated"


def test_an_article_sent_to_its_address_is_stored_there() -> None:
    index = StoredArticles()
    build(index).run([sourced("7", "Bote", "One.")])
    put = replace(sourced("7", "Kurier", "Two."), addressed=True)
    assert outcomes(build(index), put) == [("7", "updated")]


def test_a_long_id_stays_within_the_limit() -> None:
    index = StoredArticles()
    name = "x" * 510
    build(index).run([sourced(name, "Bote", "One."), sourced(name, "Kurier", "Two.")])
    assert len(index.articles) == 2
    assert all(len(one) <= 512 for one in index.articles)


def test_a_text_that_comes_twice_is_embedded_once() -> None:
    index, embedder = StoredArticles(), WordHashes()
    build(index, embedder).run([raw(1, id="a", text="Same."), raw(2, id="b", text="Same.")])
    assert embedder.embedded == ["Same."]
    np.testing.assert_array_equal(index.articles["a"].vectors, index.articles["b"].vectors)


def test_bad_records_are_rejects_with_their_place() -> None:
    index = StoredArticles()
    bad = [raw(2, id="b"), raw(3, id="c", text="One.", paragraphs=7)]
    report = build(index).run([raw(1, id="a", text="One."), *bad, raw(4, id="d", text="Two.")])
    assert [(r.origin.line, r.article_id) for r in report.rejects] == [(2, "b"), (3, "c")]
    assert set(index.articles) == {"a", "d"}


def test_languages_of_article_and_passages() -> None:
    index = StoredArticles()
    own = f"uk:0.95 {'x' * 30}"
    build(index).run([raw(id="a", text=f"de:0.9 {'x' * 60}\n\n{own}")])
    article = index.articles["a"].article
    assert (article.lang, [p.lang for p in article.passages]) == ("de", ["de", "uk"])


def test_defaults_reach_the_article() -> None:
    index = StoredArticles()
    build(index, lang="sw", source="desk").run([raw(id="a", text="One.")])
    assert index.articles["a"].article.lang == "sw"
    assert index.articles["a"].article.source == "desk"


def test_a_title_that_is_too_wide_for_a_vector_is_kept_whole() -> None:
    index = StoredArticles()
    title = "word " * 500
    build(index).run([raw(id="a", title=title, text="One.")])
    kept = index.articles["a"].article
    assert kept.title == title.strip()
    assert len(kept.passages[0].text) <= 1200


class Refusing(StoredArticles):
    """Refuses one id, as an engine does with a document that it cannot take."""

    def write(self, batch: Sequence[EmbeddedArticle]) -> WriteReport:
        good = super().write([item for item in batch if item.article.id != "a1"])
        refused = WriteResult("a1", Outcome.REJECTED, "The index has no room for it.")
        results = {result.article_id: result for result in good.results} | {"a1": refused}
        return WriteReport(tuple(results[item.article.id] for item in batch))


def test_what_the_index_refuses_is_a_reject() -> None:
    index = Refusing()
    report = build(index).run(list(numbered(3)))
    assert [item.result.article_id for item in report.settled] == ["a0", "a2"]
    (reject,) = report.rejects
    assert (reject.origin.line, reject.article_id) == (2, "a1")
    assert reject.reason == "The index has no room for it."


class Choosy(WordHashes):
    """Fails on one text, as a model does that gives a vector of no length."""

    def embed_paragraphs(self, texts: Sequence[str]) -> Vectors:
        if any("number 1" in text for text in texts):
            raise BadVectors("The model gives no vector for a text.")
        return super().embed_paragraphs(texts)


def test_what_the_model_fails_on_is_a_reject() -> None:
    index = StoredArticles()
    report = build(index, Choosy()).run(list(numbered(3)))
    assert set(index.articles) == {"a0", "a2"}
    assert [reject.article_id for reject in report.rejects] == ["a1"]


class Full(StoredArticles):
    """Has no space left."""

    def write(self, batch: Sequence[EmbeddedArticle]) -> WriteReport:
        raise StorageFull(f"No space for {len(batch)} articles.")


def test_errors_of_the_engine_come_through_as_they_are(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(StorageFull, match=r"^No space for 3 articles\.$"):
        build(Full()).run(list(numbered(3)))
    assert capfd.readouterr() == ("", "")
    assert caplog.records == []


class Busy(StoredArticles):
    """Is busy for the first writes."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    def write(self, batch: Sequence[EmbeddedArticle]) -> WriteReport:
        if self.times:
            self.times -= 1
            raise EngineBusy("Another process writes.")
        return super().write(batch)


@component
class Catch:
    """Stands where `WriteArticles` does and keeps what would be written."""

    def __init__(self) -> None:
        self.ready: Batch[Ready] = Batch()

    @component.output_types(settled=Batch[Settled])
    def run(self, ready: Batch[Ready]) -> dict[str, Any]:
        self.ready = ready
        return {"settled": Batch()}


def caught() -> Batch[Ready]:
    catch = Catch()
    parts = standard_components(StoredArticles(), WordHashes(), MarkedLanguages())
    IndexingPipeline.connect(parts | {"write": catch}).run([raw(**BRIDGE)])
    return catch.ready


def test_a_component_can_be_swapped() -> None:
    assert [item.article.article.id for item in caught()] == ["bridge"]


def test_a_busy_engine_is_tried_again() -> None:
    ready = caught()
    assert len(WriteArticles(Busy(2), waits=(0, 0)).run(ready)["settled"]) == 1
    with pytest.raises(EngineBusy):
        WriteArticles(Busy(3), waits=(0, 0)).run(ready)


def test_an_empty_batch_asks_nothing_of_index_and_model() -> None:
    index, embedder = StoredArticles(), WordHashes()
    report = build(index, embedder).run([])
    assert (report.settled, report.rejects) == ((), ())
    assert (index.writes, embedder.embedded) == (0, [])


class Watched(StoredArticles):
    """Remembers for which articles the vectors were asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def get(self, article_ids: Sequence[str]) -> Mapping[str, EmbeddedArticle]:
        self.asked += article_ids
        return super().get(article_ids)

    def states(self, article_ids: Sequence[str]) -> Mapping[str, ArticleState]:
        states = super().states(article_ids)
        self.asked.clear()
        return states


def test_only_changed_articles_are_fetched() -> None:
    index = Watched()
    build(index).run(list(numbered(3)))
    assert index.asked == []
    incoming = compared(index, *numbered(2), raw(3, id="a2", text="Other."))
    assert index.asked == []
    planned = PlanWrites(index).run(incoming)
    assert index.asked == ["a2"]
    assert [item.incoming.article.id for item in planned["pending"]] == ["a2"]


def compared(index: StoredArticles, *articles: RawArticle) -> Batch[Incoming]:
    """Articles as `PlanWrites` takes them."""
    parts = standard_components(index, WordHashes(), MarkedLanguages())
    drafts = parts["parse"].run(Batch(articles))["drafts"]
    incoming = parts["compose"].run(drafts)["incoming"]
    left = parts["compare"].run(incoming)["incoming"]
    identified: Batch[Incoming] = parts["identify"].run(left)["incoming"]
    return identified


def test_haystack_is_imported_without_its_telemetry() -> None:
    code = (
        "import indexer.ingest.pipeline, haystack.telemetry._telemetry as t, os;"
        "print(t.telemetry, os.path.exists(t.CONFIG_PATH))"
    )
    environment = {k: v for k, v in os.environ.items() if k != "HAYSTACK_TELEMETRY_ENABLED"}
    environment["HOME"] = "/nonexistent"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True
    )
    assert done.stdout.strip() == "None False"


def test_another_address_of_the_same_page_is_no_version() -> None:
    index = StoredArticles()
    text = {"title": "Dam", "text": "The dam broke.", "lang": "en"}

    def outcome(url: str, **changed: str) -> list[str]:
        report = build(index).run([raw(1, url=url, **(text | changed))])
        return [str(settled.result.outcome) for settled in report.settled]

    assert outcome("http://bote.example/dam?b=1&a=2") == ["added"]
    assert outcome("https://bote.example/dam?a=2&b=1") == ["unchanged"]
    assert outcome("https://bote.example/dam?a=2&b=1", text="The dam held.") == ["updated"]
    assert outcome("http://bote.example/dam?a=2&b=1") == ["updated"]
    assert outcome("https://bote.example/dam?a=3") == ["added"]

"""One bad document is one reject, whatever it makes fail, and the others are indexed."""

from __future__ import annotations

import builtins
import io
from collections.abc import Sequence
from typing import Any, cast

import pytest

from indexer.article.boundary import contained, reason_of
from indexer.article.draft import Origin, RawArticle, Reject
from indexer.errors import BadArticle
from indexer.ingest.pipeline import IndexingPipeline
from indexer.sources.reader import Reader
from indexer.text.language import Guess
from search.embedding.port import Vectors
from search.index.model import EmbeddedArticle, WriteReport
from tests.support.indexing import MarkedLanguages, StoredArticles, WordHashes, numbered, raw


class Panic(BaseException):
    """No `Exception`, as panics of libraries that are written in Rust are none."""


class Mute(Exception):
    """Fails when it is asked what it says."""

    def __str__(self) -> str:
        raise RuntimeError


UNICODE = {
    UnicodeDecodeError: UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"),
    UnicodeEncodeError: UnicodeEncodeError("utf-8", "\udc00", 0, 1, "bad"),
    UnicodeTranslateError: UnicodeTranslateError("\udc00", 0, 1, "bad"),
}
ENDINGS = (KeyboardInterrupt, SystemExit, GeneratorExit)
KINDS = [
    kind
    for kind in vars(builtins).values()
    if isinstance(kind, type)
    and issubclass(kind, Exception)
    and not issubclass(kind, (Warning, BaseExceptionGroup))
]


def error_of(kind: type[BaseException]) -> BaseException:
    return UNICODE[kind] if kind in UNICODE else kind("told \x1b[31m \udc80 no more")


FAILURES = [
    *map(error_of, KINDS),
    Panic("at the bottom"),
    Mute(),
    ExceptionGroup("all", [KeyError()]),
]


class Failing(WordHashes):
    """A model that fails on the article in the middle."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error

    def embed_paragraphs(self, texts: Sequence[str]) -> Vectors:
        if any("number 3" in text for text in texts):
            raise self.error
        return super().embed_paragraphs(texts)


class FailingIndex(StoredArticles):
    """An index whose driver fails on it, after it has written those before."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error

    def write(self, batch: Sequence[EmbeddedArticle]) -> WriteReport:
        names = [item.article.id for item in batch]
        if "a3" in names:
            super().write(batch[: names.index("a3")])
            raise self.error
        return super().write(batch)


class FailingLanguages(MarkedLanguages):
    """An identifier that fails on it."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error

    def identify(self, text: str) -> Guess:
        if "number 3" in text:
            raise self.error
        return super().identify(text)


@pytest.mark.parametrize("error", FAILURES, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("where", ["model", "index", "languages"])
def test_any_failure_of_one_article_is_one_reject(where: str, error: BaseException) -> None:
    index = FailingIndex(error) if where == "index" else StoredArticles()
    model = Failing(error) if where == "model" else WordHashes()
    languages = FailingLanguages(error) if where == "languages" else MarkedLanguages()
    report = IndexingPipeline.build(index, model, languages).run(list(numbered(7)))
    assert [(r.origin.line, r.article_id) for r in report.rejects] == [(4, "a3")]
    assert set(index.articles) == {f"a{i}" for i in range(7)} - {"a3"}
    assert len(report.settled) == 6
    assert report.rejects[0].reason.isprintable()


@pytest.mark.parametrize("kind", ENDINGS)
def test_what_ends_the_program_is_no_reject(kind: type[BaseException]) -> None:
    pipeline = IndexingPipeline.build(StoredArticles(), Failing(kind()), MarkedLanguages())
    with pytest.raises(kind):
        pipeline.run(list(numbered(7)))

    def end() -> None:
        raise kind

    with pytest.raises(kind):
        contained(Origin("feed"), end)


class Breaking(io.RawIOBase):
    """A file that fails after its first line."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error: BaseException | None = None
        self.next = error

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        if self.error:
            raise self.error
        self.error = self.next
        data = b'{"text": "One."}\n'
        memoryview(cast(bytearray, buffer))[: len(data)] = data
        return len(data)


@pytest.mark.parametrize("error", FAILURES, ids=lambda error: type(error).__name__)
def test_any_failure_of_one_file_is_one_reject(error: BaseException) -> None:
    items = list(Reader(["-"], stdin=io.BufferedReader(Breaking(error))))
    assert [type(item) for item in items] == [RawArticle, Reject]
    assert items[1].origin.input == "-"


def test_reasons_are_sentences() -> None:
    assert reason_of(BadArticle("It is bad.")) == "It is bad."
    assert reason_of(RecursionError()) == "The document is nested too deeply."
    assert reason_of(MemoryError()) == "There is not enough memory to read the document."
    assert reason_of(ValueError("a\n\x1b[1m.")) == (
        "The document cannot be read (ValueError: a ?[1m)."
    )
    assert len(reason_of(ValueError("x" * 10_000))) < 300


NASTY: list[dict[str, Any]] = [
    {"text": "One.", "published": "9" * 20},
    {"text": "One.", "published": "99999999999999999999-01-01"},
    {"text": "One.", "published": f"1{'0' * 400}"},
    {"text": "One.", "note": 10**400},
    {"text": "One.", "note": float("inf")},
    {"text": "One \ud800", "id": "\ud800", "tags": ["\udfff"], "\ud800": 1},
    {"text": "One.", "url": "http://[::1"},
    {"text": "One.", "url": f"https://{'a' * 5000}.example"},
    {"text": "One.", "meta": {"a": [[[[]]]] * 2}},
    {"text": "\x00" * 1000},
    {"paragraphs": [None]},
    {"text": ["One."]},
]


@pytest.mark.parametrize("record", NASTY)
def test_a_nasty_record_leaves_the_others_alone(record: dict[str, Any]) -> None:
    index = StoredArticles()
    report = IndexingPipeline.build(index, WordHashes(), MarkedLanguages()).run(
        [raw(1, id="a", text="First."), raw(2, **record), raw(3, id="z", text="Last.")]
    )
    assert {"a", "z"} <= set(index.articles)
    assert len(report.settled) + len(report.rejects) == 3

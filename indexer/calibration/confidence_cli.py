"""The part of `polywire calibrate` that fits how likely a hit is right, on judged queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from config import terminal
from indexer.errors import QueriesUnusable
from search.errors import UsageError

if TYPE_CHECKING:
    from config.settings import Settings
    from search.calibration.confidence import Confidence
    from search.calibration.confidence_fit import Examples
    from search.evaluation.collection import Collection
    from search.evaluation.reliability import Reliability
    from search.retrieval.hybrid import HybridSearch


def files(topics: Path | None, qrels: Path | None, sample: bool) -> tuple[Path, Path] | None:
    """Return the files of judged queries that the options name; None where they name none.

    Raises `UsageError` for one without the other.
    """
    if sample:
        if topics or qrels:
            raise UsageError(
                "--sample has its own topics and judgements; leave --topics and --qrels out."
            )
        from indexer.bundled import SAMPLE

        return SAMPLE.with_name("topics.jsonl"), SAMPLE.with_name("qrels.txt")
    if topics is None and qrels is None:
        return None
    if topics is None or qrels is None:
        raise UsageError("Name the queries with --topics and the judgements with --qrels.")
    return topics, qrels


def calibrate_confidence(chosen: Settings, given: tuple[Path, Path], as_json: bool) -> None:
    """Fit on the queries, store it with the index, and say how true it is on held out queries."""
    from config import wiring
    from search.calibration.confidence import store
    from search.evaluation.collection import Collection
    from search.request import Mode

    hybrid = replace(chosen, mode=Mode.HYBRID)
    search = wiring.hybrid_search(hybrid)
    try:
        collection = Collection.read(*given, search.index)
        fitted, held_out = _fitted(collection, search, given[0].name, chosen)
        store(search.index, fitted)
    finally:
        search.index.close()
    if as_json:
        terminal.print_json(_document(chosen, fitted, held_out))
    else:
        terminal.stdout().print(_sentences(chosen, fitted, held_out), soft_wrap=True)


def _groups(collection: Collection, search: HybridSearch) -> list[list[Examples]]:
    """Run the queries; those that share their first relevant article are one group."""
    from search.evaluation.examples import examples_of

    by_article: dict[str, list[Examples]] = {}
    for topic in collection.topics:
        judged = collection.judgements[topic.id]
        relevant = [one for one, grade in judged.items() if grade > 0 and one in collection.langs]
        if relevant:
            found = examples_of(search, topic, judged)
            by_article.setdefault(min(relevant), []).append(found)
    return [by_article[one] for one in sorted(by_article)]


def _fitted(
    collection: Collection, search: HybridSearch, source: str, chosen: Settings
) -> tuple[Confidence, Reliability | None]:
    """Fit on all queries, and on half of them to see how true it is of the others."""
    from search.calibration.confidence_fit import FEWEST, Examples, fit, fit_fed_back
    from search.evaluation.examples import knowing, without_feedback

    groups = _groups(collection, without_feedback(search))
    queries = _joined(groups)
    if len(queries) < FEWEST:
        raise QueriesUnusable(
            f"Only {len(queries)} queries have a relevant article in the index, and {FEWEST} are "
            "needed to tell how likely a hit is right; nothing was changed."
        )
    fingerprint = search.index.identity.model_fingerprint
    try:
        fitted = fit(Examples.joined(queries), fingerprint, source)
        trial = fit(Examples.joined(_joined(groups[::2])), fingerprint, source)
    except ValueError as error:
        raise QueriesUnusable(f"Nothing can be fitted: {error}; nothing was changed.") from None
    if search.fusion.feedback_share:
        fitted = fit_fed_back(fitted, _joined(_groups(collection, knowing(search, fitted))))
        groups = _groups(collection, knowing(search, trial))
        trial = fit_fed_back(trial, _joined(groups[::2]))
    return fitted, _held_out(trial, _joined(groups[1::2]), chosen.less_certain_below)


def _joined(groups: Sequence[Sequence[Examples]]) -> list[Examples]:
    return [one for group in groups for one in group]


def _held_out(trial: Confidence, queries: Sequence[Examples], line: float) -> Reliability | None:
    from search.evaluation.bias import FIRST_PAGE
    from search.evaluation.reliability import measured

    hits: list[tuple[float, bool]] = []
    for one in queries:
        said = trial.of(one.features[:FIRST_PAGE], one.langs[:FIRST_PAGE])
        hits += zip(said.tolist(), (one.right[:FIRST_PAGE] > 0).tolist(), strict=True)
    return measured(hits, line) if hits else None


def _document(
    chosen: Settings, fitted: Confidence, held_out: Reliability | None
) -> Mapping[str, Any]:
    from search.evaluation.reliability import reliability_document

    return {
        "index": chosen.index,
        "confidence": {
            "digest": fitted.digest,
            "source": fitted.source,
            "queries": fitted.queries,
            "held_out": reliability_document(held_out),
        },
    }


def _sentences(chosen: Settings, fitted: Confidence, held_out: Reliability | None) -> str:
    told = (
        f"How likely a hit is right was fitted on {fitted.queries} queries of {fitted.source} and "
        f"stored with the index {chosen.index}; a running server reads it after a restart."
    )
    if held_out is not None and held_out.precision is not None and held_out.kept is not None:
        told += (
            f" Fitted on half of them, on the other half its calibration error is "
            f"{held_out.error:.3f}; of hits with {held_out.line:g} or more "
            f"{held_out.precision:.0%} are right, which is {held_out.kept:.0%} of the right ones."
        )
    return f"{told} To undo: polywire calibrate --clear --index {chosen.index}"

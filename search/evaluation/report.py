"""What was measured of one setting, and of two settings against each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from search.evaluation.bias import LanguageBias, language_bias
from search.evaluation.collection import Collection
from search.evaluation.languages import LanguageQuality, quality_by_language
from search.evaluation.measures import DEPTH, MEASURES, Values, means, measure
from search.evaluation.reliability import Reliability, reliability, reliability_document
from search.evaluation.run import Run
from search.evaluation.significance import Difference, compare


@dataclass(frozen=True, slots=True)
class Report:
    """The quality of one setting on one collection."""

    setting: Mapping[str, Any]
    """What was measured: mode, index, model, fusion, as JSON values."""
    topics: int
    absent: int
    """Relevant articles that are not in the index; they count as not found."""
    by_topic: Mapping[str, Values]
    overall: Values
    languages: LanguageQuality
    bias: LanguageBias
    reliability: Reliability | None
    """Whether the confidence of hits comes true; None where none is known."""
    median_ms: float
    """Median time of a query inside the search layer."""


def report(
    collection: Collection, run: Run, setting: Mapping[str, Any], line: float = 0.5
) -> Report:
    """Measure a run; `line` is the confidence from which hits are not called less certain."""
    langs = {**run.langs, **collection.langs}
    by_topic = measure(run.rankings, {t.id: collection.judgements[t.id] for t in collection.topics})
    parts = (collection.topics, run.rankings, collection.judgements, langs)
    return Report(
        setting=setting,
        topics=len(collection.topics),
        absent=len(collection.absent),
        by_topic=by_topic,
        overall=means(by_topic.values()),
        languages=quality_by_language(*parts),
        bias=language_bias(*parts),
        reliability=reliability(collection.topics, run, collection.judgements, langs, line),
        median_ms=sorted(run.times_ms)[len(run.times_ms) // 2] if run.times_ms else 0.0,
    )


def differences(first: Report, second: Report) -> dict[str, Difference]:
    """Compare two reports on the same topics, measure by measure."""
    return {name: compare(first.by_topic, second.by_topic, name) for name in MEASURES}


def report_document(measured: Report) -> dict[str, Any]:
    """Return JSON values only: pairs are keyed "topic language>article language"."""
    languages = measured.languages
    return {
        "setting": dict(measured.setting),
        "topics": measured.topics,
        "absent": measured.absent,
        "depth": DEPTH,
        "overall": _rounded(measured.overall),
        "same_language": _rounded(languages.same),
        "cross_language": _rounded(languages.cross),
        "pairs": {
            f"{own}>{found}": {"topics": languages.topics[own, found], **_rounded(values)}
            for (own, found), values in languages.pairs.items()
        },
        "bias": bias_document(measured.bias),
        "confidence": reliability_document(measured.reliability),
        "median_ms": measured.median_ms,
        "by_topic": {topic: _rounded(values) for topic, values in measured.by_topic.items()},
    }


def bias_document(bias: LanguageBias) -> dict[str, float | None]:
    """Return JSON values only; None is "not told by these topics"."""
    values = {
        f"PEER@{DEPTH}": bias.peer,
        "page_recall_same": bias.page_recall_same,
        "page_recall_cross": bias.page_recall_cross,
        "own_share": bias.own_share,
        "own_share_relevant": bias.own_share_relevant,
        "languages_shown": bias.languages_shown,
    }
    return {name: None if value is None else round(value, 4) for name, value in values.items()}


def differences_document(found: Mapping[str, Difference]) -> dict[str, Any]:
    """Return JSON values only: the second setting minus the first."""
    return {
        name: {
            "difference": round(d.mean, 4),
            "p_value": round(d.p_value, 4),
            "better": d.better,
            "worse": d.worse,
            "equal": d.equal,
        }
        for name, d in found.items()
    }


def _rounded(values: Values) -> dict[str, float]:
    return {name: round(value, 4) for name, value in values.items()}

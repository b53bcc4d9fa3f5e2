"""Run a request and deliver its result: to a person, or in a format, with its method."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from config import terminal
from search.answer import Answer, Counted, OffsetsUsed, RerankUsed
from search.index.model import EmbeddedArticle
from search.request import Mode, Request
from search.retrieval.hybrid import HybridSearch
from search.values import dataclass

if TYPE_CHECKING:
    from search.coverage.stories.grouping import StoryHits
    from search.index.state import IndexState
    from search.results.delivery import Delivery
    from search.results.method_file import Method
    from search.results.tally import Tally
    from search.retrieval.complete import Complete


@dataclass(frozen=True, slots=True)
class Run:
    """A request and its circumstances.

    `delivery` is None where a person reads the answer, `before` the method of an earlier result
    that this one repeats. Hits below the last with a confidence of `line` or more are shown as less
    certain.
    """

    request: Request
    now: datetime
    delivery: Delivery | None = None
    explain: bool = False
    before: Method | None = None
    line: float = 0.0
    subject: EmbeddedArticle | None = None
    """The article whose coverage is looked for; then the request has no text yet."""
    by_story: IndexState | None = None
    """Where the stories are that hits are grouped by."""
    headline_lang: str | None = None


def run(search: HybridSearch, wanted: Run) -> None:
    """Answer and deliver. Raises what the search, the index and the delivery raise."""
    delivery = wanted.delivery
    if delivery is None:
        _show(search, wanted)
    elif delivery.everything:
        _deliver_everything(search, wanted, delivery)
    else:
        _deliver(search, wanted, delivery)


def _answer(search: HybridSearch, wanted: Run) -> Answer:
    if wanted.subject is None:
        answer = search.search(wanted.request)
    else:
        from search.coverage.similar import similar

        answer = similar(search, wanted.subject, wanted.request)
    return answer


def _say(notes: Iterable[str]) -> None:
    """Say on stderr what is part of the result as well."""
    for note in notes:
        terminal.note(f"Note: {note}")


def _show(search: HybridSearch, wanted: Run) -> None:
    from search.retrieval.advice import BY_MEANING, BY_MEANING_UNKNOWN, NOTHING_CLOSE
    from search.terminal.answer import show_answer

    answer = _answer(search, wanted)
    # What is said below the list is not said twice.
    below = (NOTHING_CLOSE, BY_MEANING, BY_MEANING_UNKNOWN)
    _say(note for note in answer.notes if note not in below)
    if wanted.by_story is not None and answer.hits:
        from search.coverage.stories.grouping import grouped
        from search.terminal.answer import summary
        from search.terminal.stories import show_groups

        groups = grouped(answer.hits, wanted.by_story)
        show_groups(groups, wanted.headline_lang, wanted.request.timezone, terminal.stdout())
        stories = "1 story" if len(groups) == 1 else f"{len(groups)} stories"
        terminal.stdout().print(f"{stories}; {summary(answer)}", style="dim")
        return
    show_answer(answer, terminal.stdout(), explain=wanted.explain, line=wanted.line)
    if wanted.before is not None:
        tally = _noted(answer)
        method = _method(search, wanted, tally, _of_answer(answer), _used(answer))
        _report(method, wanted, None)


def _deliver(search: HybridSearch, wanted: Run, delivery: Delivery) -> None:
    import json

    from search.printable import printable_json
    from search.results.document import answer_document

    answer = _answer(search, wanted)
    _say(answer.notes)
    groups: tuple[StoryHits, ...] = ()
    if wanted.by_story is not None:
        from search.coverage.stories.grouping import grouped, grouped_document

        groups = grouped(answer.hits, wanted.by_story)
        answer = replace(answer, hits=tuple(hit for group in groups for hit in group.hits))
    with delivery.opened() as out:
        if delivery.form == "json":
            tally = _noted(answer)
            method = _method(search, wanted, tally, _of_answer(answer), _used(answer))
            document = answer_document(answer) | _changes(method, wanted)
            if wanted.by_story is not None:
                document = grouped_document(document, groups, wanted.headline_lang)
            out.write(printable_json(json.dumps(document, ensure_ascii=False, indent=2)) + "\n")
        else:
            tally = delivery.write(answer.hits, {}, out)
            method = _method(search, wanted, tally, _of_answer(answer), _used(answer))
    _report(method, wanted, delivery)


def _deliver_everything(search: HybridSearch, wanted: Run, delivery: Delivery) -> None:
    from search.results.document import request_document
    from search.retrieval.complete import complete

    found = complete(search, wanted.request)
    _say(found.notes)
    about = request_document(wanted.request) | {
        "notes": list(found.notes),
        "complete": _of_complete(found),
    }
    with delivery.opened() as out:
        tally = delivery.write(found.hits, about, out)
    method = _method(search, wanted, tally, _of_complete(found), _used(found))
    _report(method, wanted, delivery)


def _noted(answer: Answer) -> Tally:
    from search.results.tally import Tally

    tally = Tally()
    for hit in answer.hits:
        tally.note(hit)
    return tally


def _of_answer(answer: Answer) -> dict[str, Any]:
    what = "articles that match" if answer.counted is Counted.MATCHES else "candidates"
    return {
        "exhaustive": answer.counted is Counted.MATCHES and len(answer.hits) == answer.total,
        "holds": f"{len(answer.hits)} of {answer.total} {what}",
        "total": answer.total,
        "counted": str(answer.counted),
        "took_ms": answer.took_ms,
    }


def _of_complete(found: Complete) -> dict[str, Any]:
    from search.results.document import offsets_document, reranker_document

    return (
        {"exhaustive": found.exhaustive, "holds": found.holds}
        | reranker_document(found.rerank)
        | offsets_document(found.offsets)
    )


_Used = tuple["RerankUsed | None", "OffsetsUsed | None", tuple[str, ...]]


def _used(found: Answer | Complete) -> _Used:
    """Return the reranker and the language offsets that played a part, and what was noted."""
    return found.rerank, found.offsets, found.notes


def _method(
    search: HybridSearch,
    wanted: Run,
    tally: Tally,
    result: Mapping[str, Any],
    used: _Used,
) -> dict[str, Any] | None:
    """Build the method where a file or a comparison needs it."""
    delivery = wanted.delivery
    if wanted.before is None and (delivery is None or delivery.output is None):
        return None
    from importlib.metadata import version

    from search.results.method import Setting, method_document

    reranker, offsets, notes = used
    setting = Setting(
        now=wanted.now,
        stats=search.index.stats(),
        fusion=search.fusion,
        program=version("polywire"),
        everything=delivery is not None and delivery.everything,
        similar_to=wanted.subject.article.id if wanted.subject else None,
        reranking=search.reranking if reranker is not None else None,
        offsets=offsets,
        confidence=_confidence(search, wanted.request),
    )
    return method_document(replace(wanted.request, notes=notes), setting, tally, result)


def _confidence(search: HybridSearch, request: Request) -> str | None:
    """Return the digest of what confidence is read from in this mode."""
    fitted = search.calibration.confidence
    return fitted.digest if fitted is not None and request.mode is Mode.HYBRID else None


def _changes(method: Mapping[str, Any] | None, wanted: Run) -> dict[str, Any]:
    if method is None or wanted.before is None:
        return {}
    from search.results.changes import changes_document, compare

    changes = compare(wanted.before.document, method)
    return {"changes": {"since": wanted.before.document["asked_at"], **changes_document(changes)}}


def _report(method: Mapping[str, Any] | None, wanted: Run, delivery: Delivery | None) -> None:
    """Write the method file, and say on stderr what was written and what changed."""
    if method is None:
        return
    if delivery is not None and delivery.output is not None:
        delivery.write_method(method)
        result = method["result"]
        terminal.note(
            f"{result['articles']:,} articles in {delivery.output} ({result['holds']}); "
            f"the method is in {delivery.method_path}."
        )
    if wanted.before is not None and (delivery is None or delivery.form != "json"):
        from search.results.changes import changes_text, compare

        changes = compare(wanted.before.document, method)
        terminal.note(changes_text(changes, wanted.before.document["asked_at"]))

"""What the options of `search` and `similar` make: settings, a delivery, a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config import options
from search.commands.options import GivenOptions
from search.errors import UsageError

if TYPE_CHECKING:
    from config.settings import Settings
    from search.commands.running import Run
    from search.results.delivery import Delivery


def settings_of(given: GivenOptions) -> Settings:
    """Return the settings with the options on top. Raises `UsageError`."""
    check_rerank(given)
    effective = options.settings(
        given.index,
        given.model,
        mode=given.mode,
        limit=given.limit,
        balance=given.balance,
        names=given.names,
        fusion__pool=given.pool,
        rerank__model=given.rerank,
        rerank__top=given.rerank_top,
    )
    if given.rerank_top is not None and effective.rerank.model is None:
        raise UsageError("--rerank-top needs a reranker; name one with --rerank MODEL.")
    return effective.without_reranker() if given.no_rerank else effective


def check_rerank(given: GivenOptions) -> None:
    """Raise `UsageError` for options of reranking that contradict each other."""
    if given.no_rerank and (given.rerank is not None or given.rerank_top is not None):
        raise UsageError("--rerank and --no-rerank cannot be combined; choose one.")


def delivery_of(given: GivenOptions, everything: bool = False) -> Delivery | None:
    """Read where the result goes; what writes files is loaded only if something is written."""
    forms = given.as_json, given.as_jsonl, given.as_csv
    if not (any(forms) or given.output or given.bom or everything):
        return None
    from search.results.delivery import Delivery

    return Delivery.chosen(
        {"json": given.as_json, "jsonl": given.as_jsonl, "csv": given.as_csv},
        given.output,
        given.bom,
        everything,
    )


def run_of(given: GivenOptions, settings: Settings, query: str = "", **further: object) -> Run:
    """Read the query and the options; `further` are fields of `Options`."""
    from datetime import UTC, datetime

    from config import wiring
    from search.commands.running import Run
    from search.query.options import Options, request_of

    now = datetime.now(UTC)
    # A reranker is used where the settings name one; no other option says so.
    chosen = Options.of(given, rerank=settings.rerank.model is not None, **further)
    request = request_of(query, chosen, now, wiring.defaults(settings))
    return Run(request, now, explain=given.explain, line=settings.less_certain_below)

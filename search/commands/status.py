"""`polywire status`: what an index holds and the state it is in."""

from __future__ import annotations

from config import options, terminal
from config.options import IndexOption, JsonOption, ModelOption


def status(
    index: IndexOption = None, model: ModelOption = None, as_json: JsonOption = False
) -> None:
    """Show what an index holds and the state it is in."""
    effective = options.settings(index, model)
    from config import wiring
    from search.calibration.offsets import stored_in
    from search.results.status import stats_document
    from search.terminal.status import show_stats

    opened = wiring.open_index(effective)
    stats, offsets = opened.stats(), stored_in(opened)
    if as_json:
        terminal.print_json(stats_document(stats, offsets))
    else:
        show_stats(stats, offsets, terminal.stdout())

"""`polywire watch run`: what it needs is loaded, and what becomes of each check is said."""

from __future__ import annotations

import functools
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Any

from config import terminal
from search.watched import Watched, document_of

if TYPE_CHECKING:
    from config.settings import Settings
    from indexer.ingest.run import Pipeline
    from indexer.watching.checking import Checker
    from search.alerts.runner import Equipment

INTERRUPTED = 130


def run_watch(
    settings: Settings, *, once: bool, at_once: bool, parent: int | None, as_json: bool
) -> None:
    """Check once, or until SIGTERM or Ctrl-C."""
    from indexer.watching.runner import check_due, end_with, run

    checked: list[dict[str, Any]] = []

    def told(one: Watched) -> None:
        if as_json and once:
            checked.append(document_of(one))
        elif as_json:
            terminal.print_json_line(document_of(one))
        else:
            terminal.note(_line(one))

    with _checker(settings) as checker, _stopped_by_signals(checker.stopping):
        if parent is not None:
            end_with(parent, checker.stopping)
        if once:
            done = check_due(checker, told, at_once=at_once)
            if as_json:
                terminal.print_json({"index": settings.index, "checked": checked})
            elif not done and not checker.stopping.is_set():
                terminal.note(_nothing(checker))
        else:
            if not as_json:
                terminal.note(f"Watching for {settings.index} (stop with Ctrl+C).")
            run(checker, told, lambda sentence: terminal.note(f"polywire: {sentence}"))
        interrupted = checker.stopping.is_set() and once
    if interrupted:
        terminal.leave(INTERRUPTED)


def _line(one: Watched) -> str:
    """Say what came of the last check of an address."""
    check = one.checks[0]
    at = f"{check.at:%H:%M:%S}"
    if one.stopped:
        return f"{at} {one.name}: {one.stopped} It is not checked any more."
    if check.error:
        return f"{at} {one.name}: {check.error} Next try at {one.due:%Y-%m-%d %H:%M} UTC."
    counts = {"new": check.new, "updated": check.updated, "rejected": check.rejected}
    said = ", ".join(f"{count:,} {name}" for name, count in counts.items() if count)
    line = f"{at} {one.name}: {said or 'nothing new'}"
    if check.without_page:
        line += f"; of {check.without_page:,} the page could not be read: as the feed has it"
    return f"{line} ({check.reasons[0].rstrip('.')})" if check.reasons else line


def _nothing(checker: Checker) -> str:
    dues = [one.due for one in checker.register.all() if not one.stopped]
    if not dues:
        return "Nothing is watched; add a site or a feed: polywire watch add URL"
    return f"Nothing is due before {min(dues):%Y-%m-%d %H:%M} UTC; --all checks everything now."


@contextmanager
def _checker(settings: Settings) -> Iterator[Checker]:
    from config.wiring import (
        alert_equipment,
        alert_runner,
        embedder,
        fetcher,
        location,
        open_or_create_index,
    )
    from indexer.ingest.startup import torch_left_out
    from indexer.sources.reader import Reading
    from indexer.watching.checking import Checker
    from indexer.watching.register import Register
    from search.alerts.on_write import on_write
    from search.allocator import use_few_arenas

    use_few_arenas()
    state = location(settings).state(patient=True)

    @functools.cache
    def opened() -> tuple[Any, Any]:
        vectors = embedder(settings)
        return open_or_create_index(settings, vectors), vectors

    lock = threading.Lock()

    def pipeline(one: Watched) -> Pipeline:
        from indexer.article.records import Defaults

        with lock:
            index, vectors = opened()
            with torch_left_out():
                from indexer.ingest.pipeline import IndexingPipeline
            defaults = Defaults(one.lang, one.source)
            return IndexingPipeline.build(index, vectors, None, defaults, state)

    @functools.cache
    def equipment() -> Callable[[bool], Equipment]:
        return alert_equipment(settings, *opened())

    def arrived() -> None:
        with lock:
            opened()[0].refresh()
            for sentence in on_write(
                location(settings).state,
                lambda store: alert_runner(settings, store, equipment()),
            ):
                terminal.note(sentence)

    try:
        # A server that asks to be asked later is asked later: nothing waits for it meanwhile.
        with fetcher(settings, patience=0.0) as one:
            yield Checker(
                Register(state),
                state,
                one,
                pipeline,
                Reading(int(settings.max_article_mb * 1_000_000)),
                threading.Event(),
                settings.batch_size,
                arrived,
            )
    finally:
        if opened.cache_info().currsize:
            index, _ = opened()
            index.refresh()
            index.close()
        state.close()


@contextmanager
def _stopped_by_signals(stopping: threading.Event) -> Iterator[None]:
    """Set the event at SIGTERM and the first Ctrl-C; a second one ends the program."""

    def stop(number: int, frame: FrameType | None) -> None:
        if stopping.is_set() and number == signal.SIGINT:
            signal.default_int_handler(number, frame)
        stopping.set()

    numbers = (signal.SIGINT, signal.SIGTERM)
    former = [signal.signal(number, stop) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, former, strict=True):
            signal.signal(number, handler)

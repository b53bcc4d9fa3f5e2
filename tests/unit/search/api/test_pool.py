"""Bounded threads and the one writer: order, shared commits, refusals, and endings."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Coroutine, Mapping, Sequence
from contextvars import copy_context
from typing import Any, TypeVar

import pytest

from search import deadline
from search.api.errors import ArticleChanged, NotPermitted, ServerBusy
from search.api.work.metrics import Metrics
from search.api.work.pool import WorkPool
from search.api.work.services import Record
from search.api.work.shares import set_caller
from search.api.work.writer import Writer
from search.index.errors import StorageFull
from search.index.model import ArticleState, Outcome, WriteResult

T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(asyncio.wait_for(work, 20))


# --- the pool ---


def test_calls_run_in_threads_and_the_loop_goes_on() -> None:
    def slowly() -> str:
        time.sleep(0.2)
        return "done"

    async def work() -> tuple[int, str]:
        pool = WorkPool("test", threads=1, waiting=5)
        beats = 0
        task = asyncio.create_task(pool.run(slowly))
        while not task.done():
            await asyncio.sleep(0.01)
            beats += 1
        pool.close()
        return beats, str(task.result())

    beats, result = run(work())
    assert result == "done"
    assert beats > 5


def test_the_line_is_bounded() -> None:
    async def work() -> None:
        release = threading.Event()
        pool = WorkPool("test", threads=2, waiting=3)
        tasks = [asyncio.create_task(pool.run(release.wait)) for _ in range(5)]
        await asyncio.sleep(0.05)
        with pytest.raises(ServerBusy, match="5 requests"):
            await pool.run(release.wait)
        release.set()
        assert await asyncio.gather(*tasks) == [True] * 5
        assert pool.inside == 0
        pool.close()

    run(work())


def test_who_gives_up_leaves_the_line_but_a_running_call_counts_until_it_ends() -> None:
    async def work() -> None:
        release = threading.Event()
        pool = WorkPool("test", threads=1, waiting=1)
        running = asyncio.create_task(pool.run(release.wait))
        waiting = asyncio.create_task(pool.run(release.wait))
        await asyncio.sleep(0.05)
        for task in (running, waiting):
            task.cancel()
        await asyncio.gather(running, waiting, return_exceptions=True)
        assert pool.inside == 1
        release.set()
        while pool.inside:
            await asyncio.sleep(0.01)
        pool.close()

    run(work())


def test_a_closed_pool_refuses() -> None:
    async def work() -> None:
        pool = WorkPool("test", threads=1, waiting=1)
        pool.close()
        with pytest.raises(ServerBusy, match="shutting down"):
            await pool.run(lambda: None)
        assert pool.inside == 0

    run(work())


def as_client(name: str, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
    """Start what the request of a key does, in a context of its own."""
    context = copy_context()
    context.run(set_caller, name)
    return asyncio.get_running_loop().create_task(work, context=context)


def test_keys_take_turns() -> None:
    async def work() -> None:
        pool = WorkPool("test", threads=1, waiting=100)
        release, order = threading.Event(), []

        def call(name: str) -> None:
            release.wait(10)
            order.append(name)

        tasks = [as_client("greedy", pool.run(lambda: call("greedy"))) for _ in range(20)]
        await asyncio.sleep(0)
        tasks += [as_client("other", pool.run(lambda: call("other"))) for _ in range(3)]
        await asyncio.sleep(0.05)
        release.set()
        await asyncio.gather(*tasks)
        assert order[:7] == ["greedy", "greedy", "other", "greedy", "other", "greedy", "other"]
        assert len(order) == 23
        pool.close()

    run(work())


def test_one_key_never_has_all_threads_nor_all_of_the_queue() -> None:
    async def work() -> None:
        pool = WorkPool("test", threads=3, waiting=9)
        release = threading.Event()
        tasks = [as_client("greedy", pool.run(release.wait)) for _ in range(12)]
        await asyncio.sleep(0.1)
        refused = [task for task in tasks if task.done()]
        assert len(refused) == 3
        assert all(isinstance(task.exception(), ServerBusy) for task in refused)
        assert await as_client("other", pool.run(lambda: "served")) == "served"
        release.set()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert pool.inside == 0
        pool.close()

    run(work())


def test_without_keys_all_threads_are_everybodys() -> None:
    async def work() -> None:
        pool = WorkPool("test", threads=3, waiting=0)
        together = threading.Barrier(3)
        await asyncio.gather(*(pool.run(lambda: together.wait(10)) for _ in range(3)))
        pool.close()

    run(work())


def test_short_calls_run_one_by_one_and_a_long_one_is_joined() -> None:
    async def work() -> None:
        pool = WorkPool("test", threads=3, waiting=9, alone_s=0.2)
        running, most, release = 0, 0, threading.Event()

        def short() -> None:
            nonlocal running, most
            running += 1
            most = max(most, running)
            time.sleep(0.005)
            running -= 1

        await asyncio.gather(*(pool.run(short) for _ in range(8)))
        assert most == 1
        long = [asyncio.create_task(pool.run(lambda: release.wait(10))) for _ in range(2)]
        await asyncio.sleep(0)  # they are in the queue
        began = time.monotonic()
        await pool.run(short)  # after both have had their head start
        assert 0.3 < time.monotonic() - began < 5
        release.set()
        await asyncio.gather(*long)
        assert pool.inside == 0
        pool.close()

    run(work())


def test_a_call_knows_the_deadline_of_its_request() -> None:
    async def work() -> None:
        pool = WorkPool("test", threads=1, waiting=1)

        async def hurried() -> None:
            deadline.set_deadline(0.05)

            def call() -> None:
                while True:
                    deadline.check()
                    time.sleep(0.01)

            await pool.run(call)

        with pytest.raises(deadline.DeadlinePassed):
            await asyncio.create_task(hurried())
        await pool.run(deadline.check)  # the thread has no deadline of its own
        pool.close()

    run(work())


# --- the writer ---


class Shelf:
    """Keeps what is written, and the commits it came in; stands in for pipeline and index."""

    def __init__(self) -> None:
        self.commits: list[list[str]] = []
        self.kept: dict[str, str] = {}
        self.gate = threading.Event()
        self.gate.set()

    def ingest(self, records: Sequence[Record]) -> list[WriteResult]:
        self.gate.wait(10)
        ids = [str(record["id"]) for record in records]
        self.commits.append(ids)
        if "full" in ids:
            raise StorageFull("No space left.")
        if "poison" in ids:
            raise RuntimeError("nobody foresaw this")
        outcomes = []
        for name, record in zip(ids, records, strict=True):
            added = name not in self.kept
            self.kept[name] = str(record.get("text"))
            outcomes.append(WriteResult(name, Outcome.ADDED if added else Outcome.UPDATED))
        return outcomes

    def delete(self, ids: Sequence[str]) -> int:
        return sum(self.kept.pop(name, None) is not None for name in ids)

    def states(self, ids: Sequence[str]) -> Mapping[str, ArticleState]:
        return {name: ArticleState("hash", 0) for name in ids if name in self.kept}

    def show(self) -> None:
        return


def writer(shelf: Shelf, waiting: int = 100, waiting_bytes: int = 10_000) -> Writer:
    made = Writer(shelf, lambda: shelf.ingest, Metrics(), waiting, waiting_bytes)  # type: ignore[arg-type]
    made.start()
    return made


def put(to: Writer, name: str, size: int = 1, **options: Any) -> asyncio.Task[list[WriteResult]]:
    return asyncio.create_task(to.write([{"id": name, "text": name}], size, **options))


def test_what_waits_is_committed_together_and_each_gets_its_own_outcome() -> None:
    async def work() -> None:
        shelf = Shelf()
        shelf.gate.clear()
        to = writer(shelf)
        tasks = [put(to, f"a{n % 9}") for n in range(10)]
        await asyncio.sleep(0.1)
        shelf.gate.set()
        results = [result for task in tasks for result in await task]
        await to.close()
        assert [result.article_id for result in results] == [f"a{n % 9}" for n in range(10)]
        assert results[9].outcome is Outcome.UPDATED
        assert len(shelf.commits) <= 2  # the first alone, perhaps, and the rest at once

    run(work())


def test_order_is_kept_across_writes_and_deletes() -> None:
    async def work() -> None:
        shelf = Shelf()
        shelf.gate.clear()
        to = writer(shelf)
        first = put(to, "a")
        await asyncio.sleep(0.05)
        second = put(to, "b")
        gone = asyncio.create_task(to.delete("a"))
        await asyncio.sleep(0.05)
        again = put(to, "a")
        await asyncio.sleep(0.05)
        shelf.gate.set()
        outcomes = [(await task)[0].outcome for task in (first, second, again)]
        assert await gone is True
        assert outcomes == [Outcome.ADDED, Outcome.ADDED, Outcome.ADDED]
        assert await to.delete("nobody") is False
        await to.close()

    run(work())


def test_an_error_reaches_everybody_in_the_commit_and_the_next_one_works() -> None:
    async def work() -> None:
        shelf = Shelf()
        to = writer(shelf)
        with pytest.raises(StorageFull):
            await put(to, "full")
        assert (await put(to, "a"))[0].outcome is Outcome.ADDED
        await to.close()

    run(work())


def test_an_article_that_nobody_foresaw_fails_alone() -> None:
    async def work() -> None:
        shelf = Shelf()
        shelf.gate.clear()
        to = writer(shelf)
        tasks = [put(to, name) for name in ("a", "b", "poison", "c")]
        await asyncio.sleep(0.1)
        shelf.gate.set()
        a, b, poison, c = await asyncio.gather(*tasks, return_exceptions=True)
        await to.close()
        assert isinstance(poison, RuntimeError)
        assert all(isinstance(each, list) for each in (a, b, c))
        assert set(shelf.kept) == {"a", "b", "c"}

    run(work())


def test_a_condition_is_checked_right_before_the_write() -> None:
    async def work() -> None:
        shelf = Shelf()
        to = writer(shelf)

        def absent() -> None:
            if shelf.states(["a"]):
                raise ArticleChanged("It is there.")

        assert (await put(to, "a", check=absent))[0].outcome is Outcome.ADDED
        with pytest.raises(ArticleChanged):
            await put(to, "a", check=absent)
        await to.close()

    run(work())


def test_a_full_line_refuses_and_the_patient_wait() -> None:
    async def work() -> None:
        shelf = Shelf()
        shelf.gate.clear()
        to = writer(shelf, waiting=2)
        tasks = [put(to, "a"), put(to, "b")]
        await asyncio.sleep(0.05)
        with pytest.raises(ServerBusy, match="2 writes"):
            await put(to, "c")
        patient = put(to, "d", patient=True)
        await asyncio.sleep(0.05)
        assert not patient.done()
        shelf.gate.set()
        await asyncio.gather(*tasks, patient)
        assert set(shelf.kept) == {"a", "b", "d"}
        assert to.inside == 0
        await to.close()

    run(work())


def test_bytes_are_bounded_but_one_large_write_passes_alone() -> None:
    async def work() -> None:
        shelf = Shelf()
        shelf.gate.clear()
        to = writer(shelf, waiting_bytes=1000)
        large = put(to, "large", size=5000)
        await asyncio.sleep(0.05)
        with pytest.raises(ServerBusy):
            await put(to, "more")
        shelf.gate.set()
        assert (await large)[0].outcome is Outcome.ADDED
        await to.close()

    run(work())


def test_closing_finishes_what_was_accepted_and_refuses_the_rest() -> None:
    async def work() -> None:
        shelf = Shelf()
        shelf.gate.clear()
        to = writer(shelf)
        tasks = [put(to, f"a{n}") for n in range(20)]
        await asyncio.sleep(0.05)
        closing = asyncio.create_task(to.close())
        await asyncio.sleep(0.05)
        with pytest.raises(ServerBusy, match="shutting down"):
            await put(to, "late")
        shelf.gate.set()
        await closing
        await asyncio.gather(*tasks)
        assert len(shelf.kept) == 20

    run(work())


def test_a_server_without_writes_says_so() -> None:
    async def work() -> None:
        to = Writer(Shelf(), None, Metrics(), 1, 1)  # type: ignore[arg-type]
        to.start()
        with pytest.raises(NotPermitted, match="read_only"):
            await put(to, "a")
        await to.close()

    run(work())

"""How long readers wait: for the first byte of a search, and for "who covered X in Arabic".

    python -m benchmarks.page_journey ADDRESS [--record]

where `polywire serve` serves an index that holds the sample (`polywire ingest --sample`). Each step
ends when the page that it leads to is shown. Medians of the rounds; what a person thinks and types
meanwhile is given as the keystroke-level model has it (Card, Moran and Newell 1980): a key 0.2 s, a
click 1.3 s with the way of the mouse, getting ready 1.35 s before each step.

The page answers a search by the questions of the sample, in turns with the API: medians of the time
to the first byte, whose ratio is to be at most 1.5, and of the bytes.
"""

from __future__ import annotations

import argparse
import re
import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import httpx

from benchmarks.record import record
from benchmarks.retrieval_sample import SAMPLE
from search.evaluation.topics import read_topics
from tests.support.browser import executable

QUERY = "earthquake in Zarband"
ROUNDS = 7
KEY_S, CLICK_S, READY_S = 0.2, 1.3, 1.35


def main() -> None:
    """Measure, print, and store."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("address")
    parser.add_argument("--record", action="store_true")
    chosen = parser.parse_args()
    waited = journeys(chosen.address.rstrip("/"))
    steps = {name: round(statistics.median(times), 3) for name, times in waited.items()}
    typed = READY_S + KEY_S * (len(QUERY) + 1)
    figures = {
        "steps_s": steps,
        "clicks": len(steps) - 2,
        "waiting_s": round(sum(steps.values()), 2),
        "person_s": round(typed + (len(steps) - 2) * (READY_S + CLICK_S), 1),
        "first_byte": first_bytes(chosen.address.rstrip("/")),
    }
    print(figures)
    if chosen.record:
        record("page_journey", f"sample, {QUERY!r}", figures)


def first_bytes(address: str) -> dict[str, float]:
    """Ask page and API in turns; returns medians of ms to the first byte, and of kB of the page."""
    queries = [topic.query for topic in read_topics(SAMPLE / "topics.jsonl")]
    waited: dict[str, list[float]] = {"/": [], "/v1/search": []}
    sizes = []
    with httpx.Client(base_url=address, timeout=60) as client:
        for number, query in enumerate(queries * 2):
            for path in sorted(waited, reverse=bool(number % 2)):
                began = time.perf_counter()
                with client.stream("GET", path, params={"q": query}) as answer:
                    took = time.perf_counter() - began
                    content = answer.raise_for_status().read()
                if number >= len(queries):  # the first time, everything is made ready
                    waited[path].append(1000 * took)
                    sizes += [len(content) / 1000] if path == "/" else []
    page, api = (statistics.median(waited[path]) for path in waited)
    return {
        "page_ms": round(page, 1),
        "api_ms": round(api, 1),
        "page_in_times_of_api": round(page / api, 2),
        "page_kb": round(statistics.median(sizes), 1),
    }


def journeys(address: str) -> dict[str, list[float]]:
    """Go the way several times, each in a new context; returns seconds by step."""
    from playwright.sync_api import sync_playwright

    waited: dict[str, list[float]] = defaultdict(list)
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=executable(), args=["--no-sandbox"])
        for _ in range(ROUNDS):
            context = chromium.new_context(locale="en-GB")
            for name, step in _steps(context.new_page(), address):
                began = time.perf_counter()
                step()
                waited[name].append(time.perf_counter() - began)
            context.close()
        chromium.close()
    return waited


def _steps(page: Any, address: str) -> list[tuple[str, Callable[[], Any]]]:  # noqa: ANN401
    def search() -> None:
        page.fill("#q", QUERY)
        page.keyboard.press("Enter")
        page.wait_for_url("**/?q=*")

    def language() -> None:
        page.locator(".values a", has_text="العربية").click()
        page.wait_for_url("**lang=ar*")

    def time_span() -> None:
        page.locator(".bars a").first.click()
        page.wait_for_url("**on=*")

    def sources() -> None:
        page.get_by_role("link", name="Who covered it").click()
        page.wait_for_url(re.compile("/coverage"))
        page.locator("table tbody tr").first.wait_for()

    return [
        ("open the page", lambda: page.goto(address)),
        ("search", search),
        ("only in Arabic", language),
        ("only in a span of time", time_span),
        ("who covered it", sources),
    ]


if __name__ == "__main__":
    main()

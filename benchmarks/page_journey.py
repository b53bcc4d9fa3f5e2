"""How long a first-time reader waits: "who covered X in Arabic, and when", clicked in Chromium.

    python -m benchmarks.page_journey ADDRESS [--record]

where `polywire serve` serves an index that holds the sample (`polywire ingest --sample`). Each step
ends when the page that it leads to is shown. Medians of the rounds; what a person thinks and types
meanwhile is given as the keystroke-level model has it (Card, Moran and Newell 1980): a key 0.2 s, a
click 1.3 s with the way of the mouse, getting ready 1.35 s before each step.
"""

from __future__ import annotations

import argparse
import re
import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from benchmarks.record import record
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
    }
    print(figures)
    if chosen.record:
        record("page_journey", f"sample, {QUERY!r}", figures)


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

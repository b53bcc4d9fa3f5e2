"""`polywire watch`: what is new is indexed once, whoever checks, and whatever ends the checks."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import COMMAND, clean_environment, runner
from tests.support.newsroom_site import feed, page
from tests.support.site import Site, Visit, serving_site


@pytest.fixture
def site() -> Iterator[Site]:
    with serving_site({"/robots.txt": "User-agent: *\nAllow: /\n"}) as one:
        for n in range(1, 6):
            one.pages[f"/{n}"] = page(n)
        one.pages["/"] = (
            '<html><head><link rel="alternate" type="application/rss+xml" title="Strait Times" '
            'href="/feed"></head><body><p>Welcome.</p></body></html>'
        )
        offer(one, 1, 2)
        yield one


def offer(site: Site, *numbers: int) -> None:
    """Let the feed have these articles."""
    site.pages["/feed"] = feed([(site.url(f"/{n}"), f"Day {n}") for n in numbers])


class Desk:
    """Somebody who watches, with an index of their own."""

    def __init__(self, folder: Path, index: str = "idx") -> None:
        own = {
            "POLYWIRE_FETCH__DELAY_S": "0",
            "POLYWIRE_FETCH__ALLOW_PRIVATE": "true",
            "POLYWIRE_ELASTICSEARCH__REPLICAS": "0",
        }
        self.environment = clean_environment() | own
        self.options = ("--index", index, "--json")
        self.folder = folder
        self._run = runner(folder)

    def __call__(self, *words: str, code: int = 0) -> Any:
        done = self._run(*words, *self.options, env=self.environment)
        assert done.returncode == code, done.stderr
        return json.loads(done.stdout) if done.stdout else done.stderr

    def check(self, *words: str) -> dict[str, Any]:
        """Check the only address that is watched."""
        (one,) = self("watch", "run", "--once", "--all", *words)["checked"]
        return dict(one)

    def articles(self) -> int:
        return int(self("status")["articles"])

    def started(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [str(COMMAND), *words, *self.options],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


def journey(site: Site, desk: Desk) -> None:
    """Watch a site, check it until all has been seen, and forget it."""
    (added,) = desk("watch", "add", site.url("/"))["added"]
    assert [one["title"] for one in added["new"]] == ["Strait Times"]
    again = desk("watch", "add", site.url("/feed"))["added"][0]
    assert (again["new"], again["known"]) == ([], [site.url("/feed")])
    first = desk.check()
    assert (first["articles"], first["checks"][0]["new"], first["error"]) == (2, 2, None)
    site.visits.clear()
    assert desk.check()["checks"][0]["new"] == 0
    assert site.asked == ["/feed"]  # no page is fetched twice
    offer(site, 1, 2, 3)
    assert desk.check()["checks"][0]["new"] == 1
    assert site.asked.count("/3") == 1
    assert desk.articles() == 3
    assert desk("watch", "run", "--once")["checked"] == []  # nothing is due yet
    (status,) = desk("watch", "status")["watched"]
    assert [check["new"] for check in status["checks"]] == [1, 0, 2]
    assert desk("watch", "remove", site.url("/feed"))["removed"] == [site.url("/feed")]
    assert desk("watch", "list")["watched"] == []
    assert desk.articles() == 3


def test_a_site_is_watched(site: Site, tmp_path: Path) -> None:
    journey(site, Desk(tmp_path))


@pytest.mark.elasticsearch
def test_a_site_is_watched_on_a_server(site: Site, tmp_path: Path, server_url: str) -> None:
    from search.index.elastic.location import ElasticLocation
    from tests.support.elastic import OPTIONS, remove

    place = ElasticLocation.connect(f"{server_url}/test-{os.getpid()}-watch", OPTIONS)
    try:
        journey(site, Desk(tmp_path, place.uri))
    finally:
        remove(place)


def test_what_goes_wrong_is_said_and_tried_later(site: Site, tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk("watch", "add", site.url("/feed"))
    feed_now = site.pages["/feed"]
    site.pages["/feed"] = lambda visit: visit.send("Later.", 503, {"Retry-After": "7200"})
    failed = desk.check()
    assert failed["failures"] == 1
    assert "503" in failed["error"] or "later" in failed["error"]
    assert failed["due"] > failed["checked"]
    site.pages["/feed"] = page(5)  # for maintenance, or a log-in
    page_instead = desk.check()
    assert "is a web page and no feed" in page_instead["error"]
    assert (page_instead["articles"], page_instead["failures"]) == (0, 2)
    site.pages["/feed"] = lambda visit: visit.redirect("/moved", 301)
    site.pages["/moved"] = feed_now
    moved = desk.check()
    assert (moved["url"], moved["failures"], moved["articles"]) == (site.url("/moved"), 0, 2)
    (listed,) = desk("watch", "list")["watched"]
    assert listed["url"] == site.url("/moved")
    site.pages["/moved"] = lambda visit: visit.send("Gone.", 410)
    gone = desk.check()
    assert "gone for good" in gone["stopped"]
    assert desk("watch", "run", "--once", "--all")["checked"] == []
    site.pages["/moved"] = feed_now
    desk("watch", "add", site.url("/moved"))  # somebody knows better
    assert desk.check()["stopped"] is None


def test_where_there_is_nothing_to_watch(site: Site, tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    site.pages["/"] = "<html><body><p>Welcome.</p></body></html>"
    (result,) = desk("watch", "add", site.url("/1"), code=1)["added"]
    assert result["error"].startswith("No feed and no news sitemap is declared at")
    assert "is not watched" in desk("watch", "remove", "https://a.example/feed", code=2)
    both = desk("watch", "add", site.url("/1"), site.url("/feed"), code=3)["added"]
    assert [bool(one["error"]) for one in both] == [True, False]


def test_a_password_goes_to_its_server_and_to_nobody_else(site: Site, tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    wanted = "Basic ZGVzazpzZWNyZXQ="  # desk:secret

    def guarded(content: Any) -> Any:
        def answer(visit: Visit) -> None:
            if visit.headers.get("Authorization") == wanted:
                visit.send(content)
            else:
                visit.send("Who are you?", 401)

        return answer

    for path in ("/", "/feed"):
        site.pages[path] = guarded(site.pages[path])
    named = site.url("/").replace("://", "://desk:secret@")
    shown = [desk("watch", "add", named), desk("watch", "list"), desk("watch", "status")]
    checked = desk.check()
    assert (checked["error"], checked["articles"]) == (None, 2)
    shown += [checked, desk("watch", "export"), desk("watch", "remove", f"{named}feed")]
    assert "secret" not in json.dumps(shown)
    assert desk("watch", "list")["watched"] == []


def test_a_list_goes_out_and_comes_in(site: Site, tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk("watch", "add", site.url("/"), "--no-follow", "--source", "Strait", "--lang", "en")
    desk("watch", "export", "list.opml")
    other = Desk(tmp_path, "other")
    assert other("watch", "import", "list.opml")["added"] == [site.url("/feed")]
    assert other("watch", "import", "list.opml")["known"] == 1
    (here,), (there,) = (one("watch", "list")["watched"] for one in (desk, other))
    same = ("url", "kind", "title", "follow", "source", "lang")
    assert [there[key] for key in same] == [here[key] for key in same]


@pytest.mark.slow  # processes are started, killed and started again
def test_killed_anywhere_nothing_is_lost_and_nothing_comes_twice(
    site: Site, tmp_path: Path
) -> None:
    desk = Desk(tmp_path)
    desk("watch", "add", site.url("/feed"))
    served: list[int] = []
    reached = threading.Event()

    def slow(n: int) -> Any:
        def answer(visit: Visit) -> None:
            served.append(n)
            if len(served) in (2, 4):  # the process is killed while it waits for this one
                reached.set()
                time.sleep(1)
            visit.send(page(n))

        return answer

    offer(site, 1, 2, 3, 4, 5)
    for n in range(1, 6):
        site.pages[f"/{n}"] = slow(n)
    for _ in range(2):
        reached.clear()
        process = desk.started("watch", "run")
        assert reached.wait(60)
        process.kill()
        process.communicate()
    assert desk.check()["articles"] <= 5
    assert desk.articles() == 5
    site.visits.clear()
    assert desk.check()["checks"][0]["new"] == 0
    assert site.asked == ["/feed"]


@pytest.mark.slow  # two processes
def test_two_watchers_share_the_work(site: Site, tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    for n in range(1, 6):
        site.pages[f"/feed{n}"] = feed([(site.url(f"/{n}"), f"Day {n}")], f"Feed {n}")
    desk("watch", "add", *(site.url(f"/feed{n}") for n in range(1, 6)))
    site.visits.clear()
    both = [desk.started("watch", "run", "--once") for _ in range(2)]
    outputs = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], outputs
    checked = [one["url"] for out, _ in outputs for one in json.loads(out)["checked"]]
    assert sorted(checked) == [site.url(f"/feed{n}") for n in range(1, 6)]
    assert sorted(site.asked) == sorted(f"/{kind}{n}" for kind in ("", "feed") for n in range(1, 6))
    assert desk.articles() == 5


@pytest.mark.slow  # a server with a process beside it
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_server_watches_beside_its_api(
    site: Site, tmp_path: Path, number: signal.Signals
) -> None:
    desk = Desk(tmp_path)
    desk("watch", "add", site.url("/feed"))
    server = desk.started("serve", "--port", "0", "--watch")
    end = time.monotonic() + 60
    while "/2" not in site.asked and time.monotonic() < end:
        time.sleep(0.05)
    while desk.articles() < 2 and time.monotonic() < end:
        time.sleep(0.2)
    assert desk.articles() == 2
    os.kill(server.pid, number)
    _, err = server.communicate(timeout=60)
    assert "Traceback" not in err
    # The pipes that it shared with the process beside it are closed: that has ended, too.


def test_pages_that_cannot_be_read_are_counted(site: Site, tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    site.pages["/feed"] = feed([(site.url("/1"), "First"), (site.url("/none"), "Gone")])
    desk("watch", "add", site.url("/feed"))
    (check,) = desk.check()["checks"]
    assert (check["new"], check["without_page"]) == (2, 1)
    assert check["reasons"] == [f"{site.url('/none')} answers 404: there is no such document."]
    environment = desk.environment | {"NO_COLOR": "1"}
    words = ("ingest", site.url("/feed"), "--follow", "--index", "other")
    said = runner(tmp_path)(*words, env=environment).stdout
    assert "1 item whose page could not be read" in said
    assert f"meta.not_followed says why ({site.url('/none')} answers 404" in said

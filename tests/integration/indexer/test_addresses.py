"""`polywire ingest` of addresses: fetched, stored, and only what is new the next time."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command import clean_environment, runner
from tests.support.newsroom_site import feed, page, urlset
from tests.support.site import Site, serving_site


@pytest.fixture
def site() -> Iterator[Site]:
    with serving_site({"/robots.txt": "Sitemap: /map.xml\nUser-agent: *\nDisallow: /3\n"}) as one:
        for n in range(1, 4):
            one.pages[f"/{n}"] = page(n)
        yield one


def environment(**more: str) -> dict[str, str]:
    own = {"POLYWIRE_FETCH__DELAY_S": "0", "POLYWIRE_ELASTICSEARCH__REPLICAS": "0"}
    return clean_environment() | own | more


def journey(site: Site, folder: Path, index: str) -> None:
    """Ingest a site by its robots.txt three times: all, nothing, and what is new."""
    polywire = runner(folder)
    words = ("ingest", site.url("/robots.txt"), "--index", index, "--allow-private", "--json")
    urls = [(site.url(f"/{n}"), "2026-03-01") for n in range(1, 4)]
    site.pages["/map.xml"] = urlset(urls)
    run = polywire(*words, env=environment())
    assert run.returncode == 3, run.stderr
    summary = json.loads(run.stdout)
    assert (summary["added"], summary["rejected"], summary["not_modified"]) == (2, 1, 0)
    assert summary["inputs"][0]["read_as"]["HTML pages"] == 2
    site.visits.clear()
    run = polywire(*words, env=environment())
    summary = json.loads(run.stdout)
    assert (summary["articles"], summary["not_modified"]) == (1, 2)  # the one that is forbidden
    assert site.asked == ["/map.xml"]
    site.pages["/map.xml"] = urlset([(site.url("/1"), "2026-03-08"), *urls[1:2]])
    site.pages["/1"] = page(1, "Ferry sails again")
    run = polywire(*words, env=environment())
    assert run.returncode == 0, run.stderr
    summary = json.loads(run.stdout)
    assert (summary["updated"], summary["added"], summary["not_modified"]) == (1, 0, 1)
    found = polywire("search", "ferry sails", "--index", index, "--json", env=environment())
    assert json.loads(found.stdout)["hits"][0]["title"] == "Ferry sails again"


def test_a_site_is_ingested_again_and_again(site: Site, tmp_path: Path) -> None:
    journey(site, tmp_path, "idx")


@pytest.mark.elasticsearch
def test_a_site_is_ingested_again_and_again_on_a_server(
    site: Site, tmp_path: Path, server_url: str
) -> None:
    from search.index.elastic.location import ElasticLocation
    from tests.support.elastic import OPTIONS, remove

    place = ElasticLocation.connect(f"{server_url}/test-{os.getpid()}-addresses", OPTIONS)
    try:
        journey(site, tmp_path, place.uri)
    finally:
        remove(place)


def test_this_machine_is_asked_only_if_that_is_said(site: Site, tmp_path: Path) -> None:
    polywire = runner(tmp_path)
    run = polywire("ingest", site.url("/1"), env=environment())
    assert run.returncode == 3
    assert "--allow-private" in run.stdout
    assert site.visits == []
    assert (tmp_path / "127.0.0.1.rejects.jsonl").exists()
    run = polywire("ingest", site.url("/1"), env=environment(POLYWIRE_FETCH__ALLOW_PRIVATE="true"))
    assert run.returncode == 0, run.stdout
    assert not (tmp_path / "127.0.0.1.rejects.jsonl").exists()


def test_a_look_at_an_address_touches_nothing(site: Site, tmp_path: Path) -> None:
    site.pages["/feed"] = feed([(site.url("/1"), "First"), (site.url("/2"), "Second")])
    look = ("ingest", "--dry-run", "--jsonl", "--allow-private", site.url("/feed"))
    run = runner(tmp_path)(*look, "--follow", env=environment())
    assert run.returncode == 0, run.stderr
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    assert [line["title"] for line in lines] == ["Ferry stopped, day 1", "Ferry stopped, day 2"]
    assert lines[0]["input"] == lines[0]["url"] == site.url("/1")
    assert list(tmp_path.iterdir()) == []

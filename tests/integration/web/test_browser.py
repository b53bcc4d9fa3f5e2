"""The page in a real browser: journeys, keys, accessibility, size, and no script at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from search.api.access.keys import KeyFolder, KeyScope
from tests.support.browser import axe_source, browser
from tests.support.serving import ENGINES, LINES, Served, article, ndjson, sample, serving

PAGES = (
    "/",
    "/?q=Lerna+flood&lang=de&lang=en",
    "/?q=flood&view=stories&ui=ar",
    "/article/flood-lerna.en-2?version=2&ui=en",
    "/article/flood-kesari.ja?ui=uk",
    "/stories?ui=de",
    "/overview?ui=fr",
    "/coverage?q=Lerna+flood&ui=es",
    "/record/flood-lerna.de?ui=en",
    "/article/none",
    "/article/taken?ui=uk",
    "/article/held?ui=ar",
    "/alerts?ui=fr",
    "/alerts/new?q=Lerna+flood&preview=30d&ui=en",
    "/alerts/Lerna?preview=30d&ui=ar",
    "/alerts/Lerna/edit?ui=uk",
)
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
BUDGET = 100_000


@pytest.fixture(scope="module", params=ENGINES)
def desk(
    request: pytest.FixtureRequest,
    new_index: Callable[[str], str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("page"), new_index(request.param)) as served:
        assert served.http.post("/v1/articles", content=ndjson(sample()), headers=LINES).is_success
        old = next(one for one in sample() if one["id"] == "flood-lerna.en-2")
        new = {
            **old,
            "updated": "2026-08-15T08:00:00Z",
            "paragraphs": [*old["paragraphs"], "Corrected."],
        }
        assert served.http.put("/v1/articles/flood-lerna.en-2", json=new).is_success
        _unshown_and_alerts(served)
        yield served


def _unshown_and_alerts(served: Served) -> None:
    served.ok("PUT", "/v1/articles/taken", json=article(version=1))
    taken = article(status="canceled", version=2, why="Untrue")
    served.ok("PUT", "/v1/articles/taken", json=taken)
    served.ok("PUT", "/v1/articles/held", json=article(embargo="2100-01-01T00:00:00Z"))
    alert = {"name": "Lerna", "q": "Lerna", "to": ["feed", "desk@news.example"]}
    served.ok("POST", "/v1/alerts", json=alert | {"every": "daily 08:00"})


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser() as started:
        yield started


@pytest.fixture
def tab(desk: Served, chromium: Any) -> Iterator[Any]:
    """A tab in which nothing goes wrong and no request leaves the server."""
    context = chromium.new_context(base_url=desk.address, locale="en-GB")
    wrong: list[str] = []
    page = context.new_page()
    page.on("console", lambda said: wrong.append(said.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "request",
        lambda sent: (
            None
            if urlsplit(sent.url).netloc == urlsplit(desk.address).netloc
            else wrong.append(sent.url)
        ),
    )
    yield page
    context.close()
    assert wrong == []


def test_from_the_query_to_what_was_corrected_and_back(tab: Any) -> None:
    tab.goto("/")
    tab.keyboard.press("/")
    tab.keyboard.type("Lerna flood town counts")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/?q=*")
    assert "mode=" not in tab.url  # what says nothing stays out of the address
    assert "Lerna" in tab.locator(".hits mark").first.inner_text()
    tab.locator(".values a", has_text="English").click()
    assert tab.locator(".chip").count() == 1
    searched = tab.url
    tab.keyboard.press("j")
    first = tab.evaluate("document.activeElement.href")
    tab.keyboard.press("j")
    assert tab.evaluate("document.activeElement.href") != first
    tab.keyboard.press("k")
    tab.keyboard.press("Enter")
    tab.wait_for_url(first)
    tab.go_back()
    assert tab.url == searched
    assert tab.locator(".chip").count() == 1
    tab.reload()
    assert tab.input_value("#q") == "Lerna flood town counts"
    tab.goto("/article/flood-lerna.en-2?version=2")
    assert tab.locator("ins").inner_text() == "Corrected."


def test_who_covered_it_in_one_language_takes_the_filters_along(tab: Any) -> None:
    tab.goto("/?q=Lerna+flood&ui=en")
    tab.locator(".values a", has_text="Deutsch").click()
    tab.get_by_role("link", name="Who covered it").click()
    assert "Deutsch" in tab.locator(".chip").inner_text()
    assert tab.locator("thead .language").all_inner_texts() == ["Deutsch"]
    tab.locator(".chip").click()
    tab.wait_for_url(lambda url: "lang=" not in url)
    assert "/coverage?q=Lerna" in tab.url
    assert tab.locator("thead .language").count() > 1


def test_times_are_in_the_zone_that_the_reader_is_in(desk: Served, chromium: Any) -> None:
    """From the second page on, and after a journey; but for who chose one."""

    def foot(jar: Any, zone: str, address: str) -> tuple[str, Any]:
        context = chromium.new_context(
            base_url=desk.address, locale="en-GB", timezone_id=zone, storage_state=jar
        )
        page = context.new_page()
        page.goto(address)
        page.goto(address.partition("?")[0])
        said, jar = page.locator("footer").inner_text(), context.storage_state()
        context.close()
        return said, jar

    said, jar = foot(None, "Asia/Tokyo", "/stories")
    assert "Asia/Tokyo" in said
    said, jar = foot(jar, "America/Lima", "/stories")
    assert "America/Lima" in said
    said, jar = foot(jar, "America/Lima", "/stories?zone=Europe/Kyiv")
    assert "Europe/Kyiv" in said
    said, _ = foot(jar, "Asia/Tokyo", "/stories")
    assert "Europe/Kyiv" in said


def test_an_alert_is_changed_by_its_labels(tab: Any) -> None:
    tab.goto("/alerts/Lerna?ui=en")
    tab.get_by_role("link", name="Change this alert").click()
    tab.get_by_label("Search", exact=True).fill("Lerna lang:de")
    tab.get_by_label("When").select_option("Every hour")
    tab.get_by_label("mail:desk@news.example").uncheck()
    tab.get_by_role("button", name="Save").click()
    facts = tab.locator("dl.known").inner_text()
    assert "Lerna lang:de" in facts
    assert "Every hour" in facts
    assert "desk@news.example" not in facts


def test_without_any_script(desk: Served, chromium: Any) -> None:
    context = chromium.new_context(base_url=desk.address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.fill("#q", "Hochwasser an der Lerna")
    page.click(".search button >> nth=0")
    assert page.locator(".hit").count() >= 5
    page.locator(".values a", has_text="Deutsch").click()
    page.locator("a.go").first.click()
    assert page.locator("article h1").inner_text()
    page.goto("/?q=flood&ui=ar")
    assert page.locator("html").get_attribute("dir") == "rtl"
    page.goto("/stories")
    page.locator("a.go").first.click()
    assert page.locator("table").count() == 1
    context.close()


def test_the_door_says_nothing_on_the_console(chromium: Any, tmp_path: Path) -> None:
    keys = KeyFolder(tmp_path / "keys")
    token = keys.create("reader", [KeyScope.READ])[1]
    with serving(tmp_path, str(tmp_path / "index")) as served:
        context = chromium.new_context(base_url=served.address, locale="ar")
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda one: said.append(one.text))
        page.goto("/stories?sort=new")
        page.fill("#key", f"  {token} ")
        page.click("main button")
        page.wait_for_url("**/stories?sort=new")
        assert said == []
        context.close()


def test_what_was_written_into_a_form_survives_the_end_of_the_session(
    chromium: Any, tmp_path: Path
) -> None:
    keys = KeyFolder(tmp_path / "keys")
    token = keys.create("desk", [KeyScope.READ, KeyScope.ALERTS])[1]
    with serving(tmp_path, str(tmp_path / "index")) as served:
        context = chromium.new_context(base_url=served.address, locale="en")
        page = context.new_page()

        def enter() -> None:
            page.fill("#key", token)
            page.click("main button")

        page.goto("/alerts/new?q=dam&lang=de")
        enter()
        page.fill("#name", "Dams & <weirs>")
        page.select_option("#every", label="Every hour")
        page.fill("#to", "desk@news.example")
        context.clear_cookies(name="polywire_session")
        page.get_by_role("button", name="Make").click()
        assert "nothing was changed" in page.locator("#said").inner_text()
        enter()
        page.wait_for_url("**/alerts/new?q=dam&lang=de")
        assert page.input_value("#name") == "Dams & <weirs>"
        assert page.input_value("#every") == "hourly"
        assert page.input_value("#to") == "desk@news.example"
        page.get_by_role("button", name="Make").click()
        assert "Dams & <weirs>" in page.locator("main").inner_text()
        assert "dam lang:de" in page.locator("dl.known").inner_text()
        page.goto("/alerts/new?q=dam&lang=de")
        assert page.input_value("#name") == "dam"  # kept for one visit only
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(desk: Served, chromium: Any, scheme: str) -> None:
    axe = axe_source()
    context = chromium.new_context(base_url=desk.address, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    found: dict[tuple[str, str], str] = {}
    for path in PAGES:
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        page.evaluate(axe)
        result = page.evaluate(f"axe.run(document, {{runOnly: {json.dumps(LEVELS)}}})")
        found |= {(path, each["id"]): each["nodes"][0]["html"] for each in result["violations"]}
    context.close()
    assert found == {}


@pytest.mark.parametrize("width", [320, 640])
def test_nothing_is_cut_on_a_phone_or_at_twice_the_size(
    desk: Served, chromium: Any, width: int
) -> None:
    context = chromium.new_context(base_url=desk.address, viewport={"width": width, "height": 480})
    page = context.new_page()
    for path in PAGES:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
    context.close()


@pytest.mark.parametrize("width", [320, 1200])
def test_a_word_without_end_widens_no_page(desk: Served, chromium: Any, width: int) -> None:
    word = "Hochwasserschutzmauerfundament" * 12
    endless = article(title=word, source=word, text=word, tags=[word], section=word, authors=[word])
    desk.ok("PUT", "/v1/articles/endless", json=endless)
    context = chromium.new_context(base_url=desk.address, viewport={"width": width, "height": 480})
    page = context.new_page()
    searched = f"/?q={word}&tag={word}"
    for path in (searched, "/", "/article/endless", "/overview", "/stories?sort=new"):
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
    context.close()
    desk.http.delete("/v1/articles/endless")


def test_what_was_searched_for_is_printed(desk: Served, chromium: Any) -> None:
    context = chromium.new_context(base_url=desk.address)
    page = context.new_page()
    page.goto("/?q=Lerna+flood&ui=en")
    page.emulate_media(media="print")
    assert page.locator("#q").is_visible()
    assert not page.get_by_role("button", name="Search").is_visible()
    context.close()


def test_an_alert_is_removed_only_by_who_says_so_twice(desk: Served, chromium: Any) -> None:
    made = desk.ok("POST", "/v1/alerts", json={"name": "twice", "q": "Kesari"})
    context = chromium.new_context(base_url=desk.address, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/alerts/{made['id']}?ui=en")
    for_good = page.get_by_role("button", name="Remove for good")
    assert not for_good.is_visible()
    page.locator("summary", has_text="Remove").click()
    for_good.click()
    assert page.url.endswith("/alerts")
    assert "twice" not in page.locator("main").inner_text()
    context.close()


def test_a_page_is_small_and_holds_still(desk: Served, chromium: Any) -> None:
    context = chromium.new_context(base_url=desk.address)
    page = context.new_page()
    sizes: list[int] = []
    page.on("response", lambda got: sizes.append(len(got.body())))
    page.goto("/?q=How+many+people+had+to+leave+their+homes", wait_until="networkidle")
    shifted = page.evaluate(
        """() => new Promise(done => { let sum = 0;
        new PerformanceObserver(list => list.getEntries().forEach(each => { sum += each.value; }))
          .observe({type: "layout-shift", buffered: true});
        requestAnimationFrame(() => requestAnimationFrame(() => done(sum))); })"""
    )
    context.close()
    assert sum(sizes) < BUDGET
    assert len(sizes) <= 5
    assert shifted < 0.01


def test_hostile_articles_do_nothing(desk: Served, tab: Any) -> None:
    hostile = article(
        title='"><script>document.title="owned"</script><img src=//evil.example/x>',
        source="<svg onload=\"document.title='owned'\">",
        text="<iframe src=//evil.example></iframe> \u202eevil",
        tags=["<b onclick=x>"],
    )
    assert desk.http.put("/v1/articles/hostile", json=hostile).is_success
    for path in ("/article/hostile", "/?q=iframe", "/record/hostile"):
        tab.goto(path)
        assert "owned" not in tab.title().replace('document.title="owned"', "")
        assert tab.locator("main img, main iframe, main script").count() == 0
    desk.http.delete("/v1/articles/hostile")

"""The pages as a server sends them: what is in them, for whom, and what is not."""

from __future__ import annotations

import gzip
import html
import json
import re
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from search.api.access.keys import KeyFolder, KeyScope
from search.web.catalogue import catalogue
from tests.support.serving import LINES, Served, article, ndjson, sample, serving

HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("page")
    with serving(folder, str(folder / "index")) as served:
        assert served.http.post("/v1/articles", content=ndjson(sample()), headers=LINES).is_success
        yield served


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, dict[str, str]]]:
    folder = tmp_path_factory.mktemp("guarded")
    keys = KeyFolder(folder / "keys")
    made = {scope.value: keys.create(scope.value, [scope])[1] for scope in KeyScope}
    with serving(folder, str(folder / "index")) as served:
        send = served.http.put(
            "/v1/articles/there",
            json=article(),
            headers={"Authorization": f"Bearer {made['write']}"},
        )
        assert send.is_success
        yield served, made


def page(served: Served, path: str, **given: object) -> httpx.Response:
    """Fetch a page as a browser without cookies does."""
    return httpx.get(served.address + path, headers=HTML, timeout=60, **given)  # type: ignore[arg-type]


def test_a_search_shows_what_the_api_answers(desk: Served) -> None:
    query = "Lerna flood"
    hits = desk.ok("GET", "/v1/search", params={"q": query})["hits"]
    text = page(desk, "/", params={"q": query}).text
    shown = re.findall(r'<a class="go" href="/article/([^"]+)"', text)
    assert shown == [hit["id"] for hit in hits]


def test_a_hit_says_how_sure_it_is_and_the_fold_parts_what_is_less(desk: Served) -> None:
    query = {"q": "Lerna flood", "limit": "40", "ui": "en"}
    hits = desk.ok("GET", "/v1/search", params={"q": query["q"], "limit": 40, "by_story": "true"})
    sure = [hit["confidence"] for hit in hits["hits"]]
    text = page(desk, "/", params=query).text
    shown = [int(one) for one in re.findall(r"(\d+)% sure", text)]
    assert shown == pytest.approx([100 * one for one in sure], abs=0.51)
    above, _, below = text.partition('<details class="weak">')
    line = desk.settings.less_certain_below
    assert above.count("% sure") == max(n for n, one in enumerate(sure, 1) if one >= line)
    assert f"{below.count('% sure')} articles that are less certain" in below
    by_words = page(desk, "/", params=query | {"mode": "lexical"}).text
    assert "% sure" not in by_words


@pytest.mark.parametrize("lang", ["en", "de", "fr", "es", "uk", "ar"])
@pytest.mark.parametrize("path", ["/?q=flood&lang=de&lang=en", "/article/flood-lerna.de", "/"])
def test_every_page_speaks_every_language(desk: Served, path: str, lang: str) -> None:
    response = page(desk, path, params={**httpx.QueryParams(path.partition("?")[2]), "ui": lang})
    assert response.status_code == 200
    assert f'<html lang="{lang}" dir="{"rtl" if lang == "ar" else "ltr"}"' in response.text
    assert f"polywire_ui={lang}" in response.headers["set-cookie"]


def test_the_browser_chooses_the_language(desk: Served) -> None:
    wanted = {"Accept": "text/html", "Accept-Language": "pt, uk;q=0.8, de;q=0.5"}
    assert '<html lang="uk"' in httpx.get(f"{desk.address}/", headers=wanted).text


def test_what_cannot_be_searched_for_is_said_on_the_page(desk: Served) -> None:
    response = page(desk, "/?q=flood&after=whenever")
    assert response.status_code == 400
    assert 'role="alert"' in response.text
    assert 'value="flood"' in response.text


def test_an_address_without_an_id_leads_to_the_list(desk: Served) -> None:
    for path, goal in (("/article/", "/"), ("/story/", "/stories")):
        response = page(desk, path)
        assert (response.status_code, response.headers["location"]) == (303, goal)


def test_what_is_not_there_is_a_page_to_people_and_a_document_to_programs(desk: Served) -> None:
    assert "<html" in page(desk, "/article/none").text
    assert desk.http.get("/article/none").headers["content-type"] == "application/problem+json"
    assert page(desk, "/v1/articles/none").headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("lang", ["en", "de", "fr", "es", "uk", "ar"])
def test_a_withdrawn_article_says_since_when_and_why(desk: Served, lang: str) -> None:
    said, name = catalogue(lang), f"taken-{lang}"
    desk.ok("PUT", f"/v1/articles/{name}", json=article(text="A numbat was seen."))
    told = [("withheld", "Being <b>checked & more\u202e", 2), ("canceled", "Untrue & old", 3)]
    for status, why, version in told:
        moment = f"2026-03-0{version + 1}T10:00:00Z"
        sent = article(status=status, version=version, updated=moment, why=why)
        assert desk.ok("PUT", f"/v1/articles/{name}", json=sent)["outcome"] == "withdrawn"
        response = page(desk, f"/article/{name}", params={"ui": lang})
        assert response.status_code == 410
        assert f'datetime="{moment}"' in response.text
        assert html.escape(said.text(f"unshown.{status}")) in response.text
        assert why.rpartition("&")[0].rpartition(">")[2] + "&amp;" in response.text
        assert "<b>" not in response.text
        assert "\u202e" not in response.text
        assert "numbat" not in response.text
    assert page(desk, f"/record/{name}").status_code == 410
    program = desk.http.get(f"/article/{name}")
    assert program.headers["content-type"] == "application/problem+json"
    assert program.status_code == 410


@pytest.mark.parametrize("lang", ["en", "de", "fr", "es", "uk", "ar"])
@pytest.mark.parametrize("until", ["2100-01-01T00:00:00Z", True])
def test_an_embargoed_article_says_until_when(desk: Served, lang: str, until: str | bool) -> None:
    held = article(text="A bilby was seen.", embargo=until)
    desk.http.put("/v1/articles/held", json=held)
    response = page(desk, "/article/held", params={"ui": lang})
    said = catalogue(lang)
    assert response.status_code == 404
    assert html.escape(said.text("unshown.embargoed_means")) in response.text
    at = said.text("unshown.until_later") if until is True else f'datetime="{until}"'
    assert at in response.text
    assert "bilby" not in response.text
    desk.http.delete("/v1/articles/held")
    assert "unshown" not in page(desk, "/article/held").text


@pytest.mark.parametrize(
    "asked", ["q=dam&format=exe", "q=dam&format=csv&mode=magic", "q=dam&sort=x", "after=soon"]
)
def test_an_export_that_cannot_be_is_refused_as_a_search_is(desk: Served, asked: str) -> None:
    response = page(desk, f"/export?{asked}")
    assert response.status_code == 400
    assert response.headers["content-type"].startswith("text/html")
    assert 'role="alert"' in response.text


@pytest.mark.parametrize("lang", ["en", "fr", "ar"])
def test_an_index_without_articles_says_so(tmp_path: Path, lang: str) -> None:
    said = catalogue(lang)
    with serving(tmp_path, str(tmp_path / "index")) as served:
        for path in ("/", "/?q=dam", "/?q=dam&lang=de&mode=lexical"):
            text = page(served, path, params={"ui": lang} | dict(httpx.QueryParams(path[2:]))).text
            assert html.escape(said.text("search.empty")) in text
            assert html.escape(said.text("search.try_words")) not in text


def test_what_is_only_nearest_is_no_other_coverage(desk: Served) -> None:
    alone = article(
        title="Beekeeper wins the county fair with heather honey",
        text="The jury praised the heather honey of the beekeeper above all other jars.",
    )
    desk.ok("PUT", "/v1/articles/honey", json=alone)
    assert desk.ok("GET", "/v1/similar/honey", params={"limit": 8})["hits"]
    text = page(desk, "/article/honey").text
    assert '<a class="go" href="/article/' not in text
    covered = desk.ok("GET", "/v1/coverage", params={"id": "honey"})["timeline"]
    assert "honey" in [one["id"] for one in covered]
    assert len(covered) <= 2
    desk.http.delete("/v1/articles/honey")


def test_an_article_leads_to_its_story_and_coverage_is_headed_for_the_reader(desk: Served) -> None:
    text = page(desk, "/article/flood-lerna.en", params={"ui": "fr"}).text
    story = re.search(r'class="badge" href="/story/(\w+)"', text)
    assert story
    told = desk.ok("GET", f"/v1/stories/{story[1]}", params={"headline_lang": "fr"})
    covered = page(desk, "/coverage", params={"id": "flood-lerna.en", "ui": "fr"}).text
    assert html.escape(told["headline"]) in covered.partition("</h1>")[0].rpartition("<h1")[2]
    assert f'href="/story/{story[1]}"' in covered


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_hits_as_stories_are_headed_for_the_reader(desk: Served, lang: str) -> None:
    text = page(desk, "/", params={"q": "Lerna flood", "view": "stories", "ui": lang}).text
    story = re.search(r'<a href="/story/(\w+)" dir="auto">([^<]+)</a>', text)
    assert story
    told = desk.ok("GET", f"/v1/stories/{story[1]}", params={"headline_lang": lang})
    assert html.unescape(story[2]) == told["headline"]


def test_the_page_before_the_end_is_found_from_behind_it(desk: Served) -> None:
    total = desk.ok("GET", "/v1/stories", params={"limit": 1})["total"]
    text = page(desk, "/stories", params={"offset": 9000}).text
    last = (total - 1) // 20 * 20
    assert f'href="/stories?offset={last}"' in text


def test_coverage_names_no_source_where_there_is_none(desk: Served) -> None:
    for number in (1, 2):
        text = f"The lighthouse of Skerrymoor was sold to collector {number} of lamps."
        sent = article(title="Lighthouse of Skerrymoor sold", text=text, source=None)
        desk.ok("PUT", f"/v1/articles/lamp-{number}", json=sent)
    text = page(desk, "/coverage", params={"q": "Skerrymoor", "mode": "lexical", "ui": "de"}).text
    assert "(ohne Quelle)" in text
    assert "no source" not in text
    assert "source=%28" not in text
    for number in (1, 2):
        desk.http.delete(f"/v1/articles/lamp-{number}")


def test_coverage_says_what_was_withdrawn_meanwhile(desk: Served) -> None:
    desk.ok("PUT", "/v1/articles/gone", json=article(source="Gone Gazette"))
    when = "2026-08-13T12:00:00Z"
    gone = article(source="Gone Gazette", status="canceled", version=2, updated=when)
    desk.ok("PUT", "/v1/articles/gone", json=gone)
    text = page(desk, "/coverage", params={"q": "Lerna flood", "ui": "en"}).text
    said = text.partition(catalogue("en").text("coverage.withdrawn"))[2]
    assert 'href="/article/gone"' in said
    assert "Gone Gazette" in said


def test_the_overview_shows_first_what_grows(desk: Served) -> None:
    now = datetime.now(UTC)
    for hours in (1, 20):
        at = (now - timedelta(hours=hours)).isoformat()
        sent = article(title="Numbats swim the strait", text="Numbats swam.", published=at)
        desk.ok("PUT", f"/v1/articles/grows-{hours}", json=sent | {"source": f"s{hours}"})
    text = page(desk, "/overview", params={"ui": "en"}).text
    growing, _, newest = text.partition('aria-labelledby="newest"')
    assert "Numbats swim the strait" in growing
    assert re.search(r"[12] new in 24 hours", growing)
    assert "Numbats" not in newest.partition("<aside")[0]
    assert newest.count('class="hit"') >= 5
    for hours in (1, 20):
        desk.http.delete(f"/v1/articles/grows-{hours}")


def test_a_story_lists_each_article_once_with_its_certainty(desk: Served) -> None:
    largest = desk.ok("GET", "/v1/stories", params={"limit": 1})["stories"][0]
    text = page(desk, f"/story/{largest['id']}", params={"ui": "en"}).text
    listed = re.findall(r'<a class="go" [^>]*href="/article/([^"]+)"', text)
    assert sorted(listed) == sorted(largest["articles"])
    assert len(re.findall(r"Certainty \d+%", text)) == largest["size"]


def test_a_list_of_stories_shows_its_filters(desk: Served) -> None:
    text = page(desk, "/stories", params={"lang": "de", "min_sources": 2, "ui": "en"}).text
    assert re.search(r'class="chip" href="/stories\?min_sources=2"', text)


@pytest.mark.parametrize("params", [{"source": "No Such Paper"}, {"offset": 9000}])
def test_a_list_without_stories_says_why(desk: Served, params: dict[str, str | int]) -> None:
    text = page(desk, "/stories", params={**params, "ui": "en"}).text
    assert "No story is like that. Take away a filter, or go back." in text
    assert "There are no stories yet." not in text


def test_pages_have_their_own_policy_and_are_not_cached(desk: Served) -> None:
    headers = page(desk, "/").headers
    assert "script-src 'self'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"
    style = re.search(r'href="(/static/page\.css[^"]+)"', page(desk, "/").text)
    assert style
    assert "immutable" in desk.http.get(style[1]).headers["cache-control"]


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [("gzip", True), ("br, GZIP;q=0.5", True), ("identity", False), ("gzip;q=0, br", False)],
)
def test_files_are_packed_for_who_takes_it(desk: Served, accepted: str, packed: bool) -> None:
    plain = httpx.get(f"{desk.address}/static/page.css", headers={"Accept-Encoding": "identity"})
    with httpx.stream(
        "GET", f"{desk.address}/static/page.css", headers={"Accept-Encoding": accepted}
    ) as sent:
        raw = b"".join(sent.iter_raw())
    assert ("content-encoding" in sent.headers) is packed
    assert (gzip.decompress(raw) if packed else raw) == plain.content
    assert "accept-encoding" in sent.headers["vary"].lower()


def test_hostile_text_is_only_text(desk: Served) -> None:
    hostile = article(
        title='"><script>alert(1)</script> \u202etxt.exe {{ 7*7 }}',
        source="<img src=x onerror=alert(2)>",
        url="https://news.example/%22%3E%3Cscript%3Ealert(3)",
        tags=["'onmouseover='x"],
        authors=["</bdi><b>"],
    )
    sent = desk.http.put("/v1/articles/hostile", json=hostile)
    assert sent.is_success, sent.text
    for path in ("/article/hostile", "/?source=%3Cimg+src%3Dx+onerror%3Dalert(2)%3E", "/?q=alert"):
        text = page(desk, path).text
        assert "<script>alert" not in text
        assert "<img" not in text
        assert 'href="javascript:' not in text
        assert "\u202e" not in text
        assert "49" not in re.findall(r"<h[12][^>]*>(.*?)</h[12]>", text)
    desk.http.delete("/v1/articles/hostile")


def test_a_query_is_only_text(desk: Served) -> None:
    text = page(desk, "/", params={"q": '"><script>alert(1)</script>'}).text
    assert "<script>alert" not in text


def test_exports_are_those_of_the_api(desk: Served) -> None:
    asked = {"q": "Lerna", "lang": "de"}
    ours = desk.http.get("/export", params={**asked, "format": "jsonl"})
    assert ours.content == desk.http.get("/v1/export", params=asked).content
    assert "attachment" in ours.headers["content-disposition"]
    method = desk.http.get("/export", params={**asked, "format": "method"}).json()
    assert [hit["id"] for hit in method["hits"]] == [
        json.loads(line)["id"] for line in ours.text.splitlines()
    ]
    assert desk.settings.index not in json.dumps(method)


def test_without_the_page_there_is_none(tmp_path: Path) -> None:
    with serving(tmp_path, str(tmp_path / "index"), page=False) as served:
        for path in ("/", "/login", "/static/page.css", "/article/x"):
            assert served.http.get(path, headers=HTML).status_code == 404


def test_other_hosts_and_sites_are_refused(desk: Served) -> None:
    french = {**HTML, "Host": "evil.example", "Accept-Language": "fr"}
    rebound = desk.http.get("/", headers=french)
    assert rebound.status_code == 403
    said = catalogue("fr").text("refusal.foreign_host_keyless")
    assert html.escape(said) in rebound.text
    image = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}
    assert desk.http.get("/", headers={**HTML, **image}).status_code == 403
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    followed = {**HTML, **link, "Sec-Fetch-Dest": "document"}
    assert desk.http.get("/", headers=followed).status_code == 200
    framed = {**HTML, **link, "Sec-Fetch-Dest": "iframe"}
    assert desk.http.get("/", headers=framed).status_code == 403


def _log_in(served: Served, key: str, goal: str = "/") -> tuple[httpx.Client, httpx.Response]:
    client = httpx.Client(base_url=served.address, headers=HTML)
    asked = client.get("/login", params={"next": goal})
    token = re.search(r'name="token" value="([0-9a-f]+)"', asked.text)
    assert token
    return client, client.post("/login", data={"token": token[1], "key": key, "next": goal})


def test_a_key_opens_a_session(guarded: tuple[Served, dict[str, str]]) -> None:
    served, keys = guarded
    asked = page(served, "/article/there")
    assert asked.status_code == 303
    assert asked.headers["location"] == "/login?next=%2Farticle%2Fthere"
    client, entered = _log_in(served, keys["read"], "/article/there")
    with closing(client):
        cookie = entered.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert keys["read"] not in cookie
        assert entered.headers["location"] == "/article/there"
        shown = client.get("/article/there")
        assert shown.status_code == 200
        # The session opens the page, never the API; and only what the key may do.
        assert client.get("/v1/articles/there").status_code == 401
        assert client.get("/record/there").status_code == 403
        token = re.search(r'name="token" value="([0-9a-f]+)"', shown.text)
        assert token
        assert client.post("/logout", data={"token": "0"}).status_code == 403
        stolen = dict(client.cookies)
        assert client.post("/logout", data={"token": token[1]}).status_code == 303
        again = httpx.get(f"{served.address}/", headers=HTML, cookies=stolen)
        assert again.status_code == 303


def test_the_record_is_for_those_who_may_write(guarded: tuple[Served, dict[str, str]]) -> None:
    served, keys = guarded
    client, _ = _log_in(served, keys["admin"])
    with closing(client):
        assert "content_hash" in client.get("/record/there").text


@pytest.mark.parametrize("key", ["", "pw_aaaaaaaa_" + "x" * 43, "\ud800"])
def test_no_other_key_does(guarded: tuple[Served, dict[str, str]], key: str) -> None:
    client, refused = _log_in(guarded[0], key.encode("utf-8", "replace").decode())
    with closing(client):
        assert refused.status_code == 403
        assert "polywire_session" not in refused.headers.get("set-cookie", "")


def test_a_form_of_another_site_logs_nobody_in(guarded: tuple[Served, dict[str, str]]) -> None:
    served, keys = guarded
    response = served.http.post("/login", data={"key": keys["read"]}, headers=HTML)
    assert response.status_code == 403
    assert "polywire_session" not in response.headers.get("set-cookie", "")


def test_two_tabs_that_ask_for_the_key_both_let_in(guarded: tuple[Served, dict[str, str]]) -> None:
    served, keys = guarded
    client, entered = _log_in(served, keys["read"])
    with closing(client):
        assert entered.status_code == 303
        fields = {"token": "0" * 64, "key": keys["read"]}
        other = {"Referer": f"{served.address}/login?next=%2Fstories"}
        response = client.post("/login", data=fields, headers=other)
        assert (response.status_code, response.headers["location"]) == (303, "/stories")
        del client.cookies["polywire_session"]
        stale = client.post("/login", data=fields, headers=other)
        assert stale.status_code == 403
        assert 'name="next" value="/stories"' in stale.text
        token = re.search(r'name="token" value="([0-9a-f]+)"', stale.text)
        assert token
        again = client.post("/login", data=fields | {"token": token[1], "next": "/stories"})
        assert (again.status_code, again.headers["location"]) == (303, "/stories")


def test_a_form_that_was_open_before_logging_in_still_counts(
    guarded: tuple[Served, dict[str, str]],
) -> None:
    served, keys = guarded
    with httpx.Client(base_url=served.address, headers=HTML) as client:
        forms = [client.get("/login").text for _ in range(2)]
        tokens = [re.findall(r'name="token" value="([0-9a-f]+)"', form)[0] for form in forms]
        for token in tokens:
            sent = client.post("/login", data={"token": token, "key": keys["read"]})
            assert sent.status_code == 303


@pytest.mark.parametrize("lang", ["en", "uk"])
def test_a_change_after_the_session_ended_asks_to_log_in(
    guarded: tuple[Served, dict[str, str]], lang: str
) -> None:
    served, _ = guarded
    came = {**HTML, "Referer": f"{served.address}/alerts/new?q=dam", "Accept-Language": lang}
    response = httpx.post(f"{served.address}/alerts", data={"name": "n"}, headers=came)
    assert response.status_code == 401
    assert html.escape(catalogue(lang).text("login.ended")) in response.text
    assert 'value="/alerts/new?q=dam"' in response.text
    assert "Bearer" not in response.text


def test_a_revoked_key_ends_its_sessions(guarded: tuple[Served, dict[str, str]]) -> None:
    served, _ = guarded
    folder = KeyFolder(served.settings.api.keys)
    key, token = folder.create("short", [KeyScope.READ])
    import time

    deadline = time.monotonic() + 10
    while True:  # keys are looked for once a second
        client, entered = _log_in(served, token)
        if entered.status_code == 303 or time.monotonic() > deadline:
            break
        client.close()
    with closing(client):
        assert client.get("/").status_code == 200
        folder.revoke(key.id)
        while client.get("/").status_code == 200 and time.monotonic() < deadline:
            pass
        assert client.get("/").status_code == 303


def test_a_former_version_has_the_date_of_its_own(desk: Served) -> None:
    desk.ok("PUT", "/v1/articles/dated", json=article(text="The pier is open."))
    corrected = article(text="The pier is shut.", updated="2026-03-02T09:00:00Z")
    desk.ok("PUT", "/v1/articles/dated", json=corrected)
    assert "<span>updated " in page(desk, "/article/dated?ui=en").text
    assert "<span>updated " not in page(desk, "/article/dated?version=1&ui=en").text
    desk.http.delete("/v1/articles/dated")

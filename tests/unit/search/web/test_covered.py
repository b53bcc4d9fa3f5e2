"""Who covered a story and who did not, as the page shows it."""

from __future__ import annotations

import re
from typing import Any

from search.web.catalogue import catalogue
from search.web.reader import Reader
from search.web.templates_of import environment
from search.web.views.coverage import matrix

FIRST = {
    "id": "dam-1",
    "title": "Dam holds",
    "lang": "en",
    "source": "Courier",
    "published": "2026-05-02T08:00:00+00:00",
    "versions": 1,
}
ROW = {
    "source": "Courier",
    "first": FIRST["published"],
    "wording": "own",
    "corrected": None,
    "languages": {"en": 1},
}


def silence(source: str, sureness: str, share: float) -> dict[str, Any]:
    nearest = {"id": f"near {source}", "title": f"Nearest of {source}", "score": 0.3}
    evidence = {"nearest": nearest}
    told = {"published": 9, "expected_share": share, "sureness": sureness}
    return {"source": source, "evidence": evidence, **told}


def shown(silent: list[dict[str, Any]], members: dict[str, Any], lang: str = "en") -> str:
    covered = {
        "notes": [],
        "first": FIRST,
        "articles": 1,
        "sources": [ROW],
        "languages": ["en"],
        "story": "s1",
        "timeline": [FIRST],
        "same_text": [],
        "silent": silent,
    }
    words = catalogue(lang)
    reader = Reader(words, "UTC", "auto", {})
    made = environment().get_template("covered.html").make_module({"ui": lang})
    parts: Any = made.coverage_parts  # type: ignore[attr-defined]
    return str(parts(covered, matrix(covered), words.text, reader, members))


def test_silence_is_told_by_how_much_it_says() -> None:
    silent = [
        silence("Gazette", "clear", 0.97),
        silence("Herald", "likely", 0.7),
        silence("Leaflet", "unsure", 0.2),
    ]
    text = shown(silent, {})
    heads = re.findall("<h3>(.*?)</h3>", text)
    assert heads == [
        "Would almost certainly have had it",
        "Would probably have had it",
        "Publish too little, or too little of the kind, to tell",
    ]
    clear, _, rest = text.partition("Would probably")
    assert "Gazette" in clear
    assert "9 in this time · expected: 97%" in clear
    assert "Herald" in rest.partition("Publish too little")[0]
    # What a source had instead is evidence only where its silence says something.
    assert 'href="/article/near%20Gazette"' in clear
    assert "Nearest of Leaflet" not in rest


def test_a_long_list_of_the_silent_says_how_many_more_there_are() -> None:
    silent = [silence(f"Paper {n}", "unsure", 0.1) for n in range(75)]
    text = shown(silent, {})
    assert text.count("9 in this time") == 60
    assert "and 15 more" in text


def test_members_of_a_story_show_how_sure_they_are() -> None:
    doubtful = {"certainty": 0.42, "doubtful": True, "moved": False}
    assert "Certainty" not in shown([], {})
    text = shown([], {"dam-1": doubtful})
    assert "Certainty 42%" in text
    assert "doubtful" in text
    assert "put here" not in text
    assert "Gewissheit 42 %" in shown([], {"dam-1": doubtful}, "de").replace("\xa0", " ")

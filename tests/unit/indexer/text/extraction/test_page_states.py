"""Articles in the data from which a program draws a page."""

from __future__ import annotations

import html
import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.text.extraction.dom import tree_of
from indexer.text.extraction.page import page_record
from indexer.text.extraction.page_states import texts_of

PARAGRAPHS = [
    f"The weir at Fenland failed on Monday night, and the water stood in the street number {n} "
    "within the hour, as people who live there said."
    for n in range(6)
]
TEASERS = [{"type": "teaser", "title": f"Short teaser {n}", "text": "Read more"} for n in range(40)]
BLOCKS = [{"type": "paragraph", "text": text} for text in PARAGRAPHS]


def next_data() -> str:
    page = {"props": {"pageProps": {"story": {"body": BLOCKS}, "latestStories": TEASERS}}}
    return f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(page)}</script>'


def page_layout() -> str:
    """The whole page as one tree, in which the article is a part."""
    layout = [
        {"type": "header", "children": [{"type": "text", "text": "Menu"}]},
        {"type": "main", "content": [{"type": "richText", "content": BLOCKS}]},
        {"type": "list", "items": TEASERS},
    ]
    state = json.dumps({"content": layout})
    return f"<script>window.__PRELOADED_STATE__ = {state}; window.other = {{'a': 1}};</script>"


def strings() -> str:
    state = json.dumps(json.dumps({"article": {"paragraphs": PARAGRAPHS}}))
    return f"<script>window.__INITIAL_STATE__=JSON.parse({state});window.b=[1]</script>"


def apollo() -> str:
    cache: dict[str, Any] = {
        f"Block:{n}": {"__typename": "ParagraphBlock", "text": text}
        for n, text in enumerate(PARAGRAPHS)
    }
    cache["ROOT_QUERY"] = {"article": {"__ref": "Article:1"}}
    cache["Article:1"] = {
        "__typename": "Article",
        "body": [{"__ref": f"Block:{n}"} for n in range(len(PARAGRAPHS))],
    }
    return f"<script>window.__APOLLO_STATE__={json.dumps(cache)};</script>"


def nuxt_list() -> str:
    values: list[Any] = [{"data": 1}, {"story": 2}, {"body": 3}, list(range(4, 10))]
    values += [{"type": 10, "text": 11 + n} for n in range(6)]
    values += ["paragraph", *PARAGRAPHS]
    data = json.dumps(values)
    return f'<script type="application/json" id="__NUXT_DATA__">{data}</script>'


def nuxt_call() -> str:
    body = json.dumps("".join(f"<p>{text}</p>" for text in PARAGRAPHS)).replace("<", "\\u003C")
    call = f"(function(a,b){{return {{data:[{{body:{body},a:a}}]}}}}(1,2))"
    return f"<script>window.__NUXT__={call};</script>"


def fusion() -> str:
    content = json.dumps({"content_elements": BLOCKS, "type": "story"})
    return f"<script>Fusion.a='b';Fusion.globalContent={content};Fusion.b={{}};</script>"


def attribute() -> str:
    page = html.escape(json.dumps({"props": {"article": {"body": BLOCKS}}}))
    return f'<div id="app2" data-page="{page}"></div>'


def angular() -> str:
    state = json.dumps({"article": {"body": "".join(f"<p>{text}</p>" for text in PARAGRAPHS)}})
    written = state.replace("&", "&a;").replace('"', "&q;").replace("<", "&l;").replace(">", "&g;")
    return f'<script id="app-state" type="application/json">{written}</script>'


STATES = [next_data, page_layout, strings, apollo, nuxt_list, nuxt_call, fusion, attribute, angular]


@pytest.mark.parametrize("state", STATES)
def test_an_article_is_read_where_a_program_has_it(state: Any) -> None:
    page = (
        '<html><head><title>Weir fails</title><meta property="og:type" content="article"></head>'
        f'<body><div id="app"></div>{state()}</body></html>'
    )
    record = page_record(page.encode())
    assert isinstance(record, dict)
    assert record["paragraphs"] == PARAGRAPHS


def test_teasers_and_settings_are_no_article() -> None:
    page = {"stories": TEASERS, "texts": {"footer": "All rights reserved. " * 5}}
    text = f'<html><body><script type="application/json">{json.dumps(page)}</script></body></html>'
    tree = tree_of(text)
    assert tree is not None
    assert list(texts_of(tree)) == []


def test_lists_that_name_each_other_have_an_end() -> None:
    values: list[Any] = [[1, 2], *([list(range(50))] * 50), "1" * 700]
    cache = {"ROOT_QUERY": {}, "A:1": {"body": [{"__ref": "A:1"}] * 50}, "pad": "1" * 700}
    for state in (values, cache):
        page = f"<html><body><script type='application/json'>{json.dumps(state)}</script></body>"
        tree = tree_of(page)
        assert tree is not None
        begin = time.perf_counter()
        assert list(texts_of(tree)) == []
        assert time.perf_counter() - begin < 5


JSON: Any = st.recursive(
    st.integers(0, 9) | st.text(max_size=5) | st.just("A weir fails. " * 60),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["body", "type", "text", "__ref", "ROOT_QUERY", "id"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(JSON)
def test_any_state_is_read(state: Any) -> None:
    text = json.dumps(state)
    tree = tree_of(f"<html><body><script>window.__a__={text}; {' ' * 600}</script></body></html>")
    assert tree is not None
    assert all(isinstance(one, list) for one in texts_of(tree))

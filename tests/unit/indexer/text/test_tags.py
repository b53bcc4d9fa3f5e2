"""Tags with attributes without end are cut, and nothing else of a page is touched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.text.extraction.dom import tree_of
from indexer.text.tags import MOST_ATTRIBUTES, SHORT, with_few_attributes

MANY = " ".join(f"a{n}=b" for n in range(300_000))
PIECES = ("<p", "<script", "</script>", ">", '"', "'", " a=b", " ", "\n", "ä", "<!--", "x" * SHORT)


def test_a_tag_keeps_its_first_attributes_and_the_page_its_text() -> None:
    page = with_few_attributes(f'<p class="lead" {MANY}>The bridge is closed.</p>')
    tree = tree_of(page)
    assert tree is not None
    found = tree if tree.tag == "p" else tree.find(".//p")
    assert found is not None
    assert found.get("class") == "lead"
    assert len(found.attrib) == MOST_ATTRIBUTES
    assert found.text == "The bridge is closed."


def test_so_does_the_tag_of_a_script_but_not_what_is_in_it() -> None:
    script = f"if (a <b) {{ {MANY} }}"
    page = f"<script {MANY}>{script}</script><p>The bridge is closed.</p>"
    cut = with_few_attributes(page)
    assert cut.endswith(f">{script}</script><p>The bridge is closed.</p>")
    assert len(cut) < len(page)


def test_a_long_value_stays() -> None:
    page = f"<img src='data:{'A' * 100_000}' data-x=\"{{&quot;a > b&quot;: 1}}\"><p>Text.</p>"
    assert with_few_attributes(page) == page


@pytest.mark.parametrize("tag", ['<a href=x">', "<a it's>", '<a href="x"" b>', "<a href='x''>"])
def test_a_quotation_mark_too_many_costs_none_of_the_text(tag: str) -> None:
    text = "".join(f'<p class="a">The bridge "{n}" isn\'t open = closed.</p>' for n in range(2_000))
    assert with_few_attributes(tag + text) == tag + text


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_whatever_has_few_attributes_stays_as_it_is(page: str) -> None:
    assert with_few_attributes(page) == page

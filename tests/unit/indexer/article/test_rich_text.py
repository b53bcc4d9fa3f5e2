"""Bodies in the trees that editors write: the paragraphs, nothing else."""

from __future__ import annotations

import pytest

from indexer.article.rich_text import paragraphs_of

EXPECTED = ["The weir failed.", "What now"]

TREES: dict[str, object] = {
    "Arc XP": [
        {"type": "text", "content": "The weir failed."},
        {"type": "image", "url": "https://post.example/w.jpg", "caption": "The weir in May"},
        {"type": "interstitial_link", "content": "More on weirs", "url": "https://post.example/m"},
        {"type": "header", "level": 2, "content": "What now"},
        {"type": "raw_html", "content": "<script>x()</script>"},
    ],
    "Editor.js": {
        "time": 1,
        "blocks": [
            {"id": "a", "type": "paragraph", "data": {"text": "The weir failed."}},
            {"id": "b", "type": "image", "data": {"caption": "The weir in May"}},
            {"id": "c", "type": "header", "data": {"text": "What now", "level": 2}},
        ],
    },
    "Apple News": {
        "components": [
            {"role": "title", "text": "Weir fails"},
            {"role": "byline", "text": "Ada Fenn"},
            {"role": "photo", "URL": "bundle://w.jpg", "caption": "The weir in May"},
            {
                "role": "container",
                "components": [{"role": "body", "format": "html", "text": "The weir failed."}],
            },
            {"role": "pullquote", "text": "We saw it coming"},
            {"role": "heading1", "text": "What now"},
        ]
    },
    "Livingdocs": [
        {"id": "a", "component": "head", "content": {"title": "Weir fails"}},
        {"id": "b", "component": "p", "content": {"text": "The weir failed."}},
        {"id": "c", "component": "image", "content": {"caption": "The weir in May"}},
        {"id": "d", "component": "subtitle", "content": {"text": "What now"}},
    ],
    "Draft.js": {
        "blocks": [
            {"key": "a", "type": "unstyled", "text": "The weir failed."},
            {"key": "b", "type": "header-two", "text": "What now"},
        ],
        "entityMap": {},
    },
    "Portable Text": [
        {
            "_type": "block",
            "children": [
                {"_type": "span", "text": "The weir "},
                {"_type": "span", "text": "failed.", "marks": ["strong"]},
            ],
        },
        {"_type": "image", "asset": {"_ref": "w"}, "caption": "The weir in May"},
        {"_type": "block", "children": [{"_type": "span", "text": "What now"}]},
    ],
    "Contentful": {
        "nodeType": "document",
        "data": {},
        "content": [
            {
                "nodeType": "paragraph",
                "data": {},
                "content": [
                    {"nodeType": "text", "value": "The ", "marks": []},
                    {
                        "nodeType": "hyperlink",
                        "data": {"uri": "https://post.example/"},
                        "content": [{"nodeType": "text", "value": "weir"}],
                    },
                    {"nodeType": "text", "value": " failed."},
                ],
            },
            {"nodeType": "embedded-asset-block", "data": {"target": {}}, "content": []},
            {"nodeType": "heading-2", "content": [{"nodeType": "text", "value": "What now"}]},
        ],
    },
    "Tiptap": {
        "type": "doc",
        "content": [
            {
                "type": "paragraph",
                "content": [
                    {"type": "text", "text": "The weir failed."},
                    {"type": "hardBreak"},
                    {"type": "text", "text": "What now"},
                ],
            },
        ],
    },
    "Slate": [
        {
            "type": "paragraph",
            "children": [{"text": "The weir "}, {"text": "failed.", "bold": True}],
        },
        {"type": "h2", "children": [{"text": "What now"}]},
    ],
    "Lexical": {
        "root": {
            "type": "root",
            "children": [
                {"type": "paragraph", "children": [{"type": "text", "text": "The weir failed."}]},
                {"type": "heading", "children": [{"type": "text", "text": "What now"}]},
            ],
        }
    },
    "Quill": {
        "ops": [
            {"insert": "The weir "},
            {"insert": "failed.", "attributes": {"bold": True}},
            {"insert": {"image": "https://post.example/w.jpg"}},
            {"insert": "\nWhat now\n"},
        ]
    },
    "lists": [
        {"type": "list", "items": ["The weir failed.", "What now"]},
    ],
}


@pytest.mark.parametrize("maker", TREES)
def test_the_trees_of_all_editors_have_the_same_paragraphs(maker: str) -> None:
    assert paragraphs_of(TREES[maker]) == EXPECTED


def test_the_html_of_blocks_stays_html() -> None:
    blocks = [
        {"blockName": "core/paragraph", "innerBlocks": [], "innerHTML": "<p>The weir failed.</p>"},
        {"blockName": None, "innerBlocks": [], "innerHTML": "\n\n"},
        {"blockName": "core/image", "innerBlocks": [], "innerHTML": "<figure></figure>"},
    ]

    assert paragraphs_of(blocks) == ["<p>The weir failed.</p>"]


@pytest.mark.parametrize(
    "value",
    [None, 3, "text", [], {}, ["a", "b"], [{"name": "Ada"}], {"rendered": "x"}, {"content": "x"}],
)
def test_what_is_no_tree_is_left_to_others(value: object) -> None:
    assert paragraphs_of(value) is None


def test_a_tree_of_great_depth_is_no_text() -> None:
    node: dict[str, object] = {"type": "paragraph", "children": [{"text": "deep"}]}
    for _ in range(5000):
        node = {"type": "section", "children": [node]}

    assert paragraphs_of([node]) is None


def test_objects_around_a_tree_are_gone_into_without_end_to_the_stack() -> None:
    value: object = [{"type": "paragraph", "text": "deep"}]
    for _ in range(3):
        value = {"content": value}
    assert paragraphs_of(value) == ["deep"]
    for _ in range(100_000):
        value = {"content": value}
    assert paragraphs_of(value) is None

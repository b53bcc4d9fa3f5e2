"""Every note that the code can make has a text in the catalogues, the newest note too."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import search
from search.query.dates import FORMATS
from search.web.catalogue import catalogue
from search.web.sentences import translated

ROOT = Path(search.__file__).parent
GERMAN = catalogue("de")

MODULES = (
    *(f"query/{path.name}" for path in sorted((ROOT / "query").glob("*.py"))),
    *(f"retrieval/{name}.py" for name in ("advice", "suggestions", "features", "hybrid")),
    "alerts/preview.py",
    "alerts/following.py",
    "index/withdrawals.py",
    "coverage/matrix/finding.py",
)

ARGUMENTS = {"note": 0, "Hint": 0, "_say": 1, "blank": 2, "Repair": 1, "_Habit": 3}
"""Which argument of a call is a note."""
NAMES = ("note", "sentence", "basis", "one", "order", "why")

PARTS = {
    "_hint(meant, sign)": "; you may mean tag:NAME",
    "_hint(MEANT.get(name))": "; the fields are title, lang",
    "sign": "",
    "done": "searched",
    "_truncated(leaf, request.written or '')": " Words that begin so are flo*.",
    "_quoted(leaf)": "the word flo",
    "hint": " Did you mean a or b?",
    "bounds": "100 conditions or 2 alternatives",
    "shown or character": "&",
    "needs": "a term behind it",
    "error": "on: takes one date only",
    "verb": "was read as",
    "count": "7",
    "'s' if count != 1 else ''": "s",
    "did": "withholds the article",
    "day": " (2026-08-01 10:00 UTC)",
    "by": "",
    "why": ": an error",
}
"""What stands for parts that are sentences themselves; any other part is a 7."""

APART = {
    "7 is not a date; write 7",  # an error, which the compiler makes a note of
    "7: takes one date only",
    ", in either order",
    "; the fields are 7",
    "; you may mean 7",
    " Words that begin so are 7*.",
    "7 in its headline",
    FORMATS,
    " 7 ",
    "  777\n  77",
    "This 7 closes a phrase that was never opened; leave it out.",
}
"""Parts of notes, and what is no note."""


def _text(node: ast.expr) -> Iterator[str]:
    """Yield the texts that an expression may be."""
    match node:
        case ast.Constant(value=str(text)):
            yield text.replace("{was}", "7").replace("{now}", "7").replace("{}", "de")
        case ast.JoinedStr(values=values):
            yield "".join(_part(value) for value in values)
        case ast.IfExp(body=body, orelse=orelse):
            yield from _text(body)
            yield from _text(orelse)


def _part(value: ast.expr) -> str:
    if isinstance(value, ast.FormattedValue):
        return PARTS.get(ast.unparse(value.value), "7")
    assert isinstance(value, ast.Constant)
    return str(value.value)


def _notes(tree: ast.Module) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=args):
                if name in ARGUMENTS and len(args) > ARGUMENTS[name]:
                    yield args[ARGUMENTS[name]]
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                if name in NAMES or name.isupper():
                    yield value
            case ast.Assign(targets=[ast.Subscript(value=ast.Name(id="notes"), slice=key)]):
                yield key
            case ast.Yield(value=ast.expr() as value) | ast.Return(value=ast.expr() as value):
                yield value
            case ast.YieldFrom(value=ast.GeneratorExp(elt=value)):
                yield value


def _sentences(module: str) -> set[str]:
    tree = ast.parse((ROOT / module).read_text(encoding="utf-8"))
    found = {text for node in _notes(tree) for text in _text(node)}
    return {text for text in found if text.count(" ") > 1} - APART


@pytest.mark.parametrize("module", MODULES)
def test_every_note_of_the_code_is_in_the_catalogues(module: str) -> None:
    unknown = {text for text in _sentences(module) if translated(text, GERMAN).lang != "de"}
    assert not unknown


def test_there_are_many() -> None:
    assert len(set().union(*map(_sentences, MODULES))) > 70

"""The trees of errors that docstrings draw are those of the classes, none left out."""

from __future__ import annotations

import importlib
import re

import pytest

from tests.support.public_errors import ROOT_ERROR, public_errors

LINE = re.compile(r"^ *((?:\|   )*)(?:\|-- |`-- )(\w+) +(?:([a-z_]+(?:\.[a-z_]+)+): )?(.*)$")
"""A line of a tree: its depth, the class, the module if it is another, and what is said of it."""


def module_of(name: str) -> str:
    return name.rpartition(".")[0]


def drawn(module: str, root: str) -> dict[str, tuple[str, str]]:
    """Return what the docstring of a module draws below a class: parent and text of each class."""
    above = [root]
    tree: dict[str, tuple[str, str]] = {}
    for line in (importlib.import_module(module).__doc__ or "").splitlines():
        match = LINE.match(line)
        if match is None:
            continue
        indent, name, other, text = match.groups()
        depth = len(indent) // 4 + 1
        full = f"{other or module}.{name}"
        tree[full] = (above[depth - 1], text)
        above[depth:] = [full]
    return tree


BRANCHES = {
    name
    for name, parent in public_errors().items()
    if parent == ROOT_ERROR and name in public_errors().values()
}
"""Errors under the root that have others below them: their module draws these."""


def below(branch: str) -> dict[str, str]:
    """Return the parent of every class under one, however deep."""
    found: dict[str, str] = {}
    while further := {
        name: parent
        for name, parent in public_errors().items()
        if name not in found and (parent == branch or parent in found)
    }:
        found |= further
    return found


def test_the_root_draws_every_branch() -> None:
    tree = drawn("search.errors", ROOT_ERROR)
    assert {name: parent for name, (parent, _) in tree.items()} == {
        name: parent for name, parent in public_errors().items() if parent == ROOT_ERROR
    }


@pytest.mark.parametrize("branch", sorted(BRANCHES))
def test_a_branch_draws_everything_below_it(branch: str) -> None:
    tree = drawn(module_of(branch), branch)
    assert {name: parent for name, (parent, _) in tree.items()} == below(branch)


def test_the_tree_says_with_which_code_a_command_exits() -> None:
    for name, (_, text) in drawn("search.errors", ROOT_ERROR).items():
        error = getattr(importlib.import_module(module_of(name)), name.rpartition(".")[2])
        said = re.search(r"\(exit (\d)\)", text)
        assert error.exit_code == int(said[1] if said else 1), name


@pytest.mark.parametrize("branch", sorted(BRANCHES))
def test_what_is_below_a_branch_exits_with_its_code(branch: str) -> None:
    codes = {
        getattr(importlib.import_module(module_of(name)), name.rpartition(".")[2]).exit_code
        for name in (branch, *below(branch))
    }
    assert len(codes) == 1

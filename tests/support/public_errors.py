"""Every error that the packages define for others, read from their source."""

from __future__ import annotations

import ast
from functools import cache

from tests.support.places import ROOT

ROOT_ERROR = "search.errors.PolywireError"


@cache
def public_errors() -> dict[str, str]:
    """Return the parent of every class that descends from `PolywireError`, by full name.

    That of `PolywireError` itself is "Exception".
    """
    parents: dict[str, str] = {}
    modules: dict[str, str] = {}
    for package in ("config", "search", "indexer"):
        for path in sorted((ROOT / package).rglob("*.py")):
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ClassDef) and node.bases and not node.name.startswith("_"):
                    parents[node.name] = ast.unparse(node.bases[0]).split(".")[-1]
                    modules[node.name] = module
    return {
        f"{modules[name]}.{name}": f"{modules[parent]}.{parent}" if parent in modules else parent
        for name, parent in parents.items()
        if _descends(name, parents)
    }


def _descends(name: str, parents: dict[str, str]) -> bool:
    return name == "PolywireError" or (name in parents and _descends(parents[name], parents))

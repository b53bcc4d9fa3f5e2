"""The licences of all that Polywire is installed with, from the packages' own metadata.

    python -m benchmarks.licences            # a table: package, version, licence
    python -m benchmarks.licences --check    # fails where one may bind those who use Polywire

What counts is what `pip install polywire` brings, dependencies of dependencies included; tools for
tests and linting are left out.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

BINDING = re.compile(r"\b(A?GPL|SSPL|BUSL|CC-BY-NC)|Affero|GNU General Public", re.IGNORECASE)
"""Licences that bind what is made with the package; the LGPL and the MPL bind only itself."""

_LESSER = re.compile(r"LGPL|Lesser General Public", re.IGNORECASE)
_LONGEST = 60


def installed(root: str) -> dict[str, Distribution]:
    """Return a package and all that it needs here, by name."""
    found: dict[str, Distribution] = {}
    waiting = [root]
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name in found:
            continue
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:  # for another system, or an extra
            continue
        waiting += _needs(found[name])
    return found


def licence(package: Distribution) -> str:
    """Return what the metadata says: an expression, classifiers, a text's first line, or MIT."""
    metadata = package.metadata
    expressions = metadata.get_all("License-Expression")
    if expressions:
        return str(expressions[0])
    classifiers = metadata.get_all("Classifier") or []
    named = [each.rpartition(" :: ")[2] for each in classifiers if each.startswith("License ::")]
    named = [each for each in named if each != "OSI Approved"]
    if named:
        return "; ".join(named)
    text = str((metadata.get_all("License") or [""])[0]).strip()
    if text:
        return text.splitlines()[0][:_LONGEST]
    files = metadata.get_all("License-File") or []
    whole = " ".join(str(package.read_text(f"licenses/{name}")) for name in files)
    return "MIT" if "Permission is hereby granted, free of charge" in whole else "unknown"


def binds(said: str) -> bool:
    """Tell whether a licence may bind those who use Polywire.

    Of licences with OR between them (SPDX) one may be chosen; those with AND all hold.
    """
    return any(
        all(BINDING.search(_LESSER.sub("", one)) for one in re.split(r"\s+OR\s+", part))
        for part in re.split(r"\s+AND\s+", said)
    )


def _needs(package: Distribution) -> Iterator[str]:
    for line in package.requires or ():
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield requirement.name


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table; with `--check`, fail where a licence binds or is not known."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args(arguments)
    rows = [(name, each.version, licence(each)) for name, each in installed("polywire").items()]
    for name, version, said in sorted(rows):
        print(f"{name:32} {version:14} {said}")
    doubtful = [name for name, _, said in rows if binds(said) or said == "unknown"]
    if doubtful:
        print(f"to be looked at: {', '.join(sorted(doubtful))}", file=sys.stderr)
    sys.exit(1 if given.check and doubtful else 0)


if __name__ == "__main__":
    main()

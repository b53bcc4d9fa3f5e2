"""The systems that are compared: what each is installed with, and in how many lines it is used."""

from __future__ import annotations

import ast
import subprocess
import venv
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
TORCH = "torch==2.13.0"
"""As in constraints.txt, so that a build for the CPU that is at hand is taken."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A system: its file, what people call it, what its environment has ("." is this project)."""

    module: str
    name: str
    packages: tuple[str, ...]
    on_server: bool = False
    """Whether it needs an Elasticsearch server, which is not counted in what is installed."""
    server_packages: tuple[str, ...] = ()
    """What serving over HTTP needs besides, not counted either."""
    built_on: str = ""
    """The file whose class its own extends; the lines of both count."""


PEERS = (
    Peer("polywire_embedded", "Polywire", (".",)),
    Peer(
        "polywire_server",
        "Polywire on Elasticsearch",
        (".",),
        on_server=True,
        built_on="polywire_embedded",
    ),
    Peer(
        "txtai_hybrid",
        "txtai, hybrid",
        ("txtai==9.14.0", "sentence-transformers", TORCH),
        server_packages=("txtai[api]==9.14.0",),
    ),
    Peer("lancedb_hybrid", "LanceDB, hybrid", ("lancedb==0.40.0", "sentence-transformers", TORCH)),
    Peer(
        "tantivy_usearch",
        "tantivy + usearch",
        ("tantivy==0.27.0", "usearch==2.26.6", "sentence-transformers", TORCH),
    ),
    Peer(
        "elasticsearch_plain",
        "Elasticsearch, kNN + BM25",
        ("elasticsearch==9.5.1", "sentence-transformers", TORCH),
        on_server=True,
    ),
    Peer(
        "haystack_memory",
        "Haystack in memory",
        ("haystack-ai==3.4.1", "sentence-transformers-haystack==2.0.0", TORCH),
    ),
)


@dataclass(frozen=True, slots=True)
class Installed:
    """An environment: its Python, and the MB on disk that the system brought."""

    python: Path
    size_mb: float


def installed(peer: Peer, folder: Path) -> Installed:
    """Make the environment of a system if it is not there."""
    place = folder / ("polywire" if peer.packages == (".",) else peer.module)
    python, size = place / "bin" / "python", place / "size_mb"
    if not size.exists():
        venv.create(place, with_pip=True, clear=True)
        packages = [str(ROOT) if one == "." else one for one in peer.packages]
        constraints = (
            ["--constraint", str(ROOT / "constraints.txt")] if "." in peer.packages else []
        )
        pip = [str(python), "-m", "pip", "install", "--quiet"]
        subprocess.run([*pip, *constraints, *packages], check=True)
        site = next((place / "lib").glob("python*/site-packages"))
        found = sum(one.stat().st_size for one in site.rglob("*") if one.is_file()) / 2**20
        if peer.server_packages:
            subprocess.run([*pip, *peer.server_packages], check=True)
        size.write_text(f"{found:.0f}", encoding="utf-8")
    return Installed(python, float(size.read_text(encoding="utf-8")))


def lines_of(peer: Peer) -> int:
    """Count the lines of code that a user writes: those of the class, without docstrings."""
    return sum(_lines(module) for module in (peer.module, peer.built_on) if module)


def _lines(module: str) -> int:
    source = (HERE / f"{module}.py").read_text(encoding="utf-8")
    (wanted,) = [one for one in ast.parse(source).body if isinstance(one, ast.ClassDef)]
    documented: set[int] = set()
    for node in ast.walk(wanted):
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node):
            first = node.body[0]
            documented.update(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    lines = source.splitlines()
    own = set(range(wanted.lineno, (wanted.end_lineno or 0) + 1)) - documented
    return sum(bool(lines[number - 1].strip()) for number in own)

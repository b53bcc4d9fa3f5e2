"""What is known about each language, read once from `search/analysis/languages.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from search.analysis.folding import fold


@dataclass(frozen=True, slots=True)
class Language:
    """One language: how its words are stemmed, and which of them say nothing.

    `stopwords` are folded. `endings` are ordered longest first. `decimal` begins the decimals of a
    number, and an ordinary space may part its thousands where they are `spaced_thousands`. Where
    the `half_space_is_silent`, what it parts is one word.
    """

    code: str
    name: str
    script: str
    stemmer: str | None = None
    endings: tuple[str, ...] = ()
    respelt: tuple[tuple[str, str], ...] = ()
    spaces: bool = True
    stopwords: frozenset[str] = frozenset()
    decimal: str = "."
    spaced_thousands: bool = False
    half_space_is_silent: bool = False


NEUTRAL = Language(code="und", name="Unknown", script="Zyyy", decimal="")
"""Stands for every language that nothing is known about: words are folded, never stemmed, and a
mark before three digits parts thousands."""


@cache
def languages() -> Mapping[str, Language]:
    """All languages of `search/analysis/languages.toml`, by code."""
    path = Path(__file__).with_name("languages.toml")
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return {code: _language(code, entry) for code, entry in table.items()}


@cache
def language(code: str) -> Language:
    """Look up a code: `pt-BR` is `pt`; an unknown code is `NEUTRAL`."""
    return languages().get(code.replace("_", "-").partition("-")[0].lower(), NEUTRAL)


def _language(code: str, entry: Mapping[str, object]) -> Language:
    return Language(
        code=code,
        name=str(entry["name"]),
        script=str(entry["script"]),
        stemmer=str(entry["stemmer"]) if "stemmer" in entry else None,
        endings=tuple(sorted(str(entry.get("endings", "")).split(), key=len, reverse=True)),
        respelt=tuple(
            (plural, singular)
            for plural, _, singular in (
                pair.partition(">") for pair in str(entry.get("respelt", "")).split()
            )
        ),
        spaces=bool(entry.get("spaces", True)),
        stopwords=frozenset(fold(word) for word in str(entry.get("stopwords", "")).split()),
        decimal=str(entry.get("decimal", ".")),
        spaced_thousands=bool(entry.get("spaced_thousands", False)),
        half_space_is_silent=bool(entry.get("half_space_is_silent", False)),
    )

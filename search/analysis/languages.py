"""What is known about each language, read once from `search/analysis/languages.toml`.

Reading that and folding two thousand stop words takes 20 of a cold search's 400 ms of processor
time, so the result lies beside it: `python -m search.analysis.languages` writes it. It counts only
for the very text that it was made of.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from search.analysis.folding import fold
from search.values import dataclass

SOURCE = Path(__file__).with_name("languages.toml")
MADE = Path(__file__).with_name("languages.json")


@dataclass(frozen=True, slots=True)
class Language:
    """One language: how its words are stemmed, and which of them say nothing.

    `stopwords` are folded. `endings` are ordered longest first. `decimal` begins the decimals of a
    number, and an ordinary space may part its thousands where they are `spaced_thousands`. Where
    the `half_space_is_silent`, what it parts is one word. `homographs` are folded words that say
    something, though another language has them as function words.
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
    homographs: frozenset[str] = frozenset()


NEUTRAL = Language(code="und", name="Unknown", script="Zyyy", decimal="")
"""Stands for every language that nothing is known about: words are folded, never stemmed, and a
mark before three digits parts thousands."""


@cache
def languages() -> Mapping[str, Language]:
    """All languages of `search/analysis/languages.toml`, by code."""
    written = SOURCE.read_bytes()
    try:
        made = json.loads(MADE.read_bytes())
    except (OSError, ValueError):
        made = {}
    if made.get("crc32") != zlib.crc32(written):
        return _read(written)
    return {entry["code"]: _remade(entry) for entry in made["languages"]}


def made_of(written: bytes) -> str:
    """Return what is stored of the table, as JSON."""
    entries = [
        asdict(language)
        | {name: sorted(getattr(language, name)) for name in ("stopwords", "homographs")}
        for language in _read(written).values()
    ]
    made = {"crc32": zlib.crc32(written), "languages": entries}
    return json.dumps(made, ensure_ascii=False, separators=(",", ":")) + "\n"


def _read(written: bytes) -> dict[str, Language]:
    import tomllib

    table = tomllib.loads(written.decode("utf-8"))
    return {code: _language(code, entry) for code, entry in table.items()}


def _remade(entry: dict[str, Any]) -> Language:
    return Language(
        **{
            **entry,
            "endings": tuple(entry["endings"]),
            "respelt": tuple((plural, singular) for plural, singular in entry["respelt"]),
            "stopwords": frozenset(entry["stopwords"]),
            "homographs": frozenset(entry["homographs"]),
        }
    )


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
        stopwords=_folded(entry, "stopwords"),
        homographs=_folded(entry, "homographs"),
        decimal=str(entry.get("decimal", ".")),
        spaced_thousands=bool(entry.get("spaced_thousands", False)),
        half_space_is_silent=bool(entry.get("half_space_is_silent", False)),
    )


def _folded(entry: Mapping[str, object], name: str) -> frozenset[str]:
    return frozenset(fold(word) for word in str(entry.get(name, "")).split())


if __name__ == "__main__":
    MADE.write_text(made_of(SOURCE.read_bytes()), encoding="utf-8")

"""What the page says, in each language that it speaks: one TOML file per language.

A text has parts in braces, as in `{count}`. One that depends on a number is a table with a text
per plural category of the language (CLDR); `count` chooses. Texts are plain: templates escape them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel import Locale
from babel.numbers import format_decimal

LANGUAGES = ("en", "de", "fr", "es", "uk", "ar")
"""Languages of the page, the first for readers of none of them."""

_FOLDER = Path(__file__).with_name("catalogues")

Text = str | Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The texts of one language, by dotted key."""

    lang: str
    locale: Locale
    texts: Mapping[str, Text]

    def text(self, key: str, **values: str | int) -> str:
        """Return a text with its parts filled in; numbers are written as the language does.

        Raises `KeyError` for a key that is not there, or a part without a value.
        """
        text = self.texts[key]
        if not isinstance(text, str):
            category = self.locale.plural_form(int(values["count"]))
            text = text.get(category, text["other"])
        return text.format_map({name: self._written(value) for name, value in values.items()})

    def has(self, key: str) -> bool:
        """Tell whether there is such a text."""
        return key in self.texts

    def _written(self, value: str | int) -> str:
        return value if isinstance(value, str) else format_decimal(value, locale=self.locale)


@cache
def catalogue(lang: str) -> Catalogue:
    """Read the catalogue of one of `LANGUAGES`."""
    return Catalogue(lang, Locale.parse(lang), _read(lang))


@cache
def reworded() -> Mapping[str, Text]:
    """Read what people are told in English where the API speaks to programs, by the same keys."""
    return _read("en_page")


def _read(name: str) -> Mapping[str, Text]:
    path = _FOLDER / f"{name}.toml"
    return dict(_flat(tomllib.loads(path.read_text(encoding="utf-8")), ""))


def _flat(table: Mapping[str, object], prefix: str) -> list[tuple[str, Text]]:
    found: list[tuple[str, Text]] = []
    for name, value in table.items():
        if isinstance(value, Mapping) and "other" not in value:
            found += _flat(value, f"{prefix}{name}.")
        elif isinstance(value, str | Mapping):
            found.append((prefix + name, value))
    return found

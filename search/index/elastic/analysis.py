"""The analyzers that Polywire defines itself, as Elasticsearch settings: pure functions.

Built-in analyzers need no definition. What is defined here:

* the neutral analyzer: words of any language, lower case, marks and widths folded, unstemmed;
  Chinese, Japanese and Korean in overlapping pairs of characters;
* an analyzer for scripts without spaces that Elasticsearch cannot segment (Lao, Khmer, Burmese):
  overlapping pairs of written syllables;
* German with the Snowball stemmer, where the built-in analyzer has a lighter one;
* light stemmers for languages that Elasticsearch ships no analyzer for (Ukrainian, Polish, Slovak
  and others), which take off the endings that `search/analysis/languages.toml` lists.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Set
from typing import Any

from search.analysis.languages import language
from search.analysis.stemming import SHORTEST_STEM
from search.index.elastic.languages import (
    CLUSTER_ANALYZER,
    GERMAN_ANALYZER,
    LIGHT_ANALYZER,
    LIGHTLY_STEMMED,
    NEUTRAL_ANALYZER,
)

APOSTROPHES = "polywire_apostrophes"
COLONS = "polywire_colons"
FOLDED_LETTERS = "polywire_folded_letters"
MARKS = "polywire_marks"
STRESS = "polywire_stress"

ELIDED = ("l", "d", "m", "t", "s", "n", "c", "j", "qu", "un", "dell", "dall", "nell", "all", "sull")
"""French, Italian and Catalan words that lose their vowel before another: l'eau, dell'anno."""

# fmt: off
POLISH_ENDINGS: tuple[str, ...] = (
    "owie", "iami", "ami", "iach", "ach", "owi", "iego", "ego", "iemu", "emu", "ymi", "imi",
    "ych", "ich", "iej", "iem", "iom", "ów", "om", "em", "ym", "im", "ej", "ię", "ią", "ie", "ia",
    "iu", "io", "ą", "ę", "a", "e", "i", "o", "u", "y",
)
"""Case endings of nouns and adjectives, after the declension tables of standard grammars.
`languages.toml` has none, as it names a Snowball algorithm that Elasticsearch does not have."""
# fmt: on


def analysis_settings(plugins: Set[str]) -> dict[str, Any]:
    """Build the `analysis` part of the index settings for a server with these plugins."""
    return {
        "char_filter": {
            MARKS: {
                "type": "pattern_replace",
                # Combining accents, Hebrew points, Arabic vowel signs and tatweel: never letters.
                "pattern": "[\\u0300-\\u036F\\u0591-\\u05BD\\u05BF\\u05C1\\u05C2\\u05C4\\u05C5"
                "\\u0610-\\u061A\\u0640\\u064B-\\u065F\\u0670]",
                "replacement": "",
            },
            FOLDED_LETTERS: {"type": "mapping", "mappings": folded_letters()},
            APOSTROPHES: {
                "type": "mapping",
                "mappings": ["\u2019 => '", "\u02bc => '", "\uff07 => '"],
            },
            # The standard tokenizer takes "title:word" for one word (rule WB6 of UAX #29).
            COLONS: {"type": "mapping", "mappings": [": => \\u0020"]},
            STRESS: {"type": "mapping", "mappings": ["\u0301 => "]},
        },
        "filter": {
            "polywire_elision": {"type": "elision", "articles": list(ELIDED)},
            "polywire_possessive": {
                "type": "pattern_replace",
                "pattern": "'s$",
                "replacement": "",
            },
            "polywire_pairs": {
                "type": "shingle",
                "min_shingle_size": 2,
                "max_shingle_size": 2,
                "output_unigrams": False,
                "output_unigrams_if_no_shingles": True,
                "token_separator": "",
            },
            "polywire_german_stop": {"type": "stop", "stopwords": "_german_"},
            "polywire_german_stem": {"type": "stemmer", "language": "german"},
            **{f"{LIGHT_ANALYZER}{code}": _stemmer(code) for code in LIGHTLY_STEMMED},
        },
        "tokenizer": {
            "polywire_syllables": {
                "type": "pattern",
                # A letter with the vowel signs, tone marks and stacked letters that belong to it.
                "pattern": "[\\p{L}\\p{N}](?:\\p{M}|[\\u17D2\\u1039]\\p{L})*",
                "group": 0,
            }
        },
        "analyzer": {
            NEUTRAL_ANALYZER: _neutral(plugins),
            CLUSTER_ANALYZER: {
                "type": "custom",
                "tokenizer": "polywire_syllables",
                "filter": ["lowercase", "polywire_pairs"],
            },
            GERMAN_ANALYZER: {
                "type": "custom",
                "tokenizer": "standard",
                "filter": [
                    "lowercase",
                    "polywire_german_stop",
                    "german_normalization",
                    "polywire_german_stem",
                ],
            },
            **{f"{LIGHT_ANALYZER}{code}": _light(code) for code in LIGHTLY_STEMMED},
        },
    }


def _neutral(plugins: Set[str]) -> dict[str, Any]:
    """Only the tokenizer differs with ICU: it also cuts Lao, Khmer and Burmese into words.

    ICU's own folding is not used: it drops the voicing marks of Japanese, so that another word
    would match.
    """
    return {
        "type": "custom",
        "char_filter": [APOSTROPHES, COLONS, MARKS, FOLDED_LETTERS],
        "tokenizer": "icu_tokenizer" if "analysis-icu" in plugins else "standard",
        "filter": [
            "cjk_width",
            "lowercase",
            "polywire_elision",
            "polywire_possessive",
            "decimal_digit",
            "asciifolding",
            "arabic_normalization",
            "persian_normalization",
            "cjk_bigram",
        ],
    }


def _light(code: str) -> dict[str, Any]:
    return {
        "type": "custom",
        "char_filter": [STRESS, APOSTROPHES],
        "tokenizer": "standard",
        "filter": ["lowercase", f"{LIGHT_ANALYZER}{code}"],
    }


def endings_of(code: str) -> tuple[str, ...]:
    """Endings to take off in a language, longest first."""
    return language(code).endings or POLISH_ENDINGS


def _stemmer(code: str) -> dict[str, Any]:
    """Cut the longest of the endings that leaves `SHORTEST_STEM` letters."""
    endings = sorted(endings_of(code), key=lambda ending: (-len(ending), ending))
    return {
        "type": "pattern_replace",
        "pattern": f"(?<=.{{{SHORTEST_STEM}}})(?:{'|'.join(endings)})$",
        "replacement": "",
    }


def folded_letters() -> list[str]:
    """Rules for Greek and Cyrillic letters that Unicode composes of a base and accents.

    The `asciifolding` filter knows Latin letters only; the decompositions are Unicode's.
    """
    rules = []
    for code in (*range(0x0370, 0x0530), *range(0x1F00, 0x2000)):
        letter = chr(code)
        base, *marks = list(unicodedata.normalize("NFD", letter))
        if marks and all(0x0300 <= ord(mark) <= 0x036F for mark in marks) and base.isalpha():
            rules.append(f"{letter} => {base}")
    return rules

"""The analyzers that Polywire defines itself, as Elasticsearch settings: pure functions.

Built-in analyzers need no definition. What is defined here:

* the neutral analyzer: words of any language, lower case, marks and widths folded, unstemmed;
  Chinese, Japanese and Korean in overlapping pairs of characters;
* an analyzer for scripts without spaces that Elasticsearch cannot segment (Lao, Khmer, Burmese):
  overlapping pairs of written syllables;
* light stemmers for Ukrainian and Polish, for servers without the plugins that know them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence, Set
from typing import Any

from search.index.elastic.languages import (
    CLUSTER_ANALYZER,
    NEUTRAL_ANALYZER,
    POLISH_ANALYZER,
    UKRAINIAN_ANALYZER,
)

APOSTROPHES = "polywire_apostrophes"
FOLDED_LETTERS = "polywire_folded_letters"
MARKS = "polywire_marks"
STRESS = "polywire_stress"

ELIDED = ("l", "d", "m", "t", "s", "n", "c", "j", "qu", "un", "dell", "dall", "nell", "all", "sull")
"""French, Italian and Catalan words that lose their vowel before another: l'eau, dell'anno."""

# fmt: off
UKRAINIAN_ENDINGS: tuple[str, ...] = (
    "ього", "ому", "ими", "іми", "ого", "ями", "ами", "ові", "еві", "єві", "ією", "ої", "ій",
    "ий", "ою", "ею", "єю", "ях", "ах", "ям", "ам", "ів", "їв", "ом", "ем", "єм", "ей", "их",
    "іх", "їх", "им", "ім", "їм", "ії", "ія", "ію", "а", "я", "о", "е", "є", "у", "ю", "и", "і",
    "ї", "ь", "й",
)
"""Case endings of nouns and adjectives, after the declension tables of the State Standard
(Український правопис 2019, sections on declension)."""

POLISH_ENDINGS: tuple[str, ...] = (
    "owie", "iami", "ami", "iach", "ach", "owi", "iego", "ego", "iemu", "emu", "ymi", "imi",
    "ych", "ich", "iej", "iem", "iom", "ów", "om", "em", "ym", "im", "ej", "ię", "ią", "ie", "ia",
    "iu", "io", "ą", "ę", "a", "e", "i", "o", "u", "y",
)
"""Case endings of nouns and adjectives, after the declension tables of standard grammars."""
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
            "polywire_ukrainian_stem": _stemmer(UKRAINIAN_ENDINGS),
            "polywire_polish_stem": _stemmer(POLISH_ENDINGS),
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
            UKRAINIAN_ANALYZER: {
                "type": "custom",
                "char_filter": [STRESS, APOSTROPHES],
                "tokenizer": "standard",
                "filter": ["lowercase", "polywire_ukrainian_stem"],
            },
            POLISH_ANALYZER: {
                "type": "custom",
                "tokenizer": "standard",
                "filter": ["lowercase", "polywire_polish_stem"],
            },
        },
    }


def _neutral(plugins: Set[str]) -> dict[str, Any]:
    """Only the tokenizer differs with ICU: it also cuts Lao, Khmer and Burmese into words.

    ICU's own folding is not used: it drops the voicing marks of Japanese, so that another word
    would match.
    """
    return {
        "type": "custom",
        "char_filter": [APOSTROPHES, MARKS, FOLDED_LETTERS],
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


def _stemmer(endings: Sequence[str]) -> dict[str, Any]:
    """Cut the longest of the endings that leaves three letters."""
    longest_first = sorted(set(endings), key=lambda ending: (-len(ending), ending))
    return {
        "type": "pattern_replace",
        "pattern": f"(?<=.{{3}})(?:{'|'.join(longest_first)})$",
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

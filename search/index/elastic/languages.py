"""Which analyzer reads which language: data only.

Every passage is indexed twice: in the sub-field of its own language, where the analyzer knows
stop words and stems, and in a neutral field that all languages share. Elasticsearch ships the
analyzers below; a few plugins know more, and are used where every node of the server has them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Set
from dataclasses import dataclass

NEUTRAL_ANALYZER = "polywire_neutral"
CLUSTER_ANALYZER = "polywire_clusters"
GERMAN_ANALYZER = "polywire_german"
"""The built-in one leaves the genitive of ministers, players and all others in -er alone."""

LIGHT_ANALYZER = "polywire_light_"
"""Prefix of the analyzers that take off the longest ending that fits (`analysis.endings_of`)."""

OTHER = "other"
"""The sub-field of all other languages; its analyzer is the neutral one.

Arabic and Hebrew are among them: their words without clitics stand in the neutral field
(`search.analysis.clitics`). The server's Arabic analyzer takes the first letter off words of four
(والد, وزير) and leaves most pronouns."""

PLUGINS = frozenset(
    {
        "analysis-icu",
        "analysis-kuromoji",
        "analysis-nori",
        "analysis-smartcn",
        "analysis-stempel",
        "analysis-ukrainian",
    }
)


@dataclass(frozen=True, slots=True)
class LanguageField:
    """A sub-field of `passages.text`: ISO 639-1 codes that go there, and how it is analysed.

    `scripts` are ISO 15924 codes. `plugin` names the plugin that brings `plugin_analyzer`,
    preferred where it is installed. `stemmed` is False where the analyzer only cuts words apart;
    such a field serves phrases.
    """

    name: str
    analyzer: str
    codes: tuple[str, ...]
    scripts: tuple[str, ...]
    plugin: str | None = None
    plugin_analyzer: str | None = None
    stemmed: bool = True

    def analyzer_for(self, plugins: Set[str]) -> str:
        """Choose the analyzer by what the server has installed."""
        if self.plugin is not None and self.plugin_analyzer is not None and self.plugin in plugins:
            return self.plugin_analyzer
        return self.analyzer


LATIN, CYRILLIC, ARABIC = ("Latn",), ("Cyrl",), ("Arab",)
HAN = ("Hani", "Bopo")
SOUTH_EAST = ("Laoo", "Khmr", "Mymr")


def _field(code: str, analyzer: str, *more: str, scripts: tuple[str, ...] = LATIN) -> LanguageField:
    return LanguageField(code, analyzer, (code, *more), scripts)


FIELDS: tuple[LanguageField, ...] = (
    _field("bg", "bulgarian", scripts=CYRILLIC),
    _field("bn", "bengali", scripts=("Beng",)),
    _field("ca", "catalan"),
    _field("ckb", "sorani", scripts=ARABIC),
    _field("cs", "czech"),
    _field("da", "danish"),
    _field("de", GERMAN_ANALYZER),
    _field("el", "greek", scripts=("Grek",)),
    _field("en", "english"),
    _field("es", "spanish"),
    _field("et", "estonian"),
    _field("eu", "basque"),
    _field("fa", "persian", scripts=ARABIC),
    _field("fi", "finnish"),
    _field("fr", "french"),
    _field("ga", "irish"),
    _field("gl", "galician"),
    _field("hi", "hindi", scripts=("Deva",)),
    _field("hu", "hungarian"),
    _field("hy", "armenian", scripts=("Armn",)),
    _field("id", "indonesian", "ms"),
    _field("it", "italian"),
    _field("lt", "lithuanian"),
    _field("lv", "latvian"),
    _field("nl", "dutch"),
    _field("no", "norwegian", "nb", "nn"),
    _field("pt", "portuguese"),
    _field("ro", "romanian", "mo"),
    _field("ru", "russian", scripts=CYRILLIC),
    # The Serbian analyzer writes Cyrillic in Latin and drops the carons first, so that it
    # stems Croatian, Bosnian and Montenegrin as well.
    _field("sr", "serbian", "hr", "bs", "sh", scripts=("Cyrl", "Latn")),
    _field("sv", "swedish"),
    _field("tr", "turkish"),
    LanguageField("th", "thai", ("th",), ("Thai",), stemmed=False),
    LanguageField("sea", CLUSTER_ANALYZER, ("lo", "km", "my"), SOUTH_EAST, stemmed=False),
    LanguageField("zh", "cjk", ("zh", "yue"), HAN, "analysis-smartcn", "smartcn"),
    LanguageField("ja", "cjk", ("ja",), ("Hira", "Kana", "Hani"), "analysis-kuromoji", "kuromoji"),
    LanguageField("ko", "cjk", ("ko",), ("Hang", "Hani"), "analysis-nori", "nori"),
    LanguageField(
        "uk", LIGHT_ANALYZER + "uk", ("uk",), CYRILLIC, "analysis-ukrainian", "ukrainian"
    ),
    LanguageField("pl", LIGHT_ANALYZER + "pl", ("pl",), LATIN, "analysis-stempel", "polish"),
    _field("be", LIGHT_ANALYZER + "be", scripts=CYRILLIC),
    _field("is", LIGHT_ANALYZER + "is"),
    _field("mk", LIGHT_ANALYZER + "mk", scripts=CYRILLIC),
    _field("sk", LIGHT_ANALYZER + "sk"),
    _field("sl", LIGHT_ANALYZER + "sl"),
)

_BY_CODE = {code: field.name for field in FIELDS for code in field.codes}

LIGHTLY_STEMMED = tuple(
    field.analyzer.removeprefix(LIGHT_ANALYZER)
    for field in FIELDS
    if field.analyzer.startswith(LIGHT_ANALYZER)
)

SCRIPT_OF_NAME = {
    "LATIN": "Latn",
    "FULLWIDTH": "Latn",
    "CYRILLIC": "Cyrl",
    "ARABIC": "Arab",
    "GREEK": "Grek",
    "ARMENIAN": "Armn",
    "DEVANAGARI": "Deva",
    "BENGALI": "Beng",
    "THAI": "Thai",
    "LAO": "Laoo",
    "KHMER": "Khmr",
    "MYANMAR": "Mymr",
    "CJK": "Hani",
    "IDEOGRAPHIC": "Hani",
    "BOPOMOFO": "Bopo",
    "HIRAGANA": "Hira",
    "KATAKANA": "Kana",
    "HALFWIDTH": "Kana",
    "HANGUL": "Hang",
}
"""First word of a letter's Unicode name -> ISO 15924 code of its script."""


def scripts_of(text: str) -> frozenset[str]:
    """Scripts of the letters of a text, as far as a sub-field is written in them."""
    names = (re.split(r"[ -]", unicodedata.name(c, "")) for c in set(text) if c.isalpha())
    return frozenset(SCRIPT_OF_NAME[name[0]] for name in names if name[0] in SCRIPT_OF_NAME)


def fields_in(text: str) -> tuple[LanguageField, ...]:
    """Sub-fields that may hold words of a text: those of languages in one of its scripts."""
    scripts = scripts_of(text)
    return tuple(field for field in FIELDS if not scripts.isdisjoint(field.scripts))


def field_of(lang: str) -> str:
    """Return the sub-field for a language code; regions (`pt-BR`) count as their language."""
    return _BY_CODE.get(lang.partition("-")[0].lower(), OTHER)

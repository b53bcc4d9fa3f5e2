"""Which analyzer reads which language: data only.

Every passage is indexed twice: in the sub-field of its own language, where the analyzer knows
stop words and stems, and in a neutral field that all languages share. Elasticsearch ships the
analyzers below; a few plugins know more, and are used where every node of the server has them.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

NEUTRAL_ANALYZER = "polywire_neutral"
CLUSTER_ANALYZER = "polywire_clusters"
LIGHT_ANALYZER = "polywire_light_"
"""Prefix of the analyzers that take off the longest ending that fits (`analysis.endings_of`)."""

OTHER = "other"
"""The sub-field of languages that no analyzer knows: kept, and searched by the neutral field."""

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

    `plugin` names the plugin that brings `plugin_analyzer`, preferred where it is installed.
    `stemmed` is False where the analyzer only cuts words apart; such a field serves phrases.
    """

    name: str
    analyzer: str
    codes: tuple[str, ...]
    plugin: str | None = None
    plugin_analyzer: str | None = None
    stemmed: bool = True

    def analyzer_for(self, plugins: Set[str]) -> str:
        """Choose the analyzer by what the server has installed."""
        if self.plugin is not None and self.plugin_analyzer is not None and self.plugin in plugins:
            return self.plugin_analyzer
        return self.analyzer


def _field(code: str, analyzer: str, *more: str) -> LanguageField:
    return LanguageField(code, analyzer, (code, *more))


FIELDS: tuple[LanguageField, ...] = (
    _field("ar", "arabic"),
    _field("bg", "bulgarian"),
    _field("bn", "bengali"),
    _field("ca", "catalan"),
    _field("ckb", "sorani"),
    _field("cs", "czech"),
    _field("da", "danish"),
    _field("de", "german"),
    _field("el", "greek"),
    _field("en", "english"),
    _field("es", "spanish"),
    _field("et", "estonian"),
    _field("eu", "basque"),
    _field("fa", "persian"),
    _field("fi", "finnish"),
    _field("fr", "french"),
    _field("ga", "irish"),
    _field("gl", "galician"),
    _field("hi", "hindi"),
    _field("hu", "hungarian"),
    _field("hy", "armenian"),
    _field("id", "indonesian", "ms"),
    _field("it", "italian"),
    _field("lt", "lithuanian"),
    _field("lv", "latvian"),
    _field("nl", "dutch"),
    _field("no", "norwegian", "nb", "nn"),
    _field("pt", "portuguese"),
    _field("ro", "romanian", "mo"),
    _field("ru", "russian"),
    # The Serbian analyzer writes Cyrillic in Latin and drops the carons first, so that it
    # stems Croatian, Bosnian and Montenegrin as well.
    _field("sr", "serbian", "hr", "bs", "sh"),
    _field("sv", "swedish"),
    _field("tr", "turkish"),
    LanguageField("th", "thai", ("th",), stemmed=False),
    LanguageField("sea", CLUSTER_ANALYZER, ("lo", "km", "my"), stemmed=False),
    LanguageField("zh", "cjk", ("zh", "yue"), "analysis-smartcn", "smartcn"),
    LanguageField("ja", "cjk", ("ja",), "analysis-kuromoji", "kuromoji"),
    LanguageField("ko", "cjk", ("ko",), "analysis-nori", "nori"),
    LanguageField("uk", LIGHT_ANALYZER + "uk", ("uk",), "analysis-ukrainian", "ukrainian"),
    LanguageField("pl", LIGHT_ANALYZER + "pl", ("pl",), "analysis-stempel", "polish"),
    _field("be", LIGHT_ANALYZER + "be"),
    _field("is", LIGHT_ANALYZER + "is"),
    _field("mk", LIGHT_ANALYZER + "mk"),
    _field("sk", LIGHT_ANALYZER + "sk"),
    _field("sl", LIGHT_ANALYZER + "sl"),
)

_BY_CODE = {code: field.name for field in FIELDS for code in field.codes}

LIGHTLY_STEMMED = tuple(
    field.analyzer.removeprefix(LIGHT_ANALYZER)
    for field in FIELDS
    if field.analyzer.startswith(LIGHT_ANALYZER)
)


def field_of(lang: str) -> str:
    """Return the sub-field for a language code; regions (`pt-BR`) count as their language."""
    return _BY_CODE.get(lang.partition("-")[0].lower(), OTHER)

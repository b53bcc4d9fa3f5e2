"""A byline -> the names in it: "By Ana Silva and Li Wei, in Lagos" names two people."""

from __future__ import annotations

import re

_BEFORE = re.compile(
    r"^\W*(?:(?:written|reported|posted|published|words|text|story|interview|fotos?|photographs?)\s+"
    r"(?:and\s+\w+\s+)?(?:by|von|par|por)|by|von|vom|par|por|de|di|door|af|av|przez|autor(?:in|es|a)?|"
    r"auteurs?|authors?|автор|автори|por:|text|texte|texto|testo|bericht|ein\s+\w+\s+von|"
    r"eine\s+\w+\s+von)\s*:?\s+",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"\s*(?:[,;|/•·&＆、・]|\band\b|\bund\b|\bet\b|\by\b|\be\b|\boch\b|\bog\b|\bi\b|\ben\b)\s+|[;|•·]"
)
_BEHIND = re.compile(
    r"\s*[(\[<].*$|\s+(?:in|for|für|via|at|@|aus|pour)\s+.*$|\s*[-–—|:]\s+.*$|\s+\d.*$|@\S+.*$",
    re.IGNORECASE,
)
_TITLE_BEHIND = re.compile(r"\s*(?:기자|특파원|記者|记者|編集委員)$")
_NO_NAME = re.compile(r"https?:|www\.|@|\d{3}|[{}<>=_]|^\W*$|^[a-z]+(?:-[a-z]+)+$")
MOST = 60
"""Characters of a name."""


def names_of(byline: str) -> list[str]:
    """Return the names of people and agencies in a byline, in order; addresses are none."""
    if "http" in byline[:8].lower() or byline.startswith(("/", "@", "www.")):
        return []
    text = _BEFORE.sub("", byline.strip())
    parts = [_BEHIND.sub("", part).strip(" .,:-–—|") for part in _BETWEEN.split(text)]
    found = [_TITLE_BEHIND.sub("", part) for part in parts]
    return [name for name in found if name and len(name) <= MOST and not _NO_NAME.search(name)]

"""Texts that their source has cut off, and the mark that it sets there.

News APIs give the beginning of an article and count the rest ("... [+1234 chars]"), excerpts of
content management systems end with "[...]". The mark is no word of the article: it is taken off,
and the article is marked as a summary. Pure.
"""

from __future__ import annotations

import re

_MARK = re.compile(
    r"\s*(?:[\[(]\s*\+?\s*\d[\d.,]*\s*(?:more\s+)?(?:chars?|characters?|words?|zeichen|wörter|"
    r"caracteres|palabras|caractères|mots|caratteri|parole|tekens|woorden|символ\w*|слов\w*|字)\s*"
    r"(?:more|left)?\s*[\])]|\[\s*(?:…|\.\.\.|&hellip;)\s*\]?)\s*\Z",
    re.IGNORECASE,
)
_LONGEST = 60
"""Characters of a mark."""


def without_cut_mark(body: str | tuple[str, ...]) -> tuple[str | tuple[str, ...], bool]:
    """Return a text or its paragraphs without such a mark at the end, and whether it was there."""
    if isinstance(body, str):
        text = _cut(body.rstrip())
        return (text, True) if text else (body, False)
    last = next((n for n in reversed(range(len(body))) if body[n].strip()), None)
    text = None if last is None else _cut(body[last].rstrip())
    kept = () if text is None else (*body[:last], *((text,) if text else ()))
    # A body that is nothing but the mark is an example, or has nothing that could be cut.
    return (kept, True) if any(one.strip() for one in kept) else (body, False)


def _cut(text: str) -> str | None:
    at = max(len(text) - _LONGEST, 0)
    mark = _MARK.search(text, at)
    return None if mark is None else text[: mark.start()]

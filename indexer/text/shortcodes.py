"""What the software of a site puts something else in place of: shortcodes, tags of templates.

Those of WordPress:

    [caption id="attachment_7"]<img src="a.jpg"> The weir in May[/caption]
    [vc_row][vc_column_text]The weir failed.[/vc_column_text][/vc_row]

Those of pictures, players and forms are taken out with what they hold, those of page builders
alone. A word in brackets that has neither attributes nor an end is one of the text.

In Markdown there are those of Hugo, of Jekyll (Liquid and kramdown) and of Pandoc:

    {{< figure src="a.jpg" >}}
    {% include video.html %}
    {: .lead}
    ::: note
"""

from __future__ import annotations

import re

_OF_MEDIA = re.compile(
    r"\[(caption|wp_caption|gallery|embed|audio|video|playlist|youtube|vimeo|tweet|twitter|instagram|"
    r"soundcloud|contact-form-7)((?:\s[^\[\]]{0,1000})?)\]",
    re.IGNORECASE,
)
_OF_LAYOUT = re.compile(
    r"\[/?(?:vc|et_pb|fusion|av|su|cs|td|tdb|mk|fl|ux)_[a-z_]{1,40}(?:\s[^\[\]]{0,2000})?\]",
    re.IGNORECASE,
)
_OF_LETTERS = re.compile(r"\[/?drop_?caps?(?:\s[^\[\]]{0,200})?\]", re.IGNORECASE)
"""Around the first letter of a text."""

_OF_TEMPLATES = re.compile(
    r"(?s:\{% *comment *%\}(?:(?!\{%).){0,3000}\{% *endcomment *%\})"
    r"|\{\{[<%][^{}]{1,1000}[>%]\}\}|\{%-? *[a-z_]+\b[^{}%]{0,1000}%\}"
    r"|\{\{-? *(?:site|page|post|include|layout|theme|content)\b[^{}]{0,200}\}\}"
    r"|^\{:[^{}\n]{1,300}\}[ \t]*$|^:{3,}[^\n]{0,100}$",
    re.MULTILINE,
)
_LONGEST = 3000
"""Characters between the beginning and the end of one."""


def without_shortcodes(text: str) -> str:
    """Return a text without the shortcodes of WordPress; those of a page builder part it."""
    if "[" not in text or "]" not in text:
        return text
    kept: list[str] = []
    at = 0
    ends: dict[str, int] = {}  # the next end of each kind: none is looked for twice
    for found in _OF_MEDIA.finditer(text):
        if found.start() < at:
            continue
        closing = f"[/{found[1]}]"
        end = ends.get(closing, 0)
        if 0 <= end < found.end():
            end = ends[closing] = text.find(closing, found.end())
        end = end if end - found.end() <= _LONGEST else -1
        if end < 0 and "=" not in found[2]:
            continue
        kept.append(text[at : found.start()])
        at = found.end() if end < 0 else end + len(closing)
    return _OF_LAYOUT.sub("\n\n", _OF_LETTERS.sub("", "".join([*kept, text[at:]])))


def without_template_tags(markdown: str) -> str:
    """Return Markdown without the tags of a site's templates; what stands between two stays."""
    return _OF_TEMPLATES.sub("", markdown)

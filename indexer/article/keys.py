"""The one table of what exports call the keys of an article, for all readers.

A record says the same under many names. `in_our_keys` puts it into the keys of the JSONL format;
whatever no field understands stays under its own name and goes to `meta`. The table in
`docs/articles.md` is made from `NAMES` (`as_table`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from indexer.article.bylines import people_in
from indexer.article.date_values import written_out
from indexer.article.day_and_time import with_time
from indexer.article.key_lookup import (
    first_names_of,
    folded_key,
    folded_keys,
    paths,
    summaries,
)
from indexer.article.key_names import FACTIVA, NAMES
from indexer.article.rich_text import from_json, paragraphs_of
from indexer.article.values import as_line, as_list, as_text, is_address, plain
from indexer.article.wrappers import has_body, unwrapped, with_metadata
from indexer.text.markdown import markdown_content
from search.analysis.language_codes import normalise_code

KNOWN_IN_META = frozenset({"meta", "version", "status", "embargo", "why", "withdraws"})
"""Keys that are understood where they are: `version` is the number of `Article.version`, the others
are those of `indexer.article.events`."""

_OF_TEXT = re.compile(
    r"(?=.*(?:body|content|html|text|markdown))(?:full|main|raw|clean(?:ed)?|plain|rich|post|news|"
    r"story|article|item|page|entry|document|doc|record|note|original|inner|rendered|encoded|"
    r"x?html|markdown|md|body|contents?|text)+|transcript"
)
"""Keys of the text itself, in whatever order its words stand: `raw_html`, `storyBody`."""

_FEW, _LONGEST_KEY, _LONGEST_DATE = 20, 60, 100
"""Characters: of a text at least, of such a key and of a date at most."""

_LABEL = re.compile(r"^user/[^/\s]+/label/")
_STATE = re.compile(r"user/[^/\s]+/state/")
"""How feed readers write the folders that a reader put an article into, and that it is read."""

_LEAST_OF_A_TEXT = 60
"""Characters of what is taken for the text although its key is not known."""

_BESIDE_A_TEXT = re.compile(
    r"caption|credit|copyright|rights|licen[cs]e|disclaimer|comment|\bbio|_alt|alt_|\balt\b|cookie|"
    r"prompt|question|answer|error|headers?$|hash|token|script|style|path|image|photo|highlight",
    re.IGNORECASE,
)
"""Keys of other texts than that of an article."""

_PLACEHOLDERS = re.compile(
    r"\[(?:removed|deleted)\]|only available in [a-z ,]{1,60} plans?", re.IGNORECASE
)
"""What news APIs write in place of a text that is gone, or is not paid for."""

_NOTHING = frozenset({"none", "null", "nan", "nat", "n/a", "undefined", "<na>", "\\n"})
"""What programs write where there is no value; a title or a text may be one of these words."""


@dataclass(frozen=True, slots=True)
class Translated:
    """A record in our keys, and those of its own keys that no field understood, in their order.

    It `is_summary` where nothing of it but a summary has a text.
    """

    record: Mapping[str, Any]
    unknown: tuple[str, ...] = ()
    is_summary: bool = False


def in_our_keys(record: Mapping[str, Any], chosen: Mapping[str, str] | None = None) -> Translated:
    """Translate a record. `chosen` names the key of a field, before any other, also our own.

    A value that cannot be what its field needs stays under its own name. Our own names always
    count, whatever their values: what is wrong with those is said, not passed over.
    """
    record = _decoded(with_metadata(unwrapped(record)))
    found = _Found(record, folded_keys(record))
    for name in NAMES:
        key = (chosen or {}).get(name)
        value = None if key is None else plain(_at(record, key.split(".")))
        if key is None or value is None:
            _translate(name, found)
            continue
        found.take(name, shaped(name, value, strict=True), key.split(".")[0])
        if name in record and name not in found.used:
            found.displaced[name] = record[name]
    if "url" not in found.ours and is_address(record.get("source")) and "source" not in found.used:
        found.take("url", record["source"], "source")
    _take_name(found)
    if (timed := with_time(found.ours.get("published"), found.record)) is not None:
        found.take("published", *timed)
    known = (found.used | KNOWN_IN_META) - found.displaced.keys()
    unknown = tuple(key for key in record if key not in known)
    rest = {key: value for key, value in record.items() if key not in found.used}
    meta = rest.get("meta", {})
    if found.displaced and isinstance(meta, Mapping):
        rest["meta"] = found.displaced | dict(meta)
    elif found.displaced:  # it has no place there: what is wrong with it is said
        rest = found.displaced | rest
    return Translated(rest | found.ours, unknown, not found.summaries.isdisjoint(found.used))


@dataclass(frozen=True, slots=True)
class _Found:
    """What was found in a record so far: values in our keys, and the keys that they come from.

    `folded` has the keys of the record by what they are compared by; `displaced` what stood under
    our own names and goes to `meta`; `summaries` are keys of a summary that is the text.
    """

    record: Mapping[str, Any]
    folded: Mapping[str, str]
    ours: dict[str, Any] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    displaced: dict[str, Any] = field(default_factory=dict)
    summaries: set[str] = field(default_factory=set)

    def take(self, name: str, value: Any, key: str) -> None:  # noqa: ANN401 - JSON values
        self.ours[name] = value
        self.used.add(key)


def _take_name(found: _Found) -> None:
    """Take `name` for the title of what has none, as schema.org and Bing write it.

    Beside a text that nobody else is named for, it is the name of who wrote it.
    """
    ours, name = found.ours, found.record.get("name")
    if ours.get("title") or not isinstance(name, str) or "name" in found.used:
        return
    of_page = ours.get("url") and (ours.get("source") or ours.get("authors"))
    if of_page and (ours.get("text") or ours.get("paragraphs")):
        found.take("title", name, "name")


def with_longest_text(translated: Translated) -> Translated:
    """Take the longest text that no field understood for the text of what has none.

    Else all of an article would be lost but its headline, where its text is called by a word that
    is in no table.
    """
    record = translated.record
    if not all(_is_blank(record.get(name)) for name in ("text", "paragraphs")):
        return translated
    texts = [key for key in translated.unknown if _may_be_text(key, record.get(key))]
    if not texts:
        return translated
    key = max(texts, key=lambda one: len(record[one]))
    rest = {name: value for name, value in record.items() if name != key}
    unknown = tuple(name for name in translated.unknown if name != key)
    return replace(translated, record=rest | {"text": record[key]}, unknown=unknown)


def _may_be_text(key: str, value: object) -> bool:
    if not isinstance(value, str) or len(value) < _LEAST_OF_A_TEXT or is_address(value):
        return False
    return _is_long(value) and not _BESIDE_A_TEXT.search(key) and from_json(value) is value


def as_table() -> str:
    """Return the table in Markdown, for the documentation."""
    lines = ["| key | also understood |", "|---|---|"]
    for name, others in NAMES.items():
        listed = ", ".join(f"`{other}`" for other in others.split())
        lines.append(f"| `{name}` | {listed} |")
    return "\n".join(lines)


def _translate(name: str, found: _Found) -> None:
    """Find the value of a field: under our own name, else under the first other that has one."""
    record, folded = found.record, found.folded
    own = folded.get(folded_key(name))
    if own is not None and _are_of_a_table(name, record[own]):
        found.used.add(own)
        found.displaced[own] = record[own]
        own = None
    if own is not None:
        value = plain(record[own])
        if not _is_absent(name, value) and not (
            name == "source" and _is_page_address(value, folded)
        ):
            is_ours = folded_key(own) == folded_key(name)  # `text_txt_en` is a name of Solr's
            made = shaped(name, value, strict=is_ours)
            in_parts = name == "text" and isinstance(made, list) and (made != value or not is_ours)
            found.take("paragraphs" if in_parts else name, made, own)
            return
    has_body = name == "text" and not _is_blank(record.get(folded.get("paragraphs", "")))
    for first, *inner in () if has_body else _paths_in(name, found):
        key = folded.get(first)
        if key is None or key in found.used:
            continue
        value = plain(_at(record[key], inner, fold=True))
        absent = _is_absent(name, value) or _are_of_a_table(name, value)
        value = None if absent else shaped(name, value, strict=False)
        if value is None or not _fits(name, value):
            continue
        value = _without_marks(name, value, first, found)
        into = "paragraphs" if name == "text" and isinstance(value, list) else name
        found.ours[into] = value
        if not inner:
            found.used.add(key)
        if name == "text" and first in summaries():
            found.summaries.add(key)
        return
    if own is not None and _is_absent(name, plain(record[own])):
        found.ours.setdefault(name, None)
        found.used.add(own)


def _without_marks(name: str, value: Any, key: str, found: _Found) -> Any:  # noqa: ANN401
    """Return the paragraphs of a text in Markdown, whose heading is the title if none is given."""
    if name != "text" or "markdown" not in key or not isinstance(value, str):
        return value
    heading, paragraphs = markdown_content(value)
    found.ours.setdefault("title", heading)
    return paragraphs


def _paths_in(name: str, found: _Found) -> Sequence[tuple[str, ...]]:
    """Return where a field may stand in a record, the best first.

    A text is also where the name of a key says so (`_OF_TEXT`): before what is only a part of it.
    """
    known = paths(name)
    if name != "text":
        # Most fields have none of their many names in a record, and this tells it at once.
        return () if found.folded.keys().isdisjoint(first_names_of(name)) else known
    others = [
        (key,)
        for key, own in found.folded.items()
        if len(key) <= _LONGEST_KEY
        and (key,) not in known
        and _OF_TEXT.fullmatch(key)
        and _is_long(found.record[own])
    ]
    if not others:
        return known
    parts = summaries()
    whole = [path for path in known if path[0] not in parts]
    return (*whole, *others, *(path for path in known if path[0] in parts))


def _is_long(value: object) -> bool:
    """Tell a text from a flag, a name, or an address that stands under such a key."""
    if isinstance(value, str):
        return len(value) >= _FEW and not (value.isascii() and len(value.split()) == 1)
    return isinstance(value, dict | list)


def shaped(name: str, value: Any, *, strict: bool) -> Any:  # noqa: ANN401 - JSON values
    """Return a value in the form that a field has: objects and lists of one stand for their text.

    Where it has none: None, or the value as it was if `strict`.
    """
    tree = from_json(value) if name in ("text", "paragraphs") else None
    if tree is not None and (found := paragraphs_of(_joined(tree))) is not None:
        return found
    if name == "text":
        return _joined(value) if strict else as_text(value)
    if name == "paragraphs":
        return value
    if name in ("published", "updated", "id"):
        value = plain(value[0]) if isinstance(value, list) and len(value) == 1 else value
        return value if name == "id" else _date(value)
    if name == "url" and isinstance(value, list):
        value = _main_link(value)
    if name in ("authors", "tags"):
        made: Any = as_list(value)
        if not strict and isinstance(made, str):
            made = re.split(r"\s*[;|,]\s*" if name == "tags" else r"\s*[;|]\s*", made)
        if name == "tags" and isinstance(made, list):
            made = [_LABEL.sub("", one) for one in made if not _STATE.match(one)]
        if name == "authors" and made is not None:
            made = people_in(made)
    else:
        made = as_line(value)
    return value if made is None and strict else made


def _date(value: Any) -> Any:  # noqa: ANN401 - JSON values
    """Return a date that is an object as the text or number in it."""
    value = written_out(value)
    return value if not isinstance(value, Mapping) else as_line(value) or value


def _main_link(links: list[Any]) -> Any:  # noqa: ANN401 - JSON values
    """Return the address of the page of several links, as Atom tells them apart; else all."""
    listed = [one for one in links if isinstance(one, Mapping)]
    pages = [one for one in listed if one.get("rel") in ("alternate", "canonical")]
    return pages[0].get("href") if pages else links


def _joined(value: Any) -> Any:  # noqa: ANN401 - JSON values
    """Return a text that comes in pieces, as Telegram writes it, as one; others as they are."""
    if not isinstance(value, list) or not any(isinstance(one, dict) for one in value):
        return value
    pieces = [one.get("text") if isinstance(one, dict) else one for one in value]
    texts = [one for one in pieces if isinstance(one, str)]
    return "".join(texts) if len(texts) == len(pieces) else value


def _fits(name: str, value: Any) -> bool:  # noqa: ANN401 - JSON values
    """Tell whether what stands under another name is what the field needs."""
    if name == "url":
        return is_address(value)
    if name == "lang":
        return normalise_code(value) is not None
    if name == "paragraphs":
        return isinstance(value, list)
    number = isinstance(value, str | int) and not isinstance(value, bool)
    if name in ("published", "updated") and isinstance(value, str):
        return len(value) <= _LONGEST_DATE
    if name == "id":
        return number and not is_address(value)
    return name not in ("published", "updated") or number or isinstance(value, float)


def _are_of_a_table(name: str, value: object) -> bool:
    """Tell numbers that stand for the names in a table that is not here, as WordPress has them."""
    numbers = isinstance(value, list) and bool(value) and all(type(one) is int for one in value)
    return numbers and name in ("tags", "authors")


def _is_page_address(value: object, folded: Mapping[str, str]) -> bool:
    """Tell whether a source is the address of the page, as trafilatura writes, not a name."""
    if not is_address(value) or "url" in folded:
        return False
    return any(first in folded for first, *_ in paths("source"))


def _decoded(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Name what stands under Factiva's codes, and the paragraphs that AFP calls `news`."""
    news = record.get("news")
    if isinstance(news, list) and all(isinstance(one, str) for one in news):
        if has_body(record) or not news:
            return record
        return {key: one for key, one in record.items() if key != "news"} | {"paragraphs": news}
    parts = [record[code] for code in ("LP", "TD") if isinstance(record.get(code), str)]
    if "HD" not in record or not parts:
        return record
    rest = {FACTIVA.get(key, key): value for key, value in record.items() if key != "LP"}
    return rest | {"text": "\n\n".join(parts)}


def _at(value: Any, path: Sequence[str], *, fold: bool = False) -> Any:  # noqa: ANN401
    for name in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(folded_keys(value).get(name, name) if fold else name)
    return value


def _is_absent(name: str, value: object) -> bool:
    """Tell whether a field has no value, or only what programs write in its place."""
    if _is_blank(value):
        return True
    if not isinstance(value, str) or len(value) > _MOST_PLACEHOLDER:
        return False
    word = value.strip()
    if name not in ("title", "text", "id") and word.casefold() in _NOTHING:
        return True
    return _PLACEHOLDERS.fullmatch(word) is not None


_MOST_PLACEHOLDER = 100
"""Characters."""


def _is_blank(value: object) -> bool:
    return value is None or value in ("", [], {}) or (isinstance(value, str) and not value.strip())

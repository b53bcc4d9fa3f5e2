"""The one table of what exports call the keys of an article, for all readers.

A record says the same under many names. `in_our_keys` puts it into the keys of the JSONL format;
whatever no field understands stays under its own name and goes to `meta`. The table in
`docs/articles.md` is made from `NAMES` (`as_table`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from indexer.article.values import as_line, as_list, as_text, is_address, plain
from search.analysis.language_codes import normalise_code

NAMES: Mapping[str, str] = {
    "text": """
        body content article_text article_body body_text content_text main_text full_text plain_text
        text_content article_content news_content fields.body_text fields.body article story
        raw_text cleaned_text raw_content content:encoded body_html content_html body_xhtml
        inhalt texte texto testo contenido contenu
        summary description excerpt abstract lead lead_paragraph snippet short_description
    """,
    "paragraphs": "body_paragraphs article_paragraphs paras",
    "title": """
        headline article_title news_title headline_text title_text web_title heading fields.headline
        head_line titel titre título titulo titolo
    """,
    "published": """
        date_gmt date_published publish_date publication_date published_at published_on
        published_date published_time date_publish pub_date publish_time publication_time
        first_published first_publication_date web_publication_date first_created
        article:published_time article_published_time published_utc date date_time date_time_pub
        post_date posted posted_at posted_on article_date news_date issued dc:date dcterms:issued
        created created_at created_on date_created created_utc seen_date timestamp thread.published
        datum fecha
    """,
    "updated": """
        modified_gmt date_modified modified modified_at modified_time modified_date last_modified
        last_mod updated_at updated_on updated_date updated_time last_updated date_updated
        date_modify update_date version_created article:modified_time article_modified_time
        dcterms:modified revised
    """,
    "lang": """
        language lang_code language_code in_language locale content_language dc:language
        sprache langue idioma lingua
    """,
    "source": """
        publisher publication publication_name source_name site_name media_name news_outlet outlet
        newspaper provider og:site_name source-hostname hostname thread.site source_domain domain
        website site quelle fuente fonte
    """,
    "url": """
        link permalink web_url article_url article_link news_url page_url canonical_url canonical
        original_url external_url links.permalink main_entity_of_page href loc uri thread.url
    """,
    "id": """
        _id guid uuid article_id news_id story_id stories_id doc_id document_id doc_no item_id
        news_object_id identifier uri
    """,
    "authors": """
        author byline by_line creator dc:creator writer writers reporter author_name author_names
        autor auteur autore
    """,
    "section": """
        category category_name section_name article_section news_desk rubric ressort rubrik
    """,
    "tags": "keywords keyword news_keywords categories category topics subjects labels",
}
"""Per field the other names, the first that a record has wins; a dot goes into an object.

Case, and what stands between words, do not matter: `pubDate` and `PUB-DATE` are `pub_date`. What is
only a part of the text (a summary) is the last resort.
"""

WRAPPERS = ("_source", "doc", "document", "article", "attributes", "story", "node")
"""Keys of objects that are the article itself: dumps of Elasticsearch, JSON:API, ..."""

KNOWN_IN_META = frozenset({"meta", "version", "status", "embargo", "why", "withdraws"})
"""Keys that are understood where they are: `version` is the number of `Article.version`, the others
are those of `indexer.article.events`."""

ENGINE_KEYS = frozenset("_index _type _score _version _seq_no _primary_term _ignored sort".split())  # noqa: SIM905
"""What Elasticsearch puts beside `_source`: nothing of the article."""


@dataclass(frozen=True, slots=True)
class Translated:
    """A record in our keys, and those of its own keys that no field understood, in their order."""

    record: Mapping[str, Any]
    unknown: tuple[str, ...] = ()


def in_our_keys(record: Mapping[str, Any], chosen: Mapping[str, str] | None = None) -> Translated:
    """Translate a record. `chosen` names the key of a field, before any other, also our own.

    A value that cannot be what its field needs stays under its own name. Our own names always
    count, whatever their values: what is wrong with those is said, not passed over.
    """
    record = _unwrapped(record)
    found = _Found(record, _folded_keys(record))
    displaced: dict[str, Any] = {}
    for name in NAMES:
        key = (chosen or {}).get(name)
        value = None if key is None else plain(_at(record, key.split(".")))
        if key is None or value is None:
            _translate(name, found)
            continue
        found.take(name, shaped(name, value, strict=True), key.split(".")[0])
        if name in record and name not in found.used:
            displaced[name] = record[name]
    if "url" not in found.ours and is_address(record.get("source")) and "source" not in found.used:
        found.take("url", record["source"], "source")
    unknown = tuple(key for key in record if key not in found.used | KNOWN_IN_META)
    rest = {key: value for key, value in record.items() if key not in found.used}
    if displaced and isinstance(rest.get("meta", {}), Mapping):
        rest["meta"] = displaced | dict(rest.get("meta", {}))
    return Translated(rest | found.ours, unknown)


@dataclass(frozen=True, slots=True)
class _Found:
    """What was found in a record so far: values in our keys, and the keys that they come from.

    `folded` has the keys of the record by what they are compared by.
    """

    record: Mapping[str, Any]
    folded: Mapping[str, str]
    ours: dict[str, Any] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def take(self, name: str, value: Any, key: str) -> None:  # noqa: ANN401 - JSON values
        self.ours[name] = value
        self.used.add(key)


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
    own = folded.get(_folded(name))
    if own is not None:
        value = plain(record[own])
        if not _is_blank(value) and not (name == "source" and _is_page_address(value, folded)):
            found.take(name, shaped(name, value, strict=True), own)
            return
    has_body = name == "text" and not _is_blank(record.get(folded.get("paragraphs", "")))
    for first, *inner in () if has_body else _paths(name):
        key = folded.get(first)
        if key is None or key in found.used:
            continue
        value = plain(_at(record[key], inner, fold=True))
        value = None if _is_blank(value) else shaped(name, value, strict=False)
        if value is None or not _fits(name, value):
            continue
        into = "paragraphs" if name == "text" and isinstance(value, list) else name
        found.ours[into] = value
        if not inner:
            found.used.add(key)
        return
    if own is not None and _is_blank(plain(record[own])):
        found.ours.setdefault(name, record[own])
        found.used.add(own)


def shaped(name: str, value: Any, *, strict: bool) -> Any:  # noqa: ANN401 - JSON values
    """Return a value in the form that a field has: objects and lists of one stand for their text.

    Where it has none: None, or the value as it was if `strict`.
    """
    if name == "text":
        return _joined(value) if strict else as_text(value)
    if name == "paragraphs":
        return value
    if name in ("published", "updated", "id"):
        return plain(value[0]) if isinstance(value, list) and len(value) == 1 else value
    if name in ("authors", "tags"):
        made: Any = as_list(value)
        if not strict and isinstance(made, str):
            made = re.split(r"\s*[;|,]\s*" if name == "tags" else r"\s*[;|]\s*", made)
    else:
        made = as_line(value)
    return value if made is None and strict else made


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
    if name == "id":
        return number and not is_address(value)
    return name not in ("published", "updated") or number or isinstance(value, float)


def _is_page_address(value: object, folded: Mapping[str, str]) -> bool:
    """Tell whether a source is the address of the page, as trafilatura writes, not a name."""
    if not is_address(value) or "url" in folded:
        return False
    return any(first in folded for first, *_ in _paths("source"))


def _unwrapped(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Take an article out of the object that it stands in, if the object says nothing itself."""
    inner = record.get("_source")
    if isinstance(inner, dict):
        around = {key: value for key, value in record.items() if key not in ENGINE_KEYS}
        around.pop("_source")
        return {**around, **inner}
    if not _folded_keys(record).keys().isdisjoint(("text", "paragraphs", "body", "content")):
        return record
    for name in WRAPPERS:
        inner = record.get(name)
        if isinstance(inner, dict) and len(inner) > 1:
            around = {key: value for key, value in record.items() if key != name}
            return {**around, **inner}
    return record


def _at(value: Any, path: Sequence[str], *, fold: bool = False) -> Any:  # noqa: ANN401
    for name in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(_folded_keys(value).get(name, name) if fold else name)
    return value


@cache
def _paths(name: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(map(_folded, other.split("."))) for other in NAMES[name].split())


def _folded_keys(record: Mapping[str, Any]) -> dict[str, str]:
    """Keys by what they are compared by; of equal ones the first."""
    folded: dict[str, str] = {}
    for key in record:
        folded.setdefault(_folded(key), key)
    return folded


@cache
def _folded(name: str) -> str:
    prefix = "_" if name.startswith("_") else ""
    return prefix + re.sub(r"[\W_]+", "", name).casefold()


def _is_blank(value: object) -> bool:
    return value is None or value in ("", [], {}) or (isinstance(value, str) and not value.strip())

"""One record in the keys of the JSONL format -> a checked draft of an article.

| key                  | form                                                                   |
|----------------------|------------------------------------------------------------------------|
| text or paragraphs   | text, or a list of texts (wins if both are there)                      |
|                      | one of these, or a title, is required                                  |
| id                   | text or whole number, up to 512 bytes                                  |
| url                  | text; an address other than http(s) is refused                         |
| title, source, section | text                                                                 |
| lang                 | language code (ISO 639, BCP 47); identified from the text if absent    |
| authors, tags        | list of texts, or one text                                             |
| published, updated   | date, see `indexer.article.dates`                                      |
| meta                 | object; keys that are not in this table are put here too               |

What others call these keys is in `indexer.article.keys`. Null and blank values count as absent. An
article with a value of the wrong form is rejected as a whole: a language that was silently dropped
would be missing from every later search by language, and nobody would know. A date that cannot be
read for certain is not dropped silently either: the article is undated, `meta["unread"]` has what
was given, and the draft's `Remarks` say so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from indexer.article import embargo_words
from indexer.article.addresses import canonical_url, without_tracking
from indexer.article.cut_off import without_cut_mark
from indexer.article.dates import parse_date
from indexer.article.draft import Draft, Notice, RawArticle, Reject, Remarks
from indexer.article.embargo_words import embargo_in_words
from indexer.article.events import WIRE_FORMATS, embargo_of, not_of_events, notice_of, scope_of
from indexer.article.identity import article_id
from indexer.article.keys import Translated, in_our_keys, with_longest_text
from indexer.article.own_documents import as_given
from indexer.article.publication import (
    Unpublished,
    check_is_published,
    without_marks,
)
from indexer.article.stories import NoteToEditors, check_is_story
from indexer.errors import BadArticle
from indexer.text.cleaning import clean_line, clean_lines
from indexer.text.markup import seen_line, seen_text
from indexer.text.shortcodes import without_shortcodes
from search.analysis.language_codes import normalise_code
from search.index.admission import MAX_ID_BYTES
from search.index.model import UNKNOWN_LANGUAGE

KEYS = frozenset(
    "id url title text paragraphs lang source authors published updated section tags meta".split()  # noqa: SIM905
)
LONGEST_SUMMARY = 1000
"""Characters: some exports have whole articles under the name of a summary."""

MAX_UNREAD = 200
"""Characters that are stored of a date that could not be read."""

MAX_DEPTH = 50
"""Levels of lists and objects in `meta`: no writer of JSON runs out of stack on as many."""

_KINDS: Mapping[type, str] = {
    bool: "true or false",
    int: "a number",
    float: "a number",
    str: "a text",
    list: "a list",
    dict: "an object",
    type(None): "null",
}


@dataclass(frozen=True, slots=True)
class Defaults:
    """How records are read: what fills in for what they do not give, and chosen keys.

    `keys` names, per field, the key that it is under (dots go into objects). `advisories` takes in
    agencies' notes to editors, too, `unpublished` drafts and whatever else is not published.
    """

    lang: str | None = None
    source: str | None = None
    keys: Mapping[str, str] = field(default_factory=dict)
    advisories: bool = False
    unpublished: bool = False


NOTHING_GIVEN = Defaults()


@dataclass(frozen=True, slots=True)
class Parsed:
    """What records are: articles, withdrawals of articles, or neither; each in their order."""

    drafts: tuple[Draft, ...]
    notices: tuple[Notice, ...]
    rejects: tuple[Reject, ...]


def parse_records(records: Iterable[RawArticle], defaults: Defaults = NOTHING_GIVEN) -> Parsed:
    """Check records; what one of them fails on is its own reject."""
    drafts: list[Draft] = []
    notices: list[Notice] = []
    rejects: list[Reject] = []
    for raw in records:
        try:
            found = parse_event(raw, defaults)
        except NoteToEditors as error:
            rejects.append(replace(reject_record(raw, str(error)), is_note=True))
        except BadArticle as error:
            rejects.append(reject_record(raw, str(error)))
        else:
            if isinstance(found, Notice):
                notices.append(found)
            else:
                drafts.append(found)
    return Parsed(tuple(drafts), tuple(notices), tuple(rejects))


def parse_event(raw: RawArticle, defaults: Defaults = NOTHING_GIVEN) -> Draft | Notice:
    """Check a record: an article, or the withdrawal of one; the defaults fill in what it lacks.

    Raises `BadArticle` with one sentence.
    """
    scheduled = raw.read_as not in WIRE_FORMATS and check_is_published(
        raw, included=defaults.unpublished
    )
    given = as_given(without_marks(raw.record))
    translated = with_longest_text(in_our_keys(given, defaults.keys))
    record = translated.record
    source = _line(record, "source") or defaults.source
    notice = notice_of(raw, record, given_id(record), source)
    if notice is not None:
        return notice
    if not defaults.advisories:
        check_is_story(raw)
    return _draft(raw, translated, defaults, scheduled=scheduled)


def parse_record(raw: RawArticle, defaults: Defaults = NOTHING_GIVEN) -> Draft:
    """Check a record and make a draft of it; the defaults fill in what it does not give.

    Raises `BadArticle` with one sentence, also for what withdraws an article.
    """
    found = parse_event(raw, defaults)
    if isinstance(found, Notice):
        raise BadArticle(
            f"The record withdraws an article: its status is {found.withdrawal.status}."
        )
    return found


def _draft(
    raw: RawArticle, translated: Translated, defaults: Defaults, *, scheduled: bool
) -> Draft:
    record = translated.record if raw.is_plain else _seen(translated.record)
    body, was_cut = without_cut_mark(_body(record))
    source = _line(record, "source") or defaults.source
    title = _without_source(clean_line(_text(record, "title") or ""), source)
    url = _url(record)
    lang = _lang(record) or defaults.lang
    given = given_id(record)
    whole = body if isinstance(body, str) else "".join(body)
    dates = {key: _date(record, key, lang) for key in ("published", "updated")}
    unread = {key: date.unread for key, date in dates.items() if date.unread is not None}
    is_summary = was_cut or (translated.is_summary and len(whole) <= LONGEST_SUMMARY)
    return Draft(
        origin=raw.origin,
        id=article_id(given, url, title, whole, source),
        title=title,
        body=body,
        lang=lang,
        source=source,
        url=url,
        authors=_texts(record, "authors"),
        published=dates["published"].moment,
        updated=dates["updated"].moment,
        section=_line(record, "section"),
        tags=_texts(record, "tags"),
        meta=_meta(record, unread) | ({"summary": True} if is_summary else {}),
        embargo=embargo_of(raw, record, lang)
        or (_start(dates["published"].moment) if scheduled else None)
        or embargo_in_words(title, _first_lines(body), dates["published"].moment, lang),
        remarks=Remarks(translated.unknown, tuple(unread), without_page=raw.without_page),
        scope=scope_of(raw, given, source),
        addressed=raw.addressed,
    )


def _without_source(title: str, source: str | None) -> str:
    """Leave out the name of the source behind a title, as aggregators put it there."""
    if not source:
        return title
    return re.sub(rf"(?<=\S)\s+[-–—|]\s+{re.escape(source)}$", "", title, flags=re.IGNORECASE)


def _first_lines(body: str | tuple[str, ...]) -> Sequence[str]:
    return body[:1000].splitlines() if isinstance(body, str) else body[: embargo_words.LINES]


def _start(published: datetime | None) -> datetime:
    """Return when an article is to appear that its system has scheduled.

    Raises `Unpublished` for one of which nobody knows when.
    """
    if published is None:
        raise Unpublished("The article is scheduled, and does not say for when.")
    return published


def _seen(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the record with what a reader sees of those texts that may be HTML."""
    seen = dict(record)
    for key in ("title", "source", "section", "authors", "tags"):
        value = record.get(key)
        if isinstance(value, str):
            seen[key] = seen_line(value)
        elif isinstance(value, list):
            seen[key] = [seen_line(item) if isinstance(item, str) else item for item in value]
    text, listed = record.get("text"), record.get("paragraphs")
    if isinstance(text, str):
        seen["text"] = seen_text(without_shortcodes(text))
    if isinstance(listed, list):
        seen["paragraphs"] = [part for item in listed for part in _seen_parts(item)]
    return seen


def _seen_parts(item: object) -> list[Any]:
    """The paragraphs of a text that is given as one, and is several where it is HTML."""
    if not isinstance(item, str) or (shown := seen_text(item)) == item:
        return [item]
    return re.split(r"\n\s*\n", shown)


def given_id(record: Mapping[str, Any]) -> str | None:
    """Return the id that the record gives, None if it gives none. Raises `BadArticle`."""
    value = record.get("id")
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise BadArticle(f"`id` is {kind(value)}, not a text.")
    name = clean_line(value)
    if not name or len(name.encode()) > MAX_ID_BYTES:
        raise BadArticle(f"The id must have between 1 and {MAX_ID_BYTES} bytes.")
    return name


def kind(value: object) -> str:
    """Name the type of a JSON value for a person: "a number", "a list"."""
    return _KINDS.get(type(value), type(value).__name__)


def reject_record(raw: RawArticle, reason: str) -> Reject:
    """Return the reject of this record, with its id if it gives a usable one."""
    try:
        given = given_id(in_our_keys(raw.record).record)
        return Reject(raw.origin, reason, given, raw.read_as)
    except BadArticle:
        return Reject(raw.origin, reason, read_as=raw.read_as)


def _body(record: Mapping[str, Any]) -> str | tuple[str, ...]:
    listed = record.get("paragraphs")
    if listed is not None:
        if not isinstance(listed, list):
            raise BadArticle(f"`paragraphs` is {kind(listed)}, not a list of texts.")
        for number, paragraph in enumerate(listed, start=1):
            if not isinstance(paragraph, str):
                raise BadArticle(f"Item {number} of `paragraphs` is {kind(paragraph)}, not a text.")
        paragraphs = tuple(clean_lines(paragraph) for paragraph in listed)
        if any(paragraph.strip() for paragraph in paragraphs):
            return paragraphs
    text = clean_lines(_text(record, "text") or "")
    if text.strip() or clean_line(_text(record, "title") or ""):
        return text.strip() and text  # a headline alone is an article, too
    raise BadArticle(
        "The article has no text: none of `text`, `paragraphs` and `title` holds any words"
        f" (keys: {', '.join(sorted(map(str, record))[:12]) or 'none'})."
    )


def _text(record: Mapping[str, Any], key: str) -> str | None:
    value = record.get(key)
    if value is not None and not isinstance(value, str):
        raise BadArticle(f"`{key}` is {kind(value)}, not a text.")
    return value


def _line(record: Mapping[str, Any], key: str) -> str | None:
    return clean_line(_text(record, key) or "") or None


def _url(record: Mapping[str, Any]) -> str | None:
    url = _line(record, "url")
    if url is not None and canonical_url(url) is None:
        raise BadArticle(f"`url` is {_shown(url)}, which is not a web address (http or https).")
    return None if url is None else without_tracking(url)


def _lang(record: Mapping[str, Any]) -> str | None:
    code = _line(record, "lang")
    if code is None:
        return None
    known = normalise_code(code) or _of_several(code)
    if known is None:
        raise BadArticle(
            f"`lang` is {_shown(code)}, which is not a language code; use one such as de or "
            "zh-Hant."
        )
    return None if known == UNKNOWN_LANGUAGE else known


_QUALITY = re.compile(r";\s*q=[0-9.]+")
_LISTED = re.compile(r"[\w\s,;'\"\[\]|/-]+")


def _of_several(code: str) -> str | None:
    """Return the language of a header or list, `en;q=0.9` or `['en']`; of several, none is sure."""
    plain = _QUALITY.sub("", code)
    listed = {normalise_code(one) for one in re.findall(r"[\w-]+", plain)}
    if not listed or None in listed or not _LISTED.fullmatch(plain):
        return None
    return listed.pop() if len(listed) == 1 else UNKNOWN_LANGUAGE


def _texts(record: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = record.get(key)
    listed = [value] if isinstance(value, str) else value or []
    if not isinstance(listed, list) or not all(isinstance(item, str) for item in listed):
        raise BadArticle(f"`{key}` must be a list of texts.")
    # Each once, in the order given.
    return tuple(dict.fromkeys(line for item in listed if (line := clean_line(item))))


@dataclass(frozen=True, slots=True)
class _Date:
    """What was read of a date, or what was given where nothing could be."""

    moment: datetime | None = None
    unread: str | None = None


def _date(record: Mapping[str, Any], key: str, lang: str | None) -> _Date:
    value = record.get(key)
    if isinstance(value, str):
        value = clean_line(value)
    if value is None or value == "":
        return _Date()
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return _Date(unread=json.dumps(value, ensure_ascii=False)[:MAX_UNREAD])
    try:
        return _Date(parse_date(value, lang))
    except ValueError:
        return _Date(unread=str(value)[:MAX_UNREAD])


def _meta(record: Mapping[str, Any], unread: Mapping[str, str]) -> dict[str, Any]:
    meta = record.get("meta")
    if meta is not None and not isinstance(meta, dict):
        raise BadArticle(f"`meta` is {kind(meta)}, not an object.")
    others = {key: value for key, value in not_of_events(record).items() if key not in KEYS}
    merged = {**others, **(meta or {})}
    if unread:
        merged["unread"] = dict(unread)
    if not _within(MAX_DEPTH, merged):
        raise BadArticle(f"The metadata is nested more than {MAX_DEPTH} levels deep.")
    return _writable(merged)


def _within(levels: int, value: object) -> bool:
    if not isinstance(value, dict | list):
        return True
    inner = value.values() if isinstance(value, dict) else value
    return levels > 0 and all(_within(levels - 1, item) for item in inner)


def _writable(meta: dict[str, Any]) -> dict[str, Any]:
    """Return the object with half surrogate pairs, which UTF-8 cannot hold, made "?"."""
    text = json.dumps(meta, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        cleaned: dict[str, Any] = json.loads(text.encode(errors="replace"))
        return cleaned
    return meta


def _shown(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:60] + "...")

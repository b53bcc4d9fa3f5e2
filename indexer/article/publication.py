"""Whether a record of a content management system is published, and an article at all.

Exports and interfaces of such systems give everything that an editor has written: drafts, what
waits in the bin, pages such as "About us", pictures. Only what is published is news. What the
systems call these things is in their documentation:

* WordPress: https://developer.wordpress.org/rest-api/reference/posts/, `wp_posts` of its database
* Ghost: https://docs.ghost.org/admin-api/posts/overview
* Drupal: https://www.drupal.org/docs/core-modules-and-themes/core-modules/jsonapi-module
* Joomla: https://docs.joomla.org/J4.x:Joomla_Core_APIs
* Contentful: https://www.contentful.com/developers/docs/references/content-management-api/
* Strapi: https://docs.strapi.io/cms/api/rest
* Sanity: https://www.sanity.io/docs/content-lake/drafts
* Medium, Substack, Tumblr, Jekyll, Hugo: what their exports and files have

Words that mean other things elsewhere (`private`, `pending`, `archived`) count only where the
record shows by other keys which system wrote it. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from indexer.article.draft import RawArticle
from indexer.article.wrappers import unwrapped
from indexer.errors import BadArticle

_DRAFTS = frozenset({"draft", "autodraft", "unpublished", "trash", "trashed", "softtrashed"})
"""States that mean the same in every system."""

_HELD = frozenset({"private", "pending", "pendingreview", "inreview", "review", "archived",
                   "disabled", "expired", "hidden", "queued", "queue"})  # fmt: skip
"""States that mean this where a content management system wrote the record."""

_SCHEDULED = frozenset({"future", "scheduled"})

_STATES = ("status", "_status", "state", "post_status", "publish_status", "publishstatus",
           "moderation_state", "workflow_state", "currentstate", "publication_state")  # fmt: skip
_UNPUBLISHED_IF_TRUE = ("draft", "is_draft", "isdraft", "unpublished", "is_private")
_UNPUBLISHED_IF_FALSE = ("published", "is_published", "ispublished")
_TRUE, _FALSE = ("true", "yes", "1", "t"), ("false", "no", "0", "f")

_OF_SYSTEMS = frozenset(
    """post_status post_type post_name ping_status comment_status mobiledoc lexical feature_image
    introtext catid publish_up moderation_state drupal_internal__nid nid langcode user_created
    documentid blog_name post_url publishstatus is_published""".split()  # noqa: SIM905
)
"""Keys by which a record shows that such a system wrote it."""

_NO_TEXT = frozenset({"attachment", "revision", "nav_menu_item", "custom_css", "oembed_cache",
                      "customize_changeset", "user_request", "asset", "comment"})  # fmt: skip
_PAGES = frozenset({"page", "node--page"})
_VISIBILITIES = frozenset({"private", "hidden", "none", "internal", "direct", "followers"})

ASK = "; --include-unpublished takes it in."
"""How a sentence ends that keeps something out."""


class Unpublished(BadArticle):
    """A record of something that its own system does not show, or not as news."""


def check_is_published(raw: RawArticle, *, included: bool = False) -> bool:
    """Return whether a record is to be published only at the time that it gives.

    Raises `Unpublished` for one that is not published, or is a page of the site; `included` takes
    these in. Raises `BadArticle` for what is no text in any case, as a picture.
    """
    record = _folded(raw)
    kind = _kind(record)
    if kind in _NO_TEXT or kind.startswith("wp_"):
        raise BadArticle(f"The item is no text but of the type {kind!r}.")
    why = None if included else raw.unpublished or _unpublished(record)
    if why:
        raise Unpublished(why + ASK)
    return raw.scheduled or _is_scheduled(record)


def _folded(raw: RawArticle) -> Mapping[str, Any]:
    """Return a record, out of the object that it stands in, with its keys in small letters."""
    return {key.lower(): value for key, value in unwrapped(raw.record).items()}


def _unpublished(record: Mapping[str, Any]) -> str | None:
    """Say without a full stop why something is kept out, None where it is published."""
    known = _is_of_system(record)
    for key in _STATES:
        state = _word(record.get(key))
        if state in _DRAFTS or (known and state in _HELD):
            return f"The item is not published: its {key} is {state!r}"
    for why in (*_marks(record), *_of_one_system(record)):
        return f"The item is not published: {why}"
    if known and _kind(record) in _PAGES:
        return "The item is a page of the site, no article"
    visibility = _word(record.get("visibility"))
    if visibility in _VISIBILITIES:
        return f"The item is not public: its visibility is {visibility!r}"
    if _has_password(record):
        return "The item is not public: it has a password"
    return None


def _is_scheduled(record: Mapping[str, Any]) -> bool:
    words = {_word(record.get(key)) for key in _STATES}
    return not words.isdisjoint(_SCHEDULED) and _is_of_system(record)


def _is_of_system(record: Mapping[str, Any]) -> bool:
    """Tell whether a record was written by a content management system, by its other keys."""
    if not _OF_SYSTEMS.isdisjoint(record):
        return True
    # WordPress: {"title": {"rendered": "..."}}; raw as well for who may edit.
    return any(
        isinstance(one := record.get(key), Mapping) and ("rendered" in one or "raw" in one)
        for key in ("title", "content", "guid")
    )


def without_marks(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a record without a `published` that is true or false: our key is a date."""
    if not isinstance(record.get("published"), bool):
        return record
    return {key: value for key, value in record.items() if key != "published"}


def _marks(record: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is said by keys that are true or false."""
    for keys, words in ((_UNPUBLISHED_IF_TRUE, _TRUE), (_UNPUBLISHED_IF_FALSE, _FALSE)):
        for key in keys:
            value = _only(record.get(key))
            # A number or a text under `published` is a date.
            is_mark = isinstance(value, bool) or (
                key != "published" and isinstance(value, str | int)
            )
            if is_mark and str(value).strip().lower() in words:
                yield f"it says {key}: {str(value).lower()}"


def _of_one_system(record: Mapping[str, Any]) -> Iterator[str]:
    if str(record.get("_id")).startswith("drafts.") and "_type" in record:
        yield "it is a draft of Sanity"
    about = record.get("sys")
    if isinstance(about, Mapping) and about.get("type") == "Entry":
        published = any(about.get(key) for key in ("publishedVersion", "publishedAt", "revision"))
        if about.get("archivedVersion") or not published:
            yield "Contentful has no published version of it"
    dated = {"publishedat", "createdat", "updatedat"} <= record.keys()
    if dated and record["publishedat"] is None:
        yield "publishedAt is empty"
    if {"introtext", "catid"} & record.keys() and str(record.get("state")) in ("0", "-2"):
        yield f"its state is {record['state']}"
    of_drupal = str(record.get("type")).startswith("node--") or (
        {"drupal_internal__nid", "nid"} & record.keys()
    )
    if of_drupal and str(_only(record.get("status"))).lower() in _FALSE:
        yield "its status is false"


def _kind(record: Mapping[str, Any]) -> str:
    """Return what a system calls the type of a thing, "" where no such system wrote the record."""
    about = record.get("sys")
    if isinstance(about, Mapping):
        return str(about.get("type")).lower()
    if not _is_of_system(record):
        return ""
    given = _only(record.get("post_type")) or _only(record.get("type"))
    if record.get("page") is True and ("mobiledoc" in record or "lexical" in record):
        return "page"
    return given.lower() if isinstance(given, str) else ""


def _has_password(record: Mapping[str, Any]) -> bool:
    content = record.get("content")
    if isinstance(content, Mapping) and content.get("protected") is True:
        return True
    password = record.get("post_password")
    return isinstance(password, str) and password.strip() not in ("", "NULL")


def _only(value: object) -> object:
    """Return the value of a field, also as Drupal writes it: [{"value": true}]."""
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], Mapping):
        return next((value[0][key] for key in ("value", "target_id") if key in value[0]), None)
    return value


def _word(value: object) -> str:
    """Return a state in small letters, without what stands between words."""
    one = _only(value)
    if not isinstance(one, str):
        return ""
    return "".join(_letters(one)) if len(one) <= 40 else ""


def _letters(text: str) -> Iterable[str]:
    # The type of Drupal's nodes has hyphens that count.
    return text.strip().lower() if "--" in text else (c for c in text.lower() if c.isalnum())

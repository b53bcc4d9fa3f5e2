"""Posts of social networks as their interfaces write them -> one record with the text in it.

* Mastodon (https://docs.joinmastodon.org/entities/Status/): a boost has no text but a status of
  another account in `reblog`.
* ActivityPub (https://www.w3.org/TR/activitypub/): an activity (`Create`) around an object; what
  is not addressed to the public is private.
* Telegram (https://core.telegram.org/import-export): among the messages of a channel are notices
  of its program, such as that it was created.
* Bluesky (https://docs.bsky.app/docs/advanced-guides/posts): a post in a `record`, the language in
  `langs`, an address of the AT Protocol that no browser opens; its stream has the record in a
  `commit`.

Pure; what is none of these stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_POST = "app.bsky.feed.post"
_PUBLIC = ("https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public")
_ACTIVITIES = ("Create", "Update", "Announce")
_OF_OTHERS = ("Announce", "Like", "Dislike", "Delete", "Follow", "Undo", "Accept", "Add", "Remove")


def is_post(record: Mapping[str, Any]) -> bool:
    """Tell a post from what a network notes among posts: a share of another, a like, a notice."""
    kind = record.get("type")
    if kind == "service":
        return "action" not in record
    return not (kind in _OF_OTHERS and isinstance(record.get("object"), str))


def post_of(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a post as a record whose text, date, language and address have names of their own."""
    boosted = record.get("reblog")
    if isinstance(boosted, Mapping) and isinstance(record.get("account"), Mapping):
        return boosted
    if record.get("type") in _ACTIVITIES and isinstance(record.get("object"), Mapping):
        return _of_activity(record)
    commit = record.get("commit")
    if isinstance(commit, Mapping) and _is_post(commit.get("record")):
        return _of_stream(record, commit)
    inner = record.get("record")
    return _of_bluesky(record, inner) if isinstance(inner, Mapping) and _is_post(inner) else record


def _is_post(inner: object) -> bool:
    return isinstance(inner, Mapping) and inner.get("$type") == _POST


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 - JSON values
    return value if isinstance(value, list) else [value]


def _of_activity(record: Mapping[str, Any]) -> Mapping[str, Any]:
    post = dict(record["object"])
    readers = [
        one for part in (record, post) for key in ("to", "cc") for one in _listed(part.get(key))
    ]
    named = any(one is not None for one in readers)
    if named and not any(one in _PUBLIC for one in readers if isinstance(one, str)):
        post["visibility"] = "private"
    texts = post.get("contentMap")
    if isinstance(texts, Mapping) and len(texts) == 1:
        post.setdefault("language", next(iter(texts)))
    return post


def _of_bluesky(record: Mapping[str, Any], inner: Mapping[str, Any]) -> Mapping[str, Any]:
    author = record.get("author")
    about = author if isinstance(author, Mapping) else {}
    uri = record.get("uri")
    names = (about.get(key) for key in ("displayName", "handle"))
    handle = about.get("handle") or about.get("did")
    post = {key: value for key, value in record.items() if key not in ("record", "author")}
    post |= {"text": inner.get("text"), "created_at": inner.get("createdAt")}
    post["source"] = next((name for name in names if isinstance(name, str) and name), None)
    post |= _language(inner)
    if isinstance(uri, str) and isinstance(handle, str):
        post["url"] = f"https://bsky.app/profile/{handle}/post/{uri.rpartition('/')[2]}"
    return {key: value for key, value in post.items() if value is not None}


def _of_stream(record: Mapping[str, Any], commit: Mapping[str, Any]) -> Mapping[str, Any]:
    did, key = record.get("did"), commit.get("rkey")
    inner = commit["record"]
    return {
        "uri": f"at://{did}/{_POST}/{key}",
        "url": f"https://bsky.app/profile/{did}/post/{key}",
        "text": inner.get("text"),
        "created_at": inner.get("createdAt"),
        **_language(inner),
    }


def _language(inner: Mapping[str, Any]) -> dict[str, Any]:
    langs = inner.get("langs")
    return {"language": langs[0]} if isinstance(langs, list) and len(langs) == 1 else {}

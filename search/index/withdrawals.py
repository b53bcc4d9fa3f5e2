"""What was withdrawn: which articles of which versions must not be in the index, when and why.

A source withdraws an article for good (`canceled`), or until it says otherwise (`withheld`). The
article leaves the index with all its versions, so that nothing can find it, and a withdrawal stands
in the state of the index under its id (`search.index.state`). It outlives the article: whatever
comes later, in whatever order, is compared with it. Values and rules, pure; who brings them about
is `indexer.ingest.withdrawing`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from search.index.admission import is_older
from search.index.model import ArticleState
from search.index.state import MOST_KEY_BYTES, Entry, IndexState

COLLECTION = "withdrawn"


class Withdrawn(StrEnum):
    """How an article is withdrawn, in words of the IPTC's `pubstatus` vocabulary."""

    CANCELED = "canceled"
    """For good: nothing of its text stays."""
    WITHHELD = "withheld"
    """Until further notice: the text stays for who asks by id."""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """An article that its source withdrew.

    `version` is that of the message (`search.index.model.source_version`), `number` what the
    source calls it. `when` is the time that the source gives, `seen` when the message came. `by` is
    the id of the message where that is another one. `title` and `paragraphs` are what stays of a
    withheld article. `back` is when a later version brought it back; then only the order of
    versions matters.
    """

    id: str
    status: Withdrawn
    version: int = 0
    number: str | None = None
    when: datetime | None = None
    seen: datetime | None = None
    why: str | None = None
    source: str | None = None
    by: str | None = None
    title: str | None = None
    paragraphs: tuple[str, ...] = field(default=())
    back: datetime | None = None

    @property
    def sentence(self) -> str:
        """Say when and why, for a person."""
        is_held = self.status is Withdrawn.WITHHELD
        moment = self.when or self.seen
        day = f" ({moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC)" if moment else ""
        by = f", by its message {self.by}" if self.by else ""
        why = f": {self.why.rstrip('.')}" if self.why else ""
        did = "withholds the article" if is_held else "has withdrawn the article"
        return f"{self.source or 'Its source'} {did} {self.id}{day}{by}{why}."


def keeps_out(withdrawal: Withdrawal, version: int, now: datetime) -> bool:
    """Tell whether an article of this version is withdrawn.

    It is up to the version that was withdrawn, as far as the source says which is newer. Where it
    does not, what is canceled stays so, and what was withheld comes back by what arrives later.
    """
    theirs, ours = _state(withdrawal.version), _state(version)
    if is_older(ours, theirs, now):
        return True
    if is_older(theirs, ours, now) or withdrawal.back is not None:
        return False
    return withdrawal.status is Withdrawn.CANCELED or _are_the_same(theirs, ours)


def concerns(withdrawal: Withdrawal, stored: int, now: datetime) -> bool:
    """Tell whether a withdrawal takes out the stored article of this version: not a newer one."""
    return not is_older(_state(withdrawal.version), _state(stored), now)


def which(new: Withdrawal, former: Withdrawal | None, now: datetime) -> Withdrawal:
    """Return the one of two withdrawals of an article that stands.

    The newer one does; where neither is, being canceled is more than being withheld, and of two
    alike the first stays, unless the article has come back since.
    """
    if former is None or is_older(_state(former.version), _state(new.version), now):
        return new
    if is_older(_state(new.version), _state(former.version), now):
        return former
    if former.back is not None:
        return former if _are_the_same(_state(new.version), _state(former.version)) else new
    cancels = new.status is Withdrawn.CANCELED and former.status is not Withdrawn.CANCELED
    return new if cancels else former


def _state(version: int) -> ArticleState:
    return ArticleState("", version)


def _are_the_same(one: ArticleState, other: ArticleState) -> bool:
    return one.version == other.version != 0


def stored(state: IndexState, article_ids: Iterable[str]) -> dict[str, Withdrawal]:
    """Look up the withdrawals of these ids, those included whose articles have come back."""
    wanted = [one for one in dict.fromkeys(article_ids) if is_key(one)]
    return {name: from_entry(entry) for name, entry in state.get(COLLECTION, wanted).items()}


def withdrawal_of(state: IndexState, article_id: str) -> Withdrawal | None:
    """Return why an article that is not in the index is not: None where it was not withdrawn."""
    found = stored(state, [article_id]).get(article_id)
    return None if found is None or found.back is not None else found


def to_value(withdrawal: Withdrawal) -> dict[str, Any]:
    """Return JSON values, without what is not known; `from_entry` reads them."""
    values: dict[str, Any] = {
        "status": str(withdrawal.status),
        "version": withdrawal.version,
        "number": withdrawal.number,
        "why": withdrawal.why,
        "source": withdrawal.source,
        "by": withdrawal.by,
        "title": withdrawal.title,
        "paragraphs": list(withdrawal.paragraphs) or None,
        **{key: _written(getattr(withdrawal, key)) for key in _MOMENTS},
    }
    return {key: value for key, value in values.items() if value is not None}


def from_entry(entry: Entry) -> Withdrawal:
    """Read what `to_value` wrote."""
    value: Mapping[str, Any] = entry.value
    paragraphs: Sequence[str] = value.get("paragraphs", ())
    return Withdrawal(
        id=entry.key,
        status=Withdrawn(value["status"]),
        version=int(value.get("version", 0)),
        paragraphs=tuple(paragraphs),
        number=value.get("number"),
        when=_read(value.get("when")),
        seen=_read(value.get("seen")),
        why=value.get("why"),
        source=value.get("source"),
        by=value.get("by"),
        title=value.get("title"),
        back=_read(value.get("back")),
    )


_MOMENTS = ("when", "seen", "back")


def is_key(article_id: str) -> bool:
    """Tell whether an engine can store state under an id."""
    try:
        return 0 < len(article_id.encode()) <= MOST_KEY_BYTES
    except UnicodeEncodeError:
        return False


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _read(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None

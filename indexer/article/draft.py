"""An article on its way into the index: as read, as understood, or as rejected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from search.index.filters import EVER
from search.index.withdrawals import Withdrawal


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an article was read: the name of the input and, in files of many, the line.

    In a JSON list, `line` is the number of the element. Both count from one.
    """

    input: str
    line: int | None = None

    def __str__(self) -> str:
        return self.input if self.line is None else f"{self.input}, line {self.line}"


@dataclass(frozen=True, slots=True)
class RawArticle:
    """What a source read, in the keys of the JSONL format, not checked yet.

    `size` is in bytes, as read, so that batches can be bounded in memory; `read_as` names the
    format. `warning` says what may be wrong with the text that was read: a phrase. `addressed`
    tells that it is to be stored under just its id, whatever its source (`PUT /v1/articles/ID`).
    Where it `is_plain`, its values are text; elsewhere they may be HTML, and what a reader sees of
    it is the text. `unpublished` says why its source shows it to nobody,
    without a full stop; what is `scheduled` appears when it was published. `without_page` is
    the sentence why its page, which was to be read instead, could not be.
    """

    origin: Origin
    record: Mapping[str, Any]
    size: int = 0
    read_as: str = ""
    warning: str | None = None
    addressed: bool = False
    is_plain: bool = False
    unpublished: str | None = None
    scheduled: bool = False
    without_page: str | None = None


@dataclass(frozen=True, slots=True)
class Reject:
    """Something that is no article, and the sentence that says why.

    What `is_note` is no fault of its source either: a note to editors, which is kept out.
    """

    origin: Origin
    reason: str
    article_id: str | None = None
    read_as: str = ""
    is_note: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """A message by which a source withdraws an article, and perhaps others that it names.

    `scope` is as in `Draft`.
    """

    origin: Origin
    withdrawal: Withdrawal
    others: tuple[Withdrawal, ...] = ()
    scope: str | None = None

    @property
    def withdrawals(self) -> tuple[Withdrawal, ...]:
        """All that it withdraws."""
        return (self.withdrawal, *self.others)


def until(embargo: datetime | None) -> str:
    """Say when an embargo ends."""
    if embargo is None:
        return "at once"
    return "with a later version" if embargo == EVER else f"{embargo:%Y-%m-%d %H:%M:%S} UTC"


@dataclass(frozen=True, slots=True)
class UnreadPage:
    """A web page as it came; `indexer.sources.extraction` reads the article out of it.

    `url` is where it was fetched and `charset` what its server said, None where that is not known.
    Of its record, `before` is what counts where the page says nothing, `after` what counts anyway;
    `otherwise` is what stands for a page that is refused.
    """

    origin: Origin
    data: bytes
    url: str | None = None
    charset: str | None = None
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    read_as: str = ""
    otherwise: Mapping[str, Any] = field(default_factory=dict)


REJECTS_IN_A_ROW = 10_000
"""After as many, none of them an article, the rest of an input is not read: it is no input."""

LEFT = "After this, nothing but rejects in a long row: the rest of the file was not read."
"""What is said of an input that is left."""

Item = RawArticle | Reject | UnreadPage
"""What a format reads."""


@dataclass(frozen=True, slots=True)
class Remarks:
    """What a person should know of how a record was read; no part of the article.

    `unknown_keys` are those that no field understood and that went to `meta`; `unread` the fields
    whose dates could not be read for certain, `suspicious` those whose dates are most likely a
    mistake (`search.index.credible`). `undated` tells that it was never published, as far as is
    known; `renamed` that its id was that of another source's article, `outdone` that it is a
    summary of an article whose whole text is there. `without_page` says why the page of a feed's
    item could not be read, so that it is as the feed has it. `embargo` is one that has not ended,
    `returned` tells that the article had been withdrawn and is back.
    """

    unknown_keys: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    suspicious: tuple[str, ...] = ()
    undated: bool = False
    renamed: bool = False
    outdone: bool = False
    without_page: str | None = None
    embargo: datetime | None = None
    returned: bool = False

    @property
    def sentences(self) -> tuple[str, ...]:
        """What is said of one article; that it is undated is no news to who sent it."""
        unread = (
            f"`{key}` cannot be read as a date for certain: stored in meta.unread."
            for key in self.unread
        )
        suspicious = (f"The date in `{key}` is most likely a mistake." for key in self.suspicious)
        held = f"No search finds it before its embargo ends: {until(self.embargo)}."
        said = (
            ("Its id is that of another source's article: stored as ID@source.", self.renamed),
            ("It is a summary, and the whole text is stored: that stays.", self.outdone),
            ("Its page could not be read: stored as the feed has it.", bool(self.without_page)),
            (held, self.embargo),
            ("It had been withdrawn and is back.", self.returned),
        )
        return (*unread, *suspicious, *(sentence for sentence, is_so in said if is_so))


@dataclass(frozen=True, slots=True)
class Draft:
    """An article with checked metadata, before its body is split.

    `body` is running text, or the paragraphs that the author separated. `lang` is None where
    nobody gave one; dates are aware and in UTC. `scope` is the source that a given id belongs to,
    None where the id was made, or is the one to store the article under; it is `addressed` as its
    `RawArticle` is.
    """

    origin: Origin
    id: str
    title: str
    body: str | tuple[str, ...]
    lang: str | None = None
    source: str | None = None
    url: str | None = None
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    updated: datetime | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    meta: Mapping[str, Any] = field(default_factory=dict)
    embargo: datetime | None = None
    remarks: Remarks = field(default_factory=Remarks)
    scope: str | None = None
    addressed: bool = False

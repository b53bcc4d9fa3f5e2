"""The options of the commands that make and change alerts, each declared once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from search.alerts.alert import Stories
from search.errors import UsageError

WATCH = "When, where and what"

EveryOption = Annotated[
    str | None,
    typer.Option(
        "--every",
        metavar="SCHEDULE",
        help="15m, 2h, hourly, daily 08:00, weekdays 08:00, mon,thu 18:30, or run: every run, as a "
        "new alert does.",
        show_default=False,
        rich_help_panel=WATCH,
    ),
]
OnWriteOption = Annotated[
    bool | None,
    typer.Option(
        "--on-write/--no-on-write",
        help="Also run at once after each ingest or write.",
        show_default=False,
        rich_help_panel=WATCH,
    ),
]
ToOption = Annotated[
    list[str] | None,
    typer.Option(
        "--to",
        metavar="DESTINATION",
        help="stdout, FILE.jsonl, name@host, https://..., slack:https://..., "
        "mattermost:https://..., or feed; several may be given. A new alert has stdout.",
        show_default=False,
        rich_help_panel=WATCH,
    ),
]
PrecisionOption = Annotated[
    float | None,
    typer.Option(
        "--precision",
        help="Share of the notices by meaning that are to be right; a new alert has 0.9.",
        show_default=False,
        rich_help_panel=WATCH,
    ),
]
OnlyWordsOption = Annotated[
    bool | None,
    typer.Option(
        "--only-words/--also-meaning",
        help="Leave meaning out: words, names and filters only.",
        show_default=False,
        rich_help_panel=WATCH,
    ),
]
NewStoriesOption = Annotated[
    bool,
    typer.Option(
        "--new-stories-only",
        help="Only the first article of each story.",
        rich_help_panel=WATCH,
    ),
]
EveryArticleOption = Annotated[
    bool,
    typer.Option(
        "--every-article",
        help="Each article by itself, never as a further source of a story.",
        rich_help_panel=WATCH,
    ),
]
GroupedOption = Annotated[
    bool,
    typer.Option(
        "--grouped",
        help="The first article of a story in full, with how many more sources: what a new alert "
        "does.",
        rich_help_panel=WATCH,
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchOptions:
    """When an alert runs, and where it tells what; None is not given."""

    every: EveryOption = None
    on_write: OnWriteOption = None
    to: ToOption = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertOptions(WatchOptions):
    """The options of an alert with a query."""

    precision: PrecisionOption = None
    only_words: OnlyWordsOption = None
    new_stories_only: NewStoriesOption = False
    every_article: EveryArticleOption = False
    grouped: GroupedOption = False

    @property
    def stories(self) -> Stories | None:
        """What of a story is told. Raises `UsageError` for two answers."""
        given = {
            "--new-stories-only": (self.new_stories_only, Stories.NEW),
            "--every-article": (self.every_article, Stories.EVERY),
            "--grouped": (self.grouped, Stories.GROUPED),
        }
        chosen = {option: stories for option, (is_given, stories) in given.items() if is_given}
        if len(chosen) > 1:
            raise UsageError(f"{' and '.join(chosen)} contradict each other.")
        return next(iter(chosen.values()), None)

"""Stories at a terminal: a list, and one with its members."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from search.coverage.stories.grouping import StoryHits
from search.coverage.stories.model import Story
from search.index.time_zones import local, minute
from search.printable import on_one_line
from search.terminal.text import isolated

if TYPE_CHECKING:
    from rich.console import Console

SHOWN = 4
"""Languages and sources that a line names."""


def show_stories(
    stories: Sequence[Story], total: int, lang: str | None, zone: str, console: Console
) -> None:
    """Show a list of stories, three lines each; days are those of a time zone."""
    from rich.text import Text

    for number, story in enumerate(stories, 1):
        headline = isolated(on_one_line(story.headline_in(lang)), console) or "(no headline)"
        console.print(Text.assemble((f"{number:>3}. ", "dim"), (headline, "bold")), soft_wrap=True)
        console.print(Text(f"     {facts(story, zone)}"), soft_wrap=True)
        console.print(Text(f"     {story.id}", style="dim"), soft_wrap=True)
    if total > len(stories):
        console.print(Text(f"{len(stories)} of {total} stories; --limit shows more.", style="dim"))


def facts(story: Story, zone: str) -> str:
    """Say how large a story is, in which languages, from whom, when, and how well it fits."""
    parts = [
        _number(story.size, "article"),
        _some(story.languages, "language"),
        _some(story.sources, "source"),
        _span(story.first, story.last, zone),
    ]
    if story.size > 1:
        parts.append(f"cohesion {story.cohesion:.2f}")
    return " · ".join(part for part in parts if part)


def show_story(story: Story, lang: str | None, zone: str, console: Console) -> None:
    """Show a story with its members in the order of their publication, in a time zone."""
    from rich.text import Text

    headline = isolated(on_one_line(story.headline_in(lang)), console) or "(no headline)"
    console.print(Text(headline, style="bold"), soft_wrap=True)
    console.print(Text(facts(story, zone)), soft_wrap=True)
    for one in story.members:
        when = minute(one.published, zone) if one.published else "no date"
        title = isolated(on_one_line(one.title), console) or one.id
        line = Text.assemble((f"  {when:<16}  {one.lang:<3} ", "dim"), title)
        line.append(f"  {on_one_line(one.source or '')}", style="dim")
        line.append(f"  {one.id}", style="dim")
        if one.doubtful:
            line.append(f"  doubtful ({one.certainty:.2f})", style="yellow")
        elif one.moved:
            line.append("  put here by hand", style="dim")
        console.print(line, soft_wrap=True)


def _some(counts: Mapping[str, int], what: str) -> str:
    if not counts:
        return ""
    named = ", ".join(islice((on_one_line(name) for name in counts), SHOWN))
    more = f" and {len(counts) - SHOWN} more" if len(counts) > SHOWN else ""
    return f"{_number(len(counts), what)} ({named}{more})"


def _span(first: datetime | None, last: datetime | None, zone: str) -> str:
    if first is None or last is None:
        return ""
    days = local(first, zone).date().isoformat(), local(last, zone).date().isoformat()
    return days[0] if days[0] == days[1] else f"{days[0]} to {days[1]}"


def _number(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def show_explanation(document: Mapping[str, Any], title: str, console: Console) -> None:
    """Say what an article has in common with the members that are nearest to it."""
    from rich.text import Text

    headline = isolated(on_one_line(title), console) or document["article"]
    console.print(Text(headline, style="bold"), soft_wrap=True)
    fits = f"fits with certainty {document['certainty']:.2f}"
    where = "is in" if document["in_story"] else "is not in"
    by_hand = on_one_line(_by_hand(document))
    console.print(Text(f"{where} {document['story']}, {fits}{by_hand}"), soft_wrap=True)
    for one in document["members"]:
        other = isolated(on_one_line(one["title"]), console) or one["id"]
        console.print(Text(f"\n  {one['likelihood']:.2f}  {other}"), soft_wrap=True)
        apart = one["days_apart"]
        shared = {
            "near by meaning": f"{one['nearness']:.2f} (headlines {one['headline_nearness']:.2f})",
            "names": ", ".join(one["names"]) or "none in common",
            "words": ", ".join(one["words"]) or "none in common",
            "numbers": f"{one['numbers']} in common" if one["numbers"] else "none in common",
            "time": "no date" if apart is None else _number(apart, "day") + " apart",
        }
        for name, value in shared.items():
            console.print(Text(f"        {name}: {on_one_line(value)}"), soft_wrap=True)


def _by_hand(document: Mapping[str, Any]) -> str:
    """Say that a person put an article where it is, or elsewhere, and the reason given."""
    correction = document["correction"]
    if correction is None:
        return ""
    done = "put it there" if document["in_story"] else f"put it into {correction['story']}"
    reason = f": {correction['reason']}" if correction["reason"] else ""
    return f"; a person {done} on {correction['at'][:10]}{reason}"


def show_groups(groups: Sequence[StoryHits], lang: str | None, zone: str, console: Console) -> None:
    """Show the hits of an answer story by story; days are those of a time zone."""
    from rich.text import Text

    for number, group in enumerate(groups, 1):
        story = group.story
        shown = group.hits[0].article.title if story is None else story.headline_in(lang)
        headline = isolated(on_one_line(shown), console) or "(no headline)"
        console.print(Text.assemble((f"{number:>3}. ", "dim"), (headline, "bold")), soft_wrap=True)
        if story is not None:
            console.print(
                Text(f"     {facts(story, zone)}  {story.id}", style="dim"), soft_wrap=True
            )
        for hit in group.hits:
            article = hit.article
            title = isolated(on_one_line(article.title), console) or article.id
            when = article.published
            day = local(when, zone).date().isoformat() if when else "no date"
            line = Text.assemble(
                (f"     {hit.score:>4.0%}  {article.lang:<3} {day:<10}  ", "dim"), title
            )
            line.append(f"  {on_one_line(article.source or '')}", style="dim")
            console.print(line, soft_wrap=True)
        console.print()

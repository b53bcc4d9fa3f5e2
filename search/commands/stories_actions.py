"""What `polywire stories` does besides listing: show, explain, correct, rebuild."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from config import terminal
from search.errors import UsageError

if TYPE_CHECKING:
    from config.settings import Settings
    from search.coverage.stories.keeper import StoryKeeper
    from search.index.port import SearchIndex
    from search.index.state import IndexState


class _Place(NamedTuple):
    articles: SearchIndex
    state: IndexState
    keeper: StoryKeeper


def act(
    action: str,
    given: Sequence[str],
    settings: Settings,
    lang: str | None,
    reason: str | None,
    *,
    as_json: bool,
) -> None:
    """Do one of the actions. Raises `UsageError`, and what the index raises."""
    if action == "show":
        _show(_one(given, "polywire stories show ID"), settings, lang, as_json=as_json)
    elif action == "explain":
        _explain(*_two(given, "polywire stories explain ID ARTICLE"), settings, as_json=as_json)
    elif action == "rebuild":
        if given:
            raise UsageError("polywire stories rebuild takes no ids.")
        _rebuild(settings, as_json=as_json)
    else:
        _correct(action, given, settings, reason, lang, as_json=as_json)


@contextmanager
def _opened(settings: Settings) -> Iterator[_Place]:
    from config import wiring
    from search.coverage.stories.keeper import StoryKeeper

    place = wiring.location(settings)
    index = place.open()
    state = place.state()
    try:
        yield _Place(index, state, StoryKeeper(state, index))
    finally:
        state.close()
        index.close()


def _show(story_id: str, settings: Settings, lang: str | None, *, as_json: bool) -> None:
    from search.coverage.stories import stored

    with _opened(settings) as place:
        story = stored.story(place.state, story_id)
        today = stored.former(place.state, story_id) if story and story.id != story_id else ()
        own = None if story else stored.story_of(place.state, [story_id]).get(story_id)
    if own is not None:
        raise UsageError(
            f"{story_id} is an article of the story {own}: polywire stories show {own}"
        )
    if story is None:
        raise UsageError(
            f"There is no story {story_id} in the index {settings.index}. polywire stories lists "
            "them."
        )
    if today:
        led = ", ".join(today)
        terminal.note(f"Note: {story_id} is a former id; its articles are in {led} now.")
    if as_json:
        former: dict[str, Any] = {"former_id": story_id, "leads_to": list(today)} if today else {}
        members = {"members": story.members_document()}
        terminal.print_json(story.document(lang) | members | former)
        return
    from search.terminal.stories import show_story

    show_story(story, lang, settings.timezone, terminal.stdout())


def _explain(story_id: str, article: str, settings: Settings, *, as_json: bool) -> None:
    from search.coverage.stories import stored
    from search.coverage.stories.explaining import explanation

    with _opened(settings) as place:
        embedded = place.articles.get([article]).get(article)
        story = stored.story(place.state, story_id)
        if embedded is None or story is None:
            raise UsageError(
                f"There is no {'article ' + article if embedded is None else 'story ' + story_id} "
                f"in the index {settings.index}."
            )
        titles = {one.id: one.title for one in story.members}
        with place.keeper.reading() as clustering:
            if article not in clustering.story or story.id not in clustering.groups:
                raise UsageError(f"The article {article} is in no story yet.")
            document = explanation(clustering, embedded, story.id, titles)
        document["correction"] = stored.correction(place.state, article)
    if as_json:
        terminal.print_json(document)
        return
    from search.terminal.stories import show_explanation

    show_explanation(document, embedded.article.title, terminal.stdout())


def _correct(
    action: str,
    given: Sequence[str],
    settings: Settings,
    reason: str | None,
    lang: str | None,
    *,
    as_json: bool,
) -> None:
    from search.coverage.stories import stored
    from search.coverage.stories.correcting import Corrections

    with _opened(settings) as place:
        corrections = Corrections(place.state, place.keeper)
        if action == "move":
            article, target = _two(given, "polywire stories move ARTICLE STORY")
            kept = corrections.move(article, target, reason)
        elif action == "split":
            if len(given) < 2:
                raise UsageError("Write polywire stories split STORY ARTICLE...")
            kept = corrections.split(given[0], given[1:], reason)
        else:
            kept = corrections.merge(given, reason)
        story = stored.story(place.state, kept)
    if story is None:
        raise UsageError(f"All articles of the story {kept} are under embargo.")
    if as_json:
        terminal.print_json(story.document(lang) | {"members": story.members_document()})
        return
    from search.terminal.stories import show_story

    show_story(story, lang, settings.timezone, terminal.stdout())


def _one(given: Sequence[str], usage: str) -> str:
    if len(given) != 1:
        raise UsageError(f"Write {usage}.")
    return given[0]


def _two(given: Sequence[str], usage: str) -> tuple[str, str]:
    if len(given) != 2:
        raise UsageError(f"Write {usage}.")
    return given[0], given[1]


def _rebuild(settings: Settings, *, as_json: bool) -> None:
    from search.coverage.duplicates.keeper import CopyKeeper
    from search.coverage.stories import stored
    from search.coverage.stories.rebuilding import rebuild

    def told(articles: int) -> None:
        if terminal.is_interactive():
            terminal.note(f"{articles:,} articles")

    with _opened(settings) as place:
        rebuild(place.state, place.articles, told)
        groups = CopyKeeper(place.state, place.articles).rebuild()
        stories = place.state.count(stored.STORIES)
        articles = place.state.count(stored.ARTICLES)
    if as_json:
        terminal.print_json({"articles": articles, "stories": stories, "copies": groups})
    else:
        terminal.note(
            f"Articles in stories: {articles:,}; stories: {stories:,}; texts that were published "
            f"more than once: {groups:,}."
        )

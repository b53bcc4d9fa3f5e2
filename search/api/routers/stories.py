"""`/v1/stories`: which stories there are, and what belongs to each."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from search.api.answers.openapi import problems
from search.api.answers.rendering import json_response, rendered
from search.api.answers.story_shapes import StoriesAnswer, StoryAnswer
from search.api.errors import StoryMissing
from search.api.requests.narrowing import Text
from search.api.requests.stories import StoriesRequest
from search.api.routers.query_string import QueryRoute
from search.api.work.parts import Parts
from search.coverage.stories import stored


def router(parts: Parts) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["stories"], route_class=QueryRoute)

    @routes.get(
        "/v1/stories",
        summary="List stories: all articles on one event, across languages and sources",
        response_model=StoriesAnswer,
        responses=problems(400, 401, 403, 422, 429, 503, 504),
    )
    async def stories(query: Annotated[StoriesRequest, Query()]) -> Response:
        return json_response(await parts.reads.run(lambda: rendered(listed_stories(parts, query))))

    @routes.get(
        "/v1/stories/{story_id}",
        summary="Fetch a story with its articles",
        response_model=StoryAnswer,
        responses=problems(400, 401, 403, 404, 422, 429, 503, 504),
    )
    async def story(
        story_id: Annotated[str, Path(description="The id of a story, of today or earlier")],
        headline_lang: Annotated[
            Text | None,
            Query(description="The headline in this language where there is one", max_length=20),
        ] = None,
    ) -> Response:
        return json_response(
            await parts.reads.run(lambda: rendered(one_story(parts, story_id, headline_lang)))
        )

    return routes


def listed_stories(parts: Parts, query: StoriesRequest) -> dict[str, Any]:
    """Return the list as a document."""
    services = parts.services
    found = services.stories.selected(query.selection(services.defaults))
    shown = services.stories.read(found[query.offset : query.offset + query.limit])
    return {
        "total": len(found),
        "stories": [story.document(query.headline_lang) for story in shown],
    }


def one_story(parts: Parts, story_id: str, lang: str | None) -> dict[str, Any]:
    """Return a story as a document. Raises `StoryMissing`."""
    state = parts.services.state
    story = stored.story(state, story_id)
    if story is None:
        raise StoryMissing(f"There is no story {story_id} in the index.")
    document = story.document(lang) | {"members": story.members_document()}
    if story.id != story_id:
        document |= {"former_id": story_id, "leads_to": list(stored.former(state, story_id))}
    return document

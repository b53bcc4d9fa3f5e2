"""The shapes of answers about alerts, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field


class AlertAnswer(BaseModel):
    """An alert, without its secrets but in the answer that makes them."""

    id: str
    name: str
    owner: str | None = Field(None, description="The key that made it; empty without keys")
    query: str | None = Field(None, description="As it was written")
    request: dict[str, Any] | None = Field(None, description="The search, as method files have it")
    follows: str | None = Field(None, description="The article or story that it follows")
    precision: float | None = None
    only_words: bool | None = None
    stories: str | None = None
    schedule: dict[str, Any] | None = None
    destinations: list[dict[str, Any]] | None = None
    paused: bool | None = None
    created: str | None = None
    edited: str | None = None
    version: int | None = None
    error: str | None = Field(None, description="Why it cannot be read, if it cannot")
    secrets: dict[str, str] | None = Field(
        None, description="Secrets of new webhooks by destination, shown only once"
    )
    feed: str | None = Field(None, description="Address of a new feed, shown only once")
    state: dict[str, Any] | None = Field(None, description="When it ran, what waits, what fails")


class AlertList(BaseModel):
    """All alerts of a key."""

    alerts: list[AlertAnswer]


class AlertHistory(BaseModel):
    """What an alert told, newest first."""

    notices: list[dict[str, Any]]


class AlertPreview(BaseModel):
    """What an alert would have told."""

    alert: dict[str, Any]
    since: str
    articles: int = Field(description="Articles that arrived since")
    fired: int = Field(description="Of these, those that it would have told")
    per_day: float
    days: dict[str, int]
    notes: list[str]
    notices: list[dict[str, Any]] = Field(description="The first 100")

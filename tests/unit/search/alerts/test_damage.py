"""An alert of which a part cannot be read says which, and takes that part anew."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from config import options, wiring
from config.settings import Settings
from search.alerts.alert import Alert, read_alert
from search.alerts.damage import Part
from search.alerts.desk import AlertDesk
from search.alerts.destinations import destination
from search.alerts.errors import AlertMissing, AlertUnusable
from search.alerts.schedule import Schedule
from search.alerts.store import ALERTS, AlertStore, Progress
from search.api.requests.alerts import AlertChanges
from search.commands.alerts.making import _anew, edited, saved
from search.commands.alerts.moving import imported
from search.commands.alerts.options import AlertOptions
from search.commands.alerts.showing import stated
from search.commands.options import GivenOptions
from search.errors import UsageError
from search.index.state import Change
from search.query.options import Defaults
from tests.contract.alert_runs import alert

NOW = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)

Damage = Callable[[dict[str, Any]], object]


def made() -> Alert:
    schedule = Schedule.of("daily 02:30", "Europe/Berlin")
    return alert("night desk", "ferry", destination("desk@paper.example"), schedule=schedule)


def searches_by_magic(document: dict[str, Any]) -> None:
    document["request"]["mode"] = "magic"


def is_due_by_the_moon(document: dict[str, Any]) -> None:
    document["schedule"]["every"] = "full moon"


def lives_elsewhere(document: dict[str, Any]) -> None:
    document["schedule"]["timezone"] = "Mars/Phobos"


def tells_by_pager(document: dict[str, Any]) -> None:
    document["destinations"][0]["kind"] = "pager"


PARTS: list[tuple[Damage, Part, str]] = [
    (searches_by_magic, Part.SEARCH, "its search cannot be read ('magic'"),
    (is_due_by_the_moon, Part.EVERY, "its schedule cannot be read (full moon"),
    (lives_elsewhere, Part.TIMEZONE, "its time zone cannot be read (there is no time zone Mars"),
    (tells_by_pager, Part.DESTINATIONS, "where it tells cannot be read ('pager'"),
]


@pytest.mark.parametrize(("damage", "part", "said"), PARTS)
def test_a_part_that_cannot_be_read_is_named_and_taken_anew(
    damage: Damage, part: Part, said: str
) -> None:
    document = made().document()
    damage(document)
    with pytest.raises(AlertUnusable) as raised:
        read_alert(document, NOW)
    sentence = str(raised.value)
    assert said in sentence
    assert f"polywire alerts edit 'night desk' {part}" in sentence
    assert "Error" not in sentence
    rest = read_alert(document, NOW, {part}).document()
    whole = read_alert(made().document(), NOW).document()
    assert sum(rest[name] != whole[name] for name in whole) == 1
    with pytest.raises(AlertUnusable):
        read_alert(document, NOW, set(Part) - {part})


def test_several_parts_are_named_together() -> None:
    document = made().document()
    lives_elsewhere(document)
    searches_by_magic(document)
    with pytest.raises(AlertUnusable, match="QUERY --timezone ZONE"):
        read_alert(document, NOW)
    with pytest.raises(AlertUnusable, match=r"its search cannot be read"):
        read_alert(document, NOW, {Part.TIMEZONE})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"version": 7}, "another version of Polywire wrote it (format 7, where this one reads 1)"),
        ({"created": "yesterday"}, "its record is damaged"),
        ({"precision": None}, "Remove it, and add it anew."),
    ],
)
def test_what_no_part_mends_is_not_said_to_be_mended_by_one(
    change: dict[str, Any], said: str
) -> None:
    with pytest.raises(AlertUnusable) as raised:
        read_alert(made().document() | change, NOW, set(Part))
    assert said in str(raised.value)
    assert "alerts edit" not in str(raised.value)


def _sent(**given: object) -> AlertChanges:
    return AlertChanges.model_validate(given)


def test_who_gives_a_part_by_command_or_over_http_need_not_have_it_readable() -> None:
    sent = _sent(every="1h", to=["feed"])
    assert sent.anew() == {Part.EVERY, Part.DESTINATIONS}
    assert _sent(q="ferry", timezone="UTC").anew() == {Part.SEARCH, Part.TIMEZONE}
    given = GivenOptions(timezone="UTC")
    assert _anew(given, "ferry", AlertOptions()) == {Part.SEARCH, Part.TIMEZONE}
    assert _anew(GivenOptions(), "", AlertOptions(every="1h", to=["feed"])) == {
        Part.EVERY,
        Part.DESTINATIONS,
    }


def test_an_alert_that_follows_is_given_no_query() -> None:
    following = replace(made(), request=None, follows="a1")
    with pytest.raises(UsageError, match=r"night desk follows a1, and has no query\. Add another"):
        _sent(q="ferry").applied(following, Defaults(), NOW)
    changed = _sent(every="run").applied(following, Defaults(), NOW)
    assert (changed.schedule.every, changed.request) == (None, None)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return options.settings(str(tmp_path / "index"), None)


def test_status_says_times_of_the_alert_and_nothing_untrue_of_a_damaged_one(
    settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    one, other = made(), alert("damaged", "tram")
    with closing(wiring.location(settings).state()) as state:
        store = AlertStore(state)
        for each in (one, other):
            store.add(each)
            known = {each.id: Progress(each.created)}
            store.advance([each], known, NOW - timedelta(hours=1))
        broken = other.document()
        searches_by_magic(broken)
        state.write([Change(ALERTS, other.id, broken)])
    stated(settings, as_json=False)
    lines = capsys.readouterr().out.splitlines()
    (told,) = [line for line in lines if line.startswith("night desk")]
    assert "2026-03-29 01:30 Europe/Berlin" in told
    (told,) = [line for line in lines if line.startswith("damaged")]
    assert "never" not in told
    assert "polywire alerts edit damaged QUERY" in told


def test_what_is_damaged_of_an_alert_is_not_told_to_who_only_guesses_its_feed(
    settings: Settings,
) -> None:
    document = made().document()
    searches_by_magic(document)
    with closing(wiring.location(settings).state()) as state:
        state.write([Change(ALERTS, made().id, document)])
        desk = AlertDesk(AlertStore(state), lambda _: pytest.fail("no index is needed"))
        with pytest.raises(AlertMissing, match="no such feed"):
            desk.by_secret(made().id, "guessed", NOW)


def test_an_import_that_cannot_be_read_says_which_alert_and_what_of_it(
    settings: Settings, tmp_path: Path
) -> None:
    document = made().document()
    lives_elsewhere(document)
    path = tmp_path / "alerts.json"
    path.write_text(json.dumps({"alerts": [document]}), encoding="utf-8")
    with pytest.raises(UsageError) as raised:
        imported(settings, path, replace=False)
    sentence = str(raised.value)
    assert f"The alert night desk of {path} cannot be imported: its time zone" in sentence
    assert "alerts edit" not in sentence
    for text in ("{}", "[]", "7", '{"alerts": "all"}', '{"alerts": [7]}', '{"alerts": {"id": 7}}'):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(UsageError, match=r"is no export of alerts \(it has no list"):
            imported(settings, path, replace=False)


def test_editing_by_command(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(wiring.location(settings).state()) as state:
        AlertStore(state).add(made())
        AlertStore(state).add(replace(made(), name="cited", request=None, follows="a1"))
    given = GivenOptions(index=settings.index)
    with pytest.raises(UsageError, match="cited follows a1, and has no query"):
        edited(given, "cited", "ferry", AlertOptions())
    with pytest.raises(UsageError, match="is no schedule"):
        edited(given, "night desk", "", AlertOptions(every=""))
    edited(given, "night desk", "", AlertOptions(every="run"))
    with closing(wiring.location(settings).state()) as state:
        assert AlertStore(state).find("night desk", NOW).schedule == Schedule(None, "Europe/Berlin")
    for chosen in (AlertOptions(every_article=True), AlertOptions(grouped=True)):
        edited(given, "night desk", "", chosen)
        with closing(wiring.location(settings).state()) as state:
            assert AlertStore(state).find("night desk", NOW).stories is chosen.stories
    with pytest.raises(UsageError, match="--every-article and --grouped contradict"):
        edited(given, "night desk", "", AlertOptions(every_article=True, grouped=True))
    capsys.readouterr()
    request = made().request
    assert request is not None
    saved(settings, "tram", request, AlertOptions())
    assert f"There is no index at {wiring.location(settings).uri} yet" in capsys.readouterr().err
    edited(given, "tram", "", AlertOptions(to=["desk@paper.example"]))
    assert "Mail waits until there is a server for it" in capsys.readouterr().err
    edited(given, "tram", "", AlertOptions(every="weekends 9 am"))  # nothing new is mailed to
    assert "Mail waits" not in capsys.readouterr().err

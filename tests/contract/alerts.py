"""What alerts promise on every engine: each article once per alert, and nothing lost."""

from __future__ import annotations

import json
import threading
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from search.alerts.alert import Stories
from search.alerts.destinations import destination
from search.alerts.store import ALERTS, AlertStore
from search.index.port import IndexLocation, SearchIndex
from search.index.state import Change
from search.request import Request
from tests.contract.alert_runs import CURVE, MEANING, AlertRuns, alert
from tests.support.newsroom import IDENTITY, story
from tests.support.receivers import webhook


class AlertsContract(AlertRuns):
    """Runs alerts over the newsroom of the contract suite."""

    def test_words_names_and_meaning_fire_with_their_reasons(
        self, newsroom: SearchIndex, store: AlertStore
    ) -> None:
        store.add(alert("words", "peacekeeping mission", only_words=True))
        store.add(alert("names", "Бургонь"))
        store.add(alert("meaning", "storm"))
        _, notices = self.run(store, newsroom)
        told = {(n["alert"]["name"], n["article"]["id"]): n["why"] for n in notices}
        by_meaning = {("meaning", one) for one in ("ru-storm", "ja-storm", "es-storm")}
        assert told.keys() >= {("words", "en-defence"), *by_meaning}
        assert set(told["words", "en-defence"]["words"]) == {"mission", "peacekeeping"}
        near = told["meaning", "ja-storm"]["meaning"]
        assert near["cosine"] > 0.75
        assert near["sentence"]
        assert near["few_articles"]

    def test_what_is_near_and_not_near_enough_is_told_if_a_search_is_sure_of_it(
        self, newsroom: SearchIndex, store: AlertStore
    ) -> None:
        store.add(alert("at first", "storm"))
        asked = []

        def likely(request: Request) -> dict[str, float]:
            asked.append(request.text)
            return {"ja-storm": 0.95, "es-storm": 0.75, "not there": 1.0}

        demanding = replace(CURVE, values=CURVE.values + 100)
        _, notices = self.run(store, newsroom, meaning=replace(MEANING, curve=demanding))
        assert not [one for one in notices if "meaning" in one["why"]]
        store.remove(store.id_of("at first", ""))
        store.add(alert("storms", "storm"))
        meaning = replace(MEANING, curve=demanding, likely=likely)
        _, notices = self.run(store, newsroom, meaning=meaning)
        (told,) = [one for one in notices if "meaning" in one["why"]]
        assert (told["alert"]["name"], told["article"]["id"]) == ("storms", "ja-storm")
        assert told["why"]["meaning"]["confidence"] == 0.95
        assert asked == ["storm"]
        store.remove(store.id_of("storms", ""))
        store.add(alert("nothing near", "storm"))
        far = replace(meaning, curve=replace(demanding, typical=1.2))
        self.run(store, newsroom, meaning=far)
        assert asked == ["storm"], "what nothing is near is not searched for"

    def test_of_many_alerts_as_many_are_looked_at_again_as_articles_arrived(
        self, index: SearchIndex, store: AlertStore
    ) -> None:
        def likely(request: Request) -> dict[str, float]:
            asked.append(request.text)
            return {}

        demanding = replace(CURVE, values=CURVE.values + 100)
        meaning = replace(MEANING, curve=demanding, likely=likely)
        for n in range(40):
            store.add(alert(f"{n}", "storm"))
        storms = [story(f"{n}", "Gale", topic="storm") for n in range(30)]
        for there, searches in ((1, 23), (30, 29)):
            asked: list[str] = []
            self.put(index, *storms[:there])
            self.run(store, index, meaning=meaning)
            assert len(asked) == searches

    def test_each_article_is_told_once_whatever_is_run(
        self, newsroom: SearchIndex, store: AlertStore
    ) -> None:
        store.add(alert("one", "Ukraine"))
        _, first = self.run(store, newsroom)
        assert {n["article"]["id"] for n in first} == {"en-defence", "de-defence", "uk-defence"}
        assert self.run(store, newsroom)[1] == []
        self.put(newsroom, story("new", "Ukraine again", lang="en"))
        assert [n["article"]["id"] for n in self.run(store, newsroom)[1]] == ["new"]
        self.put(newsroom, story("new", "Ukraine again, corrected", lang="en"))
        assert self.run(store, newsroom)[1] == []

    def test_what_arrived_before_an_alert_was_made_is_not_told(
        self, newsroom: SearchIndex, store: AlertStore
    ) -> None:
        store.add(alert("late", "Ukraine", created=datetime.now(UTC)))
        assert self.run(store, newsroom)[1] == []
        self.put(newsroom, story("new", "Ukraine again", lang="en"))
        assert [n["article"]["id"] for n in self.run(store, newsroom)[1]] == ["new"]

    def test_two_runners_at_once_tell_once(
        self, newsroom: SearchIndex, location: IndexLocation, tmp_path: Path
    ) -> None:
        out = tmp_path / "out.jsonl"
        with closing(location.state()) as state:
            AlertStore(state).add(alert("all", "polywire", destination(str(out))))

        def work() -> None:
            with closing(location.state()) as state:
                self.run(AlertStore(state), newsroom)

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        work()  # whatever one left to another
        ids = [json.loads(line)["article"]["id"] for line in out.read_text().splitlines()]
        assert len(ids) == len(set(ids)) == 14

    def test_a_failing_destination_is_retried_and_holds_up_no_other(
        self, newsroom: SearchIndex, store: AlertStore, tmp_path: Path
    ) -> None:
        out = tmp_path / "out.jsonl"
        with webhook() as hook:
            hook.answers = [500]
            store.add(alert("one", "Ukraine", destination(hook.url), destination(str(out))))
            ran, _ = self.run(store, newsroom)
            assert len(ran.failed) == 1
            assert len(out.read_text().splitlines()) == 3
            assert hook.got == []
            soon = datetime.now(UTC) + timedelta(seconds=10)
            self.run(store, newsroom, now=soon, at_once=False)
            assert hook.got == []  # it waits for its next try
            self.run(store, newsroom, now=soon + timedelta(minutes=1), at_once=False)
            self.run(store, newsroom, now=soon + timedelta(minutes=9), at_once=False)
        ((_, body),) = hook.got
        assert len(json.loads(body)["notices"]) == 3
        assert len(out.read_text().splitlines()) == 3
        assert list(store.pending()) == []

    def test_what_failed_does_not_count_as_written_to_people(
        self, newsroom: SearchIndex, store: AlertStore
    ) -> None:
        with webhook() as hook:
            hook.answers = [500, 500]
            one = alert("one", "Ukraine", destination(f"slack:{hook.url}"))
            store.add(one)
            self.run(store, newsroom)
            self.run(store, newsroom)
            assert store.sent([one.id]) == {}
            self.run(store, newsroom)
        assert len(store.sent([one.id])[one.id]) == len(hook.got) == 1

    def test_a_dead_process_is_not_waited_for_and_its_message_is_sent_as_it_was(
        self, newsroom: SearchIndex, store: AlertStore
    ) -> None:
        with webhook() as hook:
            hook.answers = [500]
            store.add(alert("one", "Ukraine", destination(hook.url)))
            self.run(store, newsroom)
            for entry in store.notices(list(store.pending())).values():
                (to,) = entry.value["deliveries"]
                held = {
                    "by": "elsewhere 1 1",
                    "token": "x",
                    "until": (datetime.now(UTC) + timedelta(minutes=5)).isoformat(),
                }
                value = json.loads(json.dumps(entry.value))
                value["deliveries"][to] |= {"state": "claimed", "claim": held}
                store.state.write([Change("alert_notices", entry.key, value)])
            self.run(store, newsroom)
            assert hook.got == []  # somebody on another machine has it
            later = datetime.now(UTC) + timedelta(minutes=6)
            self.put(newsroom, story("new", "Ukraine again", lang="en"))
            self.run(store, newsroom, now=later)
        sizes = sorted(len(json.loads(body)["notices"]) for _, body in hook.got)
        assert sizes == [1, 3]

    def test_an_alert_that_cannot_be_read_stops_no_other(
        self, newsroom: SearchIndex, store: AlertStore
    ) -> None:
        good, bad = alert("good", "Ukraine"), alert("bad", "storm")
        store.add(good)
        store.add(bad)
        broken = bad.document()
        broken["request"]["understood"]["clause"] = {"no": "clause"}
        store.state.write([Change(ALERTS, bad.id, broken)])
        ran, notices = self.run(store, newsroom)
        assert {n["alert"]["name"] for n in notices} == {"good"}
        assert [one.name for one in ran.unusable] == ["bad"]

    def test_a_paused_alert_tells_later_what_arrived_meanwhile(
        self, newsroom: SearchIndex, store: AlertStore
    ) -> None:
        one = alert("one", "Ukraine")
        store.add(replace(one, paused=True))
        assert self.run(store, newsroom)[1] == []
        store.put(one)
        assert len(self.run(store, newsroom)[1]) == 3

    def test_alerts_go_with_the_place_through_a_new_generation(
        self, newsroom: SearchIndex, location: IndexLocation, store: AlertStore
    ) -> None:
        store.add(alert("one", "Ukraine"))
        self.run(store, newsroom)
        name, generation = location.begin(IDENTITY)
        generation.write(list(newsroom.get(["en-defence", "de-defence"]).values()))
        self.settle(generation)
        location.promote(name)
        assert self.run(store, generation)[1] == []
        generation.close()

    def test_removing_an_alert_removes_all_of_it(
        self, newsroom: SearchIndex, store: AlertStore
    ) -> None:
        one = alert("one", "Ukraine")
        store.add(one)
        self.run(store, newsroom)
        store.remove(one.id)
        assert store.history(one.id) == []
        assert store.all(datetime.now(UTC)) == []
        store.add(one)
        assert len(self.run(store, newsroom)[1]) == 3

    def test_articles_of_one_story_are_one_notice_unless_each_is_wanted(
        self, newsroom: SearchIndex, store: AlertStore
    ) -> None:
        def group(*ids: str) -> None:
            value = {"group": ids[0], "source": None, "published": None, "length": 9}
            more = {"hash": "", "kind": "copy", "resemblance": 1.0, "containment": 1.0}
            store.state.write([Change("copies", one, value | more) for one in ids])

        group("en-defence", "de-defence", "uk-defence")
        store.add(alert("grouped", "Ukraine"))
        store.add(alert("new", "Ukraine", stories=Stories.NEW))
        store.add(alert("every", "Ukraine", stories=Stories.EVERY))
        notices = self.run(store, newsroom)[1]
        by_name: dict[str, list[dict[str, Any]]] = {}
        for notice in notices:
            by_name.setdefault(notice["alert"]["name"], []).append(notice)
        assert len(by_name["every"]) == 3
        for name in ("grouped", "new"):
            (one,) = by_name[name]
            assert one["article"]["id"] == "en-defence"  # published first
            assert {more["id"] for more in one["more"]} == {"de-defence", "uk-defence"}
        group("en-defence", "later")
        self.put(newsroom, story("later", "Ukraine again", lang="en"))
        notices = self.run(store, newsroom)[1]
        assert {n["alert"]["name"]: n["kind"] for n in notices} == {
            "grouped": "further",
            "every": "found",
        }
        assert self.run(store, newsroom)[1] == []

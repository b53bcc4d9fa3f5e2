"""What alerts promise of what was told and cited before: corrections, pruning, clocks."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from search.alerts.alert import Alert
from search.alerts.destinations import destination
from search.alerts.following import Following
from search.alerts.notice import Links
from search.alerts.pruning import prune
from search.alerts.schedule import Schedule
from search.alerts.store import NOTICES, AlertStore, Damaged
from search.index.filters import EVER
from search.index.port import SearchIndex
from tests.contract.alert_runs import BEGAN, STDOUT, AlertRuns, alert
from tests.support.newsroom import edited, story
from tests.support.receivers import webhook


class AlertsLaterContract(AlertRuns):
    """Runs alerts again and again."""

    def test_what_becomes_of_a_followed_article_is_told_with_the_difference(
        self, newsroom: SearchIndex, store: AlertStore
    ) -> None:
        one = Alert("cited", None, follows="en-defence", created=BEGAN, destinations=(STDOUT,))
        store.add(one)
        Following(store, newsroom, Links()).begin(one)
        assert self.run(store, newsroom)[1] == []
        (now,) = newsroom.get(["en-defence"]).values()
        texts = [p.text for p in now.article.passages]
        corrected = story(
            "en-defence",
            texts[0],
            texts[1].replace("thirty", "twenty"),
            *texts[2:],
            source="herald",
        )
        self.put(newsroom, corrected)
        (notice,) = self.run(store, newsroom)[1]
        assert notice["kind"] == "changed"
        (change,) = notice["changes"]
        assert "thirty" in change["before"]["text"]
        assert "twenty" in change["after"]["text"]
        assert "thirty" in notice["before"]["paragraphs"][0]
        assert self.run(store, newsroom)[1] == []
        self.put(newsroom, edited(corrected, title="Held back", embargo=EVER))
        assert self.run(store, newsroom)[1] == []
        self.put(newsroom, corrected)
        assert self.run(store, newsroom)[1] == []
        newsroom.delete(["en-defence"])
        self.settle(newsroom)
        (notice,) = self.run(store, newsroom)[1]
        assert notice["kind"] == "withdrawn"
        assert self.run(store, newsroom)[1] == []
        self.put(newsroom, corrected)
        (notice,) = self.run(store, newsroom)[1]
        assert (notice["kind"], notice["why"]["sentence"]) == (
            "back",
            "It is in the index again, as it was.",
        )

    def test_what_goes_and_comes_back_twice_is_told_each_time(
        self, newsroom: SearchIndex, store: AlertStore
    ) -> None:
        one = Alert("cited", None, follows="fr-wine", created=BEGAN, destinations=(STDOUT,))
        store.add(one)
        Following(store, newsroom, Links()).begin(one)
        (there,) = newsroom.get(["fr-wine"]).values()
        kinds = []
        for _ in range(2):
            newsroom.delete(["fr-wine"])
            self.settle(newsroom)
            kinds += [n["kind"] for n in self.run(store, newsroom)[1]]
            self.put(newsroom, there)
            kinds += [n["kind"] for n in self.run(store, newsroom)[1]]
        assert kinds == ["withdrawn", "back"] * 2

    def test_old_notices_leave_nothing_but_that_they_were_told(
        self, newsroom: SearchIndex, store: AlertStore
    ) -> None:
        store.add(alert("one", "Ukraine"))
        with webhook() as hook:
            two = alert("two", "Ukraine", destination(hook.url))
            hook.answers = [500]
            store.add(two)
            self.run(store, newsroom)
        now = datetime.now(UTC)
        assert prune(store, newsroom, now + timedelta(minutes=1)) == 3
        assert prune(store, newsroom, now + timedelta(minutes=1)) == 0
        (name,) = (a.id for a in store.all(now) if not isinstance(a, Damaged) and a.name == "one")
        assert store.history(name) == []
        assert store.told(name) == 3
        assert len(store.history(two.id)) == 3  # not delivered yet
        (kept, *_) = (e.value for e in store.state.scan(NOTICES, prefix=f"{name}/"))
        assert "why" not in kept
        (there,) = newsroom.get(["de-defence"]).values()
        self.put(newsroom, edited(there, title="Ukraine, corrected"))
        assert self.run(store, newsroom, at_once=False)[1] == []
        newsroom.delete(["de-defence"])
        self.settle(newsroom)
        assert prune(store, newsroom, now + timedelta(minutes=1)) == 1
        assert store.told(name) == 2

    def test_clocks_that_were_set_back_lose_nothing(
        self, newsroom: SearchIndex, store: AlertStore
    ) -> None:
        one = alert("one", "Ukraine", schedule=Schedule("1h"))
        store.add(one)
        ahead = datetime.now(UTC) + timedelta(days=400)
        self.run(store, newsroom, now=ahead)
        (progress,) = store.progress([one.id]).values()
        assert progress.last_run is not None
        assert one.schedule.due(progress.last_run, datetime.now(UTC))
        self.put(newsroom, story("new", "Ukraine again", lang="en"))
        assert [n["article"]["id"] for n in self.run(store, newsroom)[1]] == ["new"]

    def test_an_embargoed_article_is_told_when_its_time_comes_and_once(
        self, newsroom: SearchIndex, store: AlertStore
    ) -> None:
        store.add(alert("one", "Ukraine"))
        self.run(store, newsroom)
        end = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=3)
        held = story("held", "Ukraine again", lang="en")
        self.put(newsroom, edited(held, embargo=end), story("free", "Ukraine too", lang="en"))
        early = self.run(store, newsroom)[1]
        if datetime.now(UTC) < end:
            assert [n["article"]["id"] for n in early] == ["free"]
        while datetime.now(UTC) < end:  # the engines look at the clock themselves
            time.sleep(0.05)
        late = self.run(store, newsroom)[1]
        assert sorted(n["article"]["id"] for n in early + late) == ["free", "held"]
        assert self.run(store, newsroom)[1] == []

    def test_what_an_imported_alert_waits_for_is_there_now(
        self, newsroom: SearchIndex, store: AlertStore
    ) -> None:
        for follows in ("later", "en-defence"):
            one = Alert(f"cited {follows}", None, follows=follows, destinations=(STDOUT,))
            store.add(one)
            following = Following(store, newsroom, Links())
            assert following.there(one) == (follows == "en-defence")
            if following.there(one):
                following.begin(one)
        self.put(newsroom, story("later", "Rain", lang="en"))
        (notice,) = self.run(store, newsroom)[1]
        assert (notice["kind"], notice["why"]["sentence"]) == ("back", "It is in the index now.")
        assert self.run(store, newsroom)[1] == []

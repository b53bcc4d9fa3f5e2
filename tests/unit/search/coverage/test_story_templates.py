"""What fills a template on another day is another story; an update of an event is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from search.coverage.stories.clustering import Clustering
from search.coverage.stories.features import featured
from search.coverage.stories.odds import is_template
from search.coverage.stories.placing import place
from search.index.model import EmbeddedArticle
from tests.support.newsroom import DIMENSION, story, topic_vector

DAY = datetime(2026, 5, 4, 11, tzinfo=UTC)


def _rates(day: int, *, lang: str, at: timedelta) -> EmbeddedArticle:
    euro, dollar, franc = 4.21 + day / 97, 3.92 + day / 71, 4.43 + day / 53
    texts = {
        "en": ("Official exchange rates", "The bank set: euro {} zloty, dollar {}, franc {}."),
        "pl": ("Kursy walut", "Bank ustalił następujące kursy: euro {} zł, dolar {}, frank {}."),
        "ja": ("公定為替レート", "銀行のレート。ユーロは {} 、ドルは {} 、フランは {} 。"),
    }  # fmt: skip
    title, text = texts[lang]
    written = text.format(f"{euro:.4f}", f"{dollar:.4f}", f"{franc:.4f}")
    return story(f"{lang}{day}", title, written, topic="budget", lang=lang, published=DAY + at)


def _stories(*articles: EmbeddedArticle) -> set[tuple[str, ...]]:
    clustering = Clustering(DIMENSION)
    for one in articles:
        place(clustering, [(one.article.id, featured(one))])
    return {tuple(sorted(group.articles)) for group in clustering.groups.values()}


@pytest.mark.parametrize("lang", ["en", "pl", "ja"])
def test_rates_of_another_day_are_another_story(lang: str) -> None:
    days = [_rates(n, lang=lang, at=timedelta(days=n)) for n in range(3)]
    assert _stories(*days) == {(f"{lang}{n}",) for n in range(3)}


def test_an_update_with_other_figures_is_the_same_story() -> None:
    text = (
        "A night train with 240 passengers left the rails near Ostvik at 03:15. At least {} people "
        "died and {} were injured on the line of 1968."
    )
    first, later = (
        story(f"u{n}", "Train derails near Ostvik", text.format(*figures), topic="railway",
              published=DAY + timedelta(days=n))
        for n, figures in enumerate([(11, 45), (19, 62)])
    )  # fmt: skip
    assert _stories(first, later) == {("u0", "u1")}


def test_the_same_rates_in_another_paper_are_the_same_story() -> None:
    one = _rates(1, lang="en", at=timedelta())
    other = story(
        "reprint", one.article.title, one.article.passages[1].text, topic="budget",
        published=DAY + timedelta(days=1),
    )  # fmt: skip
    assert _stories(one, other) == {("en1", "reprint")}


MATCHES = [
    (3, "Ostvik", "Tarnby", 1240, 17, "Lindqvist", 31),
    (2, "Mirelund", "Skallerup", 860, 38, "Oksanen", 12),
    (4, "Belfiore", "Castrano", 5310, 24, "Marchetti", 44),
]


def _match(number: int, at: timedelta = timedelta()) -> EmbeddedArticle:
    text = (
        "{} goals were enough for {} against {} in front of {} spectators on a wet pitch. After {} "
        "minutes {} took a pass from the left and scored with a low shot. The hosts are now third "
        "in the table of the league with {} points."
    )
    return story(
        f"m{number}", "Hosts win in the league", text.format(*MATCHES[number]), topic="football",
        published=DAY + at,
    )  # fmt: skip


def test_reports_of_different_matches_on_one_day_are_different_stories() -> None:
    assert _stories(*(_match(n) for n in range(3))) == {("m0",), ("m1",), ("m2",)}


def test_the_figures_of_the_evening_are_the_story_of_the_noon() -> None:
    text = (
        "Floods in the valley of Ostvik near Tarnby killed {} people, the governor of Mirelund "
        "said in Skallerup. About {} houses are under water and {} people were brought to schools. "
        "Rain is expected to go on for some days, and roads to the north are closed."
    )
    noon, evening = (
        story(f"f{n}", "Floods in the valley of Ostvik", text.format(*figures), topic="storm",
              published=DAY + timedelta(hours=7 * n))
        for n, figures in enumerate([(14, 230, 1200), (37, 415, 3400)])
    )  # fmt: skip
    assert _stories(noon, evening) == {("f0", "f1")}


def _column(number: int, topic: str, text: str, at: timedelta) -> EmbeddedArticle:
    """An article of a column: the headline is always the same, and so is its vector."""
    title = "Letter from Ostvik"
    made = story(f"l{number}", title, text, topic=topic, source="herald", published=DAY + at)
    return replace(made, vectors=np.stack([topic_vector("museum", title), made.vectors[1]]))


COLUMN = [
    ("wine", "The market smells of oranges again, and my neighbour mends his nets by the stove."),
    ("railway", "There is a new baker in our street, who sings while he works until it is light."),
    ("football", "Nobody in town can mend a clock any more, so that of my grandmother is silent."),
]


@pytest.mark.parametrize("days", [1, 7])
def test_a_column_of_one_title_is_another_story_each_time(days: int) -> None:
    articles = [
        _column(n, topic, text, timedelta(days=days * n)) for n, (topic, text) in enumerate(COLUMN)
    ]
    assert _stories(*articles) == {("l0",), ("l1",), ("l2",)}


def test_a_reprint_under_the_same_title_is_no_other_column() -> None:
    topic, text = COLUMN[0]
    one, other = (_column(n, topic, text, timedelta(days=n)) for n in range(2))
    assert _stories(one, other) == {("l0", "l1")}


WIRE = (
    "The council of Ostvik voted on Tuesday to close the swing bridge over the Tarn for the whole "
    "winter. Engineers of Mirelund Steel had found cracks in the pivot. Mayor Lindqvist said that "
    "buses will go by way of Skallerup, and that the ferry to Belfiore takes bicycles along. "
)


def test_a_line_on_the_own_town_makes_no_other_story_of_a_wire_text() -> None:
    papers = [
        story(f"p{n}", "Swing bridge of Ostvik closed", f"{WIRE}In quarter {10 + n} it is {40 - n} "
              "minutes more.", topic="railway", published=DAY + timedelta(days=n))
        for n in range(4)
    ]  # fmt: skip
    assert _stories(*papers) == {("p0", "p1", "p2", "p3")}


def test_a_list_of_figures_for_the_same_names_is_another_story_each_day() -> None:
    text = (
        "Shares at the close in Ostvik, as the Mirelund exchange reports: Tarn Power {}, Lindqvist "
        "Steel {}, Skallerup Lines {}, Belfiore Bank {}, Oksanen Foods {}, Castrano Motors {}. "
        "Trading was quiet, buyers waited for figures from abroad, and most papers hardly moved."
    )
    days = [
        story(f"s{n}", "Shares in Ostvik", text.format(*(f"{10 + 7 * n + i}.{31 + 3 * n}" for i in
              range(6))), topic="budget", published=DAY + timedelta(days=n))
        for n in range(3)
    ]  # fmt: skip
    assert _stories(*days) == {("s0",), ("s1",), ("s2",)}


def test_where_nouns_are_written_large_the_weather_of_another_town_is_another_story() -> None:
    text = (
        "In {} wird es heute {} Grad warm. Der Wind weht mit {} Kilometern pro Stunde aus Westen. "
        "Am Abend kommt Regen, mit {} Prozent Wahrscheinlichkeit, und in der Nacht Nebel im Tal."
    )
    towns = [
        story(f"w{n}", f"Wetter in {town}", text.format(town, 11 + 4 * n, 21 + 7 * n, 35 + 9 * n),
              topic="storm", lang="de", published=DAY)
        for n, town in enumerate(("Ostvik", "Mirelund", "Skallerup"))
    ]  # fmt: skip
    assert _stories(*towns) == {("w0",), ("w1",), ("w2",)}


def test_results_of_two_lines_are_a_story_per_match() -> None:
    results = [
        ("Ostvik", "2-1", "Tarnby", "goles de Lindqvist y Falk"),
        ("Mirelund", "3-0", "Skallerup", "goles de Oksanen, Brandt y Horn"),
        ("Belfiore", "1-0", "Castrano", "un gol de Marchetti"),
    ]
    matches = [
        story(f"r{n}", f"El {home} gana {score} al {guest}", f"El {home} ganó {score} al {guest} "
              f"con {goals} en la jornada 12 de la liga.", topic="football", lang="es",
              published=DAY)
        for n, (home, score, guest, goals) in enumerate(results)
    ]  # fmt: skip
    assert _stories(*matches) == {("r0",), ("r1",), ("r2",)}
    one, other, third = (featured(match).features for match in matches)
    assert is_template(one, other, same_day=True)
    assert is_template(other, third, same_day=False)


def test_two_lines_of_two_papers_on_one_match_are_one_story() -> None:
    texts = [
        (
            "Ostvik gana 2-1 al Tarnby",
            "El Ostvik ganó 2-1 al Tarnby con goles de Lindqvist y Falk.",
        ),
        ("Victoria del Ostvik", "El Ostvik venció 2-1 al Tarnby. Marcaron Lindqvist y Falk."),
    ]
    papers = [
        story(f"v{n}", title, text, topic="football", lang="es", published=DAY)
        for n, (title, text) in enumerate(texts)
    ]
    assert _stories(*papers) == {("v0", "v1")}

"""What fires by words and names, over the newsroom of the contract suite."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from search.alerts.alert import Alert, checked
from search.alerts.batch import Batch
from search.alerts.texts import Text
from search.alerts.words import Words, telling
from search.errors import UsageError
from search.query.options import Defaults, Options, request_of
from tests.support.newsroom import NEWSROOM, story


def words(query: str) -> Words:
    return Words(request_of(query, Options(), datetime.now(UTC), Defaults()))


def fired(query: str) -> set[str]:
    asked = words(query)
    texts = [Text(embedded) for embedded in NEWSROOM]
    return {text.article.id for text in texts if asked.admits(text) and asked.match(text)}


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("defence Ukraine", {"en-defence"}),
        ("the defence of Ukraine", {"en-defence"}),
        ("peacekeepers armies", set()),
        ("missions options", {"en-defence"}),
        ('"peacekeeping mission"', {"en-defence"}),
        ('"mission peacekeeping"', set()),
        ("title:guarantees mission", {"en-defence"}),
        ("title:mission", set()),
        ("Bericht OR Avec", {"de-defence", "fr-wine"}),
        ("Häuser Flüchtling", {"de-defence"}),
        ("inundación", {"es-storm"}),
        ("大雨", {"ja-storm"}),
        ("台風 九州 停電", {"ja-storm"}),
        ("新疫苗", {"zh-vaccine"}),
        ("museum* interview", {"en-undated"}),
        ("museum* -interview", set()),
        ('Ukraine -"military leaders"', {"de-defence", "uk-defence"}),
        ("Bourgogne", {"fr-wine"}),
        ("lang:de", {"de-defence"}),
        ("lang:fr Ukraine", set()),
        ('"rail*s"', {"en-undated"}),
        ('"museums interview"~5', {"en-undated"}),
    ],
)
def test_an_alert_fires_for(query: str, ids: set[str]) -> None:
    assert fired(query) == ids


@pytest.mark.parametrize(
    ("query", "lang", "text"),
    [
        ("Selenskyj", "uk", "Президент Зеленський прибув до столиці."),
        ("Зеленський", "de", "Präsident Selenskyj ist angekommen."),
        ("Zelensky Putin", "ru", "Президент Зеленский ответил Путину."),
        ("Gorbachev", "ja", "元大統領のゴルバチョフ氏が死去した。"),
    ],
)
def test_names_fire_in_any_script(query: str, lang: str, text: str) -> None:
    article = story("one", "", text, lang=lang)
    assert words(query).match(Text(article))


def test_a_name_alone_does_not_stand_for_the_other_words() -> None:
    article = story("one", "", "Зеленський прибув.", lang="uk")
    assert not words("Selenskyj resignation").match(Text(article))


@pytest.mark.parametrize(
    ("query", "text", "fires"),
    [
        ("Lumenta 16 recall", "Lumenta16 recall begins.", True),
        ("Lumenta16 recall", "The Lumenta 16 recall begins.", True),
        ("Lumenta 16 recall", "Lumenta 16 recall begins.", True),
        ("title:(Lumenta 16)", "Lumenta16 recall begins.", False),
        ('"Lumenta 16" recall', "Lumenta16 recall begins.", True),
        ("heat 40 °C", "Heat of 40C in the valley.", True),
        ("march 100 km", "A march over 100km ended.", True),
        ("Lumenta 16 recall", "Lumenta17 recall, 16 hurt.", False),
        ("Lumenta 16 recall", "Recall of 16 cars.", False),
        ("cease-fire", "The ceasefires held.", True),
        ("co-operation", "Cooperation resumed.", True),
        ("Sana'a talks", "Talks in Sanaa.", True),
        ("cease-fire", "Workers cease digging.", False),
        ("recall -(Lumenta 16)", "Lumenta16 recall begins.", False),
    ],
)
def test_letters_and_figures_fire_apart_and_as_one(query: str, text: str, fires: bool) -> None:
    asked, article = words(query), story("one", "", text, lang="en")
    batch = Batch([Text(article)])
    found = asked.admits(batch.texts[0]) and asked.match(batch.texts[0])
    assert found is fires
    assert asked.candidates(batch) >= found


def test_function_words_are_not_looked_for_unless_there_is_nothing_else() -> None:
    assert telling("the end of the war") == ("end", "war")
    assert telling("COVID-19 in Berlin") == ("COVID-19", "Berlin")


def test_a_word_with_signs_is_found_joined() -> None:
    article = story("one", "", "Neue Welle von COVID19.", lang="de")
    assert words("COVID-19").match(Text(article))
    assert not words("COVID-21").match(Text(article))


def test_a_story_is_followed_and_not_searched_for() -> None:
    request = request_of("ferry story:s1", Options(), datetime.now(UTC), Defaults())
    with pytest.raises(UsageError, match="alerts follow story:ID"):
        checked(Alert("one", request))

"""Texts that look alike and are not the same: templates filled in, walls, columns, overviews."""

from __future__ import annotations

import random
from collections.abc import Iterator

_TOWNS = (
    "Aldren",
    "Brevik",
    "Costal",
    "Dorna",
    "Elverin",
    "Fossum",
    "Galtar",
    "Holmby",
    "Jarnovo",
    "Kesta",
    "Lomund",
)
_NAMES = (
    "Alva Berg",
    "Bo Carlin",
    "Cora Dahl",
    "Dan Ek",
    "Eva Falk",
    "Finn Grip",
    "Greta Holm",
    "Hugo Ising",
)
_SKIES = ("sunny", "cloudy", "rainy", "windy", "clear", "foggy")
_FIRMS = (
    "Nordal Steel",
    "Vesta Bank",
    "Oriel Foods",
    "Katan Air",
    "Lindo Oil",
    "Praxa Labs",
    "Tyne Rail",
)


def templates(draw: random.Random, each: int = 20) -> Iterator[tuple[str, str]]:
    """Yield pairs of each kind."""
    for kind in (_weather, _earnings, _match, _table, _wetter, _kursy, _horoscope, _overview):
        for _ in range(each):
            yield kind(draw), kind(draw)
    for wall in _WALLS:
        yield wall, wall


def _weather(draw: random.Random) -> str:
    lines = [
        f"{town}: {draw.choice(_SKIES)}, high of {draw.randint(2, 30)} and low of "
        f"{draw.randint(-9, 12)} degrees, wind {draw.randint(3, 60)} km/h, "
        f"chance of rain {draw.randint(0, 100)} per cent."
        for town in draw.sample(_TOWNS, 8)
    ]
    return "The weather for tomorrow in our region.\n" + "\n".join(lines)


def _earnings(draw: random.Random) -> str:
    firm, chief = draw.choice(_FIRMS), draw.choice(_NAMES)
    a, b, c, d = (round(draw.uniform(1, 900), 1) for _ in range(4))
    return (
        f"{firm} reported quarterly earnings of {a} million crowns on {draw.choice(_TOWNS)} "
        f"exchange, {b} per cent more than a year ago. Revenue rose to {c} million crowns, the "
        f"company said. Chief executive {chief} said the results were in line with expectations. "
        f"Analysts had expected earnings of {d} million crowns. Shares of {firm} closed at "
        f"{draw.randint(10, 900)} crowns, {draw.uniform(0, 9):.1f} per cent higher than the day "
        "before."
    )


def _match(draw: random.Random) -> str:
    home, away = draw.sample(_TOWNS, 2)
    first, second = draw.sample(_NAMES, 2)
    return (
        f"{home} beat {away} {draw.randint(2, 5)}-{draw.randint(0, 1)} in front of "
        f"{draw.randint(1000, 60000)} spectators. {first} scored after {draw.randint(1, 44)} "
        f"minutes and {second} added another in minute {draw.randint(46, 90)}. Coach "
        f"{draw.choice(_NAMES)} said his team had deserved to win. {away} now has "
        f"{draw.randint(3, 60)} points after {draw.randint(5, 34)} matches and plays "
        f"{draw.choice(_TOWNS)} next."
    )


def _table(draw: random.Random) -> str:
    rows = [
        f"{firm} {draw.uniform(1, 500):.2f} {draw.uniform(-5, 5):+.2f} {draw.randint(1000, 99999)}"
        for firm in _FIRMS * 4
    ]
    return "Closing prices, change and volume of the main index\n" + "\n".join(rows)


def _wetter(draw: random.Random) -> str:
    orte = draw.sample(_TOWNS, 6)
    werte = [
        f"In {ort} werden {draw.randint(2, 33)} Grad erreicht, nachts {draw.randint(-5, 15)} Grad, "
        f"dazu weht ein Wind mit {draw.randint(5, 80)} Kilometern pro Stunde."
        for ort in orte
    ]
    return "Das Wetter für morgen im Überblick. " + " ".join(werte)


def _kursy(draw: random.Random) -> str:
    rows = [
        f"курс {name} составил {draw.uniform(1, 120):.4f} рубля, прежде {draw.uniform(1, 120):.4f}"
        for name in ("доллара", "евро", "юаня", "фунта", "франка", "иены", "лиры", "кроны")
    ]
    return "Центральный банк установил официальные курсы валют на завтра: " + "; ".join(rows) + "."


_ADVICE = (
    "a letter brings news you had been waiting for",
    "keep your temper and let others speak first",
    "money matters ask for a second look today",
    "an old friend calls and has a surprising plan",
    "rest is worth more than another hour of work",
    "say yes to the invitation although it rains",
    "a promise of last week is due before evening",
    "what seems lost turns up where you left it",
    "your patience pays off in the afternoon",
    "do not sign anything before you have slept on it",
    "a stranger makes you laugh on the way home",
    "leave the past alone and cook something new",
    "the answer is in the question you avoid",
    "walk the long way and you will find the reason",
)
_STARS = (
    "Aries",
    "Taurus",
    "Gemini",
    "Cancer",
    "Leo",
    "Virgo",
    "Libra",
    "Scorpio",
    "Capricorn",
    "Aquarius",
    "Pisces",
)


def _horoscope(draw: random.Random) -> str:
    signs = " ".join(
        f"{star}: {advice}." for star, advice in zip(_STARS, draw.sample(_ADVICE, 11), strict=True)
    )
    return f"Your stars today, read by our astrologer. {signs} Come back tomorrow for more."


_ITEMS = tuple(
    f"{name.upper()} {verb} in {town}. {name} {verb} in {town} after {reason}, officials said, and "
    f"the council of {other} wants to decide by the end of the week what follows from it."
    for name, verb, town, other, reason in zip(
        _NAMES * 3,
        ("wins a vote", "opens a bridge", "loses a case", "calls a strike", "finds a wreck") * 5,
        _TOWNS * 2,
        (_TOWNS * 3)[5:],
        ("months of debate", "a long night", "two appeals", "talks had failed", "a storm") * 5,
        strict=False,
    )
)


def _overview(draw: random.Random) -> str:
    """Two overviews have some of their items in common."""
    return "Our overview of the day at a glance.\n" + "\n".join(draw.sample(_ITEMS, 9))


_WALLS = (
    """We and our partners store and access information on your device, such as cookies, and process
    personal data for personalised ads and content, ad measurement and audience insights. You may
    accept all cookies, or manage your settings at any time in our privacy policy.""",
    """Wir und unsere Partner verwenden Cookies, um Inhalte und Anzeigen zu personalisieren. Mit
    einem Klick auf Zustimmen erlauben Sie diese Verarbeitung. Ihre Einwilligung können Sie
    jederzeit in der Datenschutzerklärung widerrufen.""",
    """Nous et nos partenaires utilisons des cookies afin de personnaliser les contenus et les
    annonces. Vous pouvez accepter ou refuser ces traceurs, et modifier votre consentement à tout
    moment dans nos paramètres de confidentialité.""",
)

"""Paragraphs of pages that are no part of the article."""

from __future__ import annotations

import pytest

from indexer.text.extraction.asides import is_aside, without_notes_on_authors

TEXTS = ["The weir failed.", "Nobody was hurt."]


@pytest.mark.parametrize(
    "text",
    [
        "For the latest news from the fens, sign up for our newsletters .",
        "Check out more of our stories by signing up to our free weekly newsletter",
        "Abonniere den Whatsapp-Kanal des Boten und du bekommst jeden Tag das Neueste.",
        "Inscrivez-vous à notre newsletter du matin",
        "Suscríbete gratis a nuestra newsletter diaria",
        "You must be logged in to leave a comment",
        "Log in or create an account to continue",
        "Our Standards: The Post Principles.",
        "Follow the Fenland Post on Google News and add us as a preferred source.",
        "Do you have a story to tell? Email: desk@post.example",
        "Fehler gefunden? Jetzt melden.",
        "Folgst du schon dem Boten auf Whatsapp?",
        "Tu suscripción se está usando en otro dispositivo",
        "Následuje obsah vložený z jiného webu. Zde jej můžete přeskočit.",
        "Etiketler :",
    ],
)
def test_what_a_site_says_to_its_readers_is_none(text: str) -> None:
    assert is_aside(text, 0, set(), ())


@pytest.mark.parametrize(
    "text",
    [
        "He sent the newsletter of the club to all members.",
        "Our standards have risen, said the mayor.",
        "You must be logged in, the clerk said, and nobody was.",
        "The minister follows the story on television.",
    ],
)
def test_what_an_article_says_of_such_things_is(text: str) -> None:
    assert not is_aside(text, 0, set(), ())


@pytest.mark.parametrize(
    "note",
    [
        "Ada Fenn covers rivers and lakes.",
        "Ada Fenn is a reporter at the Post. Follow her on Mastodon.",
        "Korrespondentin Ada Fenn ist bei der Post für Flüsse zuständig.",
        "Ada Fenn est journaliste au service société.",
        "Ada Fenn es periodista y escribe sobre ríos.",
    ],
)
def test_who_wrote_it_is_introduced_at_the_end(note: str) -> None:
    assert without_notes_on_authors([*TEXTS, note], ["Ada Fenn"]) == TEXTS
    assert without_notes_on_authors([*TEXTS, note, "First published there."], ["Ada Fenn"]) == TEXTS
    assert without_notes_on_authors([note, *TEXTS], ["Ada Fenn"]) == [note, *TEXTS]
    assert without_notes_on_authors([*TEXTS, note], ["Li Wei"]) == [*TEXTS, note]

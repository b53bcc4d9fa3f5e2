"""`polywire similar`: the coverage of the same event as an article."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from search.commands.options import GivenOptions, with_options
from search.errors import UsageError

if TYPE_CHECKING:
    from config.settings import Settings
    from search.index.model import EmbeddedArticle
    from search.retrieval.hybrid import HybridSearch


@with_options
def similar(
    given: GivenOptions,
    article: Annotated[
        str,
        typer.Argument(
            metavar="ID|FILE|-", help="An indexed article, or a file with one.", show_default=False
        ),
    ],
    other_languages: Annotated[
        bool, typer.Option("--other-languages", help="Leave out the article's own language.")
    ] = False,
) -> None:
    """Find the coverage of the same event, in all languages.

    Starts from an indexed article, by its id, or from a file in any format that can be
    ingested. The article itself is left out.
    """
    from dataclasses import replace

    from search.commands.requested import delivery_of, run_of, settings_of

    delivery = delivery_of(given)  # a contradiction is reported before the model is loaded
    from config import wiring
    from search.commands.running import run

    effective = settings_of(given)
    engine = wiring.hybrid_search(effective)
    subject = subject_of(effective, engine, article, identify=other_languages)
    own = (subject.article.lang,) if other_languages else ()
    wanted = run_of(given, effective, exclude_lang=own)
    run(engine, replace(wanted, delivery=delivery, subject=subject))


def subject_of(
    settings: Settings, engine: HybridSearch, name: str, *, identify: bool = False
) -> EmbeddedArticle:
    """Return the article that `polywire similar` starts from: an indexed one, or a file's.

    `name` is the id of an article, else a file, or `-` for standard input; `identify` says that
    the language of a file's article is needed. Raises `UsageError` where there is neither, and
    whatever reading and embedding raise.
    """
    if name != "-":
        from search.commands.naming import named, no_article

        stored = named(engine.index, name)
        indexed = engine.index.get([stored]).get(stored)
        if indexed is not None:
            return indexed
        if not Path(name).is_file():
            from search.commands.absent import why_absent

            unknown = no_article("the index", name).removesuffix(".")
            sentence = f"{unknown}, and there is no file of this name."
            raise UsageError(why_absent(settings, name, sentence))
    from indexer.sources.single import read_article
    from indexer.text.language import default_identifier

    return engine.embedded(read_article(name, default_identifier() if identify else None))

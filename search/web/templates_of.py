"""The templates: what they may use besides their context. Everything in them is escaped."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from search.coverage.matrix.finding import UNNAMED
from search.web.catalogue import LANGUAGES
from search.web.reader import THEMES, direction
from search.web.safety import safe_address, visible
from search.web.sentences import translated

HERE = Path(__file__).parent
STATIC = HERE / "static"


def environment() -> Environment:
    """Return an environment with all templates."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters |= {
        "visible": visible,
        "safe_address": safe_address,
        "direction": direction,
        "translated": translated,
        "in_path": lambda name: quote(name, safe=""),
    }
    made.globals |= {
        "address": address,
        "static": static,
        "ui_languages": LANGUAGES,
        "themes": THEMES,
        "no_source": UNNAMED,
    }
    return made


def address(path: str, asked: list[tuple[str, str]] | dict[str, str], **more: str) -> str:
    """Return an address of this site; `more` replaces parameters, and an empty one goes."""
    pairs = list(asked.items()) if isinstance(asked, dict) else list(asked)
    pairs = [(name, value) for name, value in pairs if name not in more]
    pairs += [(name, value) for name, value in more.items() if value]
    return f"{path}?{urlencode(pairs, errors='replace')}" if pairs else path


@cache
def static(name: str) -> str:
    """Return the address of a static file; it changes with the content, so it may be cached."""
    digest = sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"

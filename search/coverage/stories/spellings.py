"""The names of an article that arrives, in the writing systems of the articles that are there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from search.analysis.languages import language
from search.analysis.stemming import stem
from search.coverage.stories.features import SYSTEM_SHIFT, Features, Keys, Read, hashed_key
from search.names.keys import script_of, spelling_keys
from search.names.systems import SYSTEMS
from search.names.tokens import INFLECTING, is_shown, keys_of


@dataclass(frozen=True, slots=True, eq=False)
class Looked:
    """The keys that the names of an article may have in the articles that it is compared with.

    `keys` are sorted; `owner` is the number of the name that each key belongs to, of `count`.
    """

    keys: Keys
    owner: NDArray[np.intp]
    count: int


def looked(read: Read, systems: Iterable[int]) -> Looked:
    """Spell the names of an article in some writing systems, by number in `SYSTEMS`."""
    wanted = tuple(sorted(systems))
    keys: dict[int, int] = {}
    for number, name in enumerate(read.names):
        for key in _spellings(name, read.features.lang, wanted):
            keys.setdefault(key, number)
    order = sorted(keys)
    owner = np.asarray([keys[key] for key in order], np.intp)
    return Looked(np.asarray(order, np.uint32), owner, len(read.names))


def plainly(features: Features) -> Looked:
    """Look for names as they are stored, without spellings in other scripts."""
    return Looked(features.names, np.arange(len(features.names)), len(features.names))


def systems_of(keys: Keys) -> set[int]:
    """Return the writing systems of hashed keys."""
    return set(np.unique(keys >> SYSTEM_SHIFT).tolist())


@lru_cache(maxsize=65_536)
def _spellings(name: str, lang: str, systems: tuple[int, ...]) -> tuple[int, ...]:
    """Hashes of a name's keys; of names that only their script shows, in other scripts as well."""
    found = [*keys_of(name, lang)]
    if is_shown(name):
        own = script_of(name[0])
        others = [SYSTEMS[n] for n in systems if own is None or SYSTEMS[n] is not own.system]
        for system in others:
            found += spelling_keys(name, system)
        if others and lang in INFLECTING:
            bare = stem(name, language(lang))
            if bare != name.lower():
                for system in others:
                    found += spelling_keys(bare, system)
    return tuple(dict.fromkeys(hashed_key(key) for key in found))

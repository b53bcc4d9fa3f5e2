"""What the nearness of a query to an article owes to the article's language, not its content.

Texts that say the same in many languages should be equally near to any query. They are not:
vectors of one language lie together to some degree. For each language L the mean shift s_L of
its texts against the same content in the other languages is fitted; a query q then sees every
article in L nearer by q . s_L than its content is, and search takes a share of that off again.
After the SHIFT method, arXiv 2606.18801; here the shifts are fitted by least squares, so that
not every text need be there in every language, and shortened by what chance would make of them.

An index has no offsets until `polywire calibrate` fits some. By default that is not done because
with the compact model it gains too little: nDCG@10 of hybrid search on the news headlines, XQuAD-R
and the sample corpus is 0.849, 0.557 and 0.898 without and 0.850, 0.556 and 0.901 with them
(`benchmarks/results/retrieval_fusion.json`). The map that was folded into that model weakens the
directions of languages already (`benchmarks.compact_model.shaping`).
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.embedding.port import Embedder, Vectors
from search.index.errors import IndexDamaged
from search.index.port import Note, SearchIndex
from search.values import dataclass

Saying = Mapping[str, Sequence[str]]
"""Texts by language that say the same: a sentence and its translations, reports of one event."""

NOTE = "language_offsets"
"""The name of the note in which an index stores them."""

VERSION = 1

FEWEST = 20
"""Texts that a language must have: with fewer, its shift is the accidents of these texts."""

TOGETHER = 256
"""Sayings whose texts are embedded at once."""


@dataclass(frozen=True, slots=True, eq=False)
class Offsets:
    """The shift of each language that was fitted, for one embedding model.

    `shifts` are float32, shape (dimension,), each a number of 16 bits that was widened; `texts`
    counts what each was fitted on; `typical` is the offset that these texts have themselves, as
    queries, on average: above 0 the language looks nearer than it is.
    """

    fingerprint: str
    source: str
    shifts: Mapping[str, NDArray[np.float32]]
    texts: Mapping[str, int]
    typical: Mapping[str, float]

    @property
    def digest(self) -> str:
        """Twelve hex digits over all of it: equal digests, equal effect on any search."""
        canonical = json.dumps(self.document(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()[:12]

    def of(self, queries: Vectors) -> dict[str, float]:
        """Return by how much each language looks nearer to a query, in cosine.

        `queries` has shape (n, dimension); of several vectors it is the mean.
        """
        query = queries.mean(axis=0)
        return {lang: float(query @ shift) for lang, shift in self.shifts.items()}

    def own(self, lang: str) -> float:
        """Return the offset of texts in a language to others in it, as queries."""
        return self.typical[lang] + float(np.square(self.shifts[lang]).sum())

    def document(self) -> dict[str, Any]:
        """Return JSON values only; a shift is base64 of little-endian numbers of 16 bits."""
        return {
            "version": VERSION,
            "model": self.fingerprint,
            "dimension": len(next(iter(self.shifts.values()))),
            "source": self.source,
            "languages": {
                lang: {
                    "texts": self.texts[lang],
                    "typical": self.typical[lang],
                    "shift": base64.b64encode(shift.astype("<f2").tobytes()).decode(),
                }
                for lang, shift in sorted(self.shifts.items())
            },
        }

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Offsets:
        """Read what `document` returned. Raises `ValueError` for anything else."""
        try:
            if document["version"] != VERSION:
                raise ValueError(f"version {document['version']}, not {VERSION}")
            languages, dimension = document["languages"], int(document["dimension"])
            shifts = {lang: _shift(entry["shift"], dimension) for lang, entry in languages.items()}
            return cls(
                str(document["model"]),
                str(document["source"]),
                shifts,
                {lang: int(entry["texts"]) for lang, entry in languages.items()},
                {lang: float(entry["typical"]) for lang, entry in languages.items()},
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"incomplete: {error}") from error


def stored_in(index: SearchIndex) -> Offsets | None:
    """Return the offsets stored in an index, of whatever model. Raises `IndexDamaged`."""
    note = index.notes().get(NOTE)
    if note is None:
        return None
    try:
        return Offsets.read(note)
    except ValueError as error:
        raise IndexDamaged(
            f"The language offsets stored in the index cannot be read ({error}). Fit new ones with "
            "polywire calibrate, or remove them with polywire calibrate --clear."
        ) from None


def store(index: SearchIndex, offsets: Offsets | None) -> None:
    """Store offsets in an index in place of what it had; None removes them."""
    note: Note | None = None if offsets is None else offsets.document()
    index.annotate(NOTE, note)


def enough(sayings: Sequence[Saying]) -> tuple[list[Saying], dict[str, int]]:
    """Leave out languages with fewer than `FEWEST` texts, and sayings in one language only.

    Returns what stays, and the languages that were left out with the number of their texts.
    """
    given = Counter({lang: 0 for saying in sayings for lang in saying})
    left = list(sayings)
    while True:
        left = [saying for saying in left if len(saying) > 1]
        counts = _counted(left)
        few = {lang for saying in left for lang in saying if counts[lang] < FEWEST}
        if not few:
            break
        left = [{one: texts for one, texts in s.items() if one not in few} for s in left]
    given.update(_counted([saying for saying in sayings if len(saying) > 1]))
    return left, {lang: given[lang] for lang in sorted(given) if lang not in counts}


def fit(model: Embedder, sayings: Sequence[Saying], source: str) -> Offsets:
    """Fit the shift of every language in the sayings, each of which has two or more.

    The mean vector of a saying's texts in a language is taken for its content plus the shift of
    the language; the shifts are the least squares solution, zero in the mean. A shift is then
    shortened by the share of its squared length that chance would give it, as the residuals tell
    (positive-part James and Stein, "Estimation with Quadratic Loss", 1961): 30 news paragraphs per
    language make shifts four times as long as 1,000 sentences do, most of it chance.

    Raises `ValueError` where there are no two languages, and what the model raises.
    """
    langs = sorted({lang for saying in sayings for lang in saying})
    if len(langs) < 2:
        raise ValueError("offsets compare languages; there must be at least two")
    place = {lang: number for number, lang in enumerate(langs)}
    cells = [
        (np.asarray([place[lang] for lang in saying]), vectors)
        for saying, vectors in _embedded(model, sayings)
    ]
    overlap = np.zeros((len(langs), len(langs)))
    sums = np.zeros((len(langs), model.dimension))
    for rows, vectors in cells:
        overlap[rows, rows] += 1
        overlap[np.ix_(rows, rows)] -= 1 / len(rows)
        sums[rows] += vectors - vectors.mean(axis=0)
    # What all languages share is content and no shift: that direction has no inverse, exactly.
    inverse = np.asarray(np.linalg.pinv(overlap, rcond=1e-9, hermitian=True), np.float64)
    shifts = inverse @ sums
    contents = np.stack([(vectors - shifts[rows]).mean(axis=0) for rows, vectors in cells])
    shifts *= _certain(shifts, cells, contents, inverse)[:, None]
    rounded = shifts.astype(np.float16).astype(np.float32)
    typical = rounded @ contents.mean(axis=0)
    counts = _counted(sayings)
    return Offsets(
        model.fingerprint,
        source,
        {lang: rounded[number] for lang, number in place.items()},
        {lang: counts[lang] for lang in langs},
        {lang: round(float(typical[number]), 4) for lang, number in place.items()},
    )


def _certain(
    shifts: NDArray[np.float64],
    cells: Sequence[tuple[NDArray[np.int64], NDArray[np.float64]]],
    contents: NDArray[np.float64],
    inverse: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the share of each shift that is not chance, in [0, 1]: shape (languages,)."""
    left = sum(
        float(np.square(vectors - shifts[rows] - content).sum())
        for (rows, vectors), content in zip(cells, contents, strict=True)
    )
    freedom = sum(len(rows) for rows, _ in cells) - len(cells) - len(shifts) + 1
    if freedom <= 0:  # one saying alone does not tell what chance does
        return np.ones(len(shifts))
    chance = left / freedom * np.diag(inverse)
    lengths = np.maximum(np.square(shifts).sum(axis=1), np.finfo(np.float64).tiny)
    certain: NDArray[np.float64] = np.maximum(0.0, 1 - chance / lengths)
    return certain


def _embedded(
    model: Embedder, sayings: Sequence[Saying]
) -> Iterator[tuple[Saying, NDArray[np.float64]]]:
    """Yield each saying with the mean vector of its texts in each language."""
    waiting = iter(sayings)
    while some := list(islice(waiting, TOGETHER)):
        groups = [texts for saying in some for texts in saying.values()]
        vectors = model.embed_paragraphs([text for texts in groups for text in texts])
        ends = np.cumsum([len(texts) for texts in groups])
        means = iter([part.mean(axis=0, dtype=np.float64) for part in np.split(vectors, ends[:-1])])
        for saying in some:
            yield saying, np.stack([next(means) for _ in saying])


def _counted(sayings: Sequence[Saying]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for saying in sayings:
        counts.update({lang: len(texts) for lang, texts in saying.items()})
    return counts


def _shift(text: str, dimension: int) -> NDArray[np.float32]:
    shift = np.frombuffer(base64.b64decode(text, validate=True), dtype="<f2").astype(np.float32)
    if shift.shape != (dimension,) or not np.isfinite(shift).all():
        raise ValueError(f"a shift is not a vector of {dimension} numbers")
    return shift

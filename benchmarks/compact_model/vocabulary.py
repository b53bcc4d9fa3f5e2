"""The subword vocabulary: a Unigram model over a language-balanced sample.

Unigram: Kudo, "Subword Regularization", ACL 2018. Texts are compatibility-normalised (NFKC) and
lower-cased; Arabic vowel signs and tatweel go, since newspapers seldom write them; punctuation
carries no meaning for a bag of pieces and is dropped; digits stand apart from letters, so that a
year beside a Chinese character is the same piece as anywhere else.
"""

from __future__ import annotations

import json
import math
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

UNKNOWN = "[UNK]"
ARABIC_SIGNS = "[\u064b-\u0652\u0670\u0640]"
LONGEST_PIECE = 16

RAREST_WORD = 4
"""Occurrences in one language below which a whole word has too little to learn from."""

SHORTEST_STEM = 5
ENDINGS = (2, 3)
"""Beginnings of long words are counted as well, without their last two or three letters: an
inflected form that was never met is then a stem and an ending, not a row of syllables."""

WORD = re.compile(r"[^\s\d!-/:-@\[-`{-~«»‹›“”„‘’‚—–…।、。，！？：；（）「」『』·•،؛؟]+")
"""Runs of letters with their combining marks, which `\\w` would break off."""

HANGUL = re.compile(r"[가-힣]{3,}")

UNSPACED = {"th": 12, "km": 12, "lo": 12, "my": 12, "zh": 4, "ja": 8}
"""Languages that put no spaces between words, and the longest word that is looked for in them.
Their words are those of the dictionaries, counted wherever they stand in a sentence."""

BOOST = {"vi": 4.0, "ko": 4.0, "th": 4.0, "ar": 4.0, "el": 4.0, "hi": 3.0, "he": 2.0, "fa": 2.0}
BOOST |= {"ru": 2.0, "uk": 2.0, "tr": 2.0, "pl": 1.5, "zh": 2.0, "ja": 2.0}
"""Weight of a language's whole words beyond the square root of its size, where words broke into
letters under plain square-root balancing: Vietnamese "ch inh ph u", Korean one syllable per piece,
and three of five Arabic and Greek pieces one or two letters long.
"""


def sample(texts: Mapping[str, Sequence[str]], characters: int, seed: int) -> list[str]:
    """About `characters` characters, shared out by the square root of each size.

    Square-root balancing keeps the large languages readable and gives the small ones enough
    pieces (temperature sampling with exponent 0.5, as in mBERT and XLM).
    """
    shares = {language: sum(map(len, lines)) ** 0.5 for language, lines in texts.items()}
    rng = random.Random(seed)  # noqa: S311 - a reproducible sample, not a secret
    chosen: list[str] = []
    for language in sorted(texts):
        left = characters * shares[language] / sum(shares.values())
        lines = list(texts[language])
        rng.shuffle(lines)
        for line in lines:
            if left <= 0:
                break
            chosen.append(line)
            left -= len(line)
    return chosen


def pipeline() -> Tokenizer:
    """A tokenizer with our normalisation and splitting, and no vocabulary yet."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.Lowercase(),
            normalizers.Replace(Regex(ARABIC_SIGNS), ""),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.WhitespaceSplit(),
            pre_tokenizers.Punctuation(behavior="removed"),
            pre_tokenizers.Digits(individual_digits=False),
            pre_tokenizers.Metaspace(prepend_scheme="always", split=False),
        ]
    )
    return tokenizer


def train(texts: Sequence[str], size: int) -> Tokenizer:
    """A tokenizer of at most `size` pieces, trained on `texts`."""
    tokenizer = pipeline()
    trainer = trainers.UnigramTrainer(
        vocab_size=size,
        special_tokens=[UNKNOWN],
        unk_token=UNKNOWN,
        max_piece_length=LONGEST_PIECE,
        show_progress=False,
        n_sub_iterations=2,
        shrinking_factor=0.75,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return shortened(tokenizer)


def shortened(tokenizer: Tokenizer) -> Tokenizer:
    """The same tokenizer with scores of four decimals: a third less to store and to parse."""
    state = json.loads(tokenizer.to_str())
    state["model"]["vocab"] = [[piece, round(s, 4)] for piece, s in state["model"]["vocab"]]
    return Tokenizer.from_str(json.dumps(state, ensure_ascii=False))


def with_words(tokenizer: Tokenizer, texts: Mapping[str, Sequence[str]], size: int) -> Tokenizer:
    """`tokenizer` grown to `size` pieces by whole words that it would break into several.

    A static model cannot put a broken word together again: "ch" + "inh" keeps nothing of
    "chinh". Words are ranked by how much of their language they make up, times the square root
    of the language's size and its boost, times the pieces that each occurrence saves. A word's
    score is its log-probability under the same balance, so that it beats its own parts.
    """
    state = json.loads(tokenizer.to_str())
    present = {piece for piece, _ in state["model"]["vocab"]}
    weights: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    for language in sorted(texts):
        words = _words(tokenizer, texts[language], present, UNSPACED.get(language))
        total = sum(words.values())
        share = BOOST.get(language, 1.0) / max(1, total) ** 0.5
        for word, count in words.items():
            if count >= RAREST_WORD:
                weights[word] += count * share
                counts[word] += count
    total = sum(weights.values())
    broken = [w for w in weights if w not in present and 2 <= len(w) <= LONGEST_PIECE]
    saved = {w: len(tokenizer.model.tokenize(w)) - 1 for w in broken}
    ranked = sorted(broken, key=lambda w: (-weights[w] * saved[w], w))
    for word in ranked[: max(0, size - len(present))]:
        state["model"]["vocab"].append([word, round(math.log(weights[word] / total), 4)])
    return Tokenizer.from_str(json.dumps(state, ensure_ascii=False))


def _words(
    tokenizer: Tokenizer, texts: Sequence[str], present: Set[str], longest: int | None
) -> Counter[str]:
    """Pieces worth having, by how often they stand in `texts`."""
    normal = [tokenizer.normalizer.normalize_str(text) for text in texts]
    if longest is not None:
        return _dictionary_words(normal, longest)
    counts: Counter[str] = Counter()
    for text in normal:
        counts.update(f"▁{word}" for word in WORD.findall(text))
    for word, count in list(counts.items()):
        if HANGUL.fullmatch(word, 1):  # particles of one or two syllables follow the stem
            stems: Iterable[int] = range(max(3, len(word) - 2), len(word))
        else:
            stems = () if word in present else _stems(word)
        for stem in stems:
            counts[word[:stem]] += count
    return counts


def _stems(word: str) -> Iterator[int]:
    """Lengths of the beginnings of `word`, its word mark included, that are counted with it."""
    for ending in ENDINGS:
        if len(word) - 1 - ending >= SHORTEST_STEM:
            yield len(word) - ending


def _dictionary_words(texts: Sequence[str], longest: int) -> Counter[str]:
    """How often each text that is a single word stands within the longer ones."""
    entries = {text for text in texts if 2 <= len(text) <= longest and WORD.fullmatch(text)}
    counts: Counter[str] = Counter()
    for text in texts:
        if len(text) > longest:
            for run in WORD.findall(text):
                for start in range(len(run)):
                    for end in range(start + 2, min(start + longest, len(run)) + 1):
                        if run[start:end] in entries:
                            counts[run[start:end]] += 1
    return counts

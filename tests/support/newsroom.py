"""A small newsroom in many languages: the articles that the contract suite works on.

Vectors are made by hand. Each article is about one of the `TOPICS`; a passage's vector points
to its topic, bent a little by a digest of its text so that no two passages are alike.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.index.model import HEADLINE, Article, EmbeddedArticle, IndexIdentity, Passage

TOPICS = ("defence", "storm", "football", "budget", "vaccine", "museum", "railway", "wine")
DIMENSION = 12
"""One axis a topic, and four more that tell passages of one topic apart."""

IDENTITY = IndexIdentity(
    model_name="handmade", model_fingerprint="00000000000000aa", dimension=DIMENSION
)


def unit(*coordinates: float) -> NDArray[np.float32]:
    """Scale to length 1: float32, shape (len(coordinates),)."""
    vector = np.asarray(coordinates, dtype=np.float32)
    return vector / np.float32(np.linalg.norm(vector))


def topic_vector(topic: str, text: str = "") -> NDArray[np.float32]:
    """Point to the topic (`TOPICS`), bent by the text's digest: shape (DIMENSION,), length 1."""
    axes = np.zeros(DIMENSION, dtype=np.float32)
    axes[TOPICS.index(topic)] = 1.0
    if text:
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
        bend = np.frombuffer(digest[:4], dtype=np.uint8).astype(np.float32) / 255 - 0.5
        axes[len(TOPICS) :] = bend
    return unit(*axes)


def story(
    article_id: str,
    title: str,
    *paragraphs: str,
    topic: str = "defence",
    lang: str = "en",
    **metadata: Any,
) -> EmbeddedArticle:
    """Make an article of a headline (left out if empty) and paragraphs in one language."""
    texts = [(HEADLINE, title)] if title else []
    texts += list(enumerate(paragraphs, start=1))
    passages = tuple(Passage(position, text, lang) for position, text in texts)
    article = Article(id=article_id, title=title, passages=passages, lang=lang, **metadata)
    return EmbeddedArticle(article, topic_vectors(topic, [text for _, text in texts]))


def topic_vectors(topic: str, texts: Sequence[str]) -> NDArray[np.float32]:
    """Stack `topic_vector` of each text: shape (len(texts), DIMENSION)."""
    rows = [topic_vector(topic, text) for text in texts]
    return np.stack(rows) if rows else np.zeros((0, DIMENSION), dtype=np.float32)


def edited(embedded: EmbeddedArticle, **changes: Any) -> EmbeddedArticle:
    """Return the same article with some of its metadata changed."""
    return replace(embedded, article=replace(embedded.article, **changes))


def on(year: int, month: int, day: int, hour: int = 12) -> datetime:
    """Return a moment in UTC."""
    return datetime(year, month, day, hour, tzinfo=UTC)


CREDIT = "polywire"
"""A word that stands in every article of the newsroom, whatever its language."""

NEWSROOM: tuple[EmbeddedArticle, ...] = (
    story(
        "en-defence",
        "Defence chiefs discuss guarantees for Ukraine",
        "Military leaders of thirty countries met by video on Wednesday.",
        "They compared options for a peacekeeping mission, officials said.",
        f"Reporting by {CREDIT}.",
        topic="defence",
        source="herald",
        url="https://herald.example/defence",
        authors=("Ann Lee", "Bo Berg"),
        published=on(2025, 8, 20),
        section="world",
        tags=("nato", "ukraine"),
        meta={"edition": 2, "desk": {"name": "world", "pages": [1, 3]}, "paid": False},
    ),
    story(
        "de-defence",
        "Verteidigungschefs beraten über Sicherheitsgarantien",
        "Die Befehlshaber sprachen per Video über neue Häuser für Flüchtlinge aus der Ukraine.",
        f"Bericht: {CREDIT}.",
        topic="defence",
        lang="de",
        source="bote",
        published=on(2025, 8, 21),
        section="politik",
        tags=("nato",),
    ),
    story(
        "uk-defence",
        "Генерали обговорили гарантії безпеки",
        "Україна чекає на рішення союзників щодо миротворців.",
        f"Повідомляє {CREDIT}.",
        topic="defence",
        lang="uk",
        source="visnyk",
        published=on(2025, 8, 20, 23),
        tags=("nato", "ukraine"),
    ),
    story(
        "ru-storm",
        "Ураган повредил десятки домов на побережье",
        "Спасатели работали всю ночь, сообщили в министерстве.",
        f"Передаёт {CREDIT}.",
        topic="storm",
        lang="ru",
        source="vesti",
        published=on(2025, 9, 1),
        section="world",
    ),
    story(
        "ja-storm",
        "台風が九州に上陸、各地で停電",
        "気象庁は大雨への警戒を呼びかけている。東京でも電車が遅れた。",
        f"{CREDIT} 配信",
        topic="storm",
        lang="ja",
        source="shimbun",
        published=on(2025, 9, 2),
        tags=("weather",),
    ),
    story(
        "zh-vaccine",
        "卫生部门批准新疫苗",
        "专家表示，这种疫苗可以保护老年人和儿童。",
        f"{CREDIT} 报道",
        topic="vaccine",
        lang="zh",
        source="ribao",
        published=on(2024, 12, 31, 23),
        section="health",
    ),
    story(
        "ko-football",
        "축구 대표팀 월드컵 예선 승리",
        "서울 경기장에서 관중이 선수들을 응원했다.",
        f"{CREDIT} 제공",
        topic="football",
        lang="ko",
        source="ilbo",
        published=on(2025, 1, 1, 0),
        section="sport",
        tags=("world cup",),
    ),
    story(
        "fr-wine",
        "Les vendanges commencent tôt en Bourgogne",
        "Les élections municipales approchent, mais les vignerons pensent au raisin.",
        f"Avec {CREDIT}.",
        topic="wine",
        lang="fr",
        source="journal",
        published=on(2025, 8, 20, 0),
        section="économie",
        tags=("agriculture",),
    ),
    story(
        "ar-budget",
        "الحكومة تعلن ميزانية جديدة",
        "قال الوزير إنّ المُدُن الكبرى ستحصل على مدارس ومستشفيات.",
        f"المصدر {CREDIT}",
        topic="budget",
        lang="ar",
        source="sahifa",
        published=on(2025, 3, 15),
        section="economy",
    ),
    story(
        "th-museum",
        "พิพิธภัณฑ์แห่งใหม่เปิดในกรุงเทพ",
        "นักท่องเที่ยวต่อคิวยาวเพื่อชมภาพวาดโบราณ",
        f"โดย {CREDIT}",
        topic="museum",
        lang="th",
        source="siam",
        published=on(2025, 4, 2),
        tags=("art", "travel"),
    ),
    story(
        "hi-railway",
        "नई रेल लाइन का उद्घाटन",
        "मंत्री ने कहा कि यात्रियों को अब कम समय लगेगा।",
        f"{CREDIT} संवाददाता",
        topic="railway",
        lang="hi",
        source="samachar",
        published=on(2025, 4, 2, 1),
    ),
    story(
        "es-storm",
        "La tormenta deja inundaciones en la costa",
        "Los bomberos rescataron a decenas de vecinos.",
        f"Con información de {CREDIT}.",
        topic="storm",
        lang="es",
        source="diario",
        published=on(2025, 9, 2, 5),
        section="world",
        tags=("weather",),
    ),
    story(
        "en-undated",
        "",
        "An old interview about railways and museums, found in the archive.",
        f"From the files of {CREDIT}.",
        topic="railway",
        source="herald",
        tags=("art",),
    ),
    story("und-note", "", f"{CREDIT} 4711", topic="budget", lang="und"),
)


def article_ids(articles: Sequence[EmbeddedArticle]) -> list[str]:
    """Return the ids, in the same order."""
    return [embedded.article.id for embedded in articles]

"""Dates as databases and pages print them -> the same as `indexer.article.dates` reads it. Pure."""

from __future__ import annotations

import regex

_LABEL = regex.compile(r"\s*\p{L}[\p{L}\p{M}\s.’'-]{1,40}[:：]\s+(?=\S)")
"""What a page calls a date: "Stand: 11.03.2024"."""

_CORRESPONDS = regex.compile(r"\s*(?:الموافق|المصادف|برابر با|مطابق با)\s*(?:لـ?\s+)?")
"""What stands between the same day of two calendars."""

_OUR_YEAR = regex.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")

_HAN_DATE = regex.compile(
    r"([〇零○一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})[日号號]"
)
_HAN_DIGITS = dict(zip("〇零○一二三四五六七八九", (0, 0, *range(10)), strict=True))

_DATABASES = (
    (r"(\d{4}-\d\d-\d\d)-(\d\d)\.(\d\d)\.(\d\d)(?:\.\d+)?", r"\1 \2:\3:\4"),
    (
        r"(\d{1,2})-([A-Z]{3})-(\d{2}|\d{4}) (\d\d)\.(\d\d)\.(\d\d)(?:\.\d+)?( [AP]M)?( .+)?",
        r"\1 \2 \3 \4:\5:\6\7\8",
    ),
    (r"(\d{1,2})([A-Z]{3})(\d{4}):(\d\d:\d\d(?::\d\d(?:\.\d+)?)?)", r"\1 \2 \3 \4"),
)
"""How DB2, Oracle and SAS print a moment, and the same as it is read here."""

FILLERS = frozenset(
    """
    t el the of on at published posted updated de del d le la al den der dem die am um vom uhr hrs h
    à
    a last modified às as las kl klo г р року года m r gada din ի يوم في om il alle ore και στις på
    в во о об у ў на від год час ч godz godzina dnia w v ve ob ura u sati saat óra ora la lúc vào
    uur ko ga жылғы жылы жыл ж ний ны өдөр ថ្ងៃទី ថ្ងៃ ឆ្នាំ o yil yilning йил թ թվական թվականի
    ခုနှစ် ရက် ရက်နေ့ first
    stand veröffentlicht aktualisiert publié publiée modifié publicado publicada actualizado
    atualizado pubblicato aggiornato gepubliceerd bijgewerkt publicerad uppdaterad publisert
    oppdatert publiceret opdateret julkaistu päivitetty opublikowano aktualizacja zveřejněno
    publikované objavljeno objavljen publicat actualizat опубликовано обновлено опубліковано
    оновлено публикувана δημοσιεύτηκε δημοσίευση ενημέρωση giriş güncelleme yayınlanma
    diterbitkan diperbarui נשר فرסם פורסם עודכן نشر نُشر انتشار प्रकाशित প্রকাশিত প্রকাশ
    입력 수정 송고 등록 발행 게재 公開 更新 配信 掲載 投稿 发布 發布 发表 發表 发布于 更新于
    hồi pukul jam tanggal plkst val τις ώρα στη ב בשעה بتاريخ الساعة ساعت در प्रकाशित को बजे
    """.split()  # noqa: SIM905
)
"""Words of a date that say nothing of when it is."""


def in_our_writing(text: str) -> str:
    """Undo how databases print moments, how China writes numbers, and what days are called."""
    for printed, plain in _DATABASES:
        if found := regex.fullmatch(printed, text, regex.IGNORECASE):
            return found.expand(plain).replace("None", "")
    if "年" in text:
        text = _HAN_DATE.sub(_of_han, text)
    parts = _CORRESPONDS.split(text)
    if len(parts) == 2:
        ours = [part for part in parts if _OUR_YEAR.search(part)]
        text = ours[0] if len(ours) == 1 else text
    return _LABEL.sub("", text, count=1) if _LABEL.match(text) else text


def _of_han(found: regex.Match[str]) -> str:
    year = "".join(str(_HAN_DIGITS[one]) for one in found[1])
    return f"{year}年{_han_number(found[2])}月{_han_number(found[3])}日"


def _han_number(written: str) -> int:
    """Read a number below 100: 九, 十一, 二十, 三十一. Raises `ValueError`."""
    found = regex.fullmatch("(?:([二三])?十)?([一二三四五六七八九])?", written)
    if found is None:
        raise ValueError(f"{written} is no number of a day or a month")
    tens = _HAN_DIGITS[found[1]] if found[1] else int("十" in written)
    return 10 * tens + (_HAN_DIGITS[found[2]] if found[2] else 0)

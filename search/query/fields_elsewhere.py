"""What the fields of other tools, and of other languages, may be meant for: data."""

from __future__ import annotations

MEANT = {
    **dict.fromkeys(
        ("site", "domain", "host", "url", "inurl", "allinurl", "so", "media", "medium", "rst"),
        "source:NAME",
    ),
    **dict.fromkeys(("hlp", "headlines", "titel", "titre"), "title:word"),
    **dict.fromkeys(
        ("date", "published", "publishedat", "pubdate", "pd", "dt", "day", "year", "py"),
        "on:2026-08-01",
    ),
    **dict.fromkeys(
        ("daterange", "date-range", "when", "timespan"), "after:2026-08-01 before:2026-09-01"
    ),
    **dict.fromkeys(
        """titulo título titolo tytuł titul nadpis rubrik otsikko cím titlu заголовок назва başlık
        τίτλος العنوان عنوان כותרת शीर्षक 标题 標題 タイトル 見出し 제목 überschrift""".split(),  # noqa: SIM905
        "title:word",
    ),
    **dict.fromkeys(
        """sprache langue idioma lingua taal język jezik jazyk språk sprog kieli nyelv limba язык
        мова език dil γλώσσα لغة اللغة زبان שפה भाषा 语言 語言 言語 언어 bahasa""".split(),  # noqa: SIM905
        "lang:de",
    ),
    **dict.fromkeys(
        """quelle zeitung fuente medio fonte journal bron krant źródło izvor zdroj källa kilde lähde
        forrás sursa sursă источник издание джерело kaynak πηγή مصدر المصدر منبع מקור स्रोत 来源
        來源 出典 媒体 출처 언론사 sumber""".split(),  # noqa: SIM905
        "source:NAME",
    ),
    **dict.fromkeys(
        "ressort rubrique sección seccion sezione seção рубрика раздел".split(),  # noqa: SIM905
        "section:NAME",
    ),
    **dict.fromkeys(
        """datum fecha data dato päivä päivämäärä tarih дата ημερομηνία تاريخ تاریخ التاريخ תאריך
        तारीख 日期 日付 날짜 tanggal""".split(),  # noqa: SIM905
        "on:2026-08-01",
    ),
    **dict.fromkeys(
        """nach ab seit desde despues después depois depuis après apres dopo dal vanaf efter fra fom
        po od после после_даты з sonra μετά بعد אחרי से 之后 之後 以降 이후 newer newer_than
        datefrom date_from startdate start_date from_date min_date""".split(),  # noqa: SIM905
        "after:2026-08-01",
    ),
    **dict.fromkeys(
        """vor bis avant jusque antes hasta ate até prima fino voor tot før före till przed do до
        önce πριν قبل לפני तक 之前 以前 이전 older older_than dateto date_to enddate end_date
        to_date max_date""".split(),  # noqa: SIM905
        "before:2026-08-01",
    ),
    **dict.fromkeys(("last", "past", "within"), "after:7d"),
    **dict.fromkeys(("sourcelang", "source-lang", "langs", "doclang", "la", "lr"), "lang:de"),
    **dict.fromkeys(("from",), "after:2026-08-01"),
    **dict.fromkeys(("to",), "before:2026-08-01"),
    **dict.fromkeys(("category", "topic", "keyword", "keywords", "country", "type"), "tag:NAME"),
    **dict.fromkeys(("su", "subject", "theme", "hashtag"), "tag:NAME"),
    **dict.fromkeys(("by", "au", "author", "byline"), 'a phrase, "NAME"'),
}
"""The name of a field, in small letters -> what to write instead."""

"""Wire texts of before XML: IPTC 7901, ANPA 1312 (its American sister) and telex (ZCZC ... NNNN).

A message is a header, the text and a trailer between control characters:

    SOH dpa0123 4 vm 123 dpa 0456 STX keywords, headline, paragraphs ETX 031000 Mar 26 EOT

Sources: "The IPTC recommended message format", IPTC 7901 (1995); "High-speed wire service
transmission guidelines", ANPA 1312 (1989). A file may hold several messages. Numbers begin anew
every day, so that the day is part of the id.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import takewhile
from typing import BinaryIO

from indexer.article.bylines import BY
from indexer.article.draft import Origin, RawArticle, Reject
from indexer.article.month_names import month_beginning
from indexer.article.zones import NAMED
from indexer.sources.format import Format, Told
from indexer.sources.wire import wire_record
from indexer.text.encoding import read_text

_HEAD = re.compile(
    rb"[\x00\x16\x7f\s]*(?:\x01[^\x01\x02]{3,400}\x02"
    rb"|ZCZC(?:[ \t]+[A-Z0-9/-]{1,12}){0,4}[ \t]*[\r\n]"
    rb"|[a-z]{3}\d{3,5} \d [a-z]{1,2} \d{1,5} +[a-z]{2,5} +\d{3,4}[ \t]*[\r\n])",
    re.DOTALL,
)
"""The last is the header of IPTC 7901 in a file from which all control characters are gone."""

_MESSAGE = re.compile(
    r"\x01(?P<header>[^\x01\x02]{0,400})\x02(?P<text>[^\x01\x03]*)\x03?(?P<trailer>[^\x01\x04]*)\x04?"
    r"|(?:\A|\n)[ \t]*ZCZC\b(?P<telex>.*?)(?:\n[ \t]*NNNN\b|(?=\n[ \t]*ZCZC\b)|\Z)"
    r"|\A\s*+(?P<bare_header>[a-z]{3}\d{3,5} \d [a-z]{1,2} \d{1,5} +[a-z]{2,5} +\d{3,4})"
    r"(?P<bare>.*)",
    re.DOTALL,
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_CONTROL_BYTES = re.compile(rb"[\x01-\x08\x0e-\x15\x17-\x1f]")
"""All but what fills a line while nothing is sent."""

_NUMBER = re.compile(r"\s*([A-Za-z]{1,4})[ -]?(\d{3,4})(?!\d)")
_DATELINE = re.compile(
    r"\W*[^\W\d_][^\n()]{1,60}(?:\((?P<agency>[A-Za-z][\w ./&-]{1,20})\)"
    r"|, [A-Z][a-z]{2,8}\.? \d{1,2},? (?P<unmarked>[A-Z]\w{1,9}))\s*(?:--|[-–—=:.])(?=\s*\S)"
    r"|\s*[^\W\d_][^\n()]{1,40}\((?P<small>[a-z]{3}(?:[ /][a-z]{3}){0,2})\) "
)
"""Place and agency, of some behind the day: `SAITAMA, Japan, Dec. 9 Kyodo -`."""

_ANPA_NOTE = re.compile(
    r"\W*(?:Eds?[.:]|AP (?:Photos?|Video|Graphics?)\b|With (?:AP )?(?:Photos?|Graphics?)\b).*"
)
"""What ANPA 1312 has above a text for editors."""

_CREDIT = re.compile(
    r"(?:The )?(?:Associated Press|AP|[A-Z]\w+ Press)(?: [A-Z]\w+)* ?(?:Writers?|Editors?)?"
    r"|By (?:the )?\w{2,10} (?:correspondents?|staff|reporters?)[ =]*"
)

_COUNTED = re.compile(r"(?:, ?\d+[a-z]{2} (?:Ld|Add)[\w-]*)?,? ?(?:\d{1,5})?$")
"""Behind a slug: which version it is, and how many words it has."""

_SLUG = re.compile(
    r"\S{0,60}/\S{0,60}/?|(?=\S*[-,])[\w-]+(?:,[\w-]+)*|(?:BC|AM|PM)-\S+.*|[a-z] [a-z] .*"
)
_BYLINE = re.compile(rf"\s*(?:{BY.title()})\s+[^\W\d_a-z]")
_NOTE = re.compile(r"\s*\([^()]{3,200}\)\s*")
"""A line for editors above the headline: what is new in this version."""

_VERSION = re.compile(
    r"\s*(?:(?:\d{1,2}(?:ST|ND|RD|TH) )?(?:LEAD|NET|ADD|WRAP|ROUNDUP|UPDATE|TAKE)|REFILE|EXTRA)\s*"
)
"""A line above the headline: which version it is."""

_END = re.compile(
    r"\s*(?:[a-zäöü]{2,4}(?:[/-][a-zäöü]{2,4}){1,3}|\(?(?:MORE|END|more|end|Ende|FIN|fin)\)?|==\w+|[-#=*]+)\s*"
)
"""What stands below a text: who wrote and edited it, that more comes or not."""

_BELOW = re.compile(
    r"[a-zäöüß]{2,4}(?:[/-][a-zäöüß]{2,4}){1,4}"  # who wrote and edited it
    r"|ends|[-(*#/–—]{1,3} ?(?i:ends?|fin|fim|ende|slut|loppu|koniec|кінець|конец|30)\W{0,4}"
    r"|/ ?[\w-]{2,20} ?/|={1,3} ?\w{2,20}|\( ?[A-Z]\w{1,19}(?: ?[\\/]{1,2}\w{2,5})? ?\)"
    r"|(?:©|\([cC]\) ).{0,1000}|\W+"
)
"""Paragraphs that stand below a text and are none of it."""

_FOR_EDITORS = re.compile(
    r"# ?(?:dpa[- ]?)?(?:notebook|notizblock)\b.{0,200}"
    r"|[*\s]*(?:the following information is not (?:intended )?for publication\b"
    r"|die folgenden informationen sind nicht zur veröffentlichung\b).{0,200}",
    re.IGNORECASE,
)
"""What begins the part of an item that only editors are to read (dpa)."""

_MARKS = re.compile(r"^[>*]{1,5}\s*|(?<=\w)\+$")
"""Around a headline: what is urgent, new, or not at its end."""

_TRAILER = re.compile(
    r"(?P<day>\d\d)(?P<hour>\d\d)(?P<minute>\d\d)\s*(?P<zone>[A-Z]{1,4})?\s+"
    r"(?P<month>[^\s\d]{3,9})\.?\s+(?P<year>\d\d(?:\d\d)?)\b"
)
_ANPA_TRAILER = re.compile(
    r"(?P<month>\d\d)-(?P<day>\d\d)-(?P<year>\d\d)\s+(?P<hour>\d\d)(?P<minute>\d\d)\s*"
    r"(?P<zone>[A-Z]{1,4})?"
)
_KYODO_TRAILER = re.compile(
    r"KWS-(?P<hour>\d\d):(?P<minute>\d\d)-(?P<day>\d\d)-(?P<month>\d\d)-(?P<year>\d\d)(?P<zone>)"
)
_TRAILERS = (_TRAILER, _ANPA_TRAILER, _KYODO_TRAILER)


def read_iptc_7901(stream: BinaryIO, name: str, limit: int) -> Iterator[RawArticle | Reject]:
    """Yield the messages of a file; the place of each is its number, where there are several."""
    read = read_text(stream, limit)
    if isinstance(read, str):
        yield Reject(Origin(name), read)
        return
    decoded, _ = read
    text = decoded.text.replace("\r\n", "\n").replace("\r", "\n")
    found = list(_MESSAGE.finditer(text))
    if not found:
        yield Reject(Origin(name), "The wire message has no text between its header and its end.")
    for number, message in enumerate(found, start=1):
        origin = Origin(name, number if len(found) > 1 else None)
        record = _record(message)
        if record.get("title") or record.get("paragraphs"):
            size = len(message[0])
            yield RawArticle(origin, record, size, warning=decoded.warning(), is_plain=True)
        else:
            yield Reject(origin, "The wire message has no text.")


def _record(message: re.Match[str]) -> dict[str, object]:
    telex = message["telex"]
    text = next(one for one in (message["text"], telex, message["bare"]) if one is not None)
    lines = _CONTROL.sub("", text).split("\n")
    trailer = message["trailer"] or ""
    if message["bare"] is not None and _TRAILER.fullmatch(
        last := text.rstrip().rpartition("\n")[2]
    ):
        lines, trailer = text[: text.rindex(last)].split("\n"), last
    header = message["header"] or message["bare_header"] or ""
    header = _CONTROL.sub(" ", header) if telex is None else lines.pop(0)
    if telex is not None and lines and _NUMBER.fullmatch(lines[0].strip()):
        header = lines.pop(0)
    is_coded = any(map(_CODED.fullmatch, lines[:_ABOVE]))
    heading, body = _of_codes(lines) if is_coded else _parted(lines)
    paragraphs = _paragraphs(body)
    bylines = [line.strip() for line in heading if _BYLINE.match(line)]
    headline = [
        line
        for line in heading
        if line.strip() not in bylines
        and not any(one.fullmatch(line.strip()) for one in (_NOTE, _VERSION, _CREDIT))
    ]
    slugs = list(takewhile(lambda line: _SLUG.fullmatch(line.strip()), headline))
    lead = headline[len(slugs) :]
    title = " ".join(" ".join(lead[:1] if is_coded else lead).split())
    title = (title or _COUNTED.sub("", " ".join(slugs))).strip(" =")
    paragraphs = paragraphs or [" ".join(one.split()) for one in lead[1:]]
    sent = _sent(trailer)
    number = _NUMBER.match(header)
    dated = next((one for text in paragraphs[:2] if (one := _DATELINE.match(text))), None)
    agency = (dated["agency"] or dated["unmarked"] or dated["small"]) if dated else ""
    if agency and len(paragraphs) > 1 and _is_signature(paragraphs[-1], agency):
        paragraphs.pop()
    named = f"{number[1]}{number[2]}" if number else ""
    guid = f"{named}-{sent[:10]}" if named and sent else ""
    return wire_record(
        guid=guid,
        known_by=guid,
        version="",
        status="usable",
        embargo="",
        title=_MARKS.sub("", title),
        paragraphs=_ended(paragraphs),
        lang="",
        source=agency or (number[1] if number and len(number[1]) > 1 else ""),
        authors=bylines,
        published=sent,
        updated="",
        genres=[title] if len(title.split()) < 4 else [],
        withdraws=_meant(number, sent, [title, *heading, *paragraphs[:_FIRST]]),
    )


def _ended(paragraphs: list[str]) -> list[str]:
    """Return the paragraphs of a text without what stands below it."""
    end = next(
        (n for n, one in enumerate(paragraphs) if n and _FOR_EDITORS.fullmatch(one)),
        len(paragraphs),
    )
    while end > 1 and _BELOW.fullmatch(paragraphs[end - 1].strip()):
        end -= 1
    return paragraphs[:end]


_FIRST = 3
"""Paragraphs in which a kill names the message that it withdraws."""


def _meant(number: re.Match[str] | None, sent: str, texts: list[str]) -> list[str]:
    """Return the ids of other messages of the same service that a text names by their numbers.

    They are of the day on which it was sent: a number of another day is named with that day.
    """
    if number is None or not sent:
        return []
    numbers = re.compile(rf"(?<!\w){re.escape(number[1])}[ -]?(\d{{3,4}})(?!\d)")
    found = [(one, text) for text in texts for one in numbers.finditer(text)]
    return [
        f"{number[1]}{one[1]}-{sent[:10]}"
        for one, text in found
        if one[1] != number[2] and not _OTHER_DAY.match(text, one.end())
    ]


_OTHER_DAY = re.compile(r"[\s,(]*(?:of|from|on|vom|du|del|van|dd\.?)?\s*\d")
"""A day behind a number, which is one of another day."""


def _is_signature(text: str, agency: str) -> bool:
    """Tell the last line that has who wrote and edited a text: "dpa af yy n1"."""
    words = text.split()
    begins = words[0].casefold() in agency.casefold().split("/")
    return begins and len(text) <= _SHORT and all(len(word) <= _MOST_INITIALS for word in words)


_MOST_INITIALS = 4


def _parted(lines: list[str]) -> tuple[list[str], list[str]]:
    """Part the lines above the text (keywords, headline, byline) from the text.

    The text begins with the first line that is set in, or with the place and the agency; else
    behind the first blank line below a heading.
    """
    start = next((n for n, one in enumerate(lines) if one.strip()), len(lines))
    lines = lines[start:]
    for at, line in enumerate(lines):
        is_dateline = _DATELINE.match(line)
        set_in = line.startswith(("  ", "\t")) and at > 0 and len(line.strip()) > _SHORT
        if is_dateline or set_in:
            return [one for one in lines[:at] if one.strip()], lines[at:]
    blank = next((n for n, one in enumerate(lines) if not one.strip()), 1)
    return [one for one in lines[:blank] if one.strip()], lines[blank:]


def _of_codes(lines: list[str]) -> tuple[list[str], list[str]]:
    """Part the lines above the text from the text, where a caret marks them (ANPA 1312).

    What ends a line by typesetting it (`<`, `=`) goes; so do notes to editors and the agency's
    name.
    """
    plain = [_typed(line) for line in lines]
    begin = next((n for n, one in enumerate(lines) if one.strip() and one[0] != "^"), len(lines))
    above = [one for one in plain[:begin] if one.strip()]
    noted = [one for one in above if not (_ANPA_NOTE.fullmatch(one) or _CREDIT.fullmatch(one))]
    return noted, plain[begin:]


def _typed(line: str) -> str:
    """Return a line as it was meant before it was typeset by a machine with few characters."""
    line = re.sub(r"^\^\*\d{1,5}<\s*(?=\^)", "", line).removeprefix("^").rstrip()
    bare = line.removesuffix("<").removesuffix("=").rstrip()
    bare = re.sub(r"(?<=\S) _ (?=\S)", " — ", bare)
    return bare.replace("``", "“").replace("''", "”")


_CODED = re.compile(r"\^.*[<=]\s*")
_ABOVE = 12

_SHORT = 40
"""Characters: what is set in and shorter is a headline in the middle of its line."""


def _paragraphs(lines: list[str]) -> list[str]:
    """Join the lines that were broken at the width of a printer; a line set in begins another."""
    if any(len(line) > _UNBROKEN for line in lines):
        return [
            text for line in lines if (text := " ".join(line.split())) and not _END.fullmatch(text)
        ]
    found: list[list[str]] = []
    begins = True
    indented = sum(line.startswith(("  ", "\t")) for line in lines)
    for line in lines:
        text = " ".join(line.split())
        if not text or _END.fullmatch(text):
            begins = True
            continue
        if begins or (indented and line.startswith(("  ", "\t"))) or not _is_full(found[-1][-1]):
            found.append([])
        found[-1].append(text)
        begins = False
    return [" ".join(parts) for parts in found]


def _is_full(line: str) -> bool:
    """Tell whether a line was broken by its width: it does not end as a short last line does."""
    return len(line) >= _SHORT and not (len(line) > _WIDTH and line.endswith((".", "!", "?", '"')))


_UNBROKEN = 200
"""Characters of a line that no printer broke: then each line is a paragraph."""

_WIDTH = 80
"""Characters of a printer's line; a longer one is a whole paragraph."""


def _sent(trailer: str) -> str:
    """Return when a message was sent as ISO 8601, "" where its end does not say."""
    found = next(filter(None, (one.search(trailer) for one in _TRAILERS)), None)
    if found is None:
        return ""
    month = found["month"]
    number = int(month) if month.isdecimal() else month_beginning(month)
    day, hour, minute = (int(found[key]) for key in ("day", "hour", "minute"))
    year = int(found["year"]) if len(found["year"]) == 4 else 2000 + int(found["year"])
    try:
        sent = datetime(year, number or 0, day, hour, minute, tzinfo=NAMED.get(found["zone"] or ""))
    except ValueError:
        return ""
    return sent.isoformat()


def _told(head: bytes) -> Told:
    """Tell a wire text by its header, unless what follows is noise that begins like one."""
    if not _HEAD.match(head):
        return Told.NO
    controls = len(_CONTROL_BYTES.findall(head))
    return Told.EXACTLY if controls <= _ENVELOPE + len(head) / _PER_CONTROL else Told.NO


_ENVELOPE = 20
"""Control characters around a message, whatever its length."""

_PER_CONTROL = 20
"""Bytes of a text per control character within it, at least; noise has one in ten."""


FORMAT = Format(
    name="IPTC 7901",
    suffixes=(".iptc7901", ".anpa"),
    media_types=("text/x-iptc7901",),
    told=_told,
    read=read_iptc_7901,
    is_text=False,
)

"""Files that are told by how they begin and are not read: what they are, and what to do with them.

Some of them would pass for text: a PDF begins with lines, dumps of databases are nothing but lines.
"""

from __future__ import annotations

import re

_HEADER = re.compile(
    rb"(?:from|to|cc|subject|date|message-id|mime-version|received|return-path|reply-to|"
    rb"delivered-to|x-[\w-]+|content-type|content-transfer-encoding|list-[\w-]+|dkim-signature|"
    rb"arc-[\w-]+|authentication-results|snapshot-content-location|sender)[ \t]*:",
    re.IGNORECASE,
)
_FOLDED = (b" ", b"\t")
_LINES = 100
_FROM = re.compile(rb"^from[ \t]*:", re.IGNORECASE | re.MULTILINE)
_ABOUT = re.compile(rb"^(?:subject|date)[ \t]*:", re.IGNORECASE | re.MULTILINE)
_OF_MAIL = re.compile(
    rb"^(?:message-id|mime-version|received|return-path|delivered-to|content-transfer-encoding)"
    rb"[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
"""What mail has and an article that begins with "From:" and "Date:" has not."""

_SNAPSHOT = re.compile(
    rb"^snapshot-content-location[ \t]*:|^from[ \t]*: <saved by", re.IGNORECASE | re.MULTILINE
)
_SQL = re.compile(
    rb"\s*+(?:--[^\n]*(?:dump|phpMyAdmin SQL|SQLite)|"
    rb"(?:--[^\n]*+\n\s*+|/\*.{0,200}?\*/;?\s*+|SET\s[^;\n]*+;\s*+)*+"
    rb"(?:CREATE\s+TABLE|DROP\s+TABLE|INSERT\s+INTO|PRAGMA\s+foreign_keys|BEGIN\s+TRANSACTION)\b)",
    re.DOTALL,
)
_OF_EXCEL = re.compile(
    rb"""<\?mso-application\s+progid=["']Excel|urn:schemas-microsoft-com:office:(?:spreadsheet|excel)["']|"""
    rb"application/vnd\.oasis\.opendocument\.spreadsheet"
)
"""A spreadsheet in XML, or in HTML that is called .xls."""

_MARKUP_WITHIN = 2000
_MARKS = (
    (b"%PDF-", "a PDF (application/pdf)", "make text of it, as pdftotext does"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a document of an older office program or of Outlook",
     "save it as text or HTML"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "unpack it, or pack it as zip or tar"),
    (b"Rar!\x1a\x07", "a RAR archive", "unpack it, or pack it as zip or tar"),
    (b"SQLite format 3\x00", "an SQLite database", "export its table as CSV or JSON Lines"),
    (b"PGDMP", "a dump of PostgreSQL", "export the table as CSV"),
    (b"bplist00", "a property list, as Safari saves pages", "save the page as its source (HTML)"),
    (b"BEGIN:VCALENDAR", "a calendar (text/calendar)", "export its entries as CSV"),
    (b"BEGIN:VCARD", "a list of contacts (text/x-vcard)", "there is no article in it"),
    (b"WEBVTT", "subtitles (WebVTT)", "make text of them, without the times"),
)  # fmt: skip


def unread_kind(head: bytes) -> str | None:
    """Return what a file is and what to do with it, without a full stop; None for any other."""
    bare = head.removeprefix(b"\xef\xbb\xbf")
    for mark, what, do in _MARKS:
        if bare.startswith(mark):
            return f"The file is {what}: {do}"
    if _SQL.match(bare):
        return "The file is a dump of a database in SQL: export the table as CSV or JSON Lines"
    if bare.lstrip().startswith(b"<") and _OF_EXCEL.search(bare[:_MARKUP_WITHIN]):
        return "The file is a spreadsheet in XML or HTML: save it as CSV"
    return None


def is_saved_page(head: bytes) -> bool:
    """Tell a page that a browser saved as if it were mail (MHTML)."""
    bare = head.removeprefix(b"\xef\xbb\xbf")
    return is_mail(bare) and _SNAPSHOT.search(bare[:_MARKUP_WITHIN]) is not None


def is_mail(head: bytes) -> bool:
    """Tell mail, a box of it, or a page saved as such (MHTML) by its header."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    boxed = text.startswith(b"From ")
    if boxed:  # the line before each letter in a box
        text = text.partition(b"\n")[2]
    lines = text.splitlines()[:_LINES]
    end = next((n for n, one in enumerate(lines) if not one.strip()), len(lines))
    header = lines[:end]
    if len(header) < 3 or not all(map(_is_of_header, header[:-1])):
        return False
    block = b"\n".join(header)
    named = _FROM.search(block) and _ABOUT.search(block)
    known = sum(bool(_HEADER.match(one)) for one in header)
    return bool(named) and known >= 3 and (bool(_OF_MAIL.search(block)) or boxed)


def _is_of_header(line: bytes) -> bool:
    return line.startswith(_FOLDED) or b":" in line[:80]

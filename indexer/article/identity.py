"""The id of an article: the one given, else one made from its address, else from its words.

The same article gets the same id on every machine and in every run, so that reading it again
changes nothing.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from urllib.parse import urlsplit, urlunsplit

TRACKING = re.compile(
    # Families: utm_source, pk_campaign, at_medium, wt.mc_id, gad_source, ...
    r"(?:utm|mtm|pk|piwik|matomo|itm|hsa|oly|vero|wt|guce|at|ns|trk|gad)[._]\w+"
    r"|ga_(?:source|medium|campaign|content|term|place)|fb_(?:action_ids|action_types|source|ref)"
    # Clicks on advertisements: gclid, fbclid, ysclid, ...
    r"|[a-z]{1,6}clid|[gw]braid|msclkid|irclickid|rb_clickid|wickedid|rdt_cid|epik|tblci|dicbo"
    r"|gclsrc|gad|srsltid|_openstat|_ga|_gl|adobe_mc|ir_(?:adid|campaignid|partnerid)"
    # Links that were shared, and newsletters.
    r"|igshid|igsh|li_fat_id|mibextid|sccid|__twitter_impression|_branch_match_id"
    r"|mc_(?:cid|eid|tc)|mkt_tok|_ke|_hsenc|_hsmi|__hs(?:tc|sc|fp)|hsctatracking"
    r"|elqtrack(?:id)?|ml_subscriber(?:_hash)?|ck_subscriber_id"
    # What publishers put on links of their own: the BBC, the Guardian, Deutsche Welle, ...
    r"|s_cid|icid|cmp|cmpid|ocid|ito|maca|smid|smtyp|ref_src|ref_url|guccounter|spm|xtor",
    re.IGNORECASE,
)
"""Query parameters that say how a reader came to the page, not which page it is.

Only parameters that never choose a page: one too few leaves a duplicate, one too many loses an
article. `benchmarks/libraries.py` counts both against a list of the known ones.
"""

_DIGITS = 24
"""Hex digits of a derived id: 96 bits, so that a billion articles do not collide."""


def article_id(
    given: str | None, url: str | None, title: str, body: str, source: str | None
) -> str:
    """Return the given id, else one derived from the URL, else one derived from the content.

    A URL that `canonical_url` does not understand counts as none. The source belongs to the
    content, since the same agency report in two newspapers is two articles. Derived ids are "u-"
    or "t-" and 24 hex digits of SHA-256.
    """
    if given:
        return given
    canonical = canonical_url(url) if url else None
    if canonical:
        # A page that is served over http and over https is one page.
        return "u-" + _digest(canonical.partition("://")[2])
    return "t-" + _digest("\x00".join((source or "", _letters(title), _letters(body))))


def canonical_url(url: str) -> str | None:
    """Return the address without what does not choose the page, None if it is no web address.

    Scheme and host lower case, host in IDNA form without a trailing dot, default ports,
    credentials, fragments (but for routes) and `TRACKING` parameters dropped, dot segments
    resolved, percent-encoding in one form (RFC 3986, section 6), other parameters sorted.
    """
    from url_normalize import url_normalize

    try:
        parts = urlsplit(url.strip())
        if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
            return None
        port = f":{parts.port}" if parts.port else ""
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname.rstrip(".")
        bare = urlunsplit((parts.scheme.lower(), host + port, parts.path, parts.query, ""))
        normal = urlsplit(url_normalize(bare) or "")
    except ValueError:  # also what IDNA and ports raise
        return None
    if not normal.hostname:  # nothing but characters that a host cannot have
        return None
    # Single-page sites distinguish their articles by "#!/..." and "#/...".
    route = parts.fragment if parts.fragment.startswith(("!", "/")) else ""
    return urlunsplit(normal._replace(query=_choosing(normal.query), fragment=route))


def _choosing(query: str) -> str:
    """Parameters that choose the page, sorted, untouched otherwise."""
    pairs = [pair for pair in query.split("&") if pair]
    return "&".join(sorted(p for p in pairs if not TRACKING.fullmatch(p.partition("=")[0])))


def _letters(text: str) -> str:
    """One normal form without white space: how lines are wrapped does not count."""
    return unicodedata.normalize("NFC", "".join(text.split()))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:_DIGITS]

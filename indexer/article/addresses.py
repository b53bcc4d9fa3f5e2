"""Addresses of articles: what chooses the page, and what only says how a reader came to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import SplitResult, parse_qsl, unquote_plus, urlsplit, urlunsplit

TRACKING = re.compile(
    # Families of which every member says how a reader came: utm_source, at_medium, ...
    r"(?:utm|hsa|at)[._]\w+"
    # Families of which some do; others choose a page (pk_news).
    r"|(?:pk|mtm|matomo|piwik|itm|trk|ns|wt|oly|vero|guce|gad|sc|dm|cx|nl|rss|ga)[._]"
    r"(?:campaigns?(?:id)?|camp|cpn|source|src|medium|content|term|kwd|keywords?|cid|group|channel"
    r"|mchannel|placement|linkname|fee|mc(?:_\w+)?|zmc|msg|module|sid|contact|enc_id|anon_id|conv"
    r"|referrer(?:_sig)?|ref|tok|place|abe|abv|clickid)"
    r"|vero_id|fb_(?:action_ids|action_types|source|ref|comment_id)"
    r"|action_(?:object|type|ref)_map|soc_(?:src|trk)|sc_(?:lid|cmp)|et_rid"
    # Clicks on advertisements: gclid, fbclid, ysclid, ...
    r"|[a-z]{1,6}clid|[gw]braid|msclkid|irclickid|rb_clickid|wickedid|rdt_cid|epik|tblci|dicbo|zanpid"
    r"|gclsrc|gad|srsltid|_openstat|_ga|_gl|gs_l|adobe_mc|ir_(?:adid|campaignid|partnerid)|ef_id"
    # Links that were shared, and newsletters.
    r"|igshid|igsh|li_fat_id|mibextid|sccid|__twitter_impression|_branch_(?:match_id|referrer)"
    r"|share_?token|shared_?via|isappinstalled|smprod|sfnsn|sr_share|hss_channel|traffic_source"
    r"|mc_(?:cid|eid|tc)|mkt_tok|_ke|_kx|_hsenc|_hsmi|__hs(?:tc|sc|fp)|hsctatracking|_bhlid"
    r"|elqtrack(?:id)?|elqaid|elqat|ml_subscriber(?:_hash)?|ck_subscriber_id|bsft_\w+|sfmc_\w+"
    r"|trk|trkcode|trkinfo|tracking_?id|nr_email_referr?er|vgo_ee|__s|esrc|leadsource|echobox"
    # What publishers put on links of their own: the BBC, the Guardian, Deutsche Welle, ...
    r"|s_cid|icid|cmp|cmpid|ocid|ito|maca|smid|smtyp|ref_?src|ref_?url|guccounter|spm|scm"
    r"|xtor|sref|taid|intcid|int_?cmp|ncid|bxid|cndid|ftag|mod_?src|mbid|wprov|emc"
    r"|gaa_(?:at|n|ts|sig)|giftcopy|gift_?code|unlocked_article_code|pwapi_token|reflink|srnd|tpcc"
    r"|pnespid|embedded-checkout|li_did|lipi|ueid|taboola_?id|sp(?:mailingid|userid|jobid|reportid)"
    r"|cx_(?:test(?:id|variant)|artpos|experienceid)"
    # How AMP pages are fetched.
    r"|amp_(?:js_v|gsa|kit|r|t)|usqp|aoh",
    re.IGNORECASE,
)
"""Query parameters that say how a reader came to the page, not which page it is.

Only parameters that never choose a page: one too few leaves a duplicate, one too many loses an
article. `benchmarks/libraries/addresses.py` counts both against a list of the known ones.
"""

_REFERRER = re.compile(
    r"_?ref|referr?er|from|source|src|via|share|feature|channel|origin|partner", re.IGNORECASE
)
"""Parameters that say how a reader came if their value does (`ref=rss`), else may choose a page."""

_CHANNELS = frozenset(
    """
    rss feed feeds atom twitter tw x tco facebook fb instagram ig linkedin whatsapp wa telegram tg
    wechat weibo reddit pinterest youtube tiktok threads mastodon bluesky google googlenews gnews
    bing yahoo msn flipboard pocket smartnews upday newsletter newsletters nl email mail push
    notification app android ios home homepage hp frontpage front startseite start portada accueil
    social share shared share1 copy copylink link sms discover teaser nav menu sidebar related
    recirc mostread mostpop mostpopular hpmostpop trending ticker breaking timeline singlemessage
    groupmessage amp
    """.split()  # noqa: SIM905
)
"""Ways by which readers come, as the values of `_REFERRER` name them."""

_AMP_CACHE = re.compile(
    r"https?://(?:[\w-]+\.cdn\.ampproject\.org/\w/|www\.google\.[a-z.]{2,6}/amp/)(s/)?"
    r"(?=[\w-]+\.)",
    re.IGNORECASE,
)
"""The caches of AMP pages, which have the address of the page in their path."""

_AMP_END = re.compile(r"(?<=/)amp/?$|\.amp(?=(?:\.html?)?$)", re.IGNORECASE)
_ARTICLE = re.compile(r"[^/]*(?:\d|-[^/-]+-)[^/]*/?$")
"""A last part of a path that names an article: with a digit, or of three words or more."""

_AMPERSAND = re.compile(r"&(?:amp|#0*38|#x0*26);", re.IGNORECASE)


_REDIRECTS = tuple(
    (re.compile(pattern, re.IGNORECASE), parameter)
    for pattern, parameter in (
        (r"(?:www\.|news\.)?google\.[a-z]{2,3}(?:\.[a-z]{2})?/url", "url"),
        (r"(?:www\.|news\.)?google\.[a-z]{2,3}(?:\.[a-z]{2})?/url", "q"),
        (r"(?:www\.)?bing\.com/news/apiclick\.aspx", "url"),
        (r"(?:www\.)?youtube\.com/redirect", "q"),
        (r"(?:lm?|www)\.facebook\.com/l(?:\.php)?/?", "u"),
        (r"l\.instagram\.com/", "u"),
        (r"out\.reddit\.com/.*", "url"),
        (r"(?:www\.)?linkedin\.com/redir/redirect", "url"),
        (r"(?:away\.)?vk\.com/away\.php", "to"),
        (r"(?:html\.|www\.)?duckduckgo\.com/l/", "uddg"),
        (r"t\.umblr\.com/redirect", "z"),
        (r"slack-redir\.net/link", "url"),
        (r"[\w-]+\.safelinks\.protection\.outlook\.com/.*", "url"),
    )
)
"""Addresses that only lead on to the one that a parameter has: in alerts, shared posts, mails."""

_WITHIN = re.compile(
    r"\Ahttps?://(?:"
    # Web archives: the capture's moment, then the address of what was captured.
    r"[^/?#]+/(?:[^?#]*/)?\d{14}(?:[a-z]{2}_)?/"
    r"|(?:\w+\.)?archive\.org/(?:web|wayback)/\d{1,14}\*?(?:[a-z]{2}_)?/"
    r"|archive\.(?:ph|is|today|li|vn|fo|md)/(?:newest|\d{4,14})/"
    # What shows a page without its advertisements, or as text.
    r"|(?:12ft\.io|r\.jina\.ai|txtify\.it)/"
    r")(?P<scheme>https?):/{1,2}(?=[^/])",
    re.IGNORECASE,
)
"""Addresses that have the whole address of the page in their path."""

MOST_REDIRECTS = 3
_WEB = re.compile(r"https?://", re.IGNORECASE)

LONGEST = 16_000
"""Characters of an address; browsers and servers take half of that."""


def canonical_url(url: str) -> str | None:
    """Return the address without what does not choose the page, None if it is no web address.

    Scheme and host lower case, host in IDNA form without a trailing dot, default ports,
    credentials, fragments (but for routes) and tracking parameters dropped, dot segments
    resolved, percent-encoding in one form (RFC 3986, section 6), other parameters sorted. The AMP
    variant of a page is the page, and what leads on to an address is that address.
    """
    from url_normalize import url_normalize

    if len(url) > LONGEST:
        return None
    try:
        parts = urlsplit(_out_of_cache(_led_to(_unescaped(url.strip()))))
        if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
            return None
        port = f":{parts.port}" if parts.port else ""
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname.rstrip(".")
        bare = urlunsplit((parts.scheme.lower(), host + port, parts.path, parts.query, ""))
        normal = urlsplit(url_normalize(bare) or "")
    except ValueError:  # also what IDNA and ports raise
        return None
    if not normal.hostname or normal.hostname.split() != [normal.hostname]:  # no host, or no name
        return None
    # Single-page sites distinguish their articles by "#!/..." and "#/...".
    route = parts.fragment if parts.fragment.startswith(("!", "/")) else ""
    query = "&".join(sorted(pair for pair in _choosing(normal.query) if not _is_amp(pair)))
    return urlunsplit(normal._replace(path=_without_amp(normal.path), query=query, fragment=route))


def is_same_page(url: str, other: str) -> bool:
    """Tell whether two addresses are of one page, over http or https."""
    one, two = canonical_url(url), canonical_url(other)
    return one is not None and two is not None and _bare(one) == _bare(two)


def _bare(canonical: str) -> str:
    return canonical.partition("://")[2]


def without_tracking(url: str) -> str:
    """Return an address as it is stored: as it was given, without what is known as tracking.

    So the same article read from another link is the same to the last letter, and no new version.
    """
    if len(url) > LONGEST:
        return url
    try:
        parts = urlsplit(_led_to(_unescaped(url.strip())))
    except ValueError:
        return url
    query = "&".join(_choosing(parts.query))
    fragment = "" if _tracks(parts) else parts.fragment
    host = parts.netloc if "@" in parts.netloc else parts.netloc.lower()
    return urlunsplit(parts._replace(netloc=host, query=query, fragment=fragment))


def _led_to(url: str) -> str:
    """Return the address that one leads to which is known to lead on, any other as it is.

    Raises `ValueError` for what is no address.
    """
    for _ in range(MOST_REDIRECTS):
        url = _WITHIN.sub(r"\g<scheme>://", url)
        parts = urlsplit(url)
        if not parts.query:
            break
        place = f"{parts.hostname or ''}{parts.path}"
        names = [name for pattern, name in _REDIRECTS if pattern.fullmatch(place)]
        given = dict(parse_qsl(parts.query)) if names else {}
        onwards = (given[name] for name in names if _WEB.match(given.get(name, "")))
        if (found := next(onwards, None)) is None:
            break
        url = found
    return url


def _unescaped(url: str) -> str:
    """Undo what HTML does to an ampersand, however often it was done."""
    while (plain := _AMPERSAND.sub("&", url)) != url:
        url = plain
    return url


def _choosing(query: str) -> Iterator[str]:
    """Parameters that may choose the page, untouched."""
    for pair in query.split("&"):
        name, _, value = pair.removeprefix("amp;").partition("=")
        if pair and not TRACKING.fullmatch(name) and not _is_referrer(name, value):
            yield pair


def _is_referrer(name: str, value: str) -> bool:
    if not _REFERRER.fullmatch(name):
        return False
    if name.lower() == "ref" and re.fullmatch(r"(?:[\w-]+\.)+[a-z]{2,10}/?", value, re.IGNORECASE):
        return True  # the site that links here
    words = re.split(r"[^a-z0-9]+", unquote_plus(value).lower())
    return not _CHANNELS.isdisjoint(words) or (name.lower() == "ref" and value.isalpha())


def _tracks(parts: SplitResult) -> bool:
    """Whether the fragment is one: `#xtor=RSS-1`, or a text to scroll to."""
    fragment = parts.fragment
    if fragment.startswith(":~:"):
        return True
    return "=" in fragment and not any(_choosing(fragment.lstrip("?&")))


def _is_amp(pair: str) -> bool:
    name, _, value = pair.lower().partition("=")
    if name in ("amp", "_amp", "isamp"):
        return value in ("", "1", "true", "yes")
    return name in ("outputtype", "output") and value == "amp"


def _without_amp(path: str) -> str:
    """Leave off `/amp` and `.amp` where what stands before them names an article."""
    plain = _AMP_END.sub("", path)
    return plain if plain != path and _ARTICLE.search(plain) else path


def _out_of_cache(url: str) -> str:
    return _AMP_CACHE.sub(lambda found: "https://" if found[1] else "http://", url, count=1)

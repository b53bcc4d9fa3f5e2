"""Tracking parameters: `indexer.article.addresses` beside courlan."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

from indexer.article.addresses import TRACKING, canonical_url

KNOWN = """
    utm_source utm_medium utm_campaign utm_term utm_content utm_id utm_source_platform utm_name
    utm_brand utm_social utm_cid utm_reader utm_viz_id utm_pubreferrer utm_swu fbclid gclid gclsrc
    dclid gbraid wbraid gad_source gad_campaignid msclkid yclid ysclid twclid ttclid li_fat_id
    igshid igsh mibextid wickedid rdt_cid epik ScCid irclickid _branch_match_id ndclid qclid obclid
    tblci tbclid dicbo rb_clickid srsltid mc_cid mc_eid mc_tc mkt_tok _hsenc _hsmi __hssc __hstc
    __hsfp hsCtaTracking hsa_cam hsa_grp hsa_mt hsa_src hsa_ad hsa_acc hsa_net hsa_kw hsa_tgt
    hsa_ver vero_id vero_conv oly_enc_id oly_anon_id _openstat _ga _gl _ke trk_contact trk_msg
    trk_module trk_sid elqTrackId elqTrack ml_subscriber ml_subscriber_hash ck_subscriber_id s_cid
    pk_campaign pk_kwd pk_source pk_medium pk_content pk_keyword pk_cid mtm_campaign mtm_source
    mtm_medium mtm_keyword mtm_kwd mtm_content mtm_cid mtm_group mtm_placement matomo_campaign
    matomo_kwd piwik_campaign piwik_kwd at_medium at_campaign at_custom1 at_link_origin at_ptr_name
    at_format at_link_type at_link_id at_bbc_team ns_mchannel ns_source ns_campaign ns_linkname
    ns_fee CMP cmp cmpid ocid ito smid smtyp xtor wt_mc wt_zmc wt.mc_id WT.mc_id ref_src ref_url
    guccounter guce_referrer guce_referrer_sig __twitter_impression icid ICID spm scm sref
    itm_source itm_medium itm_campaign itm_content adobe_mc ir_adid ir_campaignid ir_partnerid taid
    fb_action_ids fb_action_types fb_ref ga_source ga_medium ga_term ga_content ga_campaign
    ga_place gs_l zanpid ranMID ranEAID ranSiteID partnerid aff_id
""".split()  # noqa: SIM905
"""Parameters that say how a reader came to a page."""

CHOOSING = """
    id p page pageid article article_id articleid aid a story storyid story_id newsid news_id nid n
    sid item itemid docid doc_id doc d q query search s t tag cat category catid section rubrik
    lang language l hl v video list view action mod ctl start offset from date day month year issue
    volume no num key keyword keywords kwd code cid uid eid session session_id title slug url link
    u w topic thread tid pid fid f file path type format print media content content_id contentid
    ArticleID NewsID ID reference referendum resource sourceid medium campaign clid gl
""".split()  # noqa: SIM905
"""Parameters that choose a page, or may."""

PAGES = ["https://a.example/story.php?id=7&12345", "https://a.example/?p=", "https://a.example/a?b"]
"""Addresses whose query has no name or no value."""


def compare() -> dict[str, Any]:
    """Return what each takes for tracking of both lists, what it drops, and microseconds."""
    from courlan import clean_url
    from courlan.clean import TRACKERS_RE

    ours, theirs = _dropped(TRACKING.fullmatch), _dropped(lambda n: TRACKERS_RE.search(n.lower()))
    return {
        "known": len(KNOWN),
        "choosing": len(CHOOSING),
        "ours": {
            "known_left_off": len(ours(KNOWN)),
            "choosing_left_off": ours(CHOOSING),
            "queries_lost": [page for page in PAGES if _lost(canonical_url(page), page)],
            "microseconds": _microseconds(canonical_url),
        },
        "courlan": {
            "known_left_off": len(theirs(KNOWN)),
            "choosing_left_off": theirs(CHOOSING),
            "queries_lost": [page for page in PAGES if _lost(clean_url(page), page)],
            "microseconds": _microseconds(clean_url),
        },
    }


def _dropped(tracks: Callable[[str], object]) -> Callable[[Iterable[str]], list[str]]:
    return lambda names: [name for name in names if tracks(name)]


def _lost(cleaned: str | None, page: str) -> bool:
    parts = page.partition("?")[2].split("&")
    return cleaned is None or not all(part in cleaned for part in parts)


def _microseconds(canonical: Callable[[str], object]) -> float:
    addresses = [f"https://a.example/news/{n}?id={n}&utm_source=rss" for n in range(5000)]
    start = time.process_time()
    for address in addresses:
        canonical(address)
    return round(1e6 * (time.process_time() - start) / len(addresses), 1)

"""By what an agency's item is known: the same for all of its versions, and for no other item.

The guid is that, for most. Some agencies write the number of the revision into it, so that every
revision would look new; others give one guid to all of their items, or to all of a day.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_REVISION = (
    r"(?P<item>urn:newsml:[^:]+:(?!\d{{8}}(?:T\w*)?:\d+[NUA]?$).+:){version}(?P<update>[NUA]?)"
)
"""By RFC 3085 and NewsML 1.2 (5.5.1): urn:newsml:PROVIDER:DATE:ITEM:REVISION, the last one with how
it is applied; some leave out the date. What stands alone behind a date is the item."""

_WRITTEN_OUT = r"(?P<item>.+)[;?&_.-](?:v|ver|version|rev|revision)[=_.:-]?{version}"
"""What others do: `20260304-flood_v2`, `...;version=2`."""

_NO_ITEM = re.compile(
    r"urn:newsml:[^:]*(?::(?:\d{8}(?:T\d+(?:Z|[+-]\d+)?)?)?)?:*"
    r"|tag:[^:]*:*|urn:[^:]*:*|https?://[^/]*/*|[0:.\s-]*",
    re.IGNORECASE,
)
"""Provider and day, or less: what names no item."""


def item_id(guid: str, version: str, telling: Sequence[str] = ()) -> str:
    """Return what all versions of an item are called, "" for an item without a guid.

    `telling` is what else the source says of the item that all of its versions have in common, the
    most telling first: it counts where the guid names no item, and is put behind it.
    """
    if guid and _NO_ITEM.fullmatch(guid):
        named = next((one for one in telling if one.strip()), "")
        return f"{guid.rstrip(':/')}:{named}" if named else guid
    if not version:
        return guid
    number = re.escape(version)
    if version.isdecimal() and (found := re.fullmatch(_REVISION.format(version=number), guid)):
        return f"{found['item']}1{found['update'] and 'N'}"
    found = re.fullmatch(_WRITTEN_OUT.format(version=number), guid, re.IGNORECASE)
    return found["item"] if found else guid

"""What can go wrong with a reranker.

RerankingError
|-- RerankerNotFound    no such folder, or the hub cannot be reached or has no such model
|-- RerankerUnusable    it is there, but is not a cross-encoder of one score, or is damaged
|-- RerankerFailed      it was loaded, but failed or ran out of memory
`-- BadScores           scores that cannot be sorted
"""

from __future__ import annotations

from search.errors import PolywireError


class RerankingError(PolywireError):
    """The reranker cannot do its work."""


class RerankerNotFound(RerankingError):
    """The named reranker is not on this machine and could not be fetched."""


class RerankerUnusable(RerankingError):
    """What the name leads to is not a reranker that can be loaded."""


class RerankerFailed(RerankingError):
    """The reranker failed while it computed, or its device ran out of memory."""


class BadScores(RerankingError):
    """The reranker returned scores that are not finite numbers."""

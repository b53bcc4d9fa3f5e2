"""What can go wrong when search quality is measured.

EvaluationError
|-- TopicsUnreadable      the file of topics is missing or in another format
|-- JudgementsUnreadable  the file of judgements is missing or in another format
`-- NothingJudged         no topic has a judgement, or the index has none of the articles
"""

from __future__ import annotations

from search.errors import PolywireError


class EvaluationError(PolywireError):
    """The quality of the search cannot be measured."""


class TopicsUnreadable(EvaluationError):
    """The file of topics cannot be read."""


class JudgementsUnreadable(EvaluationError):
    """The file of judgements cannot be read."""


class NothingJudged(EvaluationError):
    """The topics, the judgements and the index have nothing in common."""

"""What can go wrong when search quality is measured.

EvaluationError
|-- TopicsUnreadable      the file of questions is missing or has another form
|-- JudgementsUnreadable  the file of judgements is missing or has another form
`-- NothingJudged         no question has a judgement, or the index has none of the articles
"""

from __future__ import annotations

from search.errors import PolywireError


class EvaluationError(PolywireError):
    """The quality of the search cannot be measured."""


class TopicsUnreadable(EvaluationError):
    """The file of questions cannot be read."""


class JudgementsUnreadable(EvaluationError):
    """The file of judgements cannot be read."""


class NothingJudged(EvaluationError):
    """The questions, the judgements and the index have nothing in common."""

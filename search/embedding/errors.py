"""What can go wrong with an embedding model.

EmbeddingError
|-- ModelNotFound     no such folder, or the hub cannot be reached
|-- ModelUnusable     the folder is not a sentence-transformers model, or is damaged
|-- ModelFailed       it was loaded, but failed or ran out of memory
`-- BadVectors        zero, non-finite, or of the wrong dimension
"""

from __future__ import annotations

from search.errors import PolywireError


class EmbeddingError(PolywireError):
    """The embedding model cannot do its work."""


class ModelNotFound(EmbeddingError):
    """The named model is not on this machine and could not be fetched."""


class ModelUnusable(EmbeddingError):
    """The folder is there but is not a model that can be loaded."""


class ModelFailed(EmbeddingError):
    """The model failed while it computed, or its device ran out of memory."""


class BadVectors(EmbeddingError):
    """The model returned vectors that cannot be searched."""

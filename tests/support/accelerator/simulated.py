"""A simulated accelerator for machines without a real one: PyTorch device `simulated`.

Its tensors live in objects of their own and are reached through PyTorch's dispatcher only, as
those of any out-of-tree backend: arithmetic is done by the processor's kernels, but an operation
that mixes tensors of the accelerator and of the processor fails, and so does reading a tensor
without copying it over, as on a GPU. It shows that code puts everything where it belongs, and what
16 bits do to the results; of a GPU's own kernels, its memory and its pace it shows nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Self

import torch
from torch.utils._pytree import tree_leaves, tree_map
from torch.utils.backend_registration import _setup_privateuseone_for_python_backend

NAME = "simulated"

CROSSING = ("_to_copy", "copy_", "_local_scalar_dense")
"""Operations that are there to bring something over."""

RESIZING = ("default", "start", "start_step")
"""Forms of `arange`: by default they resize an empty tensor, which a `Remote` cannot follow."""


@dataclass
class _Memory:
    """How large a tensor may be made, in elements."""

    largest: float = float("inf")


_memory = _Memory()


class Remote(torch.Tensor):
    """A tensor of the accelerator; `content` is the processor's tensor that holds its numbers."""

    content: torch.Tensor

    @staticmethod
    def __new__(cls: type[Self], content: torch.Tensor) -> Self:
        # Tensors made in inference mode have no version counter, which views of weights need.
        with torch.inference_mode(mode=False):
            made: Self = torch.Tensor._make_wrapper_subclass(
                cls,
                content.shape,
                strides=content.stride(),
                storage_offset=content.storage_offset(),
                dtype=content.dtype,
                device=torch.device(NAME, 0),
            )
        made.content = content
        return made

    @classmethod
    def __torch_dispatch__(  # type: ignore[override]
        cls,
        operation: Any,
        types: object,
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        return _run(operation, *args, **(kwargs or {}))


def install() -> tuple[torch.library.Library, ...]:
    """Register the device in this process, for good; it works as long as the result is kept."""
    _setup_privateuseone_for_python_backend(NAME)
    library = torch.library.Library("_", "IMPL")  # type: ignore[no-untyped-call]
    library.fallback(_run, "PrivateUse1")  # type: ignore[no-untyped-call]
    numbers = torch.library.Library("aten", "IMPL")  # type: ignore[no-untyped-call]
    for overload in RESIZING:
        operation = getattr(torch.ops.aten.arange, overload)
        numbers.impl(operation, partial(_run, operation), "PrivateUse1")  # type: ignore[no-untyped-call]
    return library, numbers


@contextmanager
def memory_for(elements: int) -> Iterator[None]:
    """Let the accelerator run out of memory with the first tensor of more elements."""
    _memory.largest = elements
    try:
        yield
    finally:
        _memory.largest = float("inf")


def _run(operation: Any, *args: Any, **kwargs: Any) -> Any:
    """Do on the processor what was asked of the accelerator."""
    name = operation._schema.name.removeprefix("aten::")
    tensors = [leaf for leaf in tree_leaves((args, kwargs)) if isinstance(leaf, torch.Tensor)]
    remote = {id(tensor.content): tensor for tensor in tensors if isinstance(tensor, Remote)}
    # As on a GPU, a single number may come from the processor.
    if name not in CROSSING and any(
        tensor.dim() for tensor in tensors if not isinstance(tensor, Remote)
    ):
        raise RuntimeError(f"{operation}: expected all tensors on one device")
    result = operation(*tree_map(_inside, args), **tree_map(_inside, kwargs))
    if name == "copy_" and not isinstance(args[0], Remote):
        return args[0]
    target = kwargs.get("device")
    if target is not None and torch.device(target).type == "cpu":
        return result
    return tree_map(lambda leaf: _outside(leaf, remote), result)


def _inside(leaf: Any) -> Any:
    if isinstance(leaf, Remote):
        return leaf.content
    return torch.device("cpu") if isinstance(leaf, torch.device) else leaf


def _outside(leaf: Any, known: Mapping[int, Remote]) -> Any:
    if not isinstance(leaf, torch.Tensor):
        return leaf
    if id(leaf) in known:
        return known[id(leaf)]
    if leaf.numel() > _memory.largest:
        raise torch.OutOfMemoryError(f"{NAME} out of memory. Tried to allocate {leaf.nbytes} bytes")
    return Remote(leaf)

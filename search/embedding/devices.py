"""Where models run: the processor, or an accelerator (CUDA, ROCm, XPU, MPS, ...) if there is one.

Whatever PyTorch calls an accelerator is one; none is named here.
"""

from __future__ import annotations

from textwrap import shorten

from search.embedding.hub import first_line

CPU = "cpu"

EXHAUSTED = ("out of memory", "can't allocate memory", "not enough memory")
"""What backends say that have no error class for it (MPS; PyTorch's processor allocators)."""


def best() -> str:
    """The accelerator of this machine, as torch names it, or `cpu`."""
    import torch

    accelerator = torch.accelerator.current_accelerator(check_available=True)
    return CPU if accelerator is None else accelerator.type


def refusal(name: str | None) -> str | None:
    """Why device `name` cannot be used here, as a sentence, or None if it can.

    None in particular, which means the best there is, can always be used.
    """
    import torch

    if name is None:
        return None
    try:
        torch.ones(1, device=name).cpu()
    # Each backend has errors of its own: AssertionError, RuntimeError, NotImplementedError, ...
    except Exception as error:
        usable = " or ".join(dict.fromkeys((CPU, best())))
        return (
            f"The device {name} cannot be used here ({_brief(error)}); set `device` to {usable}, "
            "or leave it empty for the best there is."
        )
    return None


def breakdown(error: Exception, device: str, batch: str) -> str:
    """What happened on `device` and what to do; `batch` is the setting of its batch size.

    The sentence continues "The model NAME".
    """
    import torch

    on_cpu = device == CPU
    if isinstance(error, (torch.OutOfMemoryError, MemoryError)) or any(
        sign in str(error).lower() for sign in EXHAUSTED
    ):
        remedy = f"set `{batch}` lower" if on_cpu else f"set `{batch}` lower or `device` to cpu"
        return f"ran out of memory on {device}; {remedy}."
    remedy = "fetch it again" if on_cpu else "set `device` to cpu"
    return f"failed on {device} ({_brief(error)}); {remedy}, or choose another."


def _brief(error: Exception) -> str:
    """The first sentence of an error: PyTorch goes on for a screen."""
    return shorten(first_line(error).partition(". ")[0], 100, placeholder=" ...")


def multiplies_bfloat16() -> bool:
    """Tell whether the processor has instructions that multiply in bfloat16 (AVX-512 BF16, AMX).

    With them e5-small embeds 69 news passages a second per core, without 30 (AMD EPYC, batches of
    8). Elsewhere bfloat16 would be emulated, and 32 bits are used.
    """
    import torch

    asked = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    return any(getattr(torch.cpu, name, bool)() for name in asked)

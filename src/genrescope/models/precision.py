"""The precision in which a network learns: float32, or bfloat16 where that is known to be faster.

In bfloat16 the layers compute with 8 significant bits; weights, batch norm's statistics, loss and
optimiser stay in float32, and what is measured and exported is the network in float32. Public:
`PRECISIONS`, `resolved_precision`, `computes_bfloat16`.
"""

from __future__ import annotations

import torch

PRECISIONS = ("float32", "bfloat16", "auto")


def resolved_precision(precision: str, device: str) -> str:
    """
    Decide what ``"auto"`` is on this machine.

    Parameters
    ----------
    precision : str
        A name of `PRECISIONS`.
    device : str
        Where the network learns: ``"cpu"``, ``"gpu"``, ``"auto"`` ...

    Returns
    -------
    str
        ``"float32"`` or ``"bfloat16"``.

    Examples
    --------
    >>> resolved_precision("float32", "cpu")
    'float32'
    """
    if precision != "auto":
        return precision
    return "bfloat16" if computes_bfloat16(device) else "float32"


def computes_bfloat16(device: str) -> bool:
    """
    Tell whether bfloat16 is known to be the faster type to learn in on a device.

    Parameters
    ----------
    device : str
        As for `resolved_precision`.

    Returns
    -------
    bool
        Of GPUs of CUDA, whether they compute in it. Of processors, whether they are of x86 and have
        AVX-512 BF16 or AMX: others can have instructions for it (ARM does, with and without SVE)
        without a training in it being faster, and a torch that cannot name the abilities of the
        processor says nothing. False of every other device, and where ``"auto"`` or ``"gpu"``
        comes to Apple's MPS.
    """
    if device in ("auto", "gpu") and torch.backends.mps.is_available():
        return False
    if device in ("auto", "gpu", "cuda") and torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    if device not in ("auto", "cpu"):
        return False
    # Older versions of torch cannot tell.
    abilities: dict[str, object] = getattr(torch.cpu, "get_capabilities", dict)()
    return any(abilities.get(name) for name in ("avx512_bf16", "amx_bf16"))

"""Files of weights that others published: names and arrays, and nothing that could run.

Two forms are read: ``.safetensors`` (eight bytes of length, a JSON header, raw buffers) and the
state dict of torch (``.pth``, ``.pt``, ``.bin``), as weights only.

Public functions: `read_weights`, `weights_path`.

References
----------
The format of safetensors: https://github.com/huggingface/safetensors, section "Format".
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import torch

from genrescope.errors import ConfigError, missing_extra

TORCH_ENDINGS = (".pth", ".pt", ".bin")
HUB = "hub:"
HUB_FILE = "model.safetensors"
MAX_HEADER = 100_000_000
"""Bytes, as in the published reader."""

DTYPES = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2",
    "I8": "<i1", "U8": "<u1", "BOOL": "|b1",
}  # fmt: skip


def weights_path(weights: str) -> Path:
    """
    Find a file of weights: a path, or a repository of the hub.

    Parameters
    ----------
    weights : str
        A path, or ``hub:OWNER/NAME``, whose ``model.safetensors`` huggingface_hub downloads.

    Returns
    -------
    Path
        An existing file.

    Raises
    ------
    ConfigError
        If there is no such file, or the hub does not give it.
    MissingExtraError
        If the hub is asked for and the extra [hub] is not installed.

    Examples
    --------
    >>> weights_path(__file__).name
    '_weight_files.py'
    """
    if weights.startswith(HUB):
        repository = weights.removeprefix(HUB)
        try:
            import huggingface_hub
        except ImportError as error:
            raise missing_extra("hub", f"the weights {weights}", error) from error
        try:
            return Path(huggingface_hub.hf_hub_download(repo_id=repository, filename=HUB_FILE))
        except (OSError, ValueError) as error:  # its errors of network, repository and name
            reason = (str(error).splitlines() or [type(error).__name__])[0]
            raise ConfigError(
                f"{weights}: the hub gives no {HUB_FILE} ({reason}); check OWNER/NAME and the "
                "connection, or give the path of a file that was downloaded before"
            ) from error
    path = Path(weights).expanduser()
    if not path.is_file():
        raise ConfigError(
            f"there is no file of weights {weights}: give the path of a .safetensors or .pth file, "
            "or hub:OWNER/NAME"
        )
    return path


def read_weights(path: Path) -> dict[str, torch.Tensor]:
    """
    Read the arrays of a file of weights.

    Parameters
    ----------
    path : Path
        A ``.safetensors`` file, or a state dict of torch.

    Returns
    -------
    dict of str to torch.Tensor
        Arrays by name, in memory of their own.

    Raises
    ------
    ConfigError
        If the file is damaged, of another form, or holds anything but arrays by name.
    """
    if path.suffix == ".safetensors":
        return _safetensors(path)
    if path.suffix not in TORCH_ENDINGS:
        raise ConfigError(
            f"{path} is no file of weights by its ending: .safetensors, {', '.join(TORCH_ENDINGS)}"
        )
    try:
        found = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # torch lets many kinds of error out of damaged files
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise ConfigError(
            f"{path} cannot be read as weights alone ({reason}): it is damaged, or holds objects, "
            "which could run code; save its state_dict"
        ) from error
    if not isinstance(found, dict) or not all(
        isinstance(name, str) and isinstance(value, torch.Tensor) for name, value in found.items()
    ):
        raise ConfigError(f"{path} holds no state dict, which is arrays by name: save that alone")
    return found


def _safetensors(path: Path) -> dict[str, torch.Tensor]:
    size = path.stat().st_size
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if size < 8 or length > min(size - 8, MAX_HEADER):
            raise _damaged(path, f"a header of {length} bytes in a file of {size}")
        try:
            header = json.loads(file.read(length))
            entries = {name: header[name] for name in header if name != "__metadata__"}
        except (ValueError, TypeError, RecursionError) as error:
            raise _damaged(path, f"the header is no JSON object: {error}") from error
        data = file.read()
    if not isinstance(header, dict):
        raise _damaged(path, "the header is no JSON object")
    return {name: _array(path, name, entry, data) for name, entry in entries.items()}


def _array(path: Path, name: str, entry: Any, data: bytes) -> torch.Tensor:
    try:
        kind, shape, (start, end) = entry["dtype"], entry["shape"], entry["data_offsets"]
    except (KeyError, TypeError, ValueError) as error:
        raise _damaged(path, f"{name!r} lacks dtype, shape or two data_offsets") from error
    if kind == "BF16":
        raise ConfigError(f"{path}: {name!r} is of type BF16: give weights in F32 or F16")
    if not isinstance(kind, str) or kind not in DTYPES:
        raise _damaged(path, f"{name!r} is of type {kind!r}, not one of {', '.join(DTYPES)}")
    numbers = [*shape, start, end] if isinstance(shape, list) else [None]
    if not all(type(number) is int and number >= 0 for number in numbers):
        raise _damaged(path, f"{name!r} has shape {shape} and offsets {start}, {end}")
    dtype = np.dtype(DTYPES[kind])
    n_bytes = math.prod(shape) * dtype.itemsize
    if end > len(data) or end - start != n_bytes:
        raise _damaged(
            path, f"{name!r} needs {n_bytes} bytes, has those from {start} to {end} of {len(data)}"
        )
    array = np.frombuffer(data, dtype, count=math.prod(shape), offset=start).reshape(shape)
    return torch.from_numpy(array.astype(dtype.newbyteorder("=")))


def _damaged(path: Path, what: str) -> ConfigError:
    return ConfigError(f"{path} is damaged or no safetensors file ({what}): fetch it again")

"""Sound files that genrescope writes itself: mono WAV, 16 bits, whole or not at all.

Public function: `write_wav`. Samples are mono floats in [-1, 1]; a value is stored as the nearest
of the 65536 levels ``k / 32768``, so that what is read back differs by at most one level.
"""

from __future__ import annotations

import os
import wave
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from genrescope import atomic
from genrescope.errors import ParameterError

_LEVELS = 32768
# A RIFF chunk counts its bytes in 32 bits; 2 bytes a sample and the header must fit.
_MAX_SAMPLES = (2**32 - 1 - 36) // 2


def write_wav(path: str | os.PathLike[str], y: npt.NDArray[np.floating[Any]], *, sr: int) -> None:
    """
    Write mono sound as a 16-bit WAV file that appears whole or not at all.

    Parameters
    ----------
    path : str or path-like
        Where the file shall stand; its folder is made if it is missing.
    y : ndarray of float [shape=(n,)]
        Samples in [-1, 1].
    sr : int
        Sample rate in Hz.

    Raises
    ------
    ParameterError
        If `y` is not a one-dimensional array of finite floats in [-1, 1], or `sr` not a positive
        integer.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_wav(Path(folder) / "short.wav", np.zeros(100, dtype=np.float32), sr=22050)
    ...     (Path(folder) / "short.wav").stat().st_size
    244
    """
    if isinstance(sr, bool) or not isinstance(sr, int | np.integer) or not 0 < sr < 2**31:
        raise ParameterError(f"sr is {sr!r}, but a sample rate is a positive whole number of Hz")
    levels = _levels_of(np.asarray(y))
    with atomic.open_atomic(Path(path)) as file, wave.open(file, "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(int(sr))
        wav.setnframes(levels.size)
        wav.writeframesraw(levels.tobytes())


def _levels_of(y: npt.NDArray[Any]) -> npt.NDArray[np.int16]:
    if y.ndim != 1:
        raise ParameterError(
            f"y has shape {y.shape}, but a mono recording has one dimension: average the channels"
        )
    if not np.issubdtype(y.dtype, np.floating):
        raise ParameterError(
            f"y has dtype {y.dtype}, but samples are floats in [-1, 1]: divide integers by their "
            "full scale"
        )
    if y.size > _MAX_SAMPLES:
        raise ParameterError(f"y has {y.size} samples, but a WAV file holds {_MAX_SAMPLES}")
    if not np.isfinite(y).all():
        raise ParameterError(
            f"y holds {np.count_nonzero(~np.isfinite(y))} values that are NaN or infinite; "
            "a WAV file of 16 bits cannot hold them"
        )
    peak = float(np.abs(y).max(initial=0.0))
    if peak > 1.0:
        raise ParameterError(
            f"y reaches {peak:.6g}, but samples lie in [-1, 1]: divide by the peak, or clip first"
        )
    levels = np.clip(np.rint(y * float(_LEVELS)), -_LEVELS, _LEVELS - 1)
    return levels.astype("<i2")

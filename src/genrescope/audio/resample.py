"""Change the sample rate of mono sound, whole or block by block, with soxr at quality HQ.

HQ passes the band up to about 0.91 of the lower Nyquist frequency and rejects images below
-120 dB. Both forms give the same samples. Public names: `resample`, `StreamResampler`.

References
----------
The SoX Resampler library, https://sourceforge.net/p/soxr/ .
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from genrescope.errors import ParameterError

_QUALITY = "HQ"


def resample(
    y: npt.NDArray[np.floating[Any]], *, orig_sr: int, target_sr: int
) -> npt.NDArray[np.float32]:
    """
    Change the sample rate of a mono recording.

    Parameters
    ----------
    y : ndarray of float [shape=(n,)]
        Samples at `orig_sr`.
    orig_sr : int
        Sample rate of `y` in Hz.
    target_sr : int
        Wanted sample rate in Hz.

    Returns
    -------
    ndarray of float32 [shape=(m,)]
        About ``n * target_sr / orig_sr`` samples; a copy of `y` where the rates are equal.

    Raises
    ------
    ParameterError
        If a rate is not a positive whole number, or `y` not one-dimensional.

    Examples
    --------
    >>> resample(np.zeros(44100, dtype=np.float32), orig_sr=44100, target_sr=22050).shape
    (22050,)
    """
    if y.ndim != 1:
        raise ParameterError(f"y has shape {y.shape}, but mono sound has one dimension")
    stream = StreamResampler(orig_sr=orig_sr, target_sr=target_sr)
    if orig_sr == target_sr:
        return y.astype(np.float32)
    return stream.process(y.astype(np.float32, copy=False), last=True)


class StreamResampler:
    """
    Change the sample rate of mono sound that comes in blocks.

    Parameters
    ----------
    orig_sr : int
        Sample rate of the blocks that come in, in Hz.
    target_sr : int
        Wanted sample rate in Hz.

    Raises
    ------
    ParameterError
        If a rate is not a positive whole number.

    Examples
    --------
    >>> stream = StreamResampler(orig_sr=44100, target_sr=22050)
    >>> a = stream.process(np.zeros(30000, dtype=np.float32))
    >>> b = stream.process(np.zeros(14100, dtype=np.float32), last=True)
    >>> a.size + b.size
    22050
    """

    def __init__(self, *, orig_sr: int, target_sr: int) -> None:
        for name, value in (("orig_sr", orig_sr), ("target_sr", target_sr)):
            if isinstance(value, bool) or not isinstance(value, int | np.integer) or value <= 0:
                raise ParameterError(
                    f"{name} is {value!r}, but a sample rate is a positive whole number of Hz"
                )
        self._stream = None
        if orig_sr != target_sr:
            import soxr

            self._stream = soxr.ResampleStream(
                orig_sr, target_sr, 1, dtype="float32", quality=_QUALITY
            )

    def process(self, y: npt.NDArray[np.float32], *, last: bool = False) -> npt.NDArray[np.float32]:
        """
        Take in one block and give out what is ready.

        Parameters
        ----------
        y : ndarray of float32 [shape=(n,)]
            The next samples; may be empty.
        last : bool
            Whether this is the end: what the filter still holds is given out too.

        Returns
        -------
        ndarray of float32 [shape=(m,)]
            Samples at the wanted rate; the filter holds some back until `last`.
        """
        if self._stream is None:
            return y
        out: npt.NDArray[np.float32] = self._stream.resample_chunk(y, last=last)
        return out

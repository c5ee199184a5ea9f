"""Read a recording with its channels apart, for what must tell them from each other.

Everything else hears the mean of the channels (`genrescope.audio.decode`). Public function:
`read_channels`.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import numpy.typing as npt

from genrescope.audio import levels, opening
from genrescope.audio.decode import open_audio
from genrescope.audio.limits import Limits
from genrescope.audio.probe import probe
from genrescope.errors import CorruptAudioError, EmptyAudioError


def read_channels(
    path: str | os.PathLike[str], *, limits: Limits | None = None
) -> tuple[npt.NDArray[np.float32], int]:
    """
    Read a whole recording at its own sample rate, its channels apart.

    Parameters
    ----------
    path : str or path-like
        The file; its kind is told by its content.
    limits : Limits or None
        What to refuse; None means the limits of ``Limits()``.

    Returns
    -------
    y : ndarray of float32 [shape=(n,) or (n_channels, n)]
        The sound, full scale 1.0; one dimension where there is one channel.
    sr : int
        Its sample rate in Hz.

    Raises
    ------
    AudioError
        If it cannot be read to its end, or its channels or sample rate change inside.

    Examples
    --------
    >>> import tempfile
    >>> from genrescope.audio.write import write_wav
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_wav(Path(folder) / "a.wav", np.full(100, 0.5), sr=8000)
    ...     y, sr = read_channels(Path(folder) / "a.wav")
    >>> y.shape, sr
    ((100,), 8000)
    """
    limits = Limits() if limits is None else limits
    info = probe(path, limits=limits)
    if info.n_channels == 1:
        with open_audio(path, sr=None, limits=limits) as reader:
            return np.concatenate(list(reader)), reader.sr
    opened = opening.open_source(Path(path))
    try:
        with opening.named(Path(path)):
            blocks, n_frames = [], 0
            for samples, sr in opened.source.blocks(0):
                if (samples.shape[1], sr) != (info.n_channels, info.sr):
                    raise CorruptAudioError(
                        f"its sound changes from {info.n_channels} channels at {info.sr} Hz to "
                        f"{samples.shape[1]} at {sr} Hz: convert it, or read it as mono"
                    )
                n_frames += len(samples)
                limits.check_amount(duration_s=n_frames / sr, n_values=n_frames * samples.shape[1])
                blocks.append(levels.repair(samples)[0].T)
            if not n_frames:
                raise EmptyAudioError("it holds no samples: the recording or download broke off")
    finally:
        opened.source.close()
    return np.concatenate(blocks, axis=1), info.sr

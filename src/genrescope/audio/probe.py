"""What a recording is, read from its header without decoding its sound.

Public names: `AudioInfo`, `probe`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from genrescope.audio import opening
from genrescope.audio.limits import Limits


@dataclass(frozen=True)
class AudioInfo:
    """
    What the header of a recording says.

    Attributes
    ----------
    duration_s : float or None
        Length in seconds; an estimate for MP3 and AAC without a count of frames; None where the
        header says nothing.
    sr : int
        Sample rate in Hz.
    n_channels : int
        Number of channels.
    codec : str
        Encoding of the sound, as the back end calls it (``"PCM_16"``, ``"aac"``).
    container : str
        Kind of the file (``"WAV"``, ``"MP4"``).
    size_bytes : int
        Size of the file.
    backend : str
        Library that reads it (``"libsndfile"`` or ``"FFmpeg"``).
    """

    duration_s: float | None
    sr: int
    n_channels: int
    codec: str
    container: str
    size_bytes: int
    backend: str


def probe(path: str | os.PathLike[str], *, limits: Limits | None = None) -> AudioInfo:
    """
    Read the header of a recording.

    Parameters
    ----------
    path : str or path-like
        The file.
    limits : Limits or None
        Refuse a recording whose header exceeds these; None refuses nothing.

    Returns
    -------
    AudioInfo
        What the header says.

    Raises
    ------
    AudioError
        If the file is missing, is no recording, or is damaged.
    AudioLimitError
        If the header exceeds a limit.

    Examples
    --------
    >>> import tempfile
    >>> import numpy as np
    >>> from genrescope.audio.write import write_wav
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "short.wav"
    ...     write_wav(path, np.zeros(22050, dtype=np.float32), sr=22050)
    ...     info = probe(path)
    >>> info.duration_s, info.sr, info.codec, info.backend
    (1.0, 22050, 'PCM_16', 'libsndfile')
    """
    path = Path(path)
    opened = opening.open_source(path)
    opened.source.close()
    info = info_of(opened)
    if limits is not None:
        with opening.named(path):
            limits.check_format(sr=info.sr, n_channels=info.n_channels)
            if info.duration_s is not None:
                n_values = info.duration_s * info.sr * info.n_channels
                limits.check_amount(duration_s=info.duration_s, n_values=n_values)
    return info


def info_of(opened: opening.Opened) -> AudioInfo:
    """
    Describe an opened recording.

    Parameters
    ----------
    opened : Opened
        The recording.

    Returns
    -------
    AudioInfo
        What its header says.
    """
    source = opened.source
    return AudioInfo(
        duration_s=None if source.n_frames is None else source.n_frames / source.sr,
        sr=source.sr,
        n_channels=source.n_channels,
        codec=source.codec,
        container=opened.kind.title,
        size_bytes=opened.size_bytes,
        backend=source.backend,
    )

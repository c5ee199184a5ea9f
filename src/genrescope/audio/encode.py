"""MP3 in memory, by LAME through FFmpeg: for players in pages, and to hear what the codec leaves.

Sound is mono float [shape=(n,)], full scale 1.0. LAME writes how much silence it put before and
after the sound, and the decoder takes it off again: what is decoded has the length of what was
encoded (47 samples at least), and lies on it to the sample.

Public functions: `encode_mp3`, `mp3_clip`, `decode_mp3`.
"""

from __future__ import annotations

import io
import os
from typing import Any

import numpy as np
import numpy.typing as npt

from genrescope.audio import pyav_frames
from genrescope.audio.decode import open_audio
from genrescope.audio.levels import MAX_LEVEL
from genrescope.audio.resample import resample
from genrescope.errors import CorruptAudioError, ParameterError

_BIT_RATES = {
    # MPEG-2.5, of which LAME makes no more than 64 kbit/s, MPEG-2 and MPEG-1 (layer III).
    (8000, 11025, 12000): (8, 16, 24, 32, 40, 48, 56, 64),
    (16000, 22050, 24000): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (32000, 44100, 48000): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
}
"""In kbit/s, by the sample rates in Hz that have them."""


def encode_mp3(y: npt.NDArray[np.floating[Any]], *, sr: int, bit_rate: int = 64_000) -> bytes:
    """
    Encode mono sound as MP3 of a constant bit rate.

    Parameters
    ----------
    y : ndarray of float [shape=(n,)]
        Samples; full scale is 1.0, and what exceeds it is encoded too.
    sr : int
        Sample rate in Hz. Where MP3 does not know it, or not with this bit rate, the sound is
        resampled to the next higher rate that it knows (48 kHz at most).
    bit_rate : int
        In bits a second: one of those of MP3 (32,000, 64,000, 128,000 ...).

    Returns
    -------
    bytes
        The file.

    Raises
    ------
    ParameterError
        If `y` is no mono sound, or MP3 has no such bit rate.

    Examples
    --------
    >>> data = encode_mp3(np.zeros(22050, dtype=np.float32), sr=22050, bit_rate=32_000)
    >>> 4000 <= len(data) <= 5000
    True
    """
    y = _checked(np.asarray(y))
    rate = _mp3_rate(sr, bit_rate)
    y = resample(y, orig_sr=sr, target_sr=rate)
    import av

    file = io.BytesIO()
    with av.open(file, "w", format="mp3") as container:
        stream = container.add_stream("libmp3lame", rate=rate, layout="mono")
        context = stream.codec_context
        context.bit_rate = bit_rate
        # The encoder's first choice, integers, would clip.
        context.format = "fltp"
        frame = av.AudioFrame.from_ndarray(y[None], "fltp", "mono")
        frame.sample_rate = rate
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return file.getvalue()


def mp3_clip(
    path: str | os.PathLike[str], *, start_s: float, duration_s: float, bit_rate: int = 48_000
) -> bytes:
    """
    Encode a part of a recording as mono MP3, for a player in a page.

    Parameters
    ----------
    path : str or path-like
        The recording.
    start_s : float
        Where to begin, in seconds.
    duration_s : float
        How much to encode, in seconds; less where the recording ends before.
    bit_rate : int
        In bits a second: one of those of MP3.

    Returns
    -------
    bytes
        The file.

    Raises
    ------
    ParameterError
        If an argument is out of range.
    AudioError
        If nothing can be read; one subclass for each cause.
    """
    with open_audio(path, sr=None, offset_s=start_s, duration_s=duration_s) as reader:
        y = np.concatenate(list(reader))
    return encode_mp3(y, sr=reader.sr, bit_rate=bit_rate)


def decode_mp3(data: bytes) -> tuple[npt.NDArray[np.float32], int]:
    """
    Decode what `encode_mp3` made.

    Parameters
    ----------
    data : bytes
        The file; its channels are averaged.

    Returns
    -------
    y : ndarray of float32 [shape=(n,)]
        The sound, without what the encoder put before and after it.
    sr : int
        Its sample rate in Hz.

    Raises
    ------
    CorruptAudioError
        If the bytes are no MP3.

    Examples
    --------
    >>> y, sr = decode_mp3(encode_mp3(np.zeros(1000, dtype=np.float32), sr=16000))
    >>> y.shape, sr
    ((1000,), 16000)
    """
    import av

    try:
        with av.open(io.BytesIO(data), "r", format="mp3") as container:
            frames = list(container.decode(audio=0))
    except (av.FFmpegError, LookupError, ValueError) as error:
        raise CorruptAudioError(
            f"{len(data)} bytes that FFmpeg cannot read as MP3 ({error}): give a whole MP3 file"
        ) from error
    if not frames:
        raise CorruptAudioError(f"{len(data)} bytes hold no frame of MP3: give a whole MP3 file")
    y = np.concatenate([pyav_frames.samples_of(frame) for frame in frames], axis=1).mean(axis=0)
    return y, int(frames[0].sample_rate)


def _checked(y: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    if y.ndim != 1 or not len(y) or not np.issubdtype(y.dtype, np.floating):
        raise ParameterError(
            f"y has shape {y.shape} and type {y.dtype}, but must be mono sound of shape (n,) in "
            "floating point, with a sample or more: average the channels"
        )
    # NaN fails the comparison.
    if not (np.abs(y) <= MAX_LEVEL).all():
        raise ParameterError(
            f"y holds samples that are NaN, infinite or beyond {MAX_LEVEL:g} (full scale is 1): "
            "clean the sound first"
        )
    return y.astype(np.float32, copy=False)


def _mp3_rate(sr: int, bit_rate: int) -> int:
    """Give the sample rate to encode at: the lowest with the bit rate that loses no band."""
    if isinstance(sr, bool) or not isinstance(sr, int | np.integer) or sr <= 0:
        raise ParameterError(f"sr is {sr!r}, but a sample rate is a positive whole number of Hz")
    rates = sorted(r for group, known in _BIT_RATES.items() if bit_rate / 1000 in known
                   for r in group)  # fmt: skip
    if not rates:
        known = sorted({kbit for group in _BIT_RATES.values() for kbit in group})
        raise ParameterError(
            f"bit_rate is {bit_rate!r}, but MP3 has only those of {known} kbit/s: give bits a "
            "second, as 64000"
        )
    return next((rate for rate in rates if rate >= sr), rates[-1])

"""Whether this machine decodes what it should: a second of sound in each format, made and read.

The clip is written by the encoders that the installed libraries bring. Where they bring none for a
format, nothing can be said about it. Public: `FORMATS`, `FormatCheck`, `check_formats`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from genrescope.audio.decode import open_audio
from genrescope.errors import AudioError

_SR = 48000
_TONE_HZ = 440.0
_LEVEL = 0.5


@dataclass(frozen=True)
class Encoding:
    """
    How a clip of one format is made.

    Attributes
    ----------
    library : {"soundfile", "av"}
        What writes it.
    form, codec : str
        Container and codec, as that library names them.
    """

    library: str
    form: str
    codec: str


FORMATS = {
    "wav": Encoding("soundfile", "WAV", "PCM_16"),
    "flac": Encoding("soundfile", "FLAC", "PCM_16"),
    "ogg": Encoding("soundfile", "OGG", "VORBIS"),
    "opus": Encoding("soundfile", "OGG", "OPUS"),
    "aiff": Encoding("soundfile", "AIFF", "PCM_16"),
    "au": Encoding("soundfile", "AU", "PCM_16"),
    "mp3": Encoding("soundfile", "MP3", "MPEG_LAYER_III"),
    "m4a": Encoding("av", "ipod", "aac"),
    "aac": Encoding("av", "adts", "aac"),
    "wma": Encoding("av", "asf", "wmav2"),
    "mka": Encoding("av", "matroska", "aac"),
}
"""By extension."""


@dataclass(frozen=True)
class FormatCheck:
    """
    What came of one format.

    Attributes
    ----------
    name : str
        Its extension.
    decodes : bool or None
        Whether the clip came back as it was; None where no clip could be made.
    reason : str
        Why not; empty where it did.
    """

    name: str
    decodes: bool | None
    reason: str = ""


def check_formats(folder: Path) -> Iterator[FormatCheck]:
    """
    Write a clip in each format, and decode it.

    Parameters
    ----------
    folder : Path
        An empty folder that the clips are left in.

    Yields
    ------
    FormatCheck
        One a format, in the order of `FORMATS`.
    """
    t = np.arange(_SR) / _SR
    y = (_LEVEL * np.sin(2 * np.pi * _TONE_HZ * t)).astype(np.float32)
    for name, encoding in FORMATS.items():
        path = folder / f"clip.{name}"
        try:
            _write(path, y, encoding)
        except Exception as error:  # the kinds of error differ between versions of the encoders
            yield FormatCheck(name, None, f"{type(error).__name__}: {error}")
            continue
        try:
            reason = _fault(path)
        except AudioError as error:
            reason = str(error)
        yield FormatCheck(name, not reason, reason)


def _fault(path: Path) -> str:
    with open_audio(path, sr=_SR) as reader:
        y = np.concatenate(list(reader))
    if abs(y.size / _SR - 1.0) > 0.2:
        return f"{y.size / _SR:.2f} s came back of 1 s"
    loudest = int(np.abs(np.fft.rfft(y)).argmax()) * _SR / y.size
    if abs(loudest - _TONE_HZ) > 3:
        return f"a tone of {_TONE_HZ:.0f} Hz came back as {loudest:.0f} Hz"
    return ""


def _write(path: Path, y: npt.NDArray[np.float32], encoding: Encoding) -> None:
    if encoding.library == "soundfile":
        import soundfile

        soundfile.write(path, y, _SR, format=encoding.form, subtype=encoding.codec)
        return
    import av

    with av.open(str(path), "w", format=encoding.form) as container:
        stream = container.add_stream(encoding.codec, rate=_SR, layout="mono")
        context = stream.codec_context
        context.bit_rate = 128_000
        fit = av.AudioResampler(
            format=context.format, layout="mono", rate=_SR, frame_size=context.frame_size or 4096
        )
        frame = av.AudioFrame.from_ndarray(y[None], "flt", "mono")
        frame.sample_rate = _SR
        for piece in [*fit.resample(frame), *fit.resample(None)]:
            container.mux(stream.encode(piece))
        container.mux(stream.encode())

"""How a recording of every format is made from one synthesised sound."""

from __future__ import annotations

import fractions
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
import soundfile

SR = 48000
DURATION_S = 4.0
TONE_HZ = 1000.0
TONE_LEVEL = 0.3


@dataclass(frozen=True)
class Made:
    """
    A format and how a file of it is made.

    `picture` is the codec of a video track. `offset_error` is how far a part may differ from the
    same part of the whole; None where its place is known to 1 ms only.
    """

    form: str
    codec: str
    picture: str | None = None
    backend: str = "FFmpeg"
    offset_error: float | None = 0.0
    layout: str = "stereo"


LIBSNDFILE = "libsndfile"
FORMATS = {
    "pcm8.wav": Made("WAV", "PCM_U8", backend=LIBSNDFILE),
    "pcm16.wav": Made("WAV", "PCM_16", backend=LIBSNDFILE),
    "pcm24.wav": Made("WAV", "PCM_24", backend=LIBSNDFILE),
    "pcm32.wav": Made("WAV", "PCM_32", backend=LIBSNDFILE),
    "float.wav": Made("WAV", "FLOAT", backend=LIBSNDFILE),
    "double.wav": Made("WAV", "DOUBLE", backend=LIBSNDFILE),
    "adpcm.wav": Made("WAV", "MS_ADPCM", backend=LIBSNDFILE),
    "extensible.wav": Made("WAVEX", "PCM_16", backend=LIBSNDFILE),
    "big.rf64": Made("RF64", "PCM_16", backend=LIBSNDFILE),
    "sound.w64": Made("W64", "PCM_16", backend=LIBSNDFILE),
    "sound.flac": Made("FLAC", "PCM_16", backend=LIBSNDFILE),
    "sound.ogg": Made("OGG", "VORBIS", backend=LIBSNDFILE, offset_error=1e-5),
    "sound.opus": Made("OGG", "OPUS", backend=LIBSNDFILE, offset_error=0.02),
    "sound.aiff": Made("AIFF", "PCM_16", backend=LIBSNDFILE),
    "sound.au": Made("AU", "PCM_16", backend=LIBSNDFILE),
    "ulaw.au": Made("AU", "ULAW", backend=LIBSNDFILE),
    "sound.caf": Made("CAF", "PCM_16", backend="FFmpeg of libsndfile's"),
    "sound.mp3": Made("MP3", "MPEG_LAYER_III", backend="FFmpeg of libsndfile's", offset_error=1e-4),
    "sound.m4a": Made("ipod", "aac", offset_error=0.02),
    "alac.m4a": Made("ipod", "alac"),
    "sound.aac": Made("adts", "aac", offset_error=0.02),
    "sound.wma": Made("asf", "wmav2", offset_error=None),
    "sound.wv": Made("wv", "wavpack"),
    "sound.mka": Made("matroska", "aac", offset_error=None),
    "video.mp4": Made("mp4", "aac", picture="mpeg4", offset_error=0.02),
    "video.mov": Made("mov", "pcm_s16le", picture="mpeg4"),
    "video.mkv": Made("matroska", "libmp3lame", picture="mpeg4", offset_error=None),
    "video.webm": Made("webm", "libopus", picture="libvpx", offset_error=None),
    "video.avi": Made("avi", "libmp3lame", picture="mpeg4", offset_error=1e-4),
    "video.flv": Made("flv", "aac", offset_error=None),
    "video.ts": Made("mpegts", "aac", picture="mpeg4", offset_error=0.02),
    "video.mpg": Made("mpeg", "mp2", picture="mpeg1video", offset_error=1e-3),
}


def tones(duration_s: float = DURATION_S, *, sr: int = SR) -> np.ndarray:
    """Make two equal channels: a steady tone, and a chirp by which a place is recognised."""
    t = np.arange(round(duration_s * sr)) / sr
    steady = TONE_LEVEL * np.sin(2 * np.pi * TONE_HZ * t)
    chirp = 0.1 * np.sin(2 * np.pi * (2000 + 500 * t) * t)
    return np.repeat((steady + chirp)[:, None], 2, axis=1).astype(np.float32)


def encode(path: Path, y: np.ndarray, made: Made, *, sr: int = SR) -> Path:
    """Write sound with the encoder that `made` names."""
    if "libsndfile" in made.backend:
        soundfile.write(path, y, sr, format=made.form, subtype=made.codec)
        return path
    with av.open(str(path), "w", format=made.form) as container:
        video = None if made.picture is None else container.add_stream(made.picture, rate=25)
        stream = container.add_stream(made.codec, rate=sr, layout=made.layout)
        if video is not None:
            add_pictures(container, video, n_images=round(25 * len(y) / sr))
        context = stream.codec_context
        context.bit_rate = 192000
        fit = av.AudioResampler(
            format=context.format,
            layout=made.layout,
            rate=sr,
            frame_size=context.frame_size or 4096,
        )
        packed = np.ascontiguousarray(y).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(packed, "flt", made.layout)
        frame.sample_rate = sr
        for piece in [*fit.resample(frame), *fit.resample(None)]:
            container.mux(stream.encode(piece))
        container.mux(stream.encode())
    return path


def add_pictures(container: av.container.OutputContainer, video: Any, *, n_images: int) -> None:
    """Fill a video track with grey pictures."""
    video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
    for i in range(n_images):
        image = av.VideoFrame.from_ndarray(np.full((48, 64, 3), i % 256, np.uint8), "rgb24")
        image.pts, image.time_base = i, fractions.Fraction(1, 25)
        container.mux(video.encode(image))
    container.mux(video.encode())

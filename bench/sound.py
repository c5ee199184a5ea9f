"""The sound that the benchmarks hear: composed by genrescope, encoded as people keep their music.

Tracks are of ten kinds; each has its own gain, place of its start, and a stereo picture. They are
made once, in the folder that GENRESCOPE_BENCH_DATA names, or bench/data. Copies of a track under
another name differ in their tags, so that their digests differ.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np

import genrescope
from bench.harness import ROOT

KINDS = (
    "blues", "classical", "country", "disco", "hiphop",
    "jazz", "metal", "pop", "reggae", "rock",
)  # fmt: skip
SR = 44100
FORMATS = ("mp3", "wav", "ogg")


def data_folder() -> Path:
    """Give the folder of made sound, and make it."""
    folder = Path(os.environ.get("GENRESCOPE_BENCH_DATA", ROOT / "bench" / "data"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def digest(*parts: object) -> str:
    """Name what is made from settings by eight hexadecimal digits of them."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:8]


def tracks(n: int, format: str = "mp3", *, duration_s: float = 30.0) -> list[Path]:
    """
    Make tracks, or find those that were made before.

    Parameters
    ----------
    n : int
        How many, kinds in turn.
    format : str
        ``"mp3"`` (44.1 kHz stereo, 192 kbit/s), ``"ogg"`` (Vorbis, 44.1 kHz stereo) or ``"wav"``
        (22.05 kHz mono, 16 bit).
    duration_s : float
        Length of each in seconds.

    Returns
    -------
    list of Path
        Their files.
    """
    folder = data_folder() / f"tracks-{duration_s:g}s"
    return [_track(folder, k, format, duration_s) for k in range(n)]


def copies(
    n: int, folder: Path, format: str = "mp3", *, n_distinct: int = 50, duration_s: float = 30.0
) -> list[Path]:
    """
    Lay n tracks with distinct digests into a folder, one sub-folder a kind.

    Parameters
    ----------
    n : int
        How many.
    folder : Path
        Where; what stands there stays.
    format : str
        As in `tracks`.
    n_distinct : int
        Tracks that differ in sound; the others differ in a tag.
    duration_s : float
        Length of each in seconds.

    Returns
    -------
    list of Path
        Their files.
    """
    originals = tracks(min(n, n_distinct), format, duration_s=duration_s)
    paths = []
    for k in range(n):
        original = originals[k % len(originals)]
        path = folder / original.name.split(".")[0] / f"{k:06}.{format}"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            unfinished = path.with_name(f".{k:06}.{format}")
            shutil.copyfile(original, unfinished)
            _tag(unfinished, f"copy {k}")
            unfinished.rename(path)
        paths.append(path)
    for path in paths:
        path.read_bytes()  # the disk cache is warm for all contenders alike
    return paths


def long_mp3(minutes: float) -> Path:
    """Make an MP3 of many minutes from the tracks, one after the other; only one is in memory."""
    path = data_folder() / f"long-{minutes:g}min.mp3"
    if not path.exists():
        n_blocks = round(minutes * 60 / 30)
        blocks = (_stereo(k % len(KINDS), 30.0) for k in range(n_blocks))
        if n_blocks > len(KINDS):
            kept = [_stereo(k, 30.0) for k in range(len(KINDS))]
            blocks = (kept[k % len(kept)] for k in range(n_blocks))
        _whole(path, lambda unfinished: _mp3(unfinished, blocks))
    return path


def _track(folder: Path, number: int, format: str, duration_s: float) -> Path:
    kind = KINDS[number % len(KINDS)]
    path = folder / f"{kind}.{number // len(KINDS):03}.{format}"
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    if format == "wav":
        y, _ = genrescope.read_audio(_track(folder, number, "mp3", duration_s), sr=22050)
        _whole(path, lambda p: _wav(p, y))
    elif format == "ogg":
        y = _stereo(number, duration_s)
        _whole(path, lambda p: _vorbis(p, y))
    else:
        y = _stereo(number, duration_s)
        _whole(path, lambda p: _mp3(p, iter([y])))
    return path


def _whole(path: Path, write: Callable[[Path], object]) -> None:
    """Let a file appear whole or not at all."""
    unfinished = path.with_name(f".{os.getpid()}.{path.name}")
    write(unfinished)
    unfinished.rename(path)


def _stereo(number: int, duration_s: float) -> np.ndarray:
    """Compose a track [shape=(2, n)] with its own gain, start and width."""
    kind, seed = KINDS[number % len(KINDS)], number // len(KINDS)
    rng = np.random.default_rng([number, seed])
    offset, n = int(rng.integers(0, SR)), round(duration_s * SR)
    y = genrescope.render_track(kind, seed=seed, duration_s=duration_s + 1.0, sr=SR)
    y = y[offset : offset + n] * np.float32(rng.uniform(0.6, 1.0))
    echo = np.roll(y, 441)
    return np.stack([0.7 * y + 0.25 * echo, 0.6 * y - 0.2 * echo]).astype(np.float32)


def _wav(path: Path, y: np.ndarray) -> None:
    """Write mono sound as 16 bit."""
    import soundfile

    soundfile.write(path, y, 22050, subtype="PCM_16", format="WAV")


def _vorbis(path: Path, y: np.ndarray) -> None:
    """Encode stereo sound as OGG Vorbis."""
    import soundfile

    with soundfile.SoundFile(path, "w", SR, 2, format="OGG", subtype="VORBIS") as file:
        # In blocks: libvorbis keeps what it is given at once on the stack.
        for start in range(0, y.shape[1], SR):
            file.write(y[:, start : start + SR].T)


def _mp3(path: Path, blocks: Iterator[np.ndarray]) -> None:
    """Encode stereo sound by LAME, block by block."""
    import av

    with av.open(str(path), "w", format="mp3") as container:
        stream = container.add_stream("libmp3lame", rate=SR)
        stream.bit_rate = 192_000
        stream.layout = "stereo"
        stream.codec_context.format = "fltp"
        place, step = 0, 1152
        for block in blocks:
            for start in range(0, block.shape[1], step):
                part = np.ascontiguousarray(block[:, start : start + step])
                frame = av.AudioFrame.from_ndarray(part, format="fltp", layout="stereo")
                frame.sample_rate, frame.pts, frame.time_base = SR, place, Fraction(1, SR)
                place += part.shape[1]
                container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _tag(path: Path, comment: str) -> None:
    """Write a comment into the tags, which changes the digest and not the sound."""
    if path.suffix == ".ogg":
        from mutagen.oggvorbis import OggVorbis

        tagged = OggVorbis(path)
        tagged["comment"] = comment
        tagged.save()
    elif path.suffix == ".mp3":
        from mutagen.id3 import COMM, ID3

        tags = ID3()
        tags.add(COMM(encoding=3, lang="eng", desc="", text=comment))
        tags.save(path, padding=lambda _: 0)
    else:
        # A chunk that readers skip: RIFF asks for its size in the header.
        data = bytearray(path.read_bytes())
        text = comment.encode().ljust(32)
        data += b"note" + len(text).to_bytes(4, "little") + text
        data[4:8] = (len(data) - 8).to_bytes(4, "little")
        path.write_bytes(data)

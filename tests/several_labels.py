"""Recordings of several genres each, made of tones: each genre has a band of its own."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from genrescope.audio.write import write_wav
from genrescope.datasets.index import write_index
from genrescope.digests import file_sha256
from genrescope.records import Track

SR = 8000
# Its tones in Hz, and how often a track has it.
GENRES = {"ambient": ((180.0, 240.0), 0.2), "jazz": ((500.0, 620.0), 0.35),
          "rock": ((1200.0, 1400.0), 0.5), "techno": ((2600.0, 3100.0), 0.3)}  # fmt: skip


def label_sets(n: int, *, seed: int) -> list[tuple[str, ...]]:
    """Draw the genres of each track, at least one each; the first is not always the same one."""
    rng = np.random.default_rng(seed)
    found = []
    for i in range(n):
        mine = [g for g, (_, share) in GENRES.items() if rng.random() < share]
        mine = mine or [list(GENRES)[i % len(GENRES)]]
        found.append(tuple(str(g) for g in rng.permutation(mine)))
    return found


def sound(genres: tuple[str, ...], *, seed: int, duration_s: float = 2.0) -> np.ndarray:
    """Mix the tones of some genres, detuned and of unequal loudness, with noise."""
    rng = np.random.default_rng(seed)
    t = np.arange(int(duration_s * SR)) / SR
    y = 0.02 * rng.normal(size=len(t))
    for genre in genres:
        for tone in GENRES[genre][0]:
            hertz = tone * rng.uniform(0.97, 1.03)
            loudness = rng.uniform(0.03, 0.2)
            y += loudness * np.sin(2 * np.pi * hertz * t + rng.uniform(0, 2 * np.pi))
    return np.clip(y, -1, 1)


def write_collection(folder: Path, *, n: int = 90, seed: int = 0) -> Path:
    """Write recordings of thirty artists and their track index; give the path of the index."""
    tracks = []
    for i, genres in enumerate(label_sets(n, seed=seed)):
        path = folder / f"song{i:03d}.wav"
        write_wav(path, sound(genres, seed=1000 * seed + i), sr=SR)
        artist = f"artist {i % 30}"
        tracks.append(
            Track(path.stem, path, genres, file_sha256(path), artist, duration_s=2.0, group=artist)
        )
    index = folder / "index.csv"
    write_index(index, tracks)
    return index

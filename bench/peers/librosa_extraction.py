"""
Log-mels of a folder as people extract them: librosa in a pool of processes, np.save.

librosa.load, melspectrogram, power_to_db, one .npy a track; the pool is forked after the imports,
one thread a process, chunks of 4 files.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
from functools import partial
from pathlib import Path

import librosa
import numpy as np


def extract(path: Path, *, folder: Path, hop_length: int) -> int:
    """Compute and keep the log-mel of a file."""
    y, sr = librosa.load(path, sr=22050)
    S = librosa.feature.melspectrogram(
        y=y, sr=sr, n_fft=2048, hop_length=hop_length, n_mels=128, pad_mode="constant"
    )
    S_db = librosa.power_to_db(S, ref=np.max)
    np.save(folder / f"{path.stem}.npy", S_db)
    return S_db.shape[1]


def main() -> None:
    """Extract all files of a folder with one sub-folder a genre."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("store", type=Path)
    parser.add_argument("--hop-length", type=int, default=1708)
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    given.store.mkdir(parents=True)
    paths = sorted(path for path in given.data.glob("*/*") if path.is_file())
    one = partial(extract, folder=given.store, hop_length=given.hop_length)
    with multiprocessing.get_context("fork").Pool(given.processes) as pool:
        n_frames = sum(pool.imap_unordered(one, paths, chunksize=4))
    print(json.dumps({"n": len(paths), "n_frames": n_frames}))


if __name__ == "__main__":
    main()

"""
The script that people write: librosa.load, melspectrogram, power_to_db, and the model in torch.

One plain loop with two threads of torch, or with --processes a pool of processes of one thread
each, forked after the imports so that they start at once. It hears the same windows as genrescope
(the features come from the same function), but gives the genre only: not whether it is music.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import time
from pathlib import Path

import librosa
import numpy as np
import torch

from bench.peers import torch_models
from bench.peers.decoders import warm
from genrescope.bundle.format import read_manifest


class Listener:
    """A model in torch behind librosa's front end."""

    def __init__(self, bundle: Path) -> None:
        self.manifest = read_manifest(bundle)
        self.model = torch_models.load(bundle)

    def __call__(self, path: str) -> list[float]:
        """Give the probabilities of a file: the mean over its windows."""
        front_end, windows = self.manifest.front_end, self.manifest.windows
        y, _ = librosa.load(path, sr=front_end.sr)
        pictures = []
        for start in range(0, max(1, len(y) - windows.min_tail), windows.hop):
            part = y[start : start + windows.length]
            if len(part) < windows.length:  # a short one is repeated, the last one ends at the end
                part = y[-windows.length :] if start else np.resize(y, windows.length)
            S = librosa.feature.melspectrogram(
                y=part,
                sr=front_end.sr,
                n_fft=front_end.n_fft,
                hop_length=front_end.hop_length,
                n_mels=front_end.n_mels,
                pad_mode="constant",
            )
            S_db = librosa.power_to_db(S, ref=np.max, top_db=front_end.top_db)
            if front_end.scale == "unit":
                S_db = (S_db - S_db.min()) / -S_db.min()
            pictures.append(S_db)
        X = self.manifest.features.compute(pictures, front_end)
        with torch.inference_mode():
            P = self.model(torch.from_numpy(X)).numpy()
        return [float(p) for p in P.mean(axis=0)]


def main() -> None:
    """Hear the files of a list, and say how long each took and what was heard."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("list", type=Path, help="file with one path a line")
    parser.add_argument("--bundle", type=Path, required=True)
    parser.add_argument("--processes", type=int, default=0, help="0: a plain loop")
    parser.add_argument("--threads", type=int, default=2, help="of torch")
    given = parser.parse_args()
    paths = given.list.read_text().splitlines()
    torch.set_num_threads(given.threads)
    listener = Listener(given.bundle)
    done: list[float] = []
    answers = []
    if given.processes:
        with multiprocessing.get_context("fork").Pool(given.processes, hear_alone) as pool:
            tasks = ((given.bundle, path) for path in paths)
            for found in pool.imap(hear, tasks, chunksize=2):
                done.append(time.perf_counter())
                answers.append(found)
    else:
        for path in paths:
            answers.append(listener(path))
            done.append(time.perf_counter())
    print(json.dumps({"n": len(done), "warm_s_per_file": warm(done), "first": answers[:10]}))


_LISTENERS: dict[Path, Listener] = {}


def hear_alone() -> None:
    """Keep a process of the pool to one thread."""
    torch.set_num_threads(1)


def hear(task: tuple[Path, str]) -> list[float]:
    """Hear a file in a process of the pool, which loads its model once."""
    bundle, path = task
    if bundle not in _LISTENERS:
        _LISTENERS[bundle] = Listener(bundle)
    return _LISTENERS[bundle](path)


if __name__ == "__main__":
    main()

"""Decoding alone: what no program that hears a file can do without.

`frames` decodes every frame and leaves the samples where FFmpeg put them; `arrays` takes them out
as arrays; `by_soundfile` reads with libsndfile. As a program, it decodes many files in a pool of
processes.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import time
from pathlib import Path

import av


def frames(path: Path) -> int:
    """Decode and count the samples."""
    with av.open(str(path)) as container:
        return sum(frame.samples for frame in container.decode(container.streams.audio[0]))


def arrays(path: Path) -> int:
    """Decode, take the samples out, and count them."""
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        return sum(frame.to_ndarray().shape[-1] for frame in container.decode(stream))


def by_soundfile(path: Path) -> int:
    """Read with libsndfile and count the samples."""
    import soundfile

    return len(soundfile.read(path, dtype="float32")[0])


def main() -> None:
    """Decode the files of a list in a pool, and say when which share was done."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("list", type=Path, help="file with one path a line")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--by", choices=["frames", "arrays", "by_soundfile"], default="frames")
    given = parser.parse_args()
    paths = [Path(line) for line in given.list.read_text().splitlines()]
    task = {"frames": frames, "arrays": arrays, "by_soundfile": by_soundfile}[given.by]
    done: list[float] = []
    # Forked, which starts fastest.
    with multiprocessing.get_context("fork").Pool(given.processes) as pool:
        for _ in pool.imap(task, paths, chunksize=2):
            done.append(time.perf_counter())
    print(json.dumps({"n": len(done), "warm_s_per_file": warm(done)}))


def warm(done: list[float]) -> float:
    """Give the seconds per file after the first tenth, from the moments at which each was done."""
    skipped = max(1, len(done) // 10)
    return (done[-1] - done[skipped - 1]) / max(1, len(done) - skipped)


if __name__ == "__main__":
    main()

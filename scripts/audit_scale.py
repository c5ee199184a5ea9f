"""Measure time and memory of the audit: on real sound, and on many simulated fingerprints.

    python scripts/audit_scale.py

The 660 real tracks of GENRESCOPE_DATA/gtzan are audited as `genrescope data audit` does. A
simulated recording of 30 s is put together from the real log-mels of GENRESCOPE_DATA: each of four
ranges of bands is a chain of passages of 5 to 15 s, each of another track, at another speed. So its
bits come in runs as long, and its keys in buckets as crowded, as real ones do, but it is no copy of
anything. One in a hundred is planted as a copy, begun 0.5 to 3 s later, with 2 dB of noise. Each
size runs in a process of its own, whose peak memory the operating system tells. Times are those
of the processor, so that what else the machine does is left out of them.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from genrescope.dsp.fingerprint import RATE, Fingerprint, fingerprint, pooled, pooling
from genrescope.seeding import rng_for

SIZES = (1000, 3000, 10_000, 30_000, 100_000)
N_FRAMES = 387
RANGES = ((0, 8), (8, 17), (17, 25), (25, 33))
PLANT_EVERY = 100


def real_levels() -> list[np.ndarray]:
    """Give the real log-mels in the bands of the fingerprint."""
    from genrescope.datasets.dataset import load_dataset

    path = Path(os.environ["GENRESCOPE_DATA"]) / "gtzan" / "logmel.npz"
    logmels = load_dataset("arrays", path=str(path)).logmels
    assert logmels is not None
    front_end = logmels.front_end
    weights = pooling(front_end.band_centres())
    return [
        pooled(front_end.to_db(logmels.get(i)), weights=weights, frame_rate=RATE)
        for i in logmels.rows
    ]


def simulated_levels(real: list[np.ndarray], n: int, rng: np.random.Generator) -> np.ndarray:
    """Put a recording together."""
    levels = np.empty((33, n), dtype=np.float32)
    for low, high in RANGES:
        at = 0
        while at < n:
            length = min(int(rng.integers(65, 194)), n - at)
            source = real[rng.integers(len(real))][low:high]
            places = rng.uniform(0, N_FRAMES) + np.arange(length) * rng.uniform(0.8, 1.25)
            levels[low:high, at : at + length] = source[:, places.astype(int) % N_FRAMES]
            at += length
    return levels


def simulated(n: int, rng: np.random.Generator) -> Iterator[Fingerprint]:
    """Give `n` fingerprints; every hundredth is a copy of the one before."""
    real = real_levels()
    longer = simulated_levels(real, N_FRAMES + 40, rng)
    for i in range(n):
        if i % PLANT_EVERY == PLANT_EVERY - 1:
            start = int(rng.integers(6, 40))
            noise = rng.normal(scale=2.0, size=(33, N_FRAMES))
            yield fingerprint(longer[:, start : start + N_FRAMES] + noise.astype(np.float32))
        else:
            longer = simulated_levels(real, N_FRAMES + 40, rng)
            yield fingerprint(longer[:, :N_FRAMES])


def peak_mb() -> float:
    """Give the peak resident memory of this process."""
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def match(n: int) -> str:
    """Match simulated recordings: a row of the table."""
    from genrescope.audit.collection import gather
    from genrescope.audit.duplicates import find_duplicates

    collection = gather(simulated(n, rng_for(0, "scale", n)))
    clock = time.process_time()
    found = find_duplicates(collection, track_ids=[str(i) for i in range(n)], digests=[None] * n)
    spent = time.process_time() - clock
    planted = {(str(i - 1), str(i)) for i in range(PLANT_EVERY - 1, n, PLANT_EVERY)}
    pairs = {(p.a, p.b) for p in found.pairs}
    return (
        f"| {n} | {spent:.1f} s | {1000 * spent / n:.2f} ms | {peak_mb():.0f} MB | "
        f"{found.n_compared / n:.0f} | {found.n_looked_at / n:.0f} | {found.n_aligned} | "
        f"{len(planted & pairs)} of {len(planted)} | {len(pairs - planted)} |"
    )


def real() -> str:
    """Audit the real sound with one thread: a row of the table."""
    from genrescope.audit.audit import audit
    from genrescope.datasets.dataset import load_dataset

    dataset = load_dataset("gtzan", skip_corrupt_jazz=False)
    clocks = [time.process_time()] * 2

    def listening(done: int, total: int) -> None:
        clocks[1] = time.process_time()

    found = audit(dataset, jobs=1, listening=listening)
    end = time.process_time()
    return (
        f"| {found.n_heard} of 30 s | {clocks[1] - clocks[0]:.1f} s | {end - clocks[1]:.1f} s | "
        f"{peak_mb():.0f} MB |"
    )


def in_its_own_process(what: str) -> str:
    """Run one measurement and give its row."""
    done = subprocess.run(
        [sys.executable, __file__, "--one", what], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def main() -> None:
    """Measure all, and print two tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one is not None:
        print(real() if args.one == "real" else match(int(args.one)))
        return
    print("| tracks | hearing (one thread) | all else | peak memory |\n|---|---|---|---|")
    print(in_its_own_process("real"), flush=True)
    print(
        "\n| simulated | matching | a track | peak memory | keys compared a track | "
        "looked at a track | pairs aligned | planted found | others reported |\n"
        "|---|---|---|---|---|---|---|---|---|"
    )
    for n in args.sizes:
        print(in_its_own_process(str(n)), flush=True)


if __name__ == "__main__":
    main()

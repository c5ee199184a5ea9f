"""Measure how much more memory a prediction about two hours takes than one about half a minute.

    python scripts/peak_memory.py

Two MP3 files of synthetic music are written block by block; each is predicted by a process of its
own, whose peak resident memory is read from the operating system. Exits non-zero if the long file
takes 150 MB more than the short one.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

LIMIT_MB = 150.0
SR = 22050
SHORT_S = 30.0


def write_music(path: Path, duration_s: float) -> None:
    """Write synthetic music, repeated, without ever holding more than ten seconds."""
    import soundfile

    from genrescope.synthesis.render import render_track

    y = np.clip(render_track("jazz", seed=0, number=0, duration_s=10.0, sr=SR), -1, 1)
    with soundfile.SoundFile(path, "w", SR, 1) as file:
        left = round(duration_s * SR)
        while left > 0:
            file.write(y[:left])
            left -= len(y)


def predict(path: Path, model: str) -> None:
    """Predict one file in this process and print its windows and peak memory in MB."""
    import resource

    from genrescope.prediction.predictor import load

    prediction = load(model).predict_file(path)
    assert prediction.top is not None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{len(prediction.windows)} {peak / (2**20 if sys.platform == 'darwin' else 2**10):.1f}")


def measured(path: Path, model: str) -> tuple[int, float]:
    """Predict one file in a process of its own: number of windows, and MB."""
    done = subprocess.run(
        [sys.executable, __file__, "--predict", str(path), "--model", model],
        capture_output=True,
        text=True,
        check=True,
    )
    n_windows, peak_mb = done.stdout.split()
    return int(n_windows), float(peak_mb)


def main() -> int:
    """Measure both files and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hours", type=float, default=2.0, help="length of the long file")
    parser.add_argument("--model", default="default", help="a model bundle")
    parser.add_argument("--predict", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.predict is not None:
        predict(args.predict, args.model)
        return 0
    peaks = []
    print("| length | windows | peak resident memory |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for duration_s in (SHORT_S, 3600 * args.hours):
            path = Path(folder) / f"{duration_s:.0f}.mp3"
            write_music(path, duration_s)
            n_windows, peak_mb = measured(path, args.model)
            peaks.append(peak_mb)
            print(f"| {duration_s:.0f} s | {n_windows} | {peak_mb:.1f} MB |", flush=True)
    more_mb = peaks[1] - peaks[0]
    print(f"\nThe long file takes {more_mb:.1f} MB more; at most {LIMIT_MB:.0f} MB are allowed.")
    return int(more_mb >= LIMIT_MB)


if __name__ == "__main__":
    sys.exit(main())

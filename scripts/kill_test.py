"""Kill trainings and feature extractions at random moments, and compare what comes out in the end.

    python scripts/kill_test.py --kills 20

A worker process is killed with SIGKILL, started again in the same folder, killed again ..., until
it comes to its end; then its result is compared, bit by bit, with that of a worker that nobody
killed. Fresh folders are begun until there were enough kills. Exits non-zero if a result differs,
or a worker fails.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from genrescope.digests import array_sha256, file_sha256, settings_digest
from genrescope.features.front_end import FrontEnd
from genrescope.features.windows import WindowSettings
from genrescope.records import Track
from genrescope.seeding import rng_for

FRONT_END = FrontEnd()
WINDOWS = WindowSettings(length=44100, hop=22050, min_tail=11025)
N_TRACKS = 16
READY = "ready\n"


@dataclass(frozen=True)
class Kill:
    """One kill: after how many seconds of work, and how far the work was."""

    kind: str
    number: int
    after_s: float
    progress: str


def work_train(folder: Path, ready: Callable[[], None]) -> str:
    """Train a small network in a folder, and digest its history and its answers."""
    from genrescope.models.neural import NetworkClassifier

    rng = rng_for(0, "kill test")
    y = np.array(["blues", "jazz", "rock"])[np.arange(240) % 3]
    X = rng.normal(size=(240, 60, 60)).astype(np.float32)
    X += (np.arange(240) % 3)[:, None, None].astype(np.float32) * 0.2
    model = NetworkClassifier(
        "three_block_cnn", {"n_filters": 4}, epochs=25, batch_size=16, learning_rate=1e-3,
        patience=25, device="cpu", folder=folder / "training",
    )  # fmt: skip
    ready()
    model.fit(X, y, valid=(X[:30], np.roll(y[:30], 1)))
    history = file_sha256(folder / "training" / "history.csv")
    return settings_digest([history, len(model.history_), array_sha256(model.predict_proba(X))])


def work_extract(folder: Path, ready: Callable[[], None]) -> str:
    """Extract the features of the recordings beside a folder, and digest the store."""
    from genrescope.training.extraction import extract, open_store

    tracks = [
        Track(path.stem, path, ("music",), sha256=file_sha256(path))
        for path in sorted((folder.parent / "recordings").glob("*.wav"))
    ]
    assert len(tracks) == N_TRACKS
    store = open_store(folder / "store", FRONT_END, WINDOWS)
    ready()
    skipped = extract(tracks, store, front_end=FRONT_END, windows=WINDOWS, jobs=2)
    assert not skipped, skipped
    keys = store.keys()
    assert len(keys) == N_TRACKS
    return settings_digest({key: array_sha256(store.get(key)) for key in keys})


WORKERS = {"training": work_train, "extraction": work_extract}


def progress(kind: str, folder: Path) -> str:
    """Say how far a killed worker was."""
    if kind == "training":
        history = folder / "training" / "history.csv"
        n = len(history.read_text().splitlines()) - 1 if history.exists() else 0
        part = ", half a checkpoint" if list(folder.glob("training/*.part")) else ""
        return f"{n} epochs{part}"
    n = len(list(folder.glob("store/*/*/*.npy")))
    part = ", half a file" if list(folder.glob("store/*/*/*.tmp-*")) else ""
    return f"{n} recordings{part}"


def start(kind: str, folder: Path) -> subprocess.Popen[str]:
    """Start a worker and wait until it has imported what it needs."""
    worker = subprocess.Popen(
        [sys.executable, __file__, "--worker", kind, "--folder", str(folder)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert worker.stdout is not None
    if worker.stdout.readline() != READY:
        raise SystemExit(f"the worker of {kind} failed to start")
    return worker


def finish(worker: subprocess.Popen[str]) -> str:
    """Let a worker come to its end and give its result."""
    out, _ = worker.communicate(timeout=600)
    if worker.returncode:
        raise SystemExit(f"a worker failed with exit code {worker.returncode}")
    return out.strip()


def run_until_killed_enough(
    kind: str, n_kills: int, folder: Path, seed: int
) -> tuple[list[Kill], list[bool]]:
    """Kill and resume; give the kills, and for each folder whether its result was the same."""
    rng = rng_for(seed, kind)
    began = time.perf_counter()
    expected = finish(start(kind, folder / f"{kind} unbroken"))
    whole_s = (time.perf_counter() - began) / 2
    kills: list[Kill] = []
    same: list[bool] = []
    while len(kills) < n_kills:
        place = folder / f"{kind} {len(same) + 1}"
        worker = start(kind, place)
        while len(kills) < n_kills:
            after_s = rng.uniform(0, whole_s)
            try:
                worker.wait(after_s)
                break
            except subprocess.TimeoutExpired:
                worker.kill()
                worker.communicate()
            kills.append(Kill(kind, len(kills) + 1, after_s, progress(kind, place)))
            worker = start(kind, place)
        same.append(finish(worker) == expected)
    return kills, same


def main() -> int:
    """Run the test and print its table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=20, help="of each kind")
    parser.add_argument("--kind", choices=sorted(WORKERS), help="only one kind")
    parser.add_argument("--seed", type=int, default=0, help="of the moments")
    parser.add_argument("--worker", choices=sorted(WORKERS), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.worker:
        print(WORKERS[args.worker](args.folder, lambda: print(READY, end="", flush=True)))
        return 0
    print("| kind | kill | after s | at the kill there were |\n|---|---|---|---|")
    verdicts = []
    with tempfile.TemporaryDirectory() as name:
        write_recordings(Path(name) / "recordings")
        for kind in [args.kind] if args.kind else sorted(WORKERS):
            kills, same = run_until_killed_enough(kind, args.kills, Path(name), args.seed)
            for kill in kills:
                print(f"| {kill.kind} | {kill.number} | {kill.after_s:.2f} | {kill.progress} |")
            verdict = "same result as an unbroken run" if all(same) else "ANOTHER RESULT"
            verdicts.append(
                f"{kind}: {len(kills)} kills in {len(same)} runs, {sum(same)} of {len(same)} with "
                f"the result of an unbroken run: {verdict}"
            )
    print("\n" + "\n".join(verdicts))
    return int(any("ANOTHER" in verdict for verdict in verdicts))


def write_recordings(folder: Path) -> None:
    """Compose the recordings that features are extracted from."""
    from genrescope.audio.write import write_wav
    from genrescope.synthesis.render import kinds, render_track

    names = kinds()
    for number in range(N_TRACKS):
        kind = names[number % len(names)]
        y = render_track(kind, seed=0, number=number, duration_s=12.0, sr=22050)
        write_wav(folder / f"{number:02d}.wav", np.clip(y, -1, 1), sr=22050)


if __name__ == "__main__":
    sys.exit(main())

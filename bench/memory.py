"""
Long files and many files: seconds per minute of sound, peak memory, and a soak.

A two-hour MP3 against one of four minutes: time per minute of sound, and the peak of the memory
of a fresh process over what it held with the model loaded, before it heard anything. The soak
hears 10,000 names of 3 s clips by predict_many and reads the memory of the process and its children
(resident, so that shared pages count once a process) every 100 files.
"""

from __future__ import annotations

import json
import os
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from bench.harness import answer, arguments, cores, interleaved, module, ratio, run, spread
from bench.record import Record
from bench.sound import copies, data_folder, long_mp3

NAME = "memory"


def main() -> None:
    """Measure long files and the soak, and save."""
    given = arguments(NAME, __doc__, rounds=3, files=10_000, child="")
    if given.child == "file":
        child_file(Path(os.environ["BENCH_FILE"]))
        return
    if given.child == "soak":
        child_soak(Path(os.environ["BENCH_FILE"]))
        return
    record = Record(NAME, quick=given.quick)
    long_files(record, minutes=8 if given.quick else 120, n=1 if given.quick else given.rounds)
    soak(record, 600 if given.quick else given.files)
    record.save(given.out)


def long_files(record: Record, *, minutes: float, n: int) -> None:
    """Let a long file and one of four minutes take turns, each in its own process."""
    told: dict[str, list[dict[str, float]]] = {"4 minutes": [], f"{minutes:g} minutes": []}
    files = {"4 minutes": long_mp3(4), f"{minutes:g} minutes": long_mp3(minutes)}

    def hear(name: str) -> float:
        command = module("bench.memory", "--child", "file")
        found = answer(run(command, environment={"BENCH_FILE": str(files[name])}))
        told[name].append(found)
        return found["s_per_minute"]

    calls = {name: (lambda name=name: hear(name)) for name in files}
    taken = interleaved(calls, n=n, warm_up=0, measure=lambda call: call())
    short, long = taken
    record.times("Seconds per minute of sound, one core", taken, unit="s")
    what = f"{minutes:g}-minute MP3"
    record.row(f"{what}: time per minute / 4-minute", ratio(taken[long], taken[short]), most=1.1)
    over = {name: [t["over_idle_mb"] for t in found] for name, found in told.items()}
    record.row(f"{what}: peak memory over idle", spread(over[long]), unit="MB", most=150.0)
    record.row("4-minute MP3: peak memory over idle", spread(over[short]), unit="MB")
    record.row("idle, model loaded", spread([t["idle_mb"] for t in told[long]]), unit="MB")
    record.fact("answer_4min_mp3_s", 4 * statistics.median(taken[short]))


def child_file(path: Path) -> None:
    """Hear one file in this process and print what it took."""
    import genrescope

    predictor = genrescope.load("default")
    idle = status_mb("VmRSS")
    prediction = predictor.predict_file(path)  # warms what is imported on use
    peak = status_mb("VmHWM")
    begin = time.perf_counter()
    n = max(1, round(600 / (prediction.duration_s or 600)))
    for _ in range(n):
        predictor.predict_file(path)
    taken = (time.perf_counter() - begin) / n
    peak = max(peak, status_mb("VmHWM"))
    minutes = (prediction.duration_s or 0.0) / 60
    told = {"s_per_minute": taken / minutes, "idle_mb": idle, "over_idle_mb": peak - idle}
    print(json.dumps(told))


def soak(record: Record, n: int) -> None:
    """Hear many files in one process and see whether it grows."""
    paths = copies(n, data_folder() / f"growth-{n}", duration_s=3.0)
    listed = data_folder() / "soak.txt"
    listed.write_text("\n".join(map(str, paths)) + "\n", encoding="utf-8")
    n_cores = min(2, len(cores()))
    command = module("bench.memory", "--child", "soak")
    found = answer(run(command, n_cores=n_cores, environment={"BENCH_FILE": str(listed)}))
    heard, mb = found["heard"], found["mb"]
    early = [m for k, m in zip(heard, mb, strict=True) if k <= 500]
    late = [m for k, m in zip(heard, mb, strict=True) if k > 500]
    growth = max(late) - max(early) if late else 0.0
    record.row(f"{n:,} files: memory growth after the first 500", growth, unit="MB", most=20.0)
    record.row(f"{n:,} files of 3 s: files a second", n / found["seconds"], unit="files/s")
    record.curve(
        "Memory of the process and its children",
        {"resident": (heard, mb)},
        x="files heard",
        y="MB",
    )
    record.note(
        "Growth is the highest reading after the first 500 files over the highest until then. "
        f"The clips last 3 s; {n_cores} cores."
    )


def child_soak(listed: Path) -> None:
    """Hear the files of a list in this process and print its memory as it goes."""
    import genrescope

    predictor = genrescope.load("default")
    heard, mb = [], []
    begin = time.perf_counter()
    paths = listed.read_text().splitlines()
    for k, prediction in enumerate(predictor.predict_many(paths), start=1):
        if prediction.error is not None:
            raise SystemExit(prediction.error)
        if k % 100 == 0:
            heard.append(k)
            mb.append(sum(status_mb("VmRSS", pid) for pid in family(os.getpid())))
    print(json.dumps({"heard": heard, "mb": mb, "seconds": time.perf_counter() - begin}))


def family(pid: int) -> Iterator[int]:
    """List a process and all that it started."""
    yield pid
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = listed.read_text().split()
        except OSError:
            continue
        for child in children:
            yield from family(int(child))


def status_mb(key: str, pid: int | str = "self") -> float:
    """Read a figure of /proc/PID/status, in millions of bytes; 0 for a process that has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(x.split()[1]) * 1024 / 1e6 for x in lines if x.startswith(key + ":")), 0.0)


if __name__ == "__main__":
    main()

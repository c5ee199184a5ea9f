"""
Features of a whole set on two cores: `genrescope features extract` over librosa in a pool of two.

Log-mels of the same hop (1,708) on both sides, from 30 s tracks: 1,000 as WAV of 22.05 kHz mono
(GTZAN's size and format), fewer as MP3 and OGG Vorbis. Whole processes, imports included; warm rows
take off what the same program takes for a tiny set. genrescope also hashes
each file and names its log-mel by the digest. Then genrescope alone on 100, 1,000 and 10,000 MP3s
of 3 s: is the time linear in the number of tracks?
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import statistics
import tempfile
import time
import tracemalloc
from pathlib import Path

import genrescope
from bench.harness import Finished, answer, arguments, interleaved, module, ratio, run
from bench.record import Record
from bench.sound import FORMATS, copies, data_folder
from genrescope.datasets.index import read_index, write_index

NAME = "extraction"
OURS, PEER = "genrescope features extract", "librosa, pool of 2"


def main() -> None:
    """Measure the formats and the growth with the number of tracks, and save."""
    given = arguments(NAME, __doc__, rounds=2, tracks=200, wav_tracks=1000, most=10_000, child="")
    if given.child == "index":
        child_index(Path(os.environ["BENCH_FILE"]))
        return
    record = Record(NAME, quick=given.quick)
    n_tracks, rounds = (10, 1) if given.quick else (given.tracks, given.rounds)
    for format in FORMATS:
        n = given.wav_tracks if format == "wav" and not given.quick else n_tracks
        one_format(record, format, n, rounds, n_tiny=2 if given.quick else 10)
    sizes = [20, 100] if given.quick else [n for n in (100, 1000, 10_000) if n <= given.most]
    growth(record, sizes)
    index_memory(record, 1000 if given.quick else 100_000)
    record.save(given.out)


def one_format(record: Record, format: str, n: int, rounds: int, *, n_tiny: int) -> None:
    """Let genrescope and the pool take turns on the same tracks."""
    folder = data_folder() / f"set-{format}-{n}"
    copies(n, folder, format)
    tiny = data_folder() / f"set-{format}-{n_tiny}"
    copies(n_tiny, tiny, format)
    contenders = {OURS: lambda: ours(folder)[0].wall_s}
    starts = {OURS: lambda: ours(tiny)[0].wall_s}
    if importlib.util.find_spec("librosa") is None:
        record.note("librosa is not installed: the pool was not measured")
    else:
        contenders[PEER] = lambda: peer(folder).wall_s
        starts[PEER] = lambda: peer(tiny).wall_s
    begun = interleaved(starts, n=rounds, warm_up=0, measure=lambda call: call())
    taken = interleaved(contenders, n=rounds, warm_up=0, measure=lambda call: call())
    record.times(f"{n} tracks of 30 s, {format.upper()}: whole process", taken)
    warm = {
        name: [whole - start for whole, start in zip(taken[name], begun[name], strict=True)]
        for name in taken
    }
    if PEER in taken:
        what = f"extraction, {n:,} {format.upper()}: faster than {PEER}"
        record.row(f"{what} (whole process)", ratio(taken[PEER], taken[OURS]), least=2.0)
        record.row(f"{what} (warm)", ratio(warm[PEER], warm[OURS]))
    # Core-seconds of one track more, both cores counted: the slope, without the start.
    record.fact(f"extract_{format}_s", 2 * statistics.median(warm[OURS]) / (n - n_tiny))


def growth(record: Record, sizes: list[int]) -> None:
    """Measure the time and the peak memory against the number of tracks."""
    walls, peaks = [], []
    for n in sizes:
        folder = data_folder() / f"growth-{n}"
        copies(n, folder, duration_s=3.0)
        runs = [ours(folder) for _ in range(2 if n < 10_000 else 1)]
        walls.append(statistics.mean(finished.wall_s for finished, _ in runs))
        peaks.append(max(peak for _, peak in runs))
        print(f"{NAME:17} {n} tracks: {walls[-1]:.2f} s", flush=True)
    # Start-up and the rate from the two smaller sizes foretell the largest.
    rate = (walls[1] - walls[0]) / (sizes[1] - sizes[0])
    foretold = walls[0] + rate * (sizes[-1] - sizes[0])
    if len(sizes) > 2:
        deviation = 100 * (walls[-1] / foretold - 1)
        what = f"{sizes[-1]:,} tracks: time over a line through {sizes[0]:,} and {sizes[1]:,}"
        record.row(what, deviation, unit="%", most=10.0)
    line = [walls[0] + rate * (n - sizes[0]) for n in sizes]
    lines = {"measured": (sizes, walls), "line through the two smallest": (sizes, line)}
    record.curve("Time against the number of tracks (3 s MP3s)", lines, x="tracks", y="s", log=True)
    record.row(f"{sizes[-1]:,} tracks of 3 s: tracks a second", sizes[-1] / walls[-1], unit="1/s")
    peak = peaks[-1]
    record.row(f"{sizes[-1]:,} tracks: peak memory of a process", peak / 1e6, unit="MB")
    per_track = (peak - peaks[0]) / (sizes[-1] - sizes[0])
    record.fact("extract_memory_bytes_per_track", per_track)
    record.fact("extract_peak_bytes", peak)
    record.fact("extract_peak_n", sizes[-1])
    record.fact("extract_3s_mp3_s", 2 * rate)


def index_memory(record: Record, n: int) -> None:
    """Measure the bytes of an index on disk and in memory, a track."""
    path = data_folder() / f"index-{n}.csv"
    write_index(path, [made_up_track(k) for k in range(n)])
    command = module("bench.extraction", "--child", "index")
    told = answer(run(command, environment={"BENCH_FILE": str(path)}))
    record.fact("index_csv_bytes_per_track", path.stat().st_size / n)
    record.fact("index_memory_bytes_per_track", told["bytes"] / n)
    record.fact("index_peak_bytes_per_track", told["peak"] / n)
    record.fact("index_read_s_per_track", told["seconds"] / n)
    record.row(f"an index of {n:,} tracks: memory kept a track", told["bytes"] / n, unit="bytes")
    what = f"an index of {n:,} tracks: peak memory a track while it is read"
    record.row(what, told["peak"] / n, unit="bytes")
    path.unlink()


def made_up_track(k: int) -> genrescope.Track:
    """Make a track as indexes hold them."""
    return genrescope.Track(
        track_id=f"collection.{k:09}",
        path=Path(f"/music/artist {k // 10:08}/album/{k:09}.mp3"),
        sha256=hashlib.sha256(str(k).encode()).hexdigest(),
        labels=("jazz",),
        artist=f"artist {k // 10:08}",
        title=f"title of track {k:09}",
        duration_s=240.0,
    )


def child_index(path: Path) -> None:
    """Read an index in this process and print what it holds on to."""
    tracemalloc.start()
    tracks = read_index(path)
    size, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert tracks
    begin = time.perf_counter()
    read_index(path)
    print(json.dumps({"bytes": size, "peak": peak, "seconds": time.perf_counter() - begin}))


def ours(folder: Path) -> tuple[Finished, int]:
    """Extract by the command line into a fresh store; give its own peak memory beside."""
    with tempfile.TemporaryDirectory(dir=data_folder()) as store:
        command = module("bench.peers.own_peak", "features", "extract", folder)
        finished = run([*command, "--store", store, "--jobs", "2"], n_cores=2)
        n_files = sum(1 for _ in folder.glob("*/*"))
        n_stored = sum(1 for _ in Path(store).rglob("*.npy"))
        if n_stored != n_files:
            raise SystemExit(f"{n_stored} of {n_files} tracks were stored: {finished.printed}")
    return finished, int(answer(finished)["peak_bytes"])


def peer(folder: Path) -> Finished:
    """Extract by librosa in a pool into a fresh folder."""
    store = data_folder() / "librosa-store"
    shutil.rmtree(store, ignore_errors=True)
    finished = run(module("bench.peers.librosa_extraction", folder, store), n_cores=2)
    shutil.rmtree(store)
    return finished


if __name__ == "__main__":
    main()

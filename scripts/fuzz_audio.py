"""Throw damaged sound files at the reader: it must answer, or refuse with a typed error, always.

Seed files of every format are made from synthesised sound; each case damages one of them in a way
that depends only on ``--seed`` and its number. A worker process probes the file, reads it whole
and reads a part of it. Counted are answers, answers with a warning, typed errors (`AudioError`),
and what must never happen: other exceptions, crashes by a signal, and hangs. The exit status is 1
if any of these three occurs; the files are then kept in ``--keep``.

    python scripts/fuzz_audio.py --n 5000 --seed 0
"""

from __future__ import annotations

import argparse
import collections
import fractions
import multiprocessing
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

from genrescope.seeding import rng_for

OUTCOMES = ("answer", "warning", "error", "UNTYPED", "CRASH", "HANG")
MAX_MEMORY = 4 << 30
MAGIC_BYTES = 64
LIBSNDFILE = {
    "wav16": ("WAV", "PCM_16"),
    "wav8": ("WAV", "PCM_U8"),
    "wav24": ("WAV", "PCM_24"),
    "wavfloat": ("WAV", "FLOAT"),
    "wavadpcm": ("WAV", "MS_ADPCM"),
    "wavex": ("WAVEX", "PCM_16"),
    "rf64": ("RF64", "PCM_16"),
    "w64": ("W64", "PCM_16"),
    "aiff": ("AIFF", "PCM_16"),
    "au": ("AU", "PCM_16"),
    "auulaw": ("AU", "ULAW"),
    "caf": ("CAF", "PCM_16"),
    "cafalac": ("CAF", "ALAC_16"),
    "flac": ("FLAC", "PCM_16"),
    "vorbis": ("OGG", "VORBIS"),
    "opus": ("OGG", "OPUS"),
    "mp3": ("MP3", "MPEG_LAYER_III"),
}
# name: (FFmpeg's format, codec of the sound, codec of a picture track)
FFMPEG = {
    "m4a": ("ipod", "aac", None),
    "mp4": ("mp4", "aac", "mpeg4"),
    "movalac": ("mov", "alac", None),
    "wma": ("asf", "wmav2", None),
    "aac": ("adts", "aac", None),
    "mp2": ("mp2", "mp2", None),
    "mka": ("matroska", "libmp3lame", None),
    "mkv": ("matroska", "aac", "mpeg4"),
    "webm": ("webm", "libopus", "libvpx"),
    "avi": ("avi", "libmp3lame", "mpeg4"),
    "flv": ("flv", "aac", None),
    "mpegts": ("mpegts", "aac", None),
    "mpegps": ("mpeg", "mp2", "mpeg1video"),
    "wavpack": ("wv", "wavpack", None),
    "m4a71": ("ipod", "aac", None),
    "wavpack16": ("wv", "wavpack", None),
}
LAYOUTS = {"m4a71": "7.1", "wavpack16": "hexadecagonal"}
SR = 48000


def synthesise(duration_s: float = 2.0) -> np.ndarray:
    """Make two channels of tones with a little noise."""
    t = np.arange(round(duration_s * SR)) / SR
    noise = rng_for(0, "fuzz noise").standard_normal((t.size, 2))
    tones = np.stack([np.sin(2 * np.pi * 440 * t), np.sin(2 * np.pi * 1000 * t * (1 + t))], axis=1)
    return (0.3 * tones + 0.02 * noise).astype(np.float32)


def encode_ffmpeg(
    path: Path, y: np.ndarray, *, form: str, codec: str, picture: str | None, layout: str
) -> None:
    """Write sound, and a picture track if one is named, with FFmpeg."""
    import av

    with av.open(str(path), "w", format=form) as container:
        if picture is not None:
            video = container.add_stream(picture, rate=25)
            video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        stream = container.add_stream(codec, rate=SR, layout=layout)
        stream.codec_context.bit_rate = 96000
        if picture is not None:
            for i in range(round(25 * len(y) / SR)):
                image = av.VideoFrame.from_ndarray(np.full((48, 64, 3), i, np.uint8), "rgb24")
                image.pts, image.time_base = i, fractions.Fraction(1, 25)
                container.mux(video.encode(image))
            container.mux(video.encode())
        context = stream.codec_context
        fit = av.AudioResampler(
            format=context.format, layout=layout, rate=SR, frame_size=context.frame_size or 4096
        )
        many = np.tile(y[:, :1], len(av.AudioLayout(layout).channels))
        frame = av.AudioFrame.from_ndarray(many.reshape(1, -1), "flt", layout)
        frame.sample_rate = SR
        for piece in [*fit.resample(frame), *fit.resample(None)]:
            container.mux(stream.encode(piece))
        container.mux(stream.encode())


def make_seeds(folder: Path) -> dict[str, bytes]:
    """Make one small file of every format; say which could not be made here."""
    import soundfile

    y = synthesise()
    seeds = {}
    for name, (form, subtype) in LIBSNDFILE.items():
        path = folder / name
        soundfile.write(path, y, SR, format=form, subtype=subtype)
        seeds[name] = path.read_bytes()
    for name, (form, codec, picture) in FFMPEG.items():
        path = folder / name
        try:
            encode_ffmpeg(
                path,
                y,
                form=form,
                codec=codec,
                picture=picture,
                layout=LAYOUTS.get(name, "stereo"),
            )
        except (ValueError, OSError) as error:
            print(f"no seed {name}: {error}")
            continue
        seeds[name] = path.read_bytes()
    tag = b"ID3\x04\0\0\0\0\x02\0" + bytes(256)
    seeds["mp3id3"] = tag + seeds["mp3"]
    return seeds


def flip_bits(data: bytearray, rng: np.random.Generator, _: dict[str, bytes]) -> bytearray:
    """Flip 1 to 60 bits anywhere."""
    for at in rng.integers(len(data), size=rng.integers(1, 61)):
        data[at] ^= 1 << int(rng.integers(8))
    return data


def randomise_run(data: bytearray, rng: np.random.Generator, _: dict[str, bytes]) -> bytearray:
    """Put random bytes over a run."""
    at, n = int(rng.integers(len(data))), int(rng.integers(1, 5000))
    data[at : at + n] = rng.bytes(len(data[at : at + n]))
    return data


def truncate(data: bytearray, rng: np.random.Generator, _: dict[str, bytes]) -> bytearray:
    """Keep the beginning; half of the time very little of it."""
    return data[: int(rng.integers(len(data) if rng.random() < 0.5 else min(len(data), 512)))]


def zero_block(data: bytearray, rng: np.random.Generator, _: dict[str, bytes]) -> bytearray:
    """Zero a run, as lost disk sectors do."""
    at, n = int(rng.integers(len(data))), int(rng.integers(1, 16384))
    data[at : at + n] = bytes(len(data[at : at + n]))
    return data


def splice(data: bytearray, rng: np.random.Generator, seeds: dict[str, bytes]) -> bytearray:
    """Go on in the middle with a file of another format."""
    other = seeds[str(rng.choice(sorted(seeds)))]
    return data[: int(rng.integers(4, len(data)))] + other[int(rng.integers(len(other))) :]


def edit_header(data: bytearray, rng: np.random.Generator, _: dict[str, bytes]) -> bytearray:
    """Set fields of 1 to 8 bytes near the beginning or the end to telling values."""
    for _unused in range(int(rng.integers(1, 6))):
        size = int(rng.choice([1, 2, 3, 4, 8]))
        span = min(len(data) - size, int(rng.choice([48, 256, 2048])))
        at = int(rng.integers(max(1, span)))
        if rng.random() < 0.2:
            at = max(0, len(data) - size - at)
        fill = rng.choice(["zero", "ones", "maximum", "minimum", "small", "random"])
        values = {
            "zero": bytes(size),
            "ones": b"\xff" * size,
            "maximum": b"\x7f" + b"\xff" * (size - 1),
            "minimum": b"\x80" + bytes(size - 1),
            "small": bytes(size - 1) + bytes([int(rng.integers(1, 16))]),
            "random": rng.bytes(size),
        }
        value = values[str(fill)]
        data[at : at + size] = value[::-1] if rng.random() < 0.5 else value
    return data


def garbage(data: bytearray, rng: np.random.Generator, _: dict[str, bytes]) -> bytearray:
    """Keep a magic number or a header, then only random bytes."""
    return data[: int(rng.integers(4, MAGIC_BYTES))] + rng.bytes(int(rng.integers(1, 30000)))


def cut_or_repeat(data: bytearray, rng: np.random.Generator, _: dict[str, bytes]) -> bytearray:
    """Leave a run out, or give it twice."""
    at, n = int(rng.integers(len(data))), int(rng.integers(1, 4096))
    if rng.random() < 0.5:
        return data[:at] + data[at + n :]
    return data[: at + n] + data[at:]


MUTATIONS: tuple[Callable[..., bytearray], ...] = (
    flip_bits,
    randomise_run,
    truncate,
    zero_block,
    splice,
    edit_header,
    edit_header,
    garbage,
    cut_or_repeat,
)


def make_case(number: int, *, seed: int, seeds: dict[str, bytes]) -> tuple[str, str, bytes]:
    """Make the bytes of one case; they depend on the seed and the number alone."""
    rng = rng_for(seed, "fuzz case", number)
    name = sorted(seeds)[number % len(seeds)]
    data, done = bytearray(seeds[name]), []
    for _ in range(int(rng.choice([1, 1, 1, 2, 3]))):
        mutation = MUTATIONS[int(rng.integers(len(MUTATIONS)))]
        if len(data) > MAGIC_BYTES:
            data = mutation(data, rng, seeds)
            done.append(mutation.__name__)
    return name, "+".join(done), bytes(data)


def read_every_way(path: Path) -> tuple[str, str]:
    """Read whole, probe, read a part; say how the first went, or which of them went badly."""
    from genrescope.audio import decode, probe
    from genrescope.errors import AudioError

    results = []
    for read in (
        lambda: _drain(decode.open_audio(path)),
        lambda: probe.probe(path) and [],
        lambda: _drain(decode.open_audio(path, offset_s=1.3, duration_s=0.4)),
    ):
        try:
            results.append(("warning", "") if read() else ("answer", ""))
        except AudioError as error:
            results.append(("error", str(error)))
        except Exception as error:  # any other type is what this script looks for
            return "UNTYPED", f"{type(error).__name__}: {error}"
    return results[0]


def _drain(reader: Any) -> list[str]:
    with reader:
        for block in reader:
            if block.dtype != np.float32 or not np.isfinite(block).all():
                raise AssertionError("a block is not finite float32")
        return list(reader.problems)


def worker(pipe: Connection, terminal_path: str) -> None:
    """Read files whose paths come through a pipe; send back how it went."""
    target = os.open(terminal_path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(target, 1)
    os.dup2(target, 2)
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    except ImportError:
        resource = None  # type: ignore[assignment]
    while (path := pipe.recv()) is not None:
        start, noise = time.perf_counter(), os.fstat(2).st_size
        outcome, detail = read_every_way(Path(path))
        seconds = time.perf_counter() - start
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss if resource else 0
        pipe.send((outcome, detail, seconds, memory, os.fstat(2).st_size - noise))


class Worker:
    """A worker process that is replaced when it dies."""

    def __init__(self, folder: Path, index: int) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._terminal = str(folder / f"terminal-{index}.txt")
        self._start()

    def _start(self) -> None:
        self._pipe, theirs = self._context.Pipe()
        self._process = self._context.Process(
            target=worker, args=(theirs, self._terminal), daemon=True
        )
        self._process.start()
        theirs.close()

    def run(self, path: Path, *, timeout_s: float) -> tuple[str, str, float, int, int]:
        """Read one file in the process."""
        try:
            self._pipe.send(str(path))
            if self._pipe.poll(timeout_s):
                result: tuple[str, str, float, int, int] = self._pipe.recv()
                return result
            outcome = "HANG"
            self._process.kill()
        except (EOFError, OSError):
            outcome = "CRASH"
        self._process.join()
        detail = f"exit code {self._process.exitcode}"
        self._start()
        return outcome, detail, timeout_s, 0, 0

    def stop(self) -> None:
        """End the process."""
        self._pipe.send(None)
        self._process.join()


class Tally:
    """What the workers found, counted under a lock."""

    def __init__(self, keep: Path) -> None:
        self._lock, self._keep = threading.Lock(), keep
        self.by_format: dict[str, collections.Counter[str]] = {}
        self.slowest, self.memory, self.n_noisy = (0.0, ""), 0, 0

    def add(self, case: str, name: str, data: bytes, result: tuple[Any, ...]) -> None:
        """Count one case, and keep its file if it did what must not happen."""
        outcome, detail, seconds, memory, noise = result
        with self._lock:
            self.by_format.setdefault(name, collections.Counter())[outcome] += 1
            self.slowest = max(self.slowest, (seconds, case))
            self.memory = max(self.memory, memory)
            self.n_noisy += noise > 0
            if outcome in OUTCOMES[3:] or noise:
                self._keep.mkdir(parents=True, exist_ok=True)
                (self._keep / case).write_bytes(data)
                print(f"{outcome if not noise else 'noise'}: {case}: {detail}", flush=True)

    def table(self) -> str:
        """Lay the counts out, a format a line."""
        lines = [f"{'seed file':<10}" + "".join(f"{name:>9}" for name in OUTCOMES)]
        total: collections.Counter[str] = collections.Counter()
        for name, counts in sorted(self.by_format.items()):
            total += counts
            lines.append(f"{name:<10}" + "".join(f"{counts[o]:>9}" for o in OUTCOMES))
        lines.append(f"{'all':<10}" + "".join(f"{total[o]:>9}" for o in OUTCOMES))
        lines.append(
            f"slowest case {self.slowest[0]:.2f} s ({self.slowest[1]}); largest worker "
            f"{self.memory / 1024:.0f} MiB; cases that wrote to the terminal {self.n_noisy}"
        )
        return "\n".join(lines)

    @property
    def n_bad(self) -> int:
        """How many cases did what must not happen."""
        return sum(counts[o] for counts in self.by_format.values() for o in OUTCOMES[3:])


def run_share(index: int, args: argparse.Namespace, folder: Path, seeds: Any, tally: Tally) -> None:
    """Run every `jobs`-th case, from case number `index` on."""
    process = Worker(folder, index)
    numbers = [args.only] if args.only is not None else range(args.first, args.first + args.n)
    for number in numbers:
        if number % args.jobs != index and args.only is None:
            continue
        name, how, data = make_case(number, seed=args.seed, seeds=seeds)
        path = folder / f"case-{index}"
        path.write_bytes(data)
        result = process.run(path, timeout_s=args.timeout)
        tally.add(f"{args.seed}-{number}-{name}-{how}", name, data, result)
    process.stop()


def main() -> int:
    """Run the cases and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, default=5000, help="number of cases")
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--only", type=int, help="run one case again, by its number")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2, help="worker processes")
    parser.add_argument("--timeout", type=float, default=20.0, help="seconds that count as a hang")
    parser.add_argument("--keep", type=Path, default=Path("fuzz-kept"), help="folder for bad files")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        seeds = make_seeds(folder)
        tally = Tally(args.keep)
        jobs = 1 if args.only is not None else args.jobs
        threads = [
            threading.Thread(target=run_share, args=(i, args, folder, seeds, tally))
            for i in range(jobs)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    print(tally.table())
    return 1 if tally.n_bad else 0


if __name__ == "__main__":
    sys.exit(main())

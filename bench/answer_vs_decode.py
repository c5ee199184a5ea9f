"""
A file to its answer, over decoding that file alone: warm, one core, 30 s files.

Decoding is measured twice: every frame decoded by PyAV but its samples left in FFmpeg's memory
(the stricter baseline, which the target is held to), and taken out as arrays. WAV and OGG are held
against soundfile too, which is what reads them fastest. Where the time of an answer goes is drawn
part by part, through public calls: read_audio at the file's own rate and at the model's, the front
end, the features, and the graph.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Any

import genrescope
from bench.harness import arguments, interleaved, pin, ratio
from bench.peers import decoders
from bench.record import Record
from bench.sound import FORMATS, tracks

NAME = "answer_vs_decode"


def main() -> None:
    """Measure all formats and save."""
    given = arguments(NAME, __doc__, rounds=9)
    pin(1)
    n = 3 if given.quick else given.rounds
    n_files = 2 if given.quick else 10
    record = Record(NAME, quick=given.quick)
    predictor = genrescope.load("default")
    stacks = {}
    for format in FORMATS:
        paths = tracks(n_files, format)
        measure_format(record, predictor, paths, format, n)
        stacks[format.upper()] = parts(predictor, paths, n)
    record.stack("Where the time of an answer goes", stacks, unit="ms a file")
    record.note(f"{n_files} files a format, one of each kind of music; one core.")
    record.save(given.out)


def measure_format(
    record: Record, predictor: genrescope.Predictor, paths: list[Path], format: str, n: int
) -> None:
    """Let the answer and the baselines take turns on the same files; n rounds over all files."""

    def over(
        task: Callable[[Path], Any], /
    ) -> Callable[[], list[Any]]:  # each contender hears all files in a round
        return lambda: [task(path) for path in paths]

    contenders = {
        "genrescope: answer": over(predictor.predict_file),
        "PyAV: frames decoded": over(decoders.frames),
        "PyAV: decoded to arrays": over(decoders.arrays),
        "soundfile.read": over(decoders.by_soundfile),
    }
    taken = {
        name: [1e3 * t / len(paths) for t in times]
        for name, times in interleaved(contenders, n=n).items()
    }
    ours = taken["genrescope: answer"]
    is_mp3 = format == "mp3"
    record.times(f"{format.upper()}, 30 s: answer and decoding alone", taken, unit="ms a file")
    for baseline in ("PyAV: frames decoded", "PyAV: decoded to arrays", "soundfile.read"):
        record.row(
            f"{format.upper()}, one core: answer / {baseline}",
            ratio(ours, taken[baseline]),
            most=2.0 if is_mp3 and baseline == "PyAV: frames decoded" else None,
        )
    record.fact(f"answer_{format}_s", statistics.median(ours) / 1e3)
    record.fact(f"decode_{format}_s", statistics.median(taken["PyAV: frames decoded"]) / 1e3)


def parts(predictor: genrescope.Predictor, paths: list[Path], n: int) -> dict[str, float]:
    """Give the milliseconds of each part of an answer, by differences of public calls."""
    front_end, features = predictor.manifest.front_end, predictor.manifest.features
    length = predictor.manifest.windows.length
    sounds = [genrescope.read_audio(path, sr=front_end.sr)[0][:length] for path in paths]
    pictures = [front_end.compute(y) for y in sounds]
    contenders = {
        "answer": lambda: [predictor.predict_file(p) for p in paths],
        "read": lambda: [genrescope.read_audio(p, sr=None) for p in paths],
        "read at 22,050 Hz": lambda: [genrescope.read_audio(p, sr=front_end.sr) for p in paths],
        "front end": lambda: [front_end.compute(y) for y in sounds],
        "statistics": lambda: [features.compute([S], front_end) for S in pictures],
        "statistics and graph": lambda: [predictor.probabilities([S]) for S in pictures],
    }
    taken = interleaved(contenders, n=n)

    def ms(name: str, less: str | None = None) -> float:
        """Give a part as the median over the rounds of what it takes more than another."""
        others = taken[less] if less else [0.0] * n
        rounds = [a - b for a, b in zip(taken[name], others, strict=True)]
        return 1e3 * statistics.median(rounds) / len(paths)

    found = {
        "read (decode, take out, mix)": ms("read"),
        "resample": ms("read at 22,050 Hz", "read"),
        "front end": ms("front end"),
        "statistics": ms("statistics"),
        "graph": ms("statistics and graph", "statistics"),
    }
    found["rest"] = ms("answer") - sum(found.values())
    return {name: max(0.0, value) for name, value in found.items()}


if __name__ == "__main__":
    main()

"""
The cost of a million and of a hundred million tracks, from the constants that were measured.

Prints the tables of docs/scaling.md; with --write they are put between the markers of that file.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import genrescope
from bench.harness import ROOT
from bench.report import read

SIZES = (999, 1_000_000, 100_000_000)
SONG_S = 240.0
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
NPY_HEADER, BLOCK = 128, 4096
KEPT_SHARE, EXPONENT = 0.9, 2.0  # where training was not measured
MP3_BYTES_PER_S = 192_000 / 8
EPOCHS = 150


def main() -> None:
    """Print the tables, and write them where asked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--results", type=Path, default=ROOT / "bench" / "results")
    parser.add_argument("--write", type=Path, help="the document with the markers")
    given = parser.parse_args()
    results = read(given.results)
    text = "\n".join(tables(results))
    print(text)
    if given.write is not None:
        document = given.write.read_text(encoding="utf-8")
        given.write.write_text(replaced(document, text), encoding="utf-8")


def replaced(document: str, text: str) -> str:
    """Put a text between the markers of a document."""
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"the document lacks the markers {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{text}\n{END}{after}"


def tables(results: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Give the constants and what follows from them, as Markdown."""
    facts: dict[str, Any] = {}
    for result in results.values():
        facts |= result["facts"]
    geometry = sizes_of_a_window()
    yield "### Constants"
    yield ""
    yield "| constant | value | from |"
    yield "|---|---|---|"
    yield from constants(results, geometry)
    for title, n_windows, answer, ratio in (
        ("30 s clips (one window)", 1, facts.get("answer_mp3_s"), 1.0),
        (
            f"songs of {SONG_S / 60:g} minutes ({geometry['windows_per_song']} windows)",
            geometry["windows_per_song"],
            facts.get("answer_4min_mp3_s"),
            SONG_S / 30.0,
        ),
    ):
        yield ""
        yield f"### {title[0].upper()}{title[1:]}"
        yield ""
        yield f"| cost | {' | '.join(f'{n:,} tracks' for n in SIZES)} |"
        yield f"|---|{'---|' * len(SIZES)}"
        for name, per_track in costs(facts, geometry, n_windows, answer, ratio):
            yield row(name, [per_track(n) for n in SIZES])
    yield ""
    yield "### Training and the index"
    yield ""
    yield f"| cost | {' | '.join(f'{n:,} tracks' for n in SIZES)} |"
    yield f"|---|{'---|' * len(SIZES)}"
    for name, of_n in growing(facts, geometry):
        yield row(name, [of_n(n) for n in SIZES])


def sizes_of_a_window() -> dict[str, int]:
    """Give the bytes of a window's log-mel and statistics, and the windows of a song."""
    manifest = genrescope.load("default").manifest
    windows, front_end = manifest.windows, manifest.front_end
    n = round(SONG_S * front_end.sr)
    tail = n % windows.hop
    return {
        "logmel_bytes": 4 * front_end.n_mels * front_end.n_frames(windows.length),
        "statistics": 1188,
        "windows_per_song": n // windows.hop + (tail >= windows.min_tail),
    }


def constants(
    results: Mapping[str, Mapping[str, Any]], geometry: Mapping[str, int]
) -> Iterator[str]:
    """List what the tables are computed from."""
    yield f"| log-mel of a window, float32 | {geometry['logmel_bytes']:,} bytes | settings |"
    yield f"| statistics of a window, float32 | {4 * geometry['statistics']:,} bytes | settings |"
    wanted = (
        ("decode_mp3_s", "decode 30 s of MP3", "s of one core"),
        ("answer_mp3_s", "answer of a 30 s MP3", "s of one core"),
        ("answer_4min_mp3_s", "answer of a 4-minute MP3", "s of one core"),
        (
            "extract_mp3_s",
            "extraction of a 30 s MP3 more (slope, both cores counted)",
            "s of one core",
        ),
        ("extract_wav_s", "the same for a WAV of 22.05 kHz mono", "s of one core"),
        (
            "extract_peak_bytes",
            "peak memory of extraction, {extract_peak_n} tracks, its process",
            "bytes",
        ),
        ("svm_fit_s", "fit of the kernel machine on {svm_fit_n} tracks", "s of one core"),
        ("svm_fit_exponent", "exponent of that fit's growth with n (a quarter, half, all)", ""),
        ("svm_kept_share", "share of the tracks that stay as vectors", ""),
        (
            "cnn_train_s_per_window_and_epoch",
            "complex CNN, a window and epoch, two cores",
            "s of wall",
        ),
        ("index_memory_bytes_per_track", "a track of the index in memory", "bytes"),
        ("index_peak_bytes_per_track", "the same at its peak, while it is read", "bytes"),
        ("index_csv_bytes_per_track", "a track of the index on disk", "bytes"),
        ("index_read_s_per_track", "reading a track of the index", "s of one core"),
    )
    for key, words, unit in wanted:
        for name, result in results.items():
            if key in result["facts"]:
                value = result["facts"][key]
                shown = f"{value:,.0f}" if unit == "bytes" else f"{value:.3g}"
                told = words.format(**result["facts"])
                yield f"| {told} | {shown} {unit} | bench.{name} |"


def costs(
    facts: Mapping[str, Any],
    geometry: Mapping[str, int],
    n_windows: int,
    answer_s: float | None,
    clips: float,
) -> Iterator[tuple[str, Callable[[int], str]]]:
    """Give what is linear in the number of tracks: name, and a function of that number."""
    if "decode_mp3_s" in facts:
        yield (
            "decoding alone (MP3), time of one core",
            lambda n: hours(n * clips * facts["decode_mp3_s"]),
        )
    audio = clips * 30.0 * MP3_BYTES_PER_S
    yield "the audio itself (MP3, 192 kbit/s)", lambda n: amount(n * audio)
    if answer_s is not None:
        yield "hearing (file to answer), time of one core", lambda n: hours(n * answer_s)
        rate = f"{audio / answer_s / 1e6:.1f} MB/s"
        yield "read from the disk for each core that hears", lambda n: rate
    if "extract_mp3_s" in facts:
        yield (
            "extraction of log-mels, time of one core",
            lambda n: hours(n * n_windows * facts["extract_mp3_s"]),
        )
    logmel = n_windows * geometry["logmel_bytes"] + NPY_HEADER
    on_disk = -(-logmel // BLOCK) * BLOCK
    yield "log-mels on disk (4 KiB blocks)", lambda n: amount(n * on_disk)
    statistics = 4 * geometry["statistics"] * n_windows
    yield "statistics of all windows in memory", lambda n: amount(n * statistics)


def growing(
    facts: Mapping[str, Any], geometry: Mapping[str, int]
) -> Iterator[tuple[str, Callable[[int], str]]]:
    """Give what depends on the number of tracks alone, one window a track."""
    statistics = 4 * geometry["statistics"]
    yield "files in each of the store's 256 folders", lambda n: f"{n / 256:,.0f}"
    if "index_memory_bytes_per_track" in facts:
        kept, peak = (facts[f"index_{k}_bytes_per_track"] for k in ("memory", "peak"))
        yield "index in memory, once read", lambda n: amount(n * kept)
        yield "index in memory, peak while it is read", lambda n: amount(n * peak)
        yield "index on disk (CSV)", lambda n: amount(n * facts["index_csv_bytes_per_track"])
        yield (
            "reading the index, time of one core",
            lambda n: hours(n * facts["index_read_s_per_track"]),
        )
    if "extract_memory_bytes_per_track" in facts:
        first, more = facts["extract_peak_bytes"], max(0.0, facts["extract_memory_bytes_per_track"])
        yield (
            "extraction, peak memory of its process",
            lambda n: amount(first + more * max(0, n - facts["extract_peak_n"])),
        )
    yield "kernel of the kernel machine in memory (cache)", lambda n: amount(5e8)
    share = facts.get("svm_kept_share", KEPT_SHARE)
    yield (
        f"model of the kernel machine ({share:.2g} n vectors)",
        lambda n: amount(share * n * statistics),
    )
    if "svm_fit_s" in facts:
        n_0, fit_s = facts["svm_fit_n"], facts["svm_fit_s"]
        power = facts.get("svm_fit_exponent", EXPONENT)

        def fit(n: int) -> str:
            told = hours(fit_s * (n / n_0) ** power)
            return told if n <= n_0 else f"at least {told}"

        yield f"fit of the kernel machine, time of one core (n to the {power:.2g})", fit
    if "cnn_train_s_per_window_and_epoch" in facts:
        per = facts["cnn_train_s_per_window_and_epoch"]
        yield f"complex CNN, {EPOCHS} epochs, wall of two cores", lambda n: hours(per * n * EPOCHS)
    yield "pictures of the CNN (64 x 100) in memory", lambda n: amount(4 * 6400 * n)


def row(name: str, cells: Sequence[str]) -> str:
    """Give one line of a table."""
    return f"| {name} | {' | '.join(cells)} |"


def hours(seconds: float) -> str:
    """Say a time in the largest unit that leaves at least one."""
    for unit, size in (("years", 365.25 * 86400), ("days", 86400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{seconds / size:,.{0 if seconds >= 100 * size else 1}f} {unit}"
    return f"{seconds:.3g} s"


def amount(n_bytes: float) -> str:
    """Say a size in the largest decimal unit that leaves at least one."""
    for unit, size in (("PB", 1e15), ("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if n_bytes >= size:
            return f"{n_bytes / size:,.{0 if n_bytes >= 100 * size else 1}f} {unit}"
    return f"{n_bytes:.0f} bytes"


if __name__ == "__main__":
    main()

"""
Make bench/REPORT.md, its figures and bench/results.json from the results of the benchmarks.

Nothing is measured here: each benchmark leaves one file in bench/results, with what it found, when,
on which machine and at which commit; of what was not repeated, the last report's numbers stay. A
measure whose benchmark has not run is shown as not measured.
"""

from __future__ import annotations

import argparse
import ast
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.harness import ROOT
from bench.record import figure, target_of

MOST_STOLEN = 0.01
BENCHMARKS = (
    "answer_vs_decode",
    "throughput",
    "transformers_pipeline",
    "front_end",
    "start_up",
    "memory",
    "training",
    "extraction",
)

# What must hold: in words, the target, the benchmark, and how its rows with a target begin.
MEASURES = (
    ("warm, one core: file to answer, over decoding that file alone", "at most 2x",
     "answer_vs_decode", "MP3, one core: answer / PyAV: frames decoded"),
    ("500 files, 2 cores: throughput over that of decoding alone", "at least 0.5x",
     "throughput", r"\d+ files, 2 cores"),
    ("the same files: over librosa and the same model in torch", "at least 5x",
     "throughput", r"\d+ files, default model: faster"),
    ("files: over librosa and the same network in torch", "at least 5x",
     "throughput", r"\d+ files, complex CNN: faster"),
    ("over the transformers pipeline", "at least 150x", "transformers_pipeline", "30 s"),
    ("front end: over essentia's", "at least 5x", "front_end", "log-mel"),
    ("cold predict of one file", "at most 600 ms", "start_up", "cold: genrescope predict"),
    ("cold --help", "at most 200 ms", "start_up", "cold: genrescope --help"),
    ("import genrescope", "at most 50 ms", "start_up", "cold: python"),
    ("base install size on disk", "at most 300 MiB", "start_up", "base install"),
    ("2-hour MP3 against 4 minutes: time per minute", "at most 1.1x",
     "memory", r"\d+-minute MP3: time"),
    ("2-hour MP3: peak memory over idle", "at most 150 MB", "memory", r"\d+-minute MP3: peak"),
    ("10,000 files: memory growth after the first 500", "at most 20 MB",
     "memory", r"[\d,]+ files: memory"),
    ("complex CNN, 150 epochs: over the plain DataLoader script", "at least 3x",
     "training", "complex CNN"),
    ("complex CNN: same accuracy within noise", "interval holds 0 or better",
     "training", "accuracy: ours minus plain"),
    ("feature extraction: over librosa in a process pool", "at least 2x",
     "extraction", "extraction"),
    ("feature extraction: linear to 10,000 tracks", "at most 10 %",
     "extraction", "10,000 tracks: time over a line"),
)  # fmt: skip


def main() -> None:
    """Read the results and write the report."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    folder = ROOT / "bench"
    parser.add_argument("--results", type=Path, default=folder / "results")
    parser.add_argument("--report", type=Path, default=folder / "REPORT.md")
    given = parser.parse_args()
    results = read(given.results)
    if not results:
        raise SystemExit(f"{given.results} holds no results: run the benchmarks first (make bench)")
    given.report.parent.mkdir(parents=True, exist_ok=True)
    everything = given.report.with_name("results.json")
    everything.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    drawn = draw(results, given.report.parent / "figures")
    text = "\n".join([*report(results, drawn), *failures(given.results, results)])
    given.report.write_text(text + "\n", encoding="utf-8")
    print(f"{given.report}: {len(results)} of {len(BENCHMARKS)} benchmarks")


def read(folder: Path) -> dict[str, dict[str, Any]]:
    """
    Read what the benchmarks found, in the order of the report.

    The raw numbers of the last report (``results.json`` beside the folder) stand in for what was
    not measured since.
    """
    kept = folder.parent / "results.json"
    last = json.loads(kept.read_text(encoding="utf-8")) if kept.is_file() else {}
    found = {}
    for name in BENCHMARKS:
        path = folder / f"{name}.json"
        known = [json.loads(path.read_text(encoding="utf-8"))] if path.is_file() else []
        known += [last[name]] if name in last else []
        if known:
            found[name] = max(known, key=lambda result: result["ended"])
            mark = folder / f"{name}.failed"
            if mark.is_file():
                found[name] = {**found[name], "failed": mark.read_text(encoding="utf-8").strip()}
    return found


def failures(folder: Path, results: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Name the benchmarks that failed and never left a result."""
    for mark in sorted(folder.glob("*.failed")):
        if mark.stem not in results:
            yield ""
            yield f"**{mark.stem} failed on {mark.read_text(encoding='utf-8').strip()}.**"


def draw(
    results: Mapping[str, Mapping[str, Any]], folder: Path
) -> dict[str, list[tuple[str, str]]]:
    """Draw all figures; give title and file name of each, by benchmark."""
    from bench import drawing

    drawn: dict[str, list[tuple[str, str]]] = {}
    for name, result in results.items():
        kinds = (
            (result["stacks"], drawing.stacked),
            (result["times"], drawing.bars),
            (result["curves"], drawing.lines),
        )
        for found, make in kinds:
            for title, values in found.items():
                stem = re.sub(r"[^a-z0-9]+", "-", f"{name}-{title}".lower()).strip("-")
                make(folder / f"{stem[:80]}.png", title, values)
                drawn.setdefault(name, []).append((title, f"{stem[:80]}.png"))
    return drawn


def report(
    results: Mapping[str, Mapping[str, Any]], drawn: Mapping[str, Sequence[tuple[str, str]]]
) -> Iterator[str]:
    """Write the report, line by line."""
    yield "# Speed, measured beside the others"
    yield ""
    yield (
        "Written by `make bench` (needs the extra `[bench]`); nothing here is edited by hand. "
        "Contenders take turns in one run, the order rotates, and a ratio is the median of the "
        "ratios of the rounds, with its quartiles (of fewer than four rounds, the least and the "
        "greatest). `python -m bench.NAME` repeats one benchmark, and `python -m bench.report` "
        "makes this report again. Raw numbers: [results.json](results.json). Cost at 1 M and "
        "100 M tracks: [docs/scaling.md](../docs/scaling.md)."
    )
    if any(result["quick"] for result in results.values()):
        yield ""
        yield "**A quick form, to try the benchmarks: these numbers say nothing.**"
    yield ""
    yield "## What must hold"
    yield ""
    yield from measures(results)
    yield ""
    yield from warnings(results)
    yield "## Machine"
    yield ""
    yield from machines(results)
    for name, result in results.items():
        yield ""
        yield from section(name, result, drawn.get(name, ()))


def measures(results: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Set each target beside what was measured."""
    yield "| measure | must be | measured | met | repeat |"
    yield "|---|---|---|---|---|"
    for words, target, name, begins in MEASURES:
        rows = [
            row
            for row in results.get(name, {}).get("rows", ())
            if row["met"] is not None and re.match(begins, row["measure"])
        ]
        command = f"`python -m bench.{name}`"
        for row in rows:
            verdict = "yes" if row["met"] else "**no**"
            what = f"{words}<br>{row['measure']}"
            yield f"| {what} | {target_of(row) or target} | {figure(row)} | {verdict} | {command} |"
        if not rows:
            yield f"| {words} | {target} | not measured | | {command} |"


def warnings(results: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Say where results come from several commits, failed, or were measured while disturbed."""
    commits: dict[str, list[str]] = {}
    for name, result in results.items():
        commits.setdefault(result["commit"], []).append(name)
    if len(commits) > 1:
        told = "; ".join(f"{commit}: {', '.join(names)}" for commit, names in commits.items())
        yield f"**These results come from different commits.** {told}."
        yield ""
    for name, result in results.items():
        if "failed" in result:
            yield f"**{name} failed on {result['failed']}**; what stands here is older."
            yield ""
        share = result.get("steal_share", 0.0)
        if share > MOST_STOLEN:
            yield (
                f"**{name} was disturbed**: the host of this machine took {100 * share:.1f} % of "
                "its processor time away; no round was dropped."
            )
            yield ""


def machines(results: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Say what the benchmarks ran on, once where that is the same for all."""
    described: dict[str, list[str]] = {}
    for name, result in results.items():
        machine = result["machine"]
        packages = ", ".join(f"{key} {value}" for key, value in machine["packages"].items())
        text = (
            f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gb']} GB; "
            f"{machine['system']}; {machine['python']}; {packages}"
        )
        described.setdefault(text, []).append(name)
    for text, names in described.items():
        yield f"- {text}" + (f" ({', '.join(names)})" if len(described) > 1 else "")


def section(
    name: str, result: Mapping[str, Any], drawn: Sequence[tuple[str, str]]
) -> Iterator[str]:
    """Write what one benchmark found."""
    title, _, rest = docstring(name).partition("\n\n")
    yield f"## {' '.join(title.split()).rstrip('.')}"
    yield ""
    yield " ".join(rest.split())
    yield ""
    load = " and ".join(
        f"{part[0]:g}" for part in (result["machine"]["load"], result["load_at_end"])
    )
    yield (
        f"Measured {result['begun']} to {result['ended']}, commit {result['commit']}, load of the "
        f"machine at start and end {load}. Repeat: `{result['command']}`."
    )
    yield ""
    yield "| measure | found | must be |"
    yield "|---|---|---|"
    for row in result["rows"]:
        verdict = {True: " (met)", False: " (**not met**)", None: ""}[row["met"]]
        yield f"| {row['measure']} | {figure(row)} | {target_of(row)}{verdict} |"
    if result["notes"]:
        yield ""
        yield from (f"- {note}" for note in result["notes"])
    for caption, file in drawn:
        yield ""
        yield f"![{caption}](figures/{file})"


def docstring(name: str) -> str:
    """Read what a benchmark says of itself, without importing it."""
    path = ROOT / "bench" / f"{name}.py"
    return ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or name


if __name__ == "__main__":
    main()

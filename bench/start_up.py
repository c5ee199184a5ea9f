"""
Starting up: commands of genrescope as cold processes with a warm disk, over imports of the peers.

Whole processes, start of Python included, one core. `import genrescope` is measured whole (the
target is held to that) and beside an empty Python. The size of a base install is that of a fresh
virtual environment, `pip install .` and its compiled files included: what it takes on the disk, in
blocks, in units of 2**20 bytes as `du -sm` prints. pip itself is left out, and setuptools where the
environment was made with it: both are there before the package is, and it needs neither.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import shutil
import statistics
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from bench.harness import ROOT, Spread, arguments, interleaved, run, spread
from bench.record import Record
from bench.sound import tracks

NAME = "start_up"
MB, MIB = 1e6, 2**20


def main() -> None:
    """Measure commands, imports and the size of an install, and save."""
    given = arguments(NAME, __doc__, repeats=20, peer_repeats=5, install="yes")
    record = Record(NAME, quick=given.quick)
    repeats, peer_repeats = (3, 1) if given.quick else (given.repeats, given.peer_repeats)
    commands(record, repeats)
    imports(record, repeats, peer_repeats)
    if given.quick or given.install == "no":
        record.note("the size of an install was not measured in this run")
    else:
        install_size(record)
    record.save(given.out)


def commands(record: Record, n: int) -> None:
    """Time the commands that people wait for."""
    genrescope = [console_script()]
    (track,) = tracks(1)
    contenders = {
        "genrescope --help": [*genrescope, "--help"],
        "genrescope --version": [*genrescope, "--version"],
        "genrescope predict FILE.mp3": [*genrescope, "predict", str(track)],
        "completion of a command": genrescope,
        "python -c pass": [sys.executable, "-c", "pass"],
        'python -c "import genrescope"': [sys.executable, "-c", "import genrescope"],
    }
    completion = {
        "_GENRESCOPE_COMPLETE": "complete_bash",
        "COMP_WORDS": "genrescope pre",
        "COMP_CWORD": "1",
    }
    taken = timed(contenders, n=n, environments={"completion of a command": completion})
    record.times("Cold processes", taken, unit="ms")
    targets = {
        "genrescope predict FILE.mp3": 600.0,
        "genrescope --help": 200.0,
        'python -c "import genrescope"': 50.0,
    }
    for name, found in taken.items():
        record.row(f"cold: {name}", spread(found), unit="ms", most=targets.get(name))
    pairs = zip(taken['python -c "import genrescope"'], taken["python -c pass"], strict=True)
    net: Spread = spread([a - b for a, b in pairs])
    record.row("import genrescope, over an empty Python", net, unit="ms")
    record.fact("cold_predict_s", statistics.median(taken["genrescope predict FILE.mp3"]) / 1e3)


def imports(record: Record, n: int, n_peers: int) -> None:
    """Time the imports of the peers as they are used."""
    peers = {
        "librosa": "import librosa; librosa.load",
        "torch": "import torch",
        "transformers": "from transformers import pipeline",
        "essentia": "import essentia.standard",
    }
    contenders = {}
    for package, code in peers.items():
        if importlib.util.find_spec(package) is None:
            record.note(f"{package} is not installed: its import was not measured")
        else:
            contenders[f'python -c "{code}"'] = [sys.executable, "-c", code]
    contenders['python -c "import genrescope; genrescope.load()"'] = [
        sys.executable, "-c", "import genrescope; genrescope.load()",
    ]  # fmt: skip
    taken = timed(contenders, n=n_peers)
    record.times("Imports, ready to hear", taken, unit="ms")
    for name, found in taken.items():
        record.row(f"cold: {name}", spread(found), unit="ms")


def timed(
    contenders: Mapping[str, list[str]],
    *,
    n: int,
    environments: Mapping[str, Mapping[str, str]] | None = None,
) -> dict[str, list[float]]:
    """Run commands in turns; give the milliseconds of each."""
    calls = {
        name: (lambda name=name, command=command: run(
            command, environment=(environments or {}).get(name)
        ).wall_s)
        for name, command in contenders.items()
    }  # fmt: skip
    return interleaved(calls, n=n, measure=lambda call: 1e3 * call())


def console_script() -> str:
    """Find the command beside this Python."""
    beside = Path(sys.executable).with_name("genrescope")
    found = str(beside) if beside.exists() else shutil.which("genrescope")
    if found is None:
        raise SystemExit("the command genrescope is not installed: pip install -e '.[bench]'")
    return found


def install_size(record: Record) -> None:
    """Install the package into a fresh virtual environment and weigh it."""
    with tempfile.TemporaryDirectory() as folder:
        python = Path(folder) / "bin" / "python"
        run([sys.executable, "-m", "venv", folder])
        constraints = ["-c", ROOT / "constraints.txt"]
        run([python, "-m", "pip", "install", "--quiet", *constraints, ROOT], n_cores=2)
        (site,) = Path(folder).glob("lib/python*/site-packages")
        sizes = sizes_by_package(site)
    left_out = {name: sizes.pop(name) for name in ("pip", "setuptools") if name in sizes}
    total = sum(sizes.values())
    big = dict(sorted(sizes.items(), key=lambda item: -item[1])[:10])
    # As `du -sm` counts, in blocks of the file system: so is the 104 MB of PyAV in the target.
    record.row("base install, pip left out (as du -sm)", total / MIB, unit="MiB", most=300.0)
    record.row("the same in millions of bytes", total / MB, unit="MB")
    rest = (total - sum(big.values())) / MIB
    bars = {"base install": {**{name: size / MIB for name, size in big.items()}, "rest": rest}}
    record.stack("Size of a base install by package", bars, unit="MiB")
    record.note(f"left out of the size: {', '.join(left_out) or 'nothing'}")
    record.fact("install_bytes", total)


def sizes_by_package(site: Path) -> dict[str, int]:
    """Add up the bytes on disk of each package's files, compiled ones included."""
    sizes: dict[str, int] = {}
    for distribution in importlib.metadata.distributions(path=[str(site)]):
        paths = {Path(str(file.locate())) for file in distribution.files or ()}
        paths |= {folder for path in paths for folder in path.parents if site in folder.parents}
        found = sum(on_disk(path) for path in paths)
        sizes[distribution.metadata["Name"].lower()] = found
    everything = sum(on_disk(path) for path in site.rglob("*"))
    sizes["not listed"] = max(0, everything - sum(sizes.values()))
    return sizes


def on_disk(path: Path) -> int:
    """Give the bytes that a file or a folder itself takes on the disk, in whole blocks."""
    return 512 * path.lstat().st_blocks if path.exists() else 0


if __name__ == "__main__":
    main()

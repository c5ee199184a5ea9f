"""What a benchmark ran on: processor, memory, system, versions, and the commit of the code."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.harness import ROOT

PACKAGES = (
    "genrescope",
    "numpy",
    "av",
    "soundfile",
    "soxr",
    "onnxruntime",
    "librosa",
    "torch",
    "lightning",
    "scikit-learn",
    "essentia",
    "transformers",
)


def describe() -> dict[str, Any]:
    """Describe this machine, as plain values."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(_memory_bytes() / 2**30, 1),
        "system": _system(),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "packages": versions(),
        "load": [round(load, 2) for load in os.getloadavg()],
    }


def versions() -> dict[str, str]:
    """Give the versions of the package and its peers; what is not installed is left out."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def processor_ticks() -> tuple[int, int]:
    """Give the ticks that the host took away, and all ticks, since the start; (0, 0) elsewhere."""
    stat = Path("/proc/stat")
    if not stat.is_file():
        return 0, 0
    ticks = [int(x) for x in stat.read_text().splitlines()[0].split()[1:9]]
    return ticks[7], sum(ticks)


def commit() -> str:
    """Name the commit of the code, and whether files of the package differ from it."""
    try:
        head = _git("rev-parse", "--short=12", "HEAD")
        changed = _git("status", "--porcelain", "--untracked-files=no", "--", "src", "bench/*.py")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return f"{head} with changes" if changed else head


def _git(*arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(ROOT), *arguments], check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.is_file():
        lines = info.read_text().splitlines()
        facts = dict(line.split(":", 1) for line in lines if ":" in line)
        known = {key.strip(): value.strip() for key, value in facts.items()}
        family = f"family {known.get('cpu family', '?')} model {known.get('model', '?')}"
        cache = known.get("cache size", "?")
        return f"{known.get('model name', 'unknown')} ({family}, cache {cache})"
    if sys.platform == "darwin":
        command = ["sysctl", "-n", "machdep.cpu.brand_string"]
        return subprocess.run(command, capture_output=True, text=True).stdout.strip()
    return platform.processor() or platform.machine()


def _memory_bytes() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _system() -> str:
    release = Path("/etc/os-release")
    if release.is_file():
        for line in release.read_text().splitlines():
            if line.startswith("PRETTY_NAME="):
                return f"{line.partition('=')[2].strip(chr(34))}, {platform.machine()}"
    return f"{platform.system()} {platform.release()}, {platform.machine()}"

"""What a benchmark found, as one JSON file that is written as it ends."""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench import machine
from bench.harness import Spread


class Record:
    """
    The findings of one benchmark.

    Parameters
    ----------
    name : str
        Of the benchmark: ``python -m bench.NAME`` repeats it.
    quick : bool
        Whether it ran in its short form.
    """

    def __init__(self, name: str, *, quick: bool = False) -> None:
        self._ticks = machine.processor_ticks()
        self.values: dict[str, Any] = {
            "name": name,
            "command": f"python -m bench.{name}",
            "quick": quick,
            "begun": _now(),
            "commit": machine.commit(),
            "machine": machine.describe(),
            "rows": [],
            "times": {},
            "stacks": {},
            "curves": {},
            "facts": {},
            "notes": [],
        }

    def row(
        self,
        measure: str,
        value: Spread | float,
        *,
        unit: str = "x",
        most: float | None = None,
        least: float | None = None,
    ) -> None:
        """
        Add a figure, and its target where it has one.

        Parameters
        ----------
        measure : str
            What it says, as the report shows it.
        value : Spread or float
            The figure; a Spread where it was measured several times.
        unit : str
            ``"x"`` for a ratio.
        most, least : float or None
            The target: at most, or at least.
        """
        found = value if isinstance(value, Spread) else Spread(value, value, value, 1)
        met = None
        if most is not None:
            met = found.median <= most
        if least is not None:
            met = found.median >= least
        kept = {
            "measure": measure,
            **dataclasses.asdict(found),
            "unit": unit,
            "most": most,
            "least": least,
            "met": met,
        }
        self.values["rows"].append(kept)
        print(f"{self.values['name']:17} {line(kept)}", flush=True)

    def times(self, group: str, taken: Mapping[str, Sequence[float]], *, unit: str = "s") -> None:
        """Keep the raw figures of contenders that took turns; the report draws them as bars."""
        self.values["times"][group] = {
            "unit": unit,
            "taken": {name: list(map(float, values)) for name, values in taken.items()},
        }

    def stack(self, title: str, bars: Mapping[str, Mapping[str, float]], *, unit: str) -> None:
        """Keep figures that add up, bar by bar."""
        self.values["stacks"][title] = {
            "unit": unit,
            "bars": {name: dict(parts) for name, parts in bars.items()},
        }

    def curve(
        self,
        title: str,
        lines: Mapping[str, tuple[Sequence[float], Sequence[float]]],
        *,
        x: str,
        y: str,
        log: bool = False,
    ) -> None:
        """Keep lines of one plot, each as its x and y."""
        kept = {
            name: [list(map(float, xs)), list(map(float, ys))] for name, (xs, ys) in lines.items()
        }
        self.values["curves"][title] = {"x": x, "y": y, "log": log, "lines": kept}

    def fact(self, name: str, value: Any) -> None:
        """Keep a constant that docs/scaling.md or a reader may want."""
        self.values["facts"][name] = value

    def note(self, text: str) -> None:
        """Keep a sentence for the report."""
        self.values["notes"].append(text)
        print(f"{self.values['name']:17} note: {text}", flush=True)

    def save(self, folder: Path) -> Path:
        """Write ``NAME.json`` into a folder."""
        self.values["ended"] = _now()
        stolen, ticks = (
            now - then for now, then in zip(machine.processor_ticks(), self._ticks, strict=True)
        )
        self.values["steal_share"] = stolen / max(1, ticks)
        self.values["load_at_end"] = machine.describe()["load"]
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.values['name']}.json"
        path.write_text(json.dumps(self.values, indent=1) + "\n", encoding="utf-8")
        print(f"{self.values['name']:17} saved in {path}", flush=True)
        return path


def line(row: Mapping[str, Any]) -> str:
    """Say a figure in one line."""
    target = target_of(row)
    verdict = {True: "met", False: "NOT MET", None: ""}[row["met"]]
    return f"{row['measure']}: {figure(row)}" + (f"  [{target}: {verdict}]" if target else "")


def figure(row: Mapping[str, Any]) -> str:
    """Say the median with its spread and unit."""
    unit = "x" if row["unit"] == "x" else f" {row['unit']}"
    median, low, high = (number(row[key]) for key in ("median", "low", "high"))
    return f"{median}{unit}" + (f" ({low} to {high}, n={row['n']})" if row["n"] > 1 else "")


def number(value: float) -> str:
    """Write a number with three digits, or with all that stand before the point."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def target_of(row: Mapping[str, Any]) -> str:
    """Say the target, or nothing where there is none."""
    unit = "x" if row["unit"] == "x" else f" {row['unit']}"
    if row["most"] is not None:
        return f"at most {row['most']:g}{unit}"
    if row["least"] is not None:
        return f"at least {row['least']:g}{unit}"
    return ""


def _now() -> str:
    return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")

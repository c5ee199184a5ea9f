"""The plots of the report: bars (on log axes dots) with whiskers, stacked bars, and lines."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl

from bench.record import number

mpl.use("Agg")
import matplotlib.pyplot as plt

OURS, THEIRS = "#1f77b4", "#b0b0b0"
WIDTH = 8.0


def bars(path: Path, title: str, group: Mapping[str, Any]) -> None:
    """Draw the median of each contender, with a whisker from the least to the greatest."""
    taken = group["taken"]
    names = list(taken)[::-1]
    medians = [statistics.median(taken[name]) for name in names]
    whiskers = [
        [m - min(taken[name]) for name, m in zip(names, medians, strict=True)],
        [max(taken[name]) - m for name, m in zip(names, medians, strict=True)],
    ]
    figure, axes = plt.subplots(figsize=(WIDTH, 0.9 + 0.42 * len(names)))
    ours = [("genrescope" in name or name.startswith("completion")) for name in names]
    colours = [OURS if own else THEIRS for own in ours]
    if max(medians) > 25 * min(medians):
        # A bar has no honest length where there is no zero.
        for k, colour in enumerate(colours):
            whisker = [[whiskers[0][k]], [whiskers[1][k]]]
            axes.errorbar(medians[k], k, xerr=whisker, fmt="o", color=colour, capsize=3)
        axes.set_yticks(range(len(names)), names)
        axes.set_xscale("log")
    else:
        axes.barh(names, medians, color=colours, xerr=whiskers, error_kw={"lw": 1, "capsize": 3})
    for k, value in enumerate(medians):
        axes.annotate(
            f"  {number(value)}", (medians[k] + whiskers[1][k], k), va="center", fontsize=8
        )
    axes.margins(x=0.12)
    axes.set_xlabel(group["unit"])
    _save(figure, axes, title, path)


def stacked(path: Path, title: str, stack: Mapping[str, Any]) -> None:
    """Draw parts that add up, one bar a kind."""
    names = list(stack["bars"])[::-1]
    parts = list(dict.fromkeys(part for bar in stack["bars"].values() for part in bar))
    figure, axes = plt.subplots(figsize=(WIDTH, 1.5 + 0.5 * len(names)))
    left = [0.0] * len(names)
    colours = plt.get_cmap("tab20").colors
    for part, colour in zip(parts, colours, strict=False):
        widths = [stack["bars"][name].get(part, 0.0) for name in names]
        axes.barh(names, widths, left=left, label=part, color=colour)
        left = [a + b for a, b in zip(left, widths, strict=True)]
    axes.set_xlabel(stack["unit"])
    axes.legend(ncols=6, fontsize=7, loc="upper center", bbox_to_anchor=(0.5, -0.28))
    _save(figure, axes, title, path)


def lines(path: Path, title: str, curve: Mapping[str, Any]) -> None:
    """Draw lines over one pair of axes."""
    figure, axes = plt.subplots(figsize=(WIDTH, 3.2))
    for k, (name, (xs, ys)) in enumerate(curve["lines"].items()):
        style = {"marker": "o"} if k == 0 and len(xs) < 20 else {}
        axes.plot(xs, ys, label=name, linestyle="-" if k == 0 else "--", **style)
    if curve["log"]:
        axes.set_xscale("log")
        axes.set_yscale("log")
    else:
        axes.set_ylim(0, 1.15 * max(max(ys) for _, ys in curve["lines"].values()))
    axes.set_xlabel(curve["x"])
    axes.set_ylabel(curve["y"])
    axes.legend(fontsize=8)
    axes.grid(alpha=0.3)
    _save(figure, axes, title, path)


def _save(figure: Any, axes: Any, title: str, path: Path) -> None:
    axes.set_title(title, fontsize=10)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    path.parent.mkdir(parents=True, exist_ok=True)
    # No date or version inside, so that equal plots are equal files.
    figure.savefig(path, dpi=110, bbox_inches="tight", metadata={"Software": None})
    plt.close(figure)

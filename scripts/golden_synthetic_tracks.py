"""Regenerate tests/synthesis/golden_tracks.json after a change that is meant to be audible.

For each kind of music: the root mean squares of three thirds of its first second, and the part of
its samples that change sign. Raise `genrescope.synthesis.render.VERSION` together with it.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from genrescope.synthesis.render import kinds, render_track

GOLDEN = Path(__file__).parents[1] / "tests" / "synthesis" / "golden_tracks.json"


def main() -> None:
    """Write the file."""
    statistics = {}
    for kind in kinds():
        y = render_track(kind, duration_s=1.0).astype(np.float64)
        thirds = [round(float(np.sqrt(np.mean(part**2))), 6) for part in np.split(y, 3)]
        statistics[kind] = [*thirds, round(float(np.mean(y[1:] * y[:-1] < 0)), 6)]
    GOLDEN.write_text(json.dumps(statistics, indent=1) + "\n", encoding="utf-8")
    print(f"wrote {GOLDEN}")


if __name__ == "__main__":
    main()

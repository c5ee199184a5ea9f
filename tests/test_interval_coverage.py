"""A short run of the simulation of coverage: the intervals that are reported hold the truth."""

from __future__ import annotations

import importlib.util
import math
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent.parent / "scripts" / "interval_coverage.py"
N_RUNS = 250
SLACK = 3 * math.sqrt(0.95 * 0.05 / N_RUNS)


@pytest.fixture(scope="module")
def simulation():
    """The script, as a module."""
    spec = importlib.util.spec_from_file_location("interval_coverage", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


@pytest.mark.parametrize(
    ("n_tracks", "n_artists", "accuracy"), [(289, 130, 0.65), (100, 40, 0.8), (60, 15, 0.5)]
)
def test_intervals_by_artists_hold_the_truth(simulation, n_tracks, n_artists, accuracy):
    design = simulation.Design(
        f"{n_tracks} of {n_artists}", simulation.unequal(n_artists, n_tracks)
    )
    assert (sum(design.sizes), len(design.sizes)) == (n_tracks, n_artists)
    found = simulation.coverage(design, accuracy, n_runs=N_RUNS, n_resamples=200)
    assert len(found) >= 5
    for name in ("accuracy, headline", "accuracy, artist bootstrap",
                 "difference of accuracy, artist bootstrap"):  # fmt: skip
        assert 0.93 - SLACK <= found[name][0] <= 0.97 + SLACK, name
    # With few artists macro-F1 errs on the side of caution.
    assert found["macro_f1, artist bootstrap"][0] >= 0.93 - SLACK
    assert found["accuracy, wilson"][0] < 0.85, "tracks of one artist are no independent draws"


def test_wilson_holds_the_truth_where_each_track_has_its_own_artist(simulation):
    design = simulation.Design("single", (1,) * 150)
    found = simulation.coverage(design, 0.65, n_runs=N_RUNS, n_resamples=200)
    for name in ("accuracy, headline", "accuracy, wilson"):
        assert 0.93 - SLACK <= found[name][0] <= 0.97 + SLACK, name


def test_equal_models_are_seldom_called_different(simulation):
    design = simulation.Design("289 of 130", simulation.unequal(130, 289))
    found = simulation.levels(design, 0.65, n_runs=N_RUNS)
    assert found["sign flips by artists"] <= 0.05 + SLACK
    assert found["McNemar"] > 0.07

"""What excites a unit: found inputs and real windows."""

import dataclasses

import numpy as np
import pytest
import torch
from torch import nn

from genrescope.errors import ConfigError, ParameterError, UnknownNameError
from genrescope.explain.excitement import Range, excitement, strongest_windows
from genrescope.models.inside import Unit
from genrescope.records import Track
from genrescope.splits.split import Split
from genrescope.training.inputs import Inputs


def linear(shape):
    """Rock is the sum of the upper half of the cells, jazz nothing."""
    network = nn.Sequential(nn.Flatten(), nn.Linear(int(np.prod(shape)), 2))
    with torch.no_grad():
        network[1].weight.zero_()
        network[1].bias.zero_()
        network[1].weight.view(2, *shape)[1, shape[0] // 2 :] = 1
    return network


@pytest.fixture
def run(run_of, monkeypatch):
    run = run_of(linear)
    split = Split("random", 1, 1, train=("a", "b"), valid=("c",), test=("d",))
    monkeypatch.setattr(type(run), "split", lambda self: split)
    return run


@pytest.fixture
def inputs(run):
    """Two windows of each of five tracks; the second of track i has the level i."""
    ids = ("a", "b", "c", "d", "left out")
    tracks = tuple(Track(i, None, ("rock",)) for i in ids)
    X = np.zeros((10, *run.inside.input_shape), dtype=np.float32)
    X[1::2] += np.arange(5, dtype=np.float32)[:, None, None]
    manifest = run.manifest
    return Inputs(
        tracks, (), manifest.front_end, manifest.windows, manifest.features, X,
        np.repeat(np.arange(5), 2), dict,
    )  # fmt: skip


def test_the_strongest_windows_are_named_once_a_track_with_their_part(run, inputs):
    found = strongest_windows(run, inputs, run.genre("rock"), n=3)
    assert [(w.track_id, w.part, w.window, w.row) for w in found] == [
        ("left out", "", 1, 9), ("d", "test", 1, 7), ("c", "valid", 1, 5),
    ]  # fmt: skip
    n_cells = np.prod(run.inside.input_shape) / 2
    assert found[0].answer == pytest.approx(4 * n_cells)
    (one,) = strongest_windows(run, inputs, run.genre("rock"), parts=("test",))
    assert one.track_id == "d"
    assert one.to_dict() == {
        "track_id": "d", "label": "rock", "part": "test", "window": 1, "answer": one.answer,
    }  # fmt: skip


def test_the_input_that_excites_a_genre_lies_where_the_genre_looks(run):
    rng = np.random.default_rng(0)
    X = rng.normal(-40, 10, (50, *run.inside.input_shape))
    within = Range.of(X)
    found = excitement(run, run.genre("rock"), within, blur=0.0)
    half = len(found.x) // 2
    np.testing.assert_allclose(found.x[:half], within.mean[:half], rtol=1e-5)
    away = within.deviation(found.x)[half:]
    # The gradient by z is the deviation of a cell: they are alike.
    assert np.sqrt((away**2).mean()) == pytest.approx(1.0, rel=0.01)
    assert away.min() > 0
    # Levels are below 0 dB, so that the sum of any input is, and jazz is 0.
    assert found.answer < 0
    np.testing.assert_allclose(found.P, [1, 0], atol=1e-6)
    assert found.name == "rock"
    assert found.answer == pytest.approx(found.x[half:].sum(), rel=1e-4)


def test_first_filters_are_not_blurred_and_other_units_are(run, run_of, loudness):
    within = Range(np.full((128, 44), -40.0), np.full((128, 44), 10.0))
    assert excitement(run, run.genre("rock"), within, n_steps=1).blur == 1
    known = run_of(loudness(40.0))
    assert excitement(known, Unit("conv-1", 0), within, n_steps=1).blur == 0


def test_names_of_units(run):
    assert run.name(run.genre("jazz")) == "jazz"
    assert run.name(Unit("dense-1", 1)) == "dense-1, unit 1"
    with pytest.raises(UnknownNameError, match="rock"):
        run.genre("rok")


def test_a_range_needs_inputs_that_differ():
    with pytest.raises(ParameterError, match="1 windows, all alike"):
        Range.of(np.zeros((1, 3, 4)))
    X = np.zeros((2, 3, 4))
    X[1, 0, 0] = 2
    assert Range.of(X).std.min() == pytest.approx(1e-3)


def test_inputs_of_another_shape_are_refused(run, inputs):
    assert run.checked(inputs) is inputs
    other = dataclasses.replace(inputs, X=inputs.X[:, :5])
    with pytest.raises(ConfigError, match=r"shape \(5, 44\), but the network takes"):
        run.checked(other)


def test_the_network_and_the_windows_are_asked_alike(run, inputs):
    """The answer that is told is the one that the network gives."""
    unit = run.genre("rock")
    (best,) = strongest_windows(run, inputs, unit, n=1)
    assert best.answer == pytest.approx(float(inputs.X[best.row][64:].sum()), rel=1e-5)

"""Runs that are opened for a look inside: network and graph must give the same probabilities."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch

from genrescope.bundle.format import read_onnx
from genrescope.errors import ConfigError
from genrescope.explain.excitement import Range, excitement
from genrescope.explain.trained import open_run
from genrescope.labels import MULTI_LABEL, SINGLE_LABEL
from genrescope.prediction.session import Session
from genrescope.records import Track
from genrescope.training.fit import Parts, train_bundle
from genrescope.training.inputs import Inputs
from genrescope.training.recipe import Recipe

LABELS = ("blues", "jazz", "rock")


@pytest.fixture(scope="module")
def inputs():
    """Sixty windows of as many tracks: each label lifts a row, most have one, some two."""
    rng = np.random.default_rng(1)
    Y = np.eye(3, dtype=bool)[np.arange(60) % 3]
    Y[::7, 2] = True
    X = (rng.normal(size=(60, 3, 4)) + 2 * Y[:, :, None]).astype(np.float32)
    tracks = tuple(
        Track(f"t{i:02d}", None, tuple(np.array(LABELS)[row].tolist()), sha256=f"{i:064d}",
              artist=f"artist {i}", group=f"artist {i}")
        for i, row in enumerate(Y)
    )  # fmt: skip
    empty = Recipe.from_dict(recipe_values(SINGLE_LABEL))
    return Inputs(
        tracks, (), empty.front_end, empty.windows, empty.features, X, np.arange(60), lambda _: []
    )


def recipe_values(task):
    return {
        "name": "known", "dataset": {"name": "synthetic"}, "model": {"name": "linear"},
        "protocol": {"name": "random"},
        "training": {"epochs": 3, "learning_rate": 0.3, "device": "cpu", "task": task},
    }  # fmt: skip


@pytest.fixture(scope="module", params=[SINGLE_LABEL, MULTI_LABEL])
def trained(request, inputs, tmp_path_factory):
    """The folder of a training of either task."""
    recipe = Recipe.from_dict(recipe_values(request.param))
    if request.param == SINGLE_LABEL:
        first = [dataclasses.replace(t, labels=t.labels[:1]) for t in inputs.tracks]
        inputs = dataclasses.replace(inputs, tracks=tuple(first))
    folder = tmp_path_factory.mktemp(request.param)
    ids = [track.track_id for track in inputs.tracks]
    parts = Parts(tuple(ids[:45]), tuple(ids[45:]) if request.param == MULTI_LABEL else ())
    train_bundle(recipe, inputs, parts, seed=0, folder=folder, provenance={})
    return folder


def test_the_network_says_what_the_graph_says(trained, inputs):
    run = open_run(trained)
    several = run.manifest.label_thresholds is not None
    P = run.probabilities(inputs.X)
    graph = read_onnx(trained / "bundle", run.manifest)
    session = Session(graph, n_labels=3, folder=trained, sums_to_one=not several)
    np.testing.assert_allclose(P, session.probabilities(inputs.X), atol=1e-5)
    assert (np.abs(P.sum(axis=1) - 1) > 0.05).any() == several


def test_what_excites_a_genre_is_heard_as_it_by_either_task(trained, inputs):
    run = open_run(trained)
    found = excitement(run, run.genre("jazz"), Range.of(inputs.X), n_steps=5)
    np.testing.assert_allclose(found.P, run.probabilities(found.x[None])[0])
    assert found.P.argmax() == 1


def test_a_checkpoint_of_another_training_is_refused(trained):
    path = trained / "training" / "last.ckpt"
    right = path.read_bytes()
    state = torch.load(path, weights_only=True)
    *_, key = state["state_dict"]  # the bias of the last layer
    state["state_dict"][key] += torch.arange(3.0)
    torch.save(state, path)
    try:
        with pytest.raises(ConfigError, match="answers otherwise than the graph in bundle/"):
            open_run(trained)
    finally:
        path.write_bytes(right)

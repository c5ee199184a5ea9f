"""What every recipe must do, because it stands there: learn two steps, export, predict."""

import dataclasses

import numpy as np
import pytest

from genrescope.models import architectures
from genrescope.prediction.predictor import Predictor
from genrescope.records import Track
from genrescope.training.fit import Parts, train_bundle
from genrescope.training.inputs import Inputs
from genrescope.training.recipe_files import load_recipe, recipe_names

LABELS = ("bright", "dark")
N_TRACKS = 12


def is_network(recipe):
    return architectures.MODELS.module(recipe.model.name).KIND == "network"


def sound(label, number, recipe):
    """Noise, dull for one label and bright for the other, as long as a window."""
    rng = np.random.default_rng(number)
    y = rng.standard_normal(recipe.windows.length)
    y = np.diff(y, prepend=0) if label == "bright" else np.cumsum(y) / 30
    return (0.3 * y / np.abs(y).max()).astype(np.float32)


def inputs_of(recipe, n_tracks):
    tracks, pictures = [], []
    for number in range(n_tracks):
        label = LABELS[number % 2]
        name = f"{label}.{number}"
        tracks.append(Track(name, None, (label,), artist=name, group=name))
        y = sound(label, number, recipe)
        pictures.append(recipe.features.picture(y, recipe.front_end))
    ids = [track.track_id for track in tracks]
    return Inputs(
        tracks=tuple(tracks),
        skipped=(),
        front_end=recipe.front_end,
        windows=recipe.windows,
        features=recipe.features,
        X=recipe.features.compute(pictures, recipe.front_end),
        track_of_window=np.arange(n_tracks),
        logmels=lambda name: [pictures[ids.index(name)]],
    )


@pytest.mark.parametrize("name", recipe_names())
def test_learns_two_steps_exports_and_predicts(name, tmp_path):
    recipe = load_recipe(name)
    n_tracks = 6 if is_network(recipe) else N_TRACKS
    if is_network(recipe):
        recipe = dataclasses.replace(
            recipe, training={**recipe.training, "epochs": 1, "batch_size": 2}
        )
    inputs = inputs_of(recipe, n_tracks)
    ids = [track.track_id for track in inputs.tracks]
    stops = recipe.training.get("patience") is not None
    parts = Parts(learn=tuple(ids[:4] if is_network(recipe) else ids),
                  stop=tuple(ids[4:]) if stops else ())  # fmt: skip
    manifest = train_bundle(
        recipe, inputs, parts, seed=0, folder=tmp_path, provenance={"protocol": "none"}
    )
    assert manifest.labels == LABELS
    predictor = Predictor(tmp_path / "bundle")
    y, sr = sound("dark", 99, recipe), recipe.front_end.sr
    # Half a second is the least that is heard, however short the windows.
    prediction = predictor.predict(np.tile(y, -(-sr // len(y))), sr=sr)
    assert {genre.label for genre in prediction.genres} == set(LABELS)
    assert all(0 <= genre.probability <= 1 for genre in prediction.genres)


def test_there_are_the_systems_of_five_papers():
    recipes = [load_recipe(name) for name in recipe_names()]
    by_paper = {
        paper: [recipe for recipe in recipes if recipe.paper == paper]
        for paper in ("tanaka2019", "joseph2024", "conv1d_blog", "poltronieri", "mersy2019")
    }
    assert all(by_paper.values()), by_paper
    assert sum(map(len, by_paper.values())) >= 45
    assert all(recipe.citation for mine in by_paper.values() for recipe in mine)

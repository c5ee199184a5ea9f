"""Predictions of a model that gives a recording several labels, or none."""

import numpy as np
import pytest
import tiny_bundles

from genrescope.bundle.several_labels import task_table
from genrescope.errors import BundleError
from genrescope.prediction.aggregate import mean_probabilities
from genrescope.prediction.predictor import Predictor

NAMES = tiny_bundles.LABELS


def bundle(folder, *thresholds, last="Sigmoid"):
    task = task_table(dict(zip(NAMES, thresholds, strict=True)), fitted_on="60 tracks")
    tiny_bundles.write(folder, onnx=tiny_bundles.graph(last=last), task=task)
    return Predictor(folder)


def sound(n_seconds=3):
    return np.random.default_rng(0).normal(size=8000 * n_seconds) / 10


def test_probabilities_are_means_over_windows_and_need_not_sum_to_one(tmp_path):
    prediction = bundle(tmp_path, 0.5, 0.5, 0.5).predict(sound(), sr=8000)
    assert len(prediction.windows) == 3
    for genre in prediction.genres:
        heard = [g.probability for w in prediction.windows for g in w.genres
                 if g.label == genre.label]  # fmt: skip
        assert genre.probability == pytest.approx(np.mean(heard))
    assert abs(sum(g.probability for g in prediction.genres) - 1) > 0.05
    assert prediction.abstained is None


def test_each_genre_is_given_from_its_own_threshold_on(tmp_path):
    P = {g.label: g.probability for g in bundle(tmp_path / "a", 0, 0, 0).predict(
        sound(), sr=8000).genres}  # fmt: skip
    at = [P[NAMES[0]], P[NAMES[1]] + 1e-6, P[NAMES[2]] - 1e-6]
    some = bundle(tmp_path / "b", *at).predict(sound(), sr=8000)
    expected = sorted((NAMES[0], NAMES[2]), key=lambda name: -P[name])
    assert some.likely == tuple(expected)
    assert some.to_dict()["likely"] == expected
    none = bundle(tmp_path / "c", 1, 1, 1).predict(sound(), sr=8000)
    assert none.likely == ()
    assert none.top is not None


def test_sigmoids_are_refused_where_the_bundle_does_not_say_so(tmp_path):
    tiny_bundles.write(tmp_path, onnx=tiny_bundles.graph(last="Sigmoid"))
    with pytest.raises(BundleError, match="rows do not sum to one"):
        Predictor(tmp_path).predict(sound(), sr=8000)


def test_numbers_above_one_are_no_probabilities_of_several_labels_either(tmp_path):
    with pytest.raises(BundleError, match="some are above one, or are negative"):
        bundle(tmp_path, 0.5, 0.5, 0.5, last="Exp").predict(sound(), sr=8000)


def test_means_of_several_labels_keep_their_size():
    P = np.array([[0.9, 0.8], [0.7, 0.0]])
    assert mean_probabilities(P, sums_to_one=False) == pytest.approx([0.8, 0.4])
    assert mean_probabilities(P) == pytest.approx([2 / 3, 1 / 3])

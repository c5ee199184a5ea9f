"""Thresholds from held-out answers, and a detector fitted on clouds of known place."""

from __future__ import annotations

import types

import numpy as np
import pytest

from genrescope.bundle.abstention import Abstention
from genrescope.models.classifier import HeldOut
from genrescope.training.music_detector import fit_detector, held_out_noises
from genrescope.training.music_examples import Examples, detector_features
from genrescope.training.thresholds import fit_thresholds, held_out_answers


def answers(n=400, seed=0):
    rng = np.random.default_rng(seed)
    P = rng.dirichlet([1.0, 0.5, 0.3], n)
    return np.array([rng.choice(3, p=p) for p in P]), P


def test_few_tracks_are_lost_and_the_likely_genres_hold_the_truth():
    y, P = answers()
    thresholds = fit_thresholds(y, P, source="folds")
    lost = (P.max(axis=1) < thresholds.confidence_below).mean()
    assert 0 < lost <= 0.005
    assert thresholds.measured == {"declined_as_not_sure": pytest.approx(lost)}
    assert "400 tracks: folds" in thresholds.fitted_on
    y_new, P_new = answers(seed=1)
    inside = P_new[np.arange(400), y_new] >= thresholds.probability_from
    assert inside.mean() == pytest.approx(0.9, abs=0.04)


def test_of_few_tracks_no_threshold_can_be_fitted():
    y, P = answers(49)
    assert fit_thresholds(y, P, source="") == Abstention()


def inputs_of(labels, tracks):
    return types.SimpleNamespace(
        labels=lambda rows: np.array(labels)[rows],
        track_of_window=np.array(tracks),
        X=np.arange(len(labels), dtype=float)[:, None],
    )


def test_the_windows_of_a_held_out_track_are_averaged():
    inputs = inputs_of(["b", "a", "a", "b"], [0, 1, 1, 2])
    P = np.array([[0.5, 0.5], [0.8, 0.2], [0.1, 0.9]])
    model = types.SimpleNamespace(
        classes_=np.array(["a", "b"]), held_out_=HeldOut(np.array([2, 1, 0]), P)
    )
    found = held_out_answers(model, inputs, learn=np.array([0, 1, 2]), valid=np.array([], int))
    assert found is not None
    y, means, source = found
    # Row 2 and row 1 are windows of track 1; track 2 was not held out.
    assert y.tolist() == [1, 0]
    np.testing.assert_allclose(means, [[0.1, 0.9], [0.65, 0.35]])
    assert "calibration folds" in source


def test_a_network_has_its_validation_part_and_else_there_is_nothing():
    inputs = inputs_of(["a", "b", "c"], [0, 1, 2])
    model = types.SimpleNamespace(
        classes_=np.array(["a", "b"]),
        predict_proba=lambda X: np.tile([0.7, 0.3], (len(X), 1)),
    )
    learn, valid = np.array([0]), np.array([1, 2])
    found = held_out_answers(model, inputs, learn=learn, valid=valid)
    assert found is not None
    assert found[0].tolist() == [1], "a label that the model does not know tells nothing of it"
    assert "validation part" in found[2]
    assert held_out_answers(model, inputs, learn=learn, valid=np.array([], int)) is None


def clouds(seed=0, n=240):
    """Music in one place; noises of twelve families around it, each in its own direction."""
    rng = np.random.default_rng(seed)
    music = Examples(
        rng.normal(size=(n, 20)),
        np.repeat(np.arange(n // 5), 5).astype(str),
        np.tile([np.inf, 3.0, 2.0, 10.0, np.inf], n // 5),
    )
    played = Examples(rng.normal(size=(40, 20)), np.full(40, "x"), np.full(40, np.inf))
    families = np.repeat(list("abcdefghijkl"), 30)
    directions = rng.normal(size=(12, 20))
    directions *= 7 / np.linalg.norm(directions, axis=1, keepdims=True)
    X = rng.normal(size=(360, 20)) + np.repeat(directions, 30, axis=0)
    noises = Examples(X, families, np.full(360, np.inf))
    return music, played, noises


def test_a_family_is_judged_by_a_machine_that_never_heard_it(monkeypatch):
    from genrescope.training import music_detector

    music, played, noises = clouds()
    heard = []

    class Spy(music_detector.MusicMachine):
        def __init__(self, X, is_music):
            heard.append(X)
            super().__init__(X, is_music)

    monkeypatch.setattr(music_detector, "MusicMachine", Spy)
    values = held_out_noises(music, played, noises)
    assert values.shape == (360,)
    assert len(heard) == 12
    for X, family in zip(heard, "abcdefghijkl", strict=True):
        own = noises.X[noises.groups == family]
        assert not (X[:, None] == own[None]).all(axis=2).any()


def test_a_detector_loses_little_music_and_turns_families_away_that_it_never_heard():
    detector = fit_detector(*clouds(), seed=0, lost=0.02)
    assert 0 < detector.music_below < 1
    assert detector.measured["declined_as_not_music"] <= 0.06
    assert detector.measured["declined_as_not_music_short"] <= 0.06
    # Twelve made families in twenty numbers; the real ones are measured by scripts/abstention.py.
    assert detector.measured["not_music_rejected"] > 0.8
    again = fit_detector(*clouds(), seed=0, lost=0.02)
    assert again == detector


def test_the_features_of_the_model_serve_where_they_are_statistics():
    from genrescope.features.feature_sets import FeatureChoice

    own = FeatureChoice.from_dict({"name": "logmel-statistics", "n_cepstra": 5})
    assert detector_features(own) == own
    picture = FeatureChoice.from_dict({"name": "mel-picture"})
    assert detector_features(picture).name == "logmel-statistics"

"""The detector of music: it turns away what is far from all music, and its graph agrees."""

from __future__ import annotations

import numpy as np
import onnxruntime
import pytest

from genrescope.models.music_machine import LogisticCurve, MusicMachine


@pytest.fixture(scope="module")
def lesson():
    """Music is one cloud in 60 numbers, the noise that is known another beside it."""
    rng = np.random.default_rng(5)
    music = rng.normal(size=(300, 60))
    noise = rng.normal(size=(150, 60)) + np.r_[np.full(6, 4.0), np.zeros(54)]
    X = np.concatenate([music, noise]).astype(np.float32)
    return X, np.arange(450) < 300


def test_it_tells_the_two_apart_and_says_what_it_thinks_of_all_else(lesson):
    X, is_music = lesson
    machine = MusicMachine(X, is_music)
    assert ((machine.decision(X) > 0) == is_music).mean() > 0.98
    assert machine.decision(np.full((1, 60), 1e4))[0] == pytest.approx(machine.far)
    around = np.concatenate([X[:300], 8 * X[:300]])
    assert MusicMachine(around, is_music=np.arange(600) < 300).far < 0


def test_its_graph_gives_its_own_probabilities(lesson):
    X, is_music = lesson
    machine, curve = MusicMachine(X, is_music), LogisticCurve(3.0, -0.5)
    graph = machine.to_onnx(curve, input_shape=(60,))
    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    (P,) = session.run(["probabilities"], {"X": X})
    np.testing.assert_allclose(P[:, 1], curve(machine.decision(X)), atol=1e-4)
    np.testing.assert_allclose(P.sum(axis=1), 1, atol=1e-6)


def test_the_same_lesson_gives_the_same_graph(lesson):
    curve = LogisticCurve(1.0, 0.0)
    one, two = (MusicMachine(*lesson).to_onnx(curve, input_shape=(60,)) for _ in range(2))
    assert one == two


def test_the_curve_finds_the_logistic_that_made_the_truth():
    rng = np.random.default_rng(7)
    values = rng.uniform(-3, 3, 20000)
    truth = rng.random(20000) < 1 / (1 + np.exp(-2 * values))
    curve = LogisticCurve.fit(values, truth)
    assert curve.slope == pytest.approx(2.0, rel=0.06)
    assert curve.offset == pytest.approx(0.0, abs=0.06)
    assert curve(np.array([0.0]))[0] == pytest.approx(0.5, abs=0.02)

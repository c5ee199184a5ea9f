"""Conformal sets: known answers, and the promised coverage by simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest

from genrescope.errors import ParameterError
from genrescope.metrics import conformal as m

N_CLASSES = 5


def draws(rng: np.random.Generator, n: int, *, temperature: float) -> tuple[np.ndarray, np.ndarray]:
    """Truth drawn from a softmax; the model sees it at another temperature, so it is wrong."""
    z = rng.normal(size=(n, N_CLASSES)) * 2
    true = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    y = np.array([rng.choice(N_CLASSES, p=p) for p in true])
    said = np.exp(z / temperature)
    return y, said / said.sum(axis=1, keepdims=True)


def test_scores_by_hand() -> None:
    P = np.array([[0.5, 0.3, 0.2], [0.1, 0.1, 0.8]])
    np.testing.assert_allclose(m.lac_scores(P), [[0.5, 0.7, 0.8], [0.9, 0.9, 0.2]])
    np.testing.assert_allclose(m.aps_scores(P), [[0.5, 0.8, 1.0], [0.9, 1.0, 0.8]])
    raps = m.aps_scores(P, penalty=0.1, free_size=2)
    np.testing.assert_allclose(raps, [[0.5, 0.8, 1.1], [0.9, 1.1, 0.8]])


@pytest.mark.parametrize(
    ("n", "coverage", "rank"), [(9, 0.9, 9), (19, 0.9, 18), (10, 0.9, 10), (100, 0.5, 51)]
)
def test_the_quantile_is_the_rank_that_finite_samples_need(
    n: int, coverage: float, rank: int
) -> None:
    scores = np.stack([np.arange(1, n + 1) / 1000, np.ones(n)], axis=1)
    assert m.conformal_quantile(np.zeros(n, dtype=int), scores, coverage=coverage) == rank / 1000


def test_too_few_tracks_for_the_coverage_let_every_genre_in() -> None:
    scores = np.full((8, 3), 0.5)
    threshold = m.conformal_quantile(np.zeros(8, dtype=int), scores, coverage=0.9)
    assert threshold == math.inf
    P = np.array([[0.9, 0.1, 0.0]])
    assert m.sets(P, m.lac_scores(P), threshold=threshold).all()


def test_a_set_is_never_empty() -> None:
    P = np.array([[0.4, 0.35, 0.25], [0.9, 0.06, 0.04]])
    inside = m.sets(P, m.lac_scores(P), threshold=0.2)
    assert inside.tolist() == [[True, False, False], [True, False, False]]
    assert m.mean_set_size(inside) == 1.0
    assert m.set_coverage(np.array([1, 0]), inside) == 0.5


@pytest.mark.parametrize("score", ["lac", "aps", "raps"])
@pytest.mark.parametrize("coverage", [0.8, 0.9])
def test_the_promise_holds_for_a_model_that_is_overconfident(score: str, coverage: float) -> None:
    rng = np.random.default_rng(3)
    of = {
        "lac": m.lac_scores,
        "aps": m.aps_scores,
        "raps": lambda P: m.aps_scores(P, penalty=0.05, free_size=2),
    }[score]
    found = []
    for _ in range(150):
        (y, P), (y_new, P_new) = (draws(rng, 60, temperature=0.4) for _ in range(2))
        threshold = m.conformal_quantile(y, of(P), coverage=coverage)
        found.append(m.set_coverage(y_new, m.sets(P_new, of(P_new), threshold=threshold)))
    # Mean over calibration sets; its standard error is about 0.005. At least the promise; above it
    # lie what finite samples add (1 / 61), and sets that would be empty but for the first genre.
    assert coverage - 0.012 <= np.mean(found) <= coverage + 0.1


def test_the_least_ambiguous_sets_are_the_smaller_ones() -> None:
    rng = np.random.default_rng(4)
    y, P = draws(rng, 800, temperature=1.0)
    sizes = []
    for of in (m.lac_scores, m.aps_scores):
        threshold = m.conformal_quantile(y, of(P), coverage=0.9)
        sizes.append(m.mean_set_size(m.sets(P, of(P), threshold=threshold)))
    assert sizes[0] <= sizes[1]


@pytest.mark.parametrize("coverage", [0.0, 1.0, -0.1, float("nan")])
def test_a_coverage_that_is_none_is_refused(coverage: float) -> None:
    with pytest.raises(ParameterError, match="coverage is"):
        m.conformal_quantile(np.array([0]), np.array([[0.1, 0.9]]), coverage=coverage)


def test_scores_of_other_tracks_are_refused() -> None:
    for scores in (np.zeros((3, 2)), np.zeros((2, 1)), np.zeros(2)):
        with pytest.raises(ParameterError, match="scores have shape"):
            m.conformal_quantile(np.array([0, 1]), scores, coverage=0.9)

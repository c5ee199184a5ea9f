"""Multi-label metrics against hand-worked answers and scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics as sk

from genrescope.errors import ParameterError
from genrescope.metrics import multilabel as m
from genrescope.metrics.label_ranking import (
    average_precision,
    label_ranking_average_precision,
    micro_average_precision,
    roc_auc,
)


def random_case(
    seed: int, *, ties: bool = False, n: int = 80, n_labels: int = 5
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give truth, answers and probabilities; every label has tracks of both kinds."""
    rng = np.random.default_rng(seed)
    Y = rng.random((n, n_labels)) < rng.uniform(0.1, 0.6, n_labels)
    Y[0], Y[1] = True, False
    P = np.clip(0.35 * Y + 0.65 * rng.random((n, n_labels)), 0, 1)
    P = np.round(P, 1) if ties else P
    return Y, P > 0.5, P


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_agrees_with_scikit_learn(seed: int, ties: bool) -> None:
    Y, D, P = random_case(seed, ties=ties)
    columns = range(Y.shape[1])
    ap = [sk.average_precision_score(Y[:, k], P[:, k]) for k in columns]
    np.testing.assert_allclose(average_precision(Y, P), ap, rtol=1e-12)
    auc = [sk.roc_auc_score(Y[:, k], P[:, k]) for k in columns]
    np.testing.assert_allclose(roc_auc(Y, P), auc, rtol=1e-12)
    np.testing.assert_allclose(m.label_scores(Y, D).f1, sk.f1_score(Y, D, average=None))
    has_label = Y.any(axis=1)
    ranking = sk.label_ranking_average_precision_score(Y[has_label], P[has_label])
    expected = {
        "macro_average_precision": sk.average_precision_score(Y, P, average="macro"),
        "micro_average_precision": sk.average_precision_score(Y, P, average="micro"),
        "macro_roc_auc": sk.roc_auc_score(Y, P, average="macro"),
        "label_ranking_average_precision": ranking,
        "macro_f1": sk.f1_score(Y, D, average="macro"),
        "micro_f1": sk.f1_score(Y, D, average="micro"),
        "subset_accuracy": sk.accuracy_score(Y, D),
        "hamming_loss": sk.hamming_loss(Y, D),
    }
    assert m.evaluate(Y, D, P) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_weights_count_tracks_as_repeating_them_does(seed: int) -> None:
    Y, D, P = random_case(seed, ties=seed == 1)
    W = np.random.default_rng(seed).integers(0, 4, size=(3, len(Y)))
    for r, weights in enumerate(W):
        times = np.repeat(np.arange(len(Y)), weights)
        for metric, other in (
            (average_precision, P),
            (roc_auc, P),
            (micro_average_precision, P),
            (m.micro_f1, D),
            (lambda *a, **k: m.label_scores(*a, **k).precision, D),
        ):
            whole = metric(Y, other, weights=W)
            np.testing.assert_allclose(whole[r], metric(Y[times], other[times]), rtol=1e-12)


def test_a_constant_gives_the_prevalence_and_half_the_area() -> None:
    Y, _, P = random_case(0)
    constant = np.full(P.shape, 0.25)
    np.testing.assert_allclose(average_precision(Y, constant), Y.mean(axis=0))
    np.testing.assert_allclose(roc_auc(Y, constant), 0.5)


def test_only_the_order_of_probabilities_matters_to_a_ranking() -> None:
    Y, _, P = random_case(3)
    for metric in (average_precision, roc_auc):
        np.testing.assert_array_equal(metric(Y, P), metric(Y, P**3))


def test_labels_of_one_kind_are_left_out_of_the_means() -> None:
    Y = np.array([[True, False, True], [False, False, True], [True, False, True]])
    P = np.array([[0.9, 0.5, 0.1], [0.2, 0.4, 0.2], [0.1, 0.3, 0.3]])
    np.testing.assert_allclose(average_precision(Y, P), [5 / 6, np.nan, 1])
    np.testing.assert_allclose(roc_auc(Y, P), [0.5, np.nan, np.nan])
    assert m.macro_average_precision(Y, P) == pytest.approx((5 / 6 + 1) / 2)
    assert m.macro_roc_auc(Y, P) == 0.5
    D = np.array([[True, True, False]] * 3)
    scores = m.label_scores(Y, D)
    np.testing.assert_allclose(scores.f1, [0.8, np.nan, 0])
    assert m.macro_f1(Y, D) == pytest.approx(0.4)
    none = np.zeros((2, 2), dtype=bool)
    assert np.isnan(m.macro_average_precision(none, none.astype(float)))
    assert np.isnan(label_ranking_average_precision(none, none.astype(float)))
    assert np.isnan(m.micro_f1(none, none))


def test_arguments_are_not_written_to() -> None:
    Y, D, P = random_case(1)
    for array in (Y, D, P):
        array.flags.writeable = False
    assert set(m.evaluate(Y, D, P)) >= {"macro_average_precision", "micro_f1"}


def test_what_is_no_truth_or_answer_is_refused() -> None:
    Y, _, P = random_case(0)
    for truth in (Y.astype(int), Y[:, 0], Y[:0]):
        with pytest.raises(ParameterError, match=r"must be boolean \(n, n_labels\)"):
            average_precision(truth, P)
    for wrong in (P[1:], np.where(P > 0.5, np.nan, P)):
        with pytest.raises(ParameterError, match=f"answers of shape .{len(wrong)}, 5. for truth"):
            roc_auc(Y, wrong)
    with pytest.raises(ParameterError, match=r"weights of shape \(3,\) for 80 tracks"):
        roc_auc(Y, P, weights=np.ones(3))

"""One temperature for decision values: known answers, and the same as scikit-learn's own."""

import numpy as np
import pytest
import sklearn
from sklearn.calibration import CalibratedClassifierCV
from sklearn.multiclass import OneVsRestClassifier
from sklearn.svm import SVC

from genrescope.errors import ParameterError
from genrescope.metrics.calibration import fit_temperature
from genrescope.models.classical import calibration_folds
from genrescope.models.tempered import TemperedClassifier


@pytest.fixture(scope="module")
def vectors():
    """Vectors of three overlapping genres, 90 artists."""
    rng = np.random.default_rng(11)
    codes = np.arange(270) % 3
    X = rng.normal(size=(270, 5))
    X[np.arange(270), codes] += 1.2
    return X, np.array(["rock", "jazz", "blues"])[codes], (np.arange(270) // 3).astype(str)


def machines():
    return OneVsRestClassifier(SVC(C=3.0, gamma=0.1))


def test_the_temperature_is_fitted_on_decision_values_of_models_that_did_not_hear_the_item(vectors):
    X, y, groups = vectors
    folds = calibration_folds(y, groups, 0)
    model = TemperedClassifier(machines(), folds).fit(X, y)
    logits = np.zeros((len(y), 3))
    for train, test in folds:
        logits[test] = machines().fit(X[train], y[train]).decision_function(X[test])
    expected = fit_temperature(np.searchsorted(model.classes_, y), logits)
    assert model.temperature_ == pytest.approx(expected, rel=1e-9)
    scores = machines().fit(X, y).decision_function(X)
    P = np.exp(scores / model.temperature_)
    np.testing.assert_allclose(model.predict_proba(X), P / P.sum(axis=1, keepdims=True), atol=1e-12)


@pytest.mark.skipif(
    tuple(map(int, sklearn.__version__.split(".")[:2])) < (1, 8),
    reason="scikit-learn calibrates by temperature from 1.8 on",
)
@pytest.mark.parametrize("n_labels", [2, 3])
def test_the_same_as_the_temperature_of_scikit_learn(vectors, n_labels):
    X, y, groups = vectors
    if n_labels == 2:
        X, y, groups = (a[y != "rock"] for a in vectors)
    folds = calibration_folds(y, groups, 0)
    theirs = CalibratedClassifierCV(machines(), method="temperature", cv=folds, ensemble=False)
    P = theirs.fit(X, y).predict_proba(X)
    model = TemperedClassifier(machines(), folds).fit(X, y)
    np.testing.assert_allclose(model.predict_proba(X), P, atol=1e-4)
    assert (model.predict(X) == theirs.predict(X)).all()


def test_two_labels_have_one_decision_value_that_speaks_for_the_second():
    X = np.linspace(-1, 1, 40)[:, None]
    y = np.where(X[:, 0] + 0.3 * np.sin(40 * X[:, 0]) > 0, "b", "a")
    model = TemperedClassifier(SVC(kernel="linear"), calibration_folds(y, None, 0)).fit(X, y)
    P = model.predict_proba(np.array([[-1.0], [1.0]]))
    assert P[0, 0] > 0.5 > P[1, 0]
    np.testing.assert_allclose(P.sum(axis=1), 1)


def test_a_fold_that_lacks_a_label_tells_nothing(vectors):
    X, y, groups = vectors
    lacking = (np.flatnonzero(y != "jazz"), np.flatnonzero(y == "jazz"))
    folds = calibration_folds(y, groups, 0)
    model = TemperedClassifier(machines(), [lacking, *folds]).fit(X, y)
    assert model.temperature_ == TemperedClassifier(machines(), folds).fit(X, y).temperature_
    with pytest.raises(ParameterError, match="all artists of some label are held out"):
        TemperedClassifier(machines(), [lacking]).fit(X, y)

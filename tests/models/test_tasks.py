"""Several labels an input: the loss, the figure of an epoch, and every network of the folder."""

import numpy as np
import pytest
import torch
from sklearn import metrics as sk
from sklearn.base import clone
from sklearn.model_selection import cross_validate

from genrescope.bundle.export import largest_difference
from genrescope.errors import ConfigError, ParameterError
from genrescope.metrics.multilabel import macro_average_precision
from genrescope.models import architectures
from genrescope.models.batches import Batches
from genrescope.models.classifier import make_classifier
from genrescope.models.lightning_seam import held_out_scores
from genrescope.models.neural import NetworkClassifier
from genrescope.models.tasks import Tally, loss_of

NETWORKS = [n for n in architectures.MODELS.names()
            if architectures.MODELS.module(n).KIND == "network"]  # fmt: skip
LABELS = ("blues", "jazz", "rock")
KW = {"batch_size": 16, "learning_rate": 1e-2, "device": "cpu", "task": "multi-label"}


@pytest.fixture(scope="module")
def several():
    """Pictures [shape=(120, 54, 54)] with a bump for each label that they have; some have none."""
    rng = np.random.default_rng(5)
    Y = rng.random((120, 3)) < 0.4
    X = rng.normal(size=(120, 54, 54)).astype(np.float32)
    X += 0.5 * np.repeat(Y, 18, axis=1)[:, :, None]
    names = [tuple(np.array(LABELS)[row]) for row in Y]
    return X, Y, names


@pytest.fixture(scope="module")
def small(several):
    X, Y, names = several
    return X[:, 8::9, ::9].copy(), Y, names


def test_the_networks_are_those_of_the_registry():
    assert len(NETWORKS) >= 3


@pytest.mark.parametrize("name", NETWORKS)
def test_every_network_learns_several_labels(name, several):
    X, Y, names = several
    training = {"epochs": 6, "batch_size": 12, "learning_rate": 3e-3, "device": "cpu"}
    model = make_classifier(name, training={**training, "task": "multi-label"}, seed=1)
    model.fit(X[:90], names[:90])
    assert model.classes_.tolist() == [*LABELS]
    P = model.predict_proba(X[90:])
    assert P.shape == (30, 3)
    assert P.min() >= 0
    assert P.max() <= 1
    assert np.abs(P.sum(axis=1) - 1).max() > 0.1
    assert macro_average_precision(Y[90:], P) > Y[90:].mean() + 0.2
    assert largest_difference(model.to_onnx(), model.predict_proba, X[90:97]) < 1e-4


def test_the_loss_is_the_mean_over_inputs_and_labels():
    rng = np.random.default_rng(0)
    Y, logits = rng.random((7, 3)) < 0.5, rng.normal(size=(7, 3))
    P = 1 / (1 + np.exp(-logits))
    terms = -np.where(Y, np.log(P), np.log(1 - P))
    given = torch.from_numpy(logits), torch.from_numpy(Y.astype(np.float64))
    assert float(loss_of(*given)) == pytest.approx(terms.mean())
    assert float(loss_of(*given, reduction="sum")) == pytest.approx(terms.mean(axis=1).sum())


def test_the_figure_of_an_epoch_is_the_map_over_all_batches():
    rng = np.random.default_rng(0)
    Y, logits = rng.random((40, 3)) < 0.5, rng.normal(size=(40, 3))
    tally = Tally()
    for start in (0, 16, 32):
        part = slice(start, start + 16)
        logit, y = torch.from_numpy(logits[part]), torch.from_numpy(Y[part].astype(np.float64))
        tally.add(logit, y, loss=2.0 * len(y))
    assert tally.loss == 2.0
    assert tally.n == 40
    expected = sk.average_precision_score(Y, logits, average="macro")
    assert tally.accuracy == pytest.approx(expected, abs=1e-6)
    diverged = Tally()
    diverged.add(torch.full((2, 2), torch.nan), torch.eye(2), loss=float("nan"))
    assert diverged.accuracy == 0.5


def test_the_recorded_scores_are_those_of_the_network(small):
    X, Y, names = small
    model = NetworkClassifier(epochs=2, **KW).fit(X[:90], names[:90], watch=(X[90:], names[90:]))
    P = model.predict_proba(X[90:])
    last = model.history_[-1]
    assert last.watch_accuracy == pytest.approx(macro_average_precision(Y[90:], P))
    terms = -np.where(Y[90:], np.log(P), np.log(1 - P))
    assert last.watch_loss == pytest.approx(terms.mean(), rel=1e-5)
    batches = Batches(X[90:], Y[90:], batch_size=7, seed=None)
    loss, figure = held_out_scores(model.network_, batches, torch.device("cpu"))
    assert (loss, figure) == pytest.approx((last.watch_loss, last.watch_accuracy))


def test_names_and_a_matrix_teach_the_same(small):
    X, Y, names = small
    a = NetworkClassifier(epochs=2, **KW).fit(X, names)
    b = NetworkClassifier(epochs=2, **KW).fit(X, Y)
    assert b.classes_.tolist() == [0, 1, 2]
    assert (a.predict_proba(X) == b.predict_proba(X)).all()
    assert (b.predict(X) == (b.predict_proba(X) >= 0.5)).all()
    assert b.score(X, Y) == (b.predict(X) == Y).all(axis=1).mean()


def test_clone_and_cross_validate(small):
    X, Y, _ = small
    model = clone(NetworkClassifier(epochs=1, **KW))
    assert model.task == "multi-label"
    assert np.isfinite(cross_validate(model, X, Y, cv=2)["test_score"]).all()


def test_patience_keeps_the_epoch_of_the_lowest_validation_loss(small):
    X, _, names = small
    wrong = (X[:30], names[1:31])
    model = NetworkClassifier(epochs=30, patience=2, **KW).fit(X[:90], names[:90], valid=wrong)
    losses = [e.valid_loss for e in model.history_]
    assert len(losses) < 30
    assert len(losses) == int(np.argmin(losses)) + 3
    batches = Batches(X[:30], np.array([[k in row for k in LABELS] for row in names[1:31]]),
                      batch_size=16, seed=None)  # fmt: skip
    loss, _ = held_out_scores(model.network_, batches, torch.device("cpu"))
    assert loss == pytest.approx(min(losses))


def test_a_resumed_training_equals_an_unbroken_one(small, tmp_path):
    X, _, names = small
    whole = NetworkClassifier(epochs=3, **KW).fit(X, names)
    NetworkClassifier(epochs=1, folder=tmp_path, **KW).fit(X, names)
    resumed = NetworkClassifier(epochs=3, folder=tmp_path, **KW).fit(X, names)
    assert resumed.history_ == whole.history_
    assert (resumed.predict_proba(X) == whole.predict_proba(X)).all()
    other = [row[::-1][:1] or ("rock",) for row in names]
    with pytest.raises(ConfigError, match="other settings or other data"):
        NetworkClassifier(epochs=3, folder=tmp_path, **KW).fit(X, other)


def test_trainings_of_one_label_keep_the_digest_that_they_always_had(tmp_path):
    X = np.arange(24, dtype=np.float32).reshape(6, 4) / 24
    y = np.array(list("abcabc"))
    NetworkClassifier(epochs=1, device="cpu", folder=tmp_path).fit(X, y, valid=(X[:3], y[:3]))
    (state,) = torch.load(tmp_path / "last.ckpt", weights_only=True)["callbacks"].values()
    assert state["training"] == "6457e63295d062121ecf45d0066992eb10915fb00da716290745427fb78310af"


def test_a_task_that_there_is_not(small):
    X, _, names = small
    with pytest.raises(ParameterError, match="unknown task 'multilabel'; did you mean 'multi-l"):
        make_classifier("linear", training={"task": "multilabel"})
    with pytest.raises(ConfigError, match=r"'svm' learns one genre a track.*choose a network"):
        make_classifier("svm", training={"task": "multi-label"})
    with pytest.raises(ParameterError, match=r"give \[\('rock', 'pop'\)"):
        NetworkClassifier(**KW).fit(X, [row[0] if row else "rock" for row in names])

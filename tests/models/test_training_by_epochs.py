"""Early stopping, history, checkpoints: what happens epoch by epoch."""

import shutil
import signal

import numpy as np
import pytest
import torch
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from genrescope.errors import ConfigError, ParameterError
from genrescope.models import lightning_seam
from genrescope.models.batches import Batches
from genrescope.models.history import Epoch, read_history, write_history
from genrescope.models.neural import NetworkClassifier

KW = {"batch_size": 16, "learning_rate": 1e-2, "device": "cpu"}
CNN = {"architecture": "three-block-cnn", "settings": {"n_filters": 2, "n_hidden": 8}}


@pytest.fixture(scope="module")
def data(problem):
    X, y, _ = problem
    return X[:90, 8::9, ::9].copy(), y[:90]


@pytest.fixture(scope="module")
def valid(data):
    """A part whose labels are shuffled, so that learning soon makes it worse."""
    X, y = data
    return X[:30], np.roll(y[:30], 1)


def curves(model):
    return [
        (e.train_loss, e.train_accuracy, e.valid_loss, e.valid_accuracy) for e in model.history_
    ]


def same(a, b, X):
    return a.history_ == b.history_ and (a.predict_proba(X) == b.predict_proba(X)).all()


def test_history_has_one_record_an_epoch_and_the_loss_falls(data):
    X, y = data
    model = NetworkClassifier(epochs=5, **KW).fit(X, y)
    assert [e.epoch for e in model.history_] == [1, 2, 3, 4, 5]
    assert model.history_[-1].train_loss < model.history_[0].train_loss
    assert model.history_[0].valid_loss is None
    assert model.n_parameters_ == X[0].size * 3 + 3


def test_the_recorded_scores_are_those_of_the_network(data, valid):
    X, y = data
    model = NetworkClassifier(epochs=2, **KW).fit(X, y, valid=valid, watch=(X, y))
    last = model.history_[-1]
    assert last.watch_accuracy == pytest.approx(model.score(X, y))
    P = model.predict_proba(valid[0])
    chosen = P[np.arange(len(P)), np.searchsorted(model.classes_, valid[1])]
    assert last.valid_loss == pytest.approx(-np.log(chosen).mean(), rel=1e-5)


def test_early_stopping_restores_the_weights_of_the_best_epoch(data, valid):
    X, y = data
    model = NetworkClassifier(epochs=30, patience=3, **KW).fit(X, y, valid=valid)
    losses = [e.valid_loss for e in model.history_]
    best = int(np.argmin(losses))
    assert len(losses) == best + 1 + 3 < 30
    short = NetworkClassifier(epochs=best + 1, **KW).fit(X, y, valid=valid)
    assert (short.predict_proba(X) == model.predict_proba(X)).all()


def test_what_is_watched_decides_nothing(data, valid):
    X, y = data
    kw = {"epochs": 12, "patience": 2, **KW}
    plain = NetworkClassifier(**kw).fit(X, y, valid=valid)
    watched = NetworkClassifier(**kw).fit(X, y, valid=valid, watch=(X, y))
    strange = NetworkClassifier(**kw).fit(X, y, valid=valid, watch=(-X, np.roll(y, 1)))
    assert watched.history_[0].watch_loss != strange.history_[0].watch_loss
    assert curves(plain) == curves(watched) == curves(strange)
    for other in (watched, strange):
        assert (other.predict_proba(X) == plain.predict_proba(X)).all()


def test_without_patience_a_validation_part_decides_nothing(data, valid):
    X, y = data
    a = NetworkClassifier(epochs=4, **KW).fit(X, y)
    b = NetworkClassifier(epochs=4, **KW).fit(X, y, valid=valid)
    assert (a.predict_proba(X) == b.predict_proba(X)).all()


def test_a_network_with_dropout_and_batch_norm_is_watched_in_evaluation_mode(problem):
    X, y, _ = problem
    kw = {**CNN, "epochs": 2, **KW}
    a = NetworkClassifier(**kw).fit(X, y)
    b = NetworkClassifier(**kw).fit(X, y, watch=(X[:7], y[:7]))
    assert (a.predict_proba(X) == b.predict_proba(X)).all()


@pytest.mark.parametrize("kind", [{}, CNN])
def test_a_training_that_was_stopped_goes_on_as_if_it_was_not(kind, problem, tmp_path):
    X, y, _ = problem
    kw = {**kind, **KW}
    unbroken = NetworkClassifier(epochs=5, **kw).fit(X, y, valid=(X[:20], y[:20]))
    for epochs in (2, 3, 5):
        model = NetworkClassifier(epochs=epochs, folder=tmp_path, **kw)
        model.fit(X, y, valid=(X[:20], y[:20]))
        assert len(model.history_) == epochs
    assert same(model, unbroken, X)
    assert read_history(tmp_path / "history.csv") == unbroken.history_


def test_a_training_that_had_lost_its_patience_does_not_go_on(data, valid, tmp_path):
    X, y = data
    kw = {"epochs": 30, "patience": 2, **KW}
    unbroken = NetworkClassifier(**kw).fit(X, y, valid=valid)
    for _ in range(3):
        model = NetworkClassifier(folder=tmp_path, **kw).fit(X, y, valid=valid)
        assert same(model, unbroken, X)


@pytest.mark.parametrize("moment", ["before history.csv", "before last.ckpt", "half last.ckpt"])
def test_a_stop_inside_the_saving_of_an_epoch(moment, data, tmp_path, monkeypatch):
    X, y = data
    unbroken = NetworkClassifier(epochs=4, **KW).fit(X, y)
    NetworkClassifier(epochs=2, folder=tmp_path, **KW).fit(X, y)
    kept = shutil.copy(tmp_path / "last.ckpt", tmp_path / "kept")

    class Kill(BaseException):
        pass

    def stop(*_):
        raise Kill

    with monkeypatch.context() as patch:
        if moment == "before history.csv":
            patch.setattr(lightning_seam, "write_history", stop)
        else:
            patch.setattr(lightning_seam.pl.Trainer, "save_checkpoint", stop)
        with pytest.raises(Kill):
            NetworkClassifier(epochs=4, folder=tmp_path, **KW).fit(X, y)
    assert (tmp_path / "last.ckpt").read_bytes() == kept.read_bytes()
    if moment == "half last.ckpt":
        half = kept.read_bytes()[:1000]
        (tmp_path / "last.ckpt.part").write_bytes(half)
    model = NetworkClassifier(epochs=4, folder=tmp_path, **KW).fit(X, y)
    assert same(model, unbroken, X)
    assert not list(tmp_path.glob("*.part"))


def test_another_training_in_the_same_folder_is_refused(data, tmp_path):
    X, y = data
    NetworkClassifier(epochs=2, folder=tmp_path, **KW).fit(X, y)
    other = X.copy()
    other[0, 0, 0] += 1
    for values, data_ in (
        ({}, (other, y)),
        ({}, (X, np.roll(y, 1))),
        ({}, (X[:80], y[:80])),
        ({"seed": 1}, (X, y)),
        ({"learning_rate": 0.5}, (X, y)),
        ({"optimizer": "sgd"}, (X, y)),
    ):
        with pytest.raises(ConfigError, match="a training with other settings or other data"):
            NetworkClassifier(**{"epochs": 2, "folder": tmp_path, **KW, **values}).fit(*data_)
    with pytest.raises(ConfigError, match="2 epochs already and epochs=1 is less"):
        NetworkClassifier(epochs=1, folder=tmp_path, **KW).fit(X, y)


def test_a_damaged_or_foreign_checkpoint_is_refused(data, tmp_path):
    X, y = data
    NetworkClassifier(epochs=1, folder=tmp_path, **KW).fit(X, y)
    whole = (tmp_path / "last.ckpt").read_bytes()
    foreign = tmp_path / "foreign"
    torch.save({"state_dict": {}}, foreign)
    code = tmp_path / "code"
    torch.save({"callbacks": print}, code)
    for content in (b"", b"x", whole[:-100], whole[: len(whole) // 2], foreign.read_bytes(),
                    code.read_bytes()):  # fmt: skip
        (tmp_path / "last.ckpt").write_bytes(content)
        with pytest.raises(ConfigError, match="remove it, and the training begins anew"):
            NetworkClassifier(epochs=2, folder=tmp_path, **KW).fit(X, y)


def test_logs_in_the_folder(data, tmp_path):
    X, y = data
    model = NetworkClassifier(epochs=2, folder=tmp_path, **KW).fit(X, y)
    assert len(read_history(tmp_path / "history.csv")) == 2
    (events,) = (tmp_path / "logs" / "tensorboard").glob("events.out.tfevents.*")
    assert events.stat().st_size > 100
    logs = EventAccumulator(str(events.parent))
    logs.Reload()
    for name in ("train_loss", "train_accuracy"):
        logged = [event.value for event in logs.Scalars(name)]
        assert logged == pytest.approx([getattr(e, name) for e in model.history_], rel=1e-6)


def test_ctrl_c_is_not_swallowed(data, monkeypatch):
    X, y = data
    handler = signal.getsignal(signal.SIGINT)

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(lightning_seam, "held_out_scores", interrupt)
    with pytest.raises(KeyboardInterrupt):
        NetworkClassifier(epochs=2, **KW).fit(X, y, watch=(X, y))
    assert signal.getsignal(signal.SIGINT) is handler


@pytest.mark.parametrize(
    ("values", "match"),
    [
        ({"epochs": 0}, "epochs=0"),
        ({"batch_size": 0}, "batch_size=0"),
        ({"learning_rate": 0.0}, "learning_rate=0.0 must be positive"),
        ({"learning_rate": float("nan")}, "learning_rate=nan must be positive"),
        ({"weight_decay": -1.0}, "not negative"),
        ({"optimizer": "adma"}, "did you mean 'adam'"),
        ({"device": "gpux"}, "unknown device 'gpux'; did you mean 'gpu'"),
        ({"patience": 3}, "a validation part: give fit one"),
    ],
)
def test_settings_that_break_a_rule(values, match, data):
    with pytest.raises(ParameterError, match=match):
        NetworkClassifier(**{**KW, **values}).fit(*data)


def test_data_that_break_a_rule(data):
    X, y = data
    model = NetworkClassifier(epochs=1, **KW)
    with pytest.raises(ParameterError, match="90 training inputs and 89 labels"):
        model.fit(X, y[1:])
    with pytest.raises(ParameterError, match="at least 1"):
        model.fit(X[:0], y[:0])
    with pytest.raises(ParameterError, match="0 validation inputs"):
        model.fit(X, y, valid=(X[:0], y[:0]))
    for part in ("valid", "watch"):
        with pytest.raises(ParameterError, match=r"labels \['polka'\] have no training example"):
            model.fit(X, y, **{part: (X[:2], np.array(["jazz", "polka"]))})
    with pytest.raises(ParameterError, match="patience=0"):
        NetworkClassifier(patience=0).fit(X, y, valid=(X, y))


def test_batches_cover_all_items_in_an_order_of_seed_and_epoch():
    X = np.arange(10, dtype=np.float32)[:, None]

    def order(seed, epoch):
        batches = Batches(X, np.arange(10), batch_size=4, seed=seed)
        batches.sampler.set_epoch(epoch)
        parts = [y.tolist() for _, y in batches]
        assert [len(p) for p in parts] == [4, 4, 2]
        assert len(batches) == 3
        return [i for part in parts for i in part]

    assert order(None, 3) == list(range(10))
    assert sorted(order(0, 0)) == list(range(10))
    assert order(0, 1) == order(0, 1)
    assert len({tuple(order(s, e)) for s in range(3) for e in range(3)}) == 9


@pytest.mark.parametrize("kind", [{}, CNN])
def test_learning_from_a_file_that_is_only_read_copies_no_more_than_batches(
    kind, problem, tmp_path
):
    X, y, _ = problem
    path = tmp_path / "X.npy"
    np.save(path, X)
    mapped = np.load(path, mmap_mode="r")
    batches = Batches(mapped, np.arange(len(y)), batch_size=50, seed=0)
    assert np.shares_memory(batches._X, mapped)
    for inputs, targets in batches:
        assert (inputs.numpy() == X[targets.numpy()]).all()
        inputs.zero_()
    kw = {**kind, **KW, "epochs": 2}
    a = NetworkClassifier(**kw, folder=tmp_path / "training").fit(mapped, y, watch=(mapped, y))
    b = NetworkClassifier(**kw).fit(X, y, watch=(X, y))
    assert same(a, b, mapped)


def test_every_epoch_has_its_own_order(data, monkeypatch):
    X, y = data
    seen = []
    plain = Batches.__iter__

    def noting(self):
        seen.append(self._epoch)
        yield from plain(self)

    monkeypatch.setattr(Batches, "__iter__", noting)
    NetworkClassifier(epochs=3, **KW).fit(X, y)
    assert seen == [0, 1, 2]


def test_history_round_trip_and_foreign_files(tmp_path):
    history = [Epoch(1, 2.5, 0.1, watch_loss=0.1 + 0.2), Epoch(2, 1 / 3, 0.5, 0.25, 1.0)]
    path = tmp_path / "history.csv"
    write_history(path, history)
    assert read_history(path) == history
    path.write_text("a,b\n1,2\n")
    with pytest.raises(ConfigError, match=r"give the history\.csv of a run"):
        read_history(path)

"""What networks learn in: float32 unless bfloat16 is asked for, and the same again either way."""

import pytest
import torch

from genrescope.errors import ConfigError, ParameterError
from genrescope.models import precision
from genrescope.models.classifier import make_classifier
from genrescope.models.neural import NetworkClassifier
from genrescope.models.precision import computes_bfloat16, resolved_precision

KW = {"batch_size": 16, "learning_rate": 1e-2, "device": "cpu"}
CNN = {"architecture": "three-block-cnn", "settings": {"n_filters": 2, "n_hidden": 8}}


def able(monkeypatch, *names):
    abilities = dict.fromkeys(names, True)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    monkeypatch.setattr(precision.torch.cpu, "get_capabilities", lambda: abilities, raising=False)


def test_figures_do_not_depend_on_the_machine_unless_it_is_asked_for(monkeypatch):
    able(monkeypatch, "avx2", "avx512_bf16")
    assert NetworkClassifier().precision == "float32"
    assert resolved_precision("float32", "cpu") == "float32"
    assert resolved_precision("bfloat16", "cpu") == "bfloat16"


@pytest.mark.parametrize(
    ("device", "names", "expected"),
    [
        ("cpu", ["avx2", "avx512_bf16"], True),
        ("auto", ["amx_bf16"], True),
        ("cpu", ["avx2", "avx512_f"], False),
        ("cpu", [], False),
        ("cpu", ["neon", "bf16", "sve_bf16"], False),
        ("tpu", ["avx512_bf16"], False),
    ],
)
def test_auto_asks_what_the_processor_can(device, names, expected, monkeypatch):
    able(monkeypatch, *names)
    assert computes_bfloat16(device) is expected
    assert resolved_precision("auto", device) == ("bfloat16" if expected else "float32")


@pytest.mark.parametrize(("device", "expected"), [("auto", False), ("gpu", False), ("cpu", True)])
def test_where_lightning_takes_mps_the_processor_is_not_asked(device, expected, monkeypatch):
    able(monkeypatch, "amx_bf16")
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    assert computes_bfloat16(device) is expected


def test_a_torch_that_cannot_tell_takes_float32(monkeypatch):
    able(monkeypatch)
    monkeypatch.delattr(precision.torch.cpu, "get_capabilities")
    assert resolved_precision("auto", "cpu") == "float32"


@pytest.mark.parametrize("kind", [{}, CNN])
def test_bfloat16_learns_the_same_thing_in_other_bits_and_again_in_the_same(kind, problem):
    X, y, _ = problem
    kw = {**kind, **KW, "epochs": 4}
    exact = NetworkClassifier(**kw).fit(X, y)
    rough = NetworkClassifier(**kw, precision="bfloat16").fit(X, y)
    again = NetworkClassifier(**kw, precision="bfloat16").fit(X, y)
    assert (exact.precision_, rough.precision_) == ("float32", "bfloat16")
    assert rough.history_ == again.history_ != exact.history_
    assert (rough.predict_proba(X) == again.predict_proba(X)).all()
    for ours, theirs in zip(rough.history_, exact.history_, strict=True):
        assert ours.train_loss == pytest.approx(theirs.train_loss, rel=0.1, abs=0.05)
    assert all(p.dtype == torch.float32 for p in rough.network_.parameters())


@pytest.mark.parametrize("kind", [{}, CNN])
def test_a_training_in_bfloat16_that_was_stopped_goes_on_as_if_it_was_not(kind, problem, tmp_path):
    X, y, _ = problem
    kw = {**kind, **KW, "precision": "bfloat16"}
    unbroken = NetworkClassifier(epochs=4, **kw).fit(X, y, watch=(X[:20], y[:20]))
    for epochs in (1, 3, 4):
        model = NetworkClassifier(epochs=epochs, folder=tmp_path, **kw)
        model.fit(X, y, watch=(X[:20], y[:20]))
    assert model.history_ == unbroken.history_
    assert (model.predict_proba(X) == unbroken.predict_proba(X)).all()


def test_a_training_does_not_go_on_in_another_precision(problem, tmp_path, monkeypatch):
    X, y, _ = problem
    NetworkClassifier(epochs=1, folder=tmp_path, **KW).fit(X, y)
    able(monkeypatch, "avx512_bf16")
    for name in "bfloat16", "auto":
        with pytest.raises(ConfigError, match="other settings"):
            NetworkClassifier(epochs=2, folder=tmp_path, precision=name, **KW).fit(X, y)
    able(monkeypatch, "avx2")
    model = NetworkClassifier(epochs=2, folder=tmp_path, precision="auto", **KW).fit(X, y)
    assert len(model.history_) == 2


def test_it_is_a_setting_of_the_training_and_its_names_are_checked(problem):
    X, y, _ = problem
    model = make_classifier("linear", training={"epochs": 1, "precision": "auto"})
    assert model.precision == "auto"
    with pytest.raises(ParameterError, match="unknown precision 'bfloat'; did you mean 'bfloat16'"):
        NetworkClassifier(precision="bfloat", **KW).fit(X, y)

"""Bundles: what is written is read back, and every kind of damage is told from a model."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
import tiny_bundles
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto

from genrescope.bundle import format as bundle_format
from genrescope.bundle.export import export_bundle, largest_difference
from genrescope.bundle.format import Manifest, read_manifest, read_onnx, write_bundle
from genrescope.errors import BundleError
from genrescope.prediction.predictor import Predictor

X = np.zeros((3, *tiny_bundles.SHAPE), dtype=np.float32)


def test_round_trip(bundle):
    assert sorted(p.name for p in bundle.iterdir()) == [
        "MODEL_CARD.md",
        "bundle.json",
        "model.onnx",
    ]
    manifest = read_manifest(bundle)
    assert manifest == tiny_bundles.manifest(onnx_sha256=manifest.onnx_sha256)
    assert Manifest.from_dict(json.loads(json.dumps(manifest.to_dict()))) == manifest
    assert read_onnx(bundle, manifest) == tiny_bundles.graph()
    assert Predictor(bundle).probabilities([np.zeros((16, 32), np.float32)]).shape == (1, 3)


def test_the_card_says_what_a_reader_must_know(bundle):
    card = (bundle / "MODEL_CARD.md").read_text(encoding="utf-8")
    for text in ("blues, jazz, rock", "50.0 %", "35.0 to 65.0", "n = 40", "artist-grouped",
                 "CC0-1.0", "genrescope evaluate"):  # fmt: skip
        assert text in card
    tiny_bundles.write(bundle, evaluation=())
    assert "Not measured" in (bundle / "MODEL_CARD.md").read_text(encoding="utf-8")


def test_new_figures_leave_the_graph_alone(bundle):
    before = (bundle / "model.onnx").stat()
    tiny_bundles.write(bundle, evaluation=())
    assert (bundle / "model.onnx").stat().st_mtime_ns == before.st_mtime_ns
    assert read_manifest(bundle).evaluation == ()


@pytest.mark.parametrize("same_graph", [True, False])
def test_values_that_json_cannot_hold_leave_the_old_bundle_alone(bundle, same_graph):
    before = {p.name: p.read_bytes() for p in bundle.iterdir()}
    onnx = tiny_bundles.graph() if same_graph else tiny_bundles.graph(n_labels=2)
    with pytest.raises(ValueError, match="JSON"):
        tiny_bundles.write(bundle, onnx=onnx, training={"loss": float("nan")})
    assert {p.name: p.read_bytes() for p in bundle.iterdir()} == before


def test_half_a_bundle_is_never_taken_for_one(bundle, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(bundle_format, "write_text", stop)
    with pytest.raises(KeyboardInterrupt):
        tiny_bundles.write(bundle, onnx=tiny_bundles.graph(n_labels=2))
    with pytest.raises(BundleError, match="is no model bundle"):
        read_manifest(bundle)


def test_export_refuses_a_graph_that_differs_from_its_model(tmp_path):
    onnx, manifest = tiny_bundles.graph(), tiny_bundles.manifest()
    for P, match in (
        (np.full((3, 3), 1 / 3) + 2e-4, "differs from the trained model"),
        (np.full((3, 3), np.nan), "diverged: lower the learning rate"),
    ):
        with pytest.raises(BundleError, match=match):
            export_bundle(
                tmp_path / "b", manifest, onnx=onnx, card="", predict_proba=lambda _, P=P: P,
                examples=X,
            )  # fmt: skip
        assert not (tmp_path / "b").exists()
    assert largest_difference(onnx, lambda _: np.full((3, 3), 1 / 3), X) < 1e-6


def test_a_folder_without_a_bundle(tmp_path):
    for folder in (tmp_path, tmp_path / "missing", Path(__file__)):
        with pytest.raises(BundleError, match=r"is no model bundle.*give the folder"):
            read_manifest(folder)
    (tmp_path / "bundle.json").mkdir()
    with pytest.raises(BundleError, match="cannot be read"):
        read_manifest(tmp_path)


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (b"", "damaged.*export the model again"),
        (b"\xff\xfe\x00garbage", "damaged"),
        (b"[1, 2]", "no JSON object"),
        (b"null", "no JSON object"),
        (b"{}", "format None is not 'genrescope-bundle/1'.*another program or version"),
        (b'{"format": "genrescope-bundle/2"}', "'genrescope-bundle/2'.*export the model again"),
        (b'{"name": "x", "layers": []}', "another program"),
        (b"[" * 100_000, "damaged"),
        (b'{"a":' * 100_000, "damaged"),
        (b'{"format": NaN}', "the number NaN is not finite"),
        (b'{"format": -1e999}', "is not finite"),
        (b'{"format": ' + b"9" * 5000 + b"}", "damaged"),
    ],
)
def test_a_manifest_that_is_none(bundle, content, match):
    (bundle / "bundle.json").write_bytes(content)
    with pytest.raises(BundleError, match=match):
        read_manifest(bundle)


@pytest.mark.parametrize("key", list(tiny_bundles.manifest().to_dict()))
def test_a_missing_key_or_a_wrong_type(bundle, key):
    path = bundle / "bundle.json"
    values = json.loads(path.read_text())
    del values[key]
    path.write_text(json.dumps(values))
    if key == "abstention":
        assert not read_manifest(bundle).thresholds.declines, "an older bundle declines nothing"
    else:
        with pytest.raises(BundleError, match=r"missing|format None"):
            read_manifest(bundle)
    wrong = [7, None, True, [[1], {}], {"x": []}, "text"]
    right = {"text": ("name", "version", "licence", "created", "onnx_sha256")}
    for value in wrong:
        if value == "text" and key in right["text"]:
            continue
        if value == {"x": []} and key in ("model", "training", "recipe"):
            continue
        path.write_text(json.dumps({**values, key: value}))
        with pytest.raises(BundleError, match=re.escape("bundle.json: ")):
            Predictor(bundle)


@pytest.mark.parametrize(
    ("key", "value", "match"),
    [
        ("labels", [], "at least two different names"),
        ("labels", ["jazz"], "at least two different names"),
        ("labels", ["jazz", "jazz", "rock"], "different names"),
        ("labels", ["jazz", "", "rock"], "different names"),
        ("labels", ["jazz", "\x1b[2J", "rock"], "different names"),
        ("labels", ["jazz", "\ud800", "rock"], "different names"),
        ("name", "a\nb", "cannot be printed"),
        ("front_end", {"sr": 0}, "sr"),
        ("front_end", {"sr": 8000.5}, "whole number"),
        ("front_end", {"n_fft": 2**40}, "at most"),
        ("front_end", {"n_mels": 2**40}, "at most"),
        ("front_end", {"n_mells": 3}, "did you mean 'n_mels'"),
        ("windows", {"length": 2**60, "hop": 1}, "fit into memory"),
        ("windows", {"length": 100, "hop": 100}, "shorter than a frame"),
        ("windows", {"length": 8000, "hop": 9000}, "hop"),
        ("windows", {"length": True, "hop": 1}, "counts samples"),
        ("features", {"name": "mfc"}, "did you mean 'mfcc'"),
        ("features", {"name": ["mfcc"]}, "need a name"),
        ("features", {"name": "mfcc", "n_mfcc": "4"}, "it must be int"),
        ("features", {"name": "mfcc", "n_mfcc": 0}, "at least 1"),
        ("features", {"name": "../mfcc"}, "unknown feature set"),
        ("features", {"name": "front_end"}, "unknown feature set"),
        ("evaluation", [{"value": 1}], "no sound 'metric'"),
        ("evaluation", ["95 %"], "no sound 'metric'"),
    ],
)
def test_values_that_break_a_rule(bundle, key, value, match):
    path = bundle / "bundle.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), key: value}))
    with pytest.raises(BundleError, match=match):
        read_manifest(bundle)


def test_a_graph_that_is_missing_exchanged_or_cut(bundle):
    path = bundle / "model.onnx"
    whole = path.read_bytes()
    for content in (b"", whole[:-1], whole[: len(whole) // 2], whole + b"x",
                    tiny_bundles.graph(n_labels=2)):  # fmt: skip
        path.write_bytes(content)
        with pytest.raises(BundleError, match="damaged or exchanged; copy the bundle again"):
            Predictor(bundle)
    path.unlink()
    with pytest.raises(BundleError, match="copy the whole bundle folder again"):
        Predictor(bundle)


LOGMEL = [np.zeros((16, 32), np.float32)] * 3


@pytest.mark.parametrize(
    ("onnx", "match"),
    [
        (b"", "onnxruntime cannot load the graph"),
        (b"not an onnx file at all", "onnxruntime cannot load the graph"),
        (tiny_bundles.graph()[:-50], "onnxruntime cannot load the graph"),
        (tiny_bundles.graph(name="input"), r"must go from \['X'\]"),
        (tiny_bundles.graph(shape=(5, 32)), "does not take features of shape"),
        (tiny_bundles.graph(shape=(4, 32, 1)), "does not take features of shape"),
        (tiny_bundles.graph(kind=TensorProto.DOUBLE), "does not take features"),
        (tiny_bundles.graph(n_labels=2), r"shape \(3, 2\) for 3 windows and 3 labels"),
        (tiny_bundles.graph(last="Identity"), "no probabilities"),
        (tiny_bundles.graph(last="Flatten"), "no probabilities"),
        (tiny_bundles.graph(last="Log"), "no probabilities"),
        (tiny_bundles.graph(last="Shape"), "type|shape"),
    ],
)
def test_a_graph_that_does_not_belong_to_its_manifest(tmp_path, onnx, match):
    tiny_bundles.write(tmp_path, onnx=onnx or b"")
    (tmp_path / "model.onnx").write_bytes(onnx)
    write_bundle(tmp_path, tiny_bundles.manifest(), onnx=onnx, card="")
    with pytest.raises(BundleError, match=match):
        Predictor(tmp_path).probabilities(LOGMEL)


@given(st.data())
@settings(max_examples=150)
def test_no_change_of_the_manifest_gives_another_error(tiny, tmp_path_factory, data):
    text = bytearray((tiny / "bundle.json").read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        if not text:
            break
        at = data.draw(st.integers(0, len(text) - 1))
        kind = data.draw(st.sampled_from(["flip", "cut", "insert", "delete", "repeat"]))
        if kind == "flip":
            text[at] = data.draw(st.integers(0, 255))
        elif kind == "cut":
            del text[max(1, at) :]
        elif kind == "insert":
            token = data.draw(
                st.sampled_from([b"9", b"-", b"null", b"[", b"}", b'"', b"1e9", b","])
            )
            text[at:at] = token
        elif kind == "delete":
            del text[at : at + data.draw(st.integers(1, 30))]
        else:
            text[at:at] = text[at : at + 40]
    folder = tmp_path_factory.mktemp("mutant")
    (folder / "bundle.json").write_bytes(text)
    try:
        manifest = read_manifest(folder)
        read_onnx(tiny, manifest)
    except BundleError as error:
        assert len(str(error)) > 30  # noqa: PT017 - that it may pass is part of the test

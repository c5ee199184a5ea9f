"""When a model declines, from the thresholds of a bundle to the answer of the predictor."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import tiny_bundles

from genrescope.bundle.abstention import Abstention
from genrescope.bundle.card import trust_text
from genrescope.bundle.format import read_manifest
from genrescope.bundle.music_graph import MUSIC_NAME, read_music_onnx, write_abstention
from genrescope.errors import BundleError
from genrescope.features.feature_sets import FeatureChoice
from genrescope.prediction.abstain import decide, likely
from genrescope.prediction.predictor import Predictor
from genrescope.records import GenreProbability

FEATURES = FeatureChoice.from_dict(tiny_bundles.FEATURES)
SR = tiny_bundles.FRONT_END.sr
OTHER_FEATURES = FeatureChoice.from_dict({"name": "mfcc", "n_mfcc": 5})


@pytest.fixture
def bundle(tmp_path):
    tiny_bundles.write(tmp_path / "bundle")
    return tmp_path / "bundle"


def noise(seconds=3.0):
    return np.random.default_rng(0).normal(scale=0.1, size=int(seconds * SR))


@pytest.mark.parametrize(
    ("confidence", "music", "expected"),
    [
        (0.3, 0.5, None),
        (0.25, 0.4, None),
        (0.2499, 0.9, "not_sure"),
        (0.9, 0.3999, "not_music"),
        (0.1, 0.1, "not_music"),
        (0.9, None, None),
        (0.1, None, "not_sure"),
    ],
)
def test_a_threshold_itself_is_answered_and_no_music_comes_first(confidence, music, expected):
    thresholds = Abstention(confidence_below=0.25, music_below=0.4)
    assert decide(confidence, music, thresholds) == expected
    assert decide(confidence, music, Abstention()) is None


def test_the_likely_genres_are_never_none():
    genres = [GenreProbability("jazz", 0.4), GenreProbability("rock", 0.35)]
    assert likely(genres, Abstention(probability_from=0.5)) == ("jazz",)
    assert likely(genres, Abstention(probability_from=0.35)) == ("jazz", "rock")
    assert likely(genres, Abstention()) == ()


def test_a_bundle_without_thresholds_never_declines(bundle):
    prediction = Predictor(bundle).predict(noise(), sr=SR)
    assert (prediction.abstained, prediction.music, prediction.likely) == (None, None, ())
    assert Predictor(bundle).music([np.zeros((16, 32), np.float32)]) is None
    assert "whatever it hears" in trust_text(read_manifest(bundle))


def detector(music_below=0.6, features=FEATURES):
    shape = (features.settings["n_mfcc"], *tiny_bundles.SHAPE[1:])
    thresholds = Abstention(
        confidence_below=0.01,
        music_below=music_below,
        music_features=features,
        coverage=0.9,
        probability_from=0.2,
        fitted_on="noise",
        measured={"declined_as_not_sure": 0.01, "not_music_rejected": 0.975},
    )
    return thresholds, tiny_bundles.graph(shape, n_labels=2)


@pytest.mark.parametrize("features", [FEATURES, OTHER_FEATURES])
def test_the_predictor_declines_what_its_detector_turns_away(bundle, features):
    thresholds, graph = detector(0.0, features)
    written = write_abstention(bundle, thresholds, music_onnx=graph)
    assert read_manifest(bundle) == written
    open_to_all = Predictor(bundle).predict(noise(), sr=SR)
    assert open_to_all.abstained is None
    assert open_to_all.likely == tuple(
        g.label for g in open_to_all.genres if g.probability >= 0.2
    ) or open_to_all.likely == (open_to_all.genres[0].label,)
    assert open_to_all.music == pytest.approx(
        np.mean([w.music for w in open_to_all.windows]), abs=1e-6
    )
    thresholds, graph = detector(min(1.0, open_to_all.music + 1e-3), features)
    write_abstention(bundle, thresholds, music_onnx=graph)
    declined = Predictor(bundle).predict(noise(), sr=SR)
    assert declined.abstained == "not_music"
    assert declined.likely == ()
    assert declined.genres == open_to_all.genres, "declining changes no probability"
    plain = declined.to_dict()
    assert plain["music"] == pytest.approx(declined.music, abs=1e-6)
    assert (plain["abstained"], plain["likely"]) == ("not_music", [])


def test_a_model_that_is_not_sure_says_so_and_what_is_likely(bundle):
    write_abstention(
        bundle, Abstention(confidence_below=1.0, coverage=0.9, probability_from=0.0, fitted_on="")
    )
    prediction = Predictor(bundle).predict(noise(), sr=SR)
    assert prediction.abstained == "not_sure"
    assert prediction.likely == tuple(g.label for g in prediction.genres)


def test_the_words_say_what_is_declined_and_what_it_costs(bundle):
    thresholds, graph = detector()
    text = trust_text(write_abstention(bundle, thresholds, music_onnx=graph))
    assert "declines 97.5 % of sounds that are not music" in text
    assert "turn away 1 % of the music that they were set on" in text
    assert "Likely genres are made to hold the true one 90 % of the time" in text
    card = (bundle / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "97.5 %" in card
    assert "90 % of the time" in card
    assert "Thresholds: noise." in card


def test_a_detector_goes_and_comes_with_its_threshold(bundle):
    thresholds, graph = detector()
    for wrong in ((thresholds, None), (Abstention(confidence_below=0.1), graph)):
        with pytest.raises(BundleError, match="belong together"):
            write_abstention(bundle, wrong[0], music_onnx=wrong[1])
    write_abstention(bundle, thresholds, music_onnx=graph)
    assert (bundle / MUSIC_NAME).is_file()
    manifest = write_abstention(bundle, Abstention())
    assert not (bundle / MUSIC_NAME).exists()
    assert manifest.abstention == {}
    assert read_music_onnx(bundle, manifest.thresholds) is None


def test_a_detector_that_is_missing_damaged_or_foreign(bundle):
    thresholds, graph = detector()
    manifest = write_abstention(bundle, thresholds, music_onnx=graph)
    (bundle / MUSIC_NAME).write_bytes(graph + b" ")
    with pytest.raises(BundleError, match="damaged or exchanged"):
        Predictor(bundle)
    (bundle / MUSIC_NAME).unlink()
    with pytest.raises(BundleError, match="copy the whole bundle folder again"):
        Predictor(bundle)
    three = tiny_bundles.graph(n_labels=3)
    write_abstention(bundle, manifest.thresholds, music_onnx=three)
    with pytest.raises(BundleError, match="2 labels"):
        Predictor(bundle).predict(noise(), sr=SR)


@pytest.mark.parametrize(
    ("values", "match"),
    [
        ({"not_shure": {}}, "did you mean 'not_sure'"),
        ({"not_sure": {"confidence_below": 2}, "fitted_on": ""}, "fraction"),
        ({"not_sure": {"confidence_below": True}, "fitted_on": ""}, "fraction"),
        ({"not_sure": [], "fitted_on": ""}, "fraction"),
        ({"likely": {"coverage": 0.9}, "fitted_on": ""}, "probability_from None"),
        ({"not_music": {"music_below": 0.5}, "fitted_on": ""}, "no table"),
        ({"not_music": {"music_below": 0.5, "features": {"name": "mfc"}}, "fitted_on": ""},
         "did you mean 'mfcc'"),
        ({"not_music": {"music_below": 0.5, "features": {"name": "mfcc"}}, "fitted_on": ""},
         "onnx_sha256"),
        ({"not_sure": {"confidence_below": 0.1}}, "fitted_on"),
        ({"fitted_on": "", "measured": []}, "measured"),
        ({"fitted_on": "", "measured": {"x": "much"}}, "fraction"),
    ],
)  # fmt: skip
def test_thresholds_that_break_a_rule(values, match):
    with pytest.raises(BundleError, match=match):
        Abstention.from_dict(values)


def test_round_trip():
    thresholds, _ = detector()
    complete = dataclasses.replace(thresholds, music_sha256="0" * 64)
    assert Abstention.from_dict(complete.to_dict()) == complete
    assert Abstention.from_dict({}) == Abstention()
    assert Abstention().to_dict() == {}
    assert complete.music_lost == pytest.approx(0.01)

"""Runs of several labels under protocols: every test track once, by the predictor of the users."""

import dataclasses

import pytest

from genrescope.errors import ConfigError
from genrescope.evaluation import run as single
from genrescope.evaluation.folds import plan_folds
from genrescope.evaluation.multilabel.campaign import are_multi_label
from genrescope.evaluation.multilabel.outcomes import read_outcomes
from genrescope.evaluation.multilabel.run import judge, run_folds
from genrescope.prediction.predictor import Predictor
from genrescope.reproduction.workbench import NotMeasuredError, Workbench


@pytest.fixture(scope="module")
def folds(tone_inputs, tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    return plan_folds(tone_inputs, "artist-grouped", {"n_folds": 2}, (0,), folder)


@pytest.fixture(scope="module")
def result(tones, tone_inputs, folds):
    return run_folds(tones, tone_inputs, folds)


def test_it_beats_the_constant_clearly(result):
    assert result.n == 90
    assert result.headline.value > result.baseline("mean_average_precision").value + 0.25
    for name in ("macro_roc_auc", "macro_f1", "micro_f1"):
        assert result.score(name).value > result.baseline(name).value + 0.1
    assert result.caveat == ""
    assert result.honest
    assert "90 tracks of 4 genres" in result.dataset


def test_every_track_is_judged_once_with_all_its_labels(result, folds, tone_inputs):
    tracks = {t.track_id: t for t in tone_inputs.tracks}
    judged = []
    for fold in folds:
        labels, outcomes = read_outcomes(fold.folder / "predictions.csv")
        assert labels == result.labels
        learned = Predictor(fold.folder / "bundle").manifest.training["track_ids"]
        assert not set(learned) & {o.track_id for o in outcomes}
        assert all(o.labels == tracks[o.track_id].labels for o in outcomes)
        judged += [o.track_id for o in outcomes]
    assert sorted(judged) == sorted(tracks)


def test_the_answers_are_those_that_users_get(result, folds, tone_inputs):
    predictor = Predictor(folds[0].folder / "bundle")
    tracks = {t.track_id: t for t in tone_inputs.tracks}
    _, outcomes = read_outcomes(folds[0].folder / "predictions.csv")
    for outcome in outcomes[:5]:
        heard = predictor.predict_file(tracks[outcome.track_id].path)
        assert heard.likely == outcome.given
        by_name = dict(zip(result.labels, outcome.probabilities, strict=True))
        assert {g.label: g.probability for g in heard.genres} == pytest.approx(by_name, abs=1e-5)


def test_a_finished_fold_is_read_back_and_other_labels_are_refused(
    result, tones, tone_inputs, folds, monkeypatch
):
    monkeypatch.setattr("genrescope.evaluation.fold_training.train_bundle", None)
    assert run_folds(tones, tone_inputs, folds) == result
    first = tone_inputs.tracks[0]
    more = dataclasses.replace(first, labels=(*first.labels, "ska"))
    changed = dataclasses.replace(tone_inputs, tracks=(more, *tone_inputs.tracks[1:]))
    with pytest.raises(ConfigError, match=r"other settings \(data"):
        run_folds(tones, changed, folds)


def test_what_is_for_one_label_refuses_several(tones, tone_inputs, folds, tmp_path):
    with pytest.raises(ConfigError, match="'tones' gives a track several labels"):
        single.run_folds(tones, tone_inputs, folds)
    with pytest.raises(NotMeasuredError, match="several labels: see mAP"):
        Workbench(tmp_path).measure(tones, tones.protocol)
    one = dataclasses.replace(tones, name="one", training={})
    assert are_multi_label([tones])
    assert not are_multi_label([one])
    with pytest.raises(ConfigError, match="tones: several labels a track, one: one"):
        are_multi_label([tones, one])
    with pytest.raises(ConfigError, match="'default' gives a track one genre"):
        judge(_default(), tone_inputs, [], ["rock"])


def _default():
    from genrescope.prediction.predictor import load

    return load("default")

"""Runs under protocols: every test track once, by the predictor of the users, resumable."""

import dataclasses
import json

import numpy as np
import pytest

from genrescope.errors import ConfigError, DatasetError, LeakageError
from genrescope.evaluation import fold_training
from genrescope.evaluation.folds import combined_leakage, is_honest, plan_folds
from genrescope.evaluation.outcomes import read_predictions_csv
from genrescope.evaluation.run import judge, run_folds
from genrescope.models.history import read_history
from genrescope.prediction.predictor import Predictor
from genrescope.splits.split import Split, make_splits

LABELS = ("blues", "classical", "country", "disco", "hiphop", "jazz", "metal", "pop", "reggae",
          "rock")  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def folds(inputs, folder):
    return plan_folds(inputs, "artist-grouped", {"n_folds": 2}, (0,), folder)


@pytest.fixture(scope="module")
def result(recipe, inputs, folds):
    return run_folds(recipe, inputs, folds)


def test_the_inputs_are_the_windows_of_the_tracks(inputs):
    assert len(inputs.tracks) == 40
    assert inputs.skipped == ()
    assert inputs.X.shape == (80, 16, 16)
    assert inputs.X.dtype == np.float32
    ids = [t.track_id for t in inputs.tracks]
    rows = inputs.rows(ids[3:5])
    assert rows.tolist() == [6, 7, 8, 9]
    assert inputs.labels(rows).tolist() == ["blues", "blues", "classical", "classical"]
    assert len(set(inputs.groups(rows))) == 2


def test_every_track_is_judged_once_by_a_model_that_never_heard_its_artist(result, folds, inputs):
    assert result.n == 40
    judged = []
    artist = {t.track_id: t.group for t in inputs.tracks}
    for fold in folds:
        labels, outcomes = read_predictions_csv(fold.folder / "predictions.csv")
        assert labels == LABELS
        judged += [o.track_id for o in outcomes]
        learned = Predictor(fold.folder / "bundle").manifest.training["track_ids"]
        assert not {artist[i] for i in learned} & {o.group for o in outcomes}
        assert len(learned) + len(outcomes) == 40
    assert sorted(judged) == sorted(artist)


def test_the_result_says_what_a_reader_must_know(result):
    assert result.honest
    assert result.caveat == ""
    assert result.leakage_label.startswith("clean")
    assert (result.n_folds, result.seeds, result.n_groups) == (2, (0,), 20)
    assert result.score("accuracy", "wilson").value > 0.15
    assert result.baselines


def test_the_answers_are_those_that_a_user_gets_about_the_file(result, folds, inputs):
    path = {t.track_id: t.path for t in inputs.tracks}
    for fold in folds:
        predictor = Predictor(fold.folder / "bundle")
        _, outcomes = read_predictions_csv(fold.folder / "predictions.csv")
        for outcome in outcomes[::5]:
            prediction = predictor.predict_file(path[outcome.track_id])
            assert prediction.top.label == outcome.y_pred
            found = {g.label: g.probability for g in prediction.genres}
            np.testing.assert_allclose(
                [found[label] for label in LABELS], outcome.probabilities, atol=1e-5
            )


def test_finished_folds_are_not_trained_again(result, recipe, inputs, folds, monkeypatch):
    trained = []
    plain = fold_training.train_bundle

    def noting(*args, folder, **kwargs):
        trained.append(folder)
        return plain(*args, folder=folder, **kwargs)

    monkeypatch.setattr(fold_training, "train_bundle", noting)
    before = [(f.folder / "bundle" / "model.onnx").stat().st_mtime_ns for f in folds]
    assert run_folds(recipe, inputs, folds) == result
    assert trained == []
    (folds[1].folder / "predictions.csv").unlink()
    assert run_folds(recipe, inputs, folds) == result
    assert trained == [folds[1].folder]
    assert (folds[0].folder / "bundle" / "model.onnx").stat().st_mtime_ns == before[0]


def test_another_run_in_the_same_folder_is_refused(result, recipe, inputs, folds):
    other = dataclasses.replace(recipe, training={**recipe.training, "epochs": 7})
    match = r"other settings \(training\.epochs 8, now 7\): choose another --run-dir"
    with pytest.raises(ConfigError, match=match):
        run_folds(other, inputs, folds)
    other = dataclasses.replace(recipe, training={"epochs": 9, "weight_decay": 0.1})
    match = r"weight_decay not set, now 0\.1; .*learning_rate 0\.01, now not set"
    with pytest.raises(ConfigError, match=match):
        run_folds(other, inputs, folds)
    moved = dataclasses.replace(folds[0], split=folds[1].split)
    with pytest.raises(ConfigError, match=r"\(split [0-9a-f]{12}\.\.\., now [0-9a-f]{12}"):
        run_folds(recipe, inputs, [moved])
    fewer = dataclasses.replace(inputs, tracks=(*inputs.tracks[1:], inputs.tracks[0]))
    with pytest.raises(ConfigError, match=r"\(data "):
        run_folds(recipe, fewer, folds)
    assert all((fold.folder / "predictions.csv").exists() for fold in folds)


def test_a_training_is_taken_further(recipe, inputs, folds, tmp_path):
    """It was refused, although its checkpoint was there to go on from."""
    short, long = (
        dataclasses.replace(recipe, training={**recipe.training, "epochs": n}) for n in (3, 4)
    )
    fold, other = (dataclasses.replace(folds[0], folder=tmp_path / name) for name in "ab")
    run_folds(short, inputs, [fold])
    before = read_history(fold.folder / "training" / "history.csv")
    further = run_folds(long, inputs, [fold])
    after = read_history(fold.folder / "training" / "history.csv")
    assert len(after) == 4
    assert after[:3] == before
    assert further == run_folds(long, inputs, [other])
    assert Predictor(fold.folder / "bundle").manifest.recipe["training"]["epochs"] == 4
    assert run_folds(long, inputs, [fold]) == further


@pytest.mark.parametrize("content", ["", "[1]", "7", "{"])
def test_a_damaged_note_of_the_settings(recipe, inputs, folds, tmp_path, content):
    fold = dataclasses.replace(folds[0], folder=tmp_path)
    (tmp_path / "settings.json").write_text(content)
    with pytest.raises(ConfigError, match=r"settings\.json is damaged .*remove the folder"):
        run_folds(recipe, inputs, [fold])


def test_a_random_split_is_labelled_leaky_with_every_number(recipe, inputs, tmp_path):
    folds = plan_folds(inputs, "random", {"test_fraction": 0.25}, (0,), tmp_path)
    assert len(folds) == 1
    lines = []
    result = run_folds(recipe, inputs, folds, report=lines.append)
    assert not result.honest
    assert result.caveat == "leaky"
    assert result.leakage_label.startswith("leaky: ")
    assert Predictor(folds[0].folder / "bundle").manifest.training["leakage"].startswith("leaky")
    assert json.loads((folds[0].folder / "split.json").read_text())["protocol"] == "random"
    (line,) = lines
    assert line.startswith("small, random, fold 1 of 1, seed 0: ")


def test_a_track_that_leaks_under_two_seeds_counts_once(recipe, inputs, tmp_path):
    """With several seeds the label spoke of more test tracks than there are."""
    folds = plan_folds(inputs, "random", {"test_fraction": 0.25}, (0, 1, 2), tmp_path)
    tested = {i for fold in folds for i in fold.split.test}
    assert len(tested) < sum(len(fold.split.test) for fold in folds)
    found = combined_leakage(folds, inputs.tracks)
    assert found.n_test == len(tested)
    leaked = {i for fold in folds for c in fold.leakage.artists for i in c.test}
    assert found.n_test_leaked == len(leaked) <= found.n_test
    for fold in folds:
        assert combined_leakage([fold], inputs.tracks).label == fold.leakage.label


def test_every_seed_has_its_own_folds_and_folder(inputs, tmp_path):
    folds = plan_folds(inputs, "artist-grouped", {"n_folds": 2}, (0, 1), tmp_path)
    assert len({fold.folder for fold in folds}) == 4
    assert folds[0].split.digest != folds[2].split.digest


def saved(split, path, **values):
    dataclasses.replace(split, **values).save(path)
    return {"path": str(path)}


def test_a_leaky_split_from_a_file_is_refused_unless_it_says_so_by_name(inputs, tmp_path):
    (split,) = make_splits("random", inputs.tracks)
    for name in ("artist-grouped", "my own", "file"):
        settings = saved(split, tmp_path / "split.json", protocol=name)
        with pytest.raises(LeakageError, match="use an artist-grouped split"):
            plan_folds(inputs, "file", settings, (0,), tmp_path)
    settings = saved(split, tmp_path / "split.json")
    (fold,) = plan_folds(inputs, "file", settings, (0,), tmp_path)
    assert fold.leakage.status == "leaky"
    assert not is_honest(fold.split, fold.leakage)


def test_a_clean_split_of_the_users_own_name_is_honest(recipe, inputs, tmp_path):
    (split,) = make_splits("artist-grouped", inputs.tracks)
    settings = saved(split, tmp_path / "split.json", protocol="my own")
    folds = plan_folds(inputs, "file", settings, (0,), tmp_path)
    result = run_folds(recipe, inputs, folds)
    assert result.protocol == "file (my own)"
    assert result.honest


def test_a_split_that_names_unknown_tracks_is_refused(inputs, tmp_path):
    split = Split("my own", 1, 1, ("blues.00000",), (), ("polka.00000",))
    with pytest.raises(DatasetError, match=r"polka\.00000"):
        plan_folds(inputs, "file", saved(split, tmp_path / "s.json"), (0,), tmp_path)


def test_a_model_of_another_front_end_or_other_labels_is_not_judged(result, folds, inputs):
    predictor = Predictor(folds[0].folder / "bundle")
    test = folds[0].split.test
    assert len(judge(predictor, inputs, test, LABELS)) == len(test)
    more = judge(predictor, inputs, test, (*LABELS, "polka"))
    assert {o.probabilities[-1] for o in more} == {0.0}
    with pytest.raises(ConfigError, match=r"knows \['rock'\], which no track"):
        judge(predictor, inputs, test, LABELS[:-1])
    other = dataclasses.replace(inputs.front_end, n_mels=31)
    with pytest.raises(ConfigError, match="hears with"):
        judge(predictor, dataclasses.replace(inputs, front_end=other), test, LABELS)


def test_segments_are_learned_and_judged_as_tracks_of_their_own(recipe, inputs, tmp_path):
    settings = {"n_segments": 2, "test_fraction": 0.25}
    folds = plan_folds(inputs, "segments", settings, (0,), tmp_path)
    result = run_folds(recipe, inputs, folds)
    assert (result.n, result.unit, result.honest, result.caveat) == (20, "segment", False, "leaky")
    assert "test segments have other segments of their own track" in result.leakage_label
    assert result.dataset == "synthetic, 40 tracks in 2 segments each of 10 genres"
    assert result == run_folds(recipe, inputs, folds)
    bundle = Predictor(folds[0].folder / "bundle")
    # Recordings have two windows: a segment is one of them.
    assert bundle.manifest.windows == inputs.windows
    learned = set(bundle.manifest.training["track_ids"])
    assert learned <= {t.track_id for t in inputs.tracks}
    assert bundle.manifest.training["n_tracks"] == len(learned)
    _, outcomes = read_predictions_csv(folds[0].folder / "predictions.csv")
    assert [o.track_id for o in outcomes] == list(folds[0].split.test)
    assert all(o.group is not None for o in outcomes)


def test_segments_of_a_track_of_an_unknown_artist_are_drawn_together(recipe, inputs, tmp_path):
    bare = tuple(dataclasses.replace(t, artist=None, group=None) for t in inputs.tracks)
    inputs = dataclasses.replace(inputs, tracks=bare)
    folds = plan_folds(inputs, "segments", {"n_segments": 2, "n_folds": 2}, (0,), tmp_path)
    result = run_folds(recipe, inputs, folds)
    assert (result.n, result.n_groups, result.n_ungrouped) == (80, 40, 0)


def officially(inputs, test):
    """The tracks with an official partition: these are tested."""
    return dataclasses.replace(
        inputs,
        tracks=tuple(
            dataclasses.replace(t, extra={"split": "test" if t.track_id in test else "training"})
            for t in inputs.tracks
        ),
    )


def test_an_official_partition_is_honest_where_it_was_checked_and_nothing_crosses(inputs, tmp_path):
    apart = make_splits("artist-grouped", inputs.tracks)[0].test
    mixed = make_splits("random", inputs.tracks)[0].test
    for test, status, honest in ((apart, "clean", True), (mixed, "leaky", False)):
        (fold,) = plan_folds(officially(inputs, test), "official", {}, (0,), tmp_path)
        assert (fold.leakage.status, is_honest(fold.split, fold.leakage)) == (status, honest)
    bare = tuple(dataclasses.replace(t, artist=None, group=None) for t in inputs.tracks)
    nobody = officially(dataclasses.replace(inputs, tracks=bare), apart)
    (fold,) = plan_folds(nobody, "official", {}, (0,), tmp_path)
    assert (fold.leakage.status, is_honest(fold.split, fold.leakage)) == ("unverified", False)


@pytest.mark.parametrize("protocol", ["random", "segments", "album"])
def test_a_protocol_that_lets_artists_cross_is_not_honest(protocol, inputs, tmp_path):
    tracks = tuple(dataclasses.replace(t, album=t.track_id) for t in inputs.tracks)
    albums = dataclasses.replace(inputs, tracks=tracks)
    (fold,) = plan_folds(albums, protocol, {}, (0,), tmp_path)
    assert not is_honest(fold.split, fold.leakage)
    assert fold.leakage.status == "leaky"

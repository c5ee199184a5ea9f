"""A model judged as it is: without training, on given music, with what it knows told."""

import builtins
import dataclasses
import json

import numpy as np
import pytest

from genrescope.bundle.format import read_manifest
from genrescope.datasets.dataset import Dataset, LogMelArrays, load_dataset
from genrescope.errors import ConfigError, DatasetError
from genrescope.evaluation.campaign import train_one_fold
from genrescope.evaluation.judge_model import judge_model
from genrescope.evaluation.outcomes import read_pooled_csv, read_predictions_csv
from genrescope.evaluation.plan import Plan
from genrescope.evaluation.record import from_json
from genrescope.records import Track
from genrescope.training.learned import acquaintance, learned_record
from genrescope.training.recipe import Choice


@pytest.fixture(scope="module")
def trained(recipe, store, tmp_path_factory):
    """The bundle of a model that learned half of the tracks."""
    protocol = Choice("artist-grouped", {"test_fraction": 0.5})
    runs = tmp_path_factory.mktemp("trained")
    return train_one_fold(Plan((recipe,), (protocol,), (0,), runs, store, "train small"))[1]


@pytest.fixture(scope="module")
def dataset(recipe):
    return load_dataset(recipe.dataset.name, **recipe.dataset.settings)


@pytest.fixture(scope="module")
def new(dataset, trained):
    """The tracks that it never heard."""
    learned = read_manifest(trained).training["track_ids"]
    tracks = tuple(t for t in dataset.tracks if t.track_id not in learned)
    return dataclasses.replace(dataset, tracks=tracks)


def test_music_that_is_new_to_it(trained, new, tmp_path):
    before = (trained / "bundle.json").read_bytes()
    steps = []
    result, path = judge_model(
        trained, new, runs=tmp_path, command="c", advance=lambda *s: steps.append(s)
    )
    assert (
        result.leakage_label
        == "clean: the model learned none of these 20 tracks, nor their artists"
    )
    assert (result.protocol, result.n, result.honest) == ("as-is", 20, True)
    assert steps == [(i, 20) for i in range(1, 21)]
    _, outcomes = read_predictions_csv(trained.parent / "predictions.csv")
    expected = {o.track_id: o.y_pred for o in outcomes}
    ((_, found),) = read_pooled_csv(path.parent / "predictions.csv").values()
    assert {o.track_id: o.y_pred for o in found} == expected
    assert from_json((path.parent / "results.json").read_text(encoding="utf-8")) == (result,)
    assert (trained / "bundle.json").read_bytes() == before
    assert not list(tmp_path.rglob("settings.json"))


def test_what_it_learned_is_labelled(trained, dataset, new, tmp_path):
    result, path = judge_model(trained, dataset, runs=tmp_path, command="c")
    assert result.leakage_label == "leaky: the model learned 20 of these 40 tracks"
    assert not result.honest
    assert "leaky" in path.read_text(encoding="utf-8")
    copies = tuple(dataclasses.replace(t, track_id=f"copy of {t.track_id}") for t in dataset.tracks)
    copied = dataclasses.replace(dataset, tracks=copies)
    assert (
        judge_model(trained, copied, runs=tmp_path, command="c")[0].leakage_label
        == result.leakage_label
    )
    manifest = read_manifest(trained)
    artist = next(t.group for t in dataset.tracks if t.track_id in manifest.training["track_ids"])
    tracks = (dataclasses.replace(new.tracks[0], group=artist), *new.tracks[1:])
    known = acquaintance(manifest.training, tracks)
    assert known.label == "leaky: the model learned the artists of 1 of these 20 tracks"
    assert str(artist) not in json.dumps(manifest.training["artist_digests"])


def test_what_is_not_recorded_is_not_clean(new):
    anonymous = [dataclasses.replace(t, group=None, artist=None) for t in new.tracks]
    told = learned_record([Track("a", None, ("jazz",), group="someone")])
    assert acquaintance(told, new.tracks).label.startswith("clean")
    assert acquaintance({"track_ids": ["a"]}, new.tracks).label.startswith("unverified: of 20 of")
    assert acquaintance(told, anonymous).label.startswith("unverified")
    assert acquaintance(
        learned_record(anonymous), [Track("a", None, ("jazz",), group="b")]
    ).n_unknown


def test_genres_that_it_does_not_know_count_as_wrong(trained, new, tmp_path):
    tracks = [dataclasses.replace(t, labels=("polka",)) for t in new.tracks[:5]]
    tracks += [dataclasses.replace(t, labels=(t.label.upper(),)) for t in new.tracks[5:]]
    odd = dataclasses.replace(new, tracks=tuple(tracks))
    result, path = judge_model(trained, odd, runs=tmp_path, command="c")
    plain, _ = judge_model(trained, new, runs=tmp_path, command="c")
    assert result.n == 20
    by_label = {row.label: row for row in result.per_class}
    assert by_label["polka"].recall == 0
    assert by_label["polka"].support == 5
    assert result.headline.value <= plain.headline.value
    assert set(by_label) == {*plain.labels, "polka"}, (
        "another way to write a genre is no other genre"
    )
    assert "5 of 20 tracks are of genres that the model does not know (polka)" in path.read_text(
        encoding="utf-8"
    )


def test_what_cannot_be_heard_is_told(trained, new, tmp_path):
    tracks = (*new.tracks, Track("gone", None, ("jazz",)))
    result, path = judge_model(
        trained, dataclasses.replace(new, tracks=tracks), runs=tmp_path, command="c"
    )
    assert result.n == 20
    assert "1 tracks could not be used (gone: the track has no sound file)" in path.read_text(
        encoding="utf-8"
    )
    with pytest.raises(DatasetError, match=r"not one of 1 tracks can be heard; .*no sound file"):
        judge_model(trained, Dataset("x", (tracks[-1],)), runs=tmp_path, command="c")


def test_log_mels_of_its_own_front_end_and_of_another(trained, new, inputs, tmp_path):
    X = np.stack([inputs.logmels(t.track_id)[0] for t in new.tracks])
    rows = {t.track_id: i for i, t in enumerate(new.tracks)}
    arrays = LogMelArrays(inputs.front_end, X, rows)
    result, _ = judge_model(
        trained, dataclasses.replace(new, logmels=arrays), runs=tmp_path, command="c"
    )
    assert result.n == 20
    other = dataclasses.replace(arrays, front_end=dataclasses.replace(inputs.front_end, sr=9000))
    with pytest.raises(ConfigError, match="judge it on sound"):
        judge_model(trained, dataclasses.replace(new, logmels=other), runs=tmp_path, command="c")


def test_it_works_without_the_extra(trained, new, tmp_path, monkeypatch):
    plain = builtins.__import__

    def refusing(name, *args, **kwargs):
        if name.partition(".")[0] in ("torch", "sklearn", "matplotlib", "lightning"):
            raise ImportError(f"No module named {name!r}")
        return plain(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", refusing)
    result, path = judge_model(trained, new, runs=tmp_path, command="c")
    assert result.n == 20
    assert "No figures: drawing figures needs the extra" in path.read_text(encoding="utf-8")
    assert not (path.parent / "figures").exists()

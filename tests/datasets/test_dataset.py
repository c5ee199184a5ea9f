"""The data set record, its registry and the settings of its entries."""

import dataclasses
import inspect
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from genrescope.datasets.dataset import (
    LogMelArrays,
    expand_path,
    load_dataset,
    registry,
)
from genrescope.errors import ConfigError, DatasetError, GenrescopeError, UnknownNameError
from genrescope.features.front_end import FrontEnd
from genrescope.settings import make_settings

NAMES = registry().names()
PLAIN = {"bool", "int", "float", "str", "str | None", "float | None", "int | None"}


@dataclass(frozen=True)
class Example:
    root: str
    seed: int = 0
    share: float = 0.5
    gain: float | None = None
    whole: bool = True


def test_the_registry_finds_the_data_sets():
    assert {"arrays", "csv", "folder", "gtzan", "synthetic"} <= set(NAMES)
    assert not {"dataset", "index"} & set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_each_data_set_keeps_the_contract(name):
    module = registry().module(name)
    assert module.__doc__
    assert isinstance(module.LICENCE, str)
    assert module.LICENCE
    assert isinstance(module.SOURCE, str)
    assert module.SOURCE
    assert callable(module.load)
    assert dataclasses.is_dataclass(module.Settings)
    assert module.Settings.__dataclass_params__.frozen
    assert {field.type for field in dataclasses.fields(module.Settings)} <= PLAIN


@pytest.mark.parametrize("name", NAMES)
def test_load_takes_settings_and_perhaps_progress(name):
    settings, *further = inspect.signature(registry().module(name).load).parameters.values()
    assert settings.name == "settings"
    assert [(p.name, p.kind, p.default) for p in further] in (
        [],
        [("progress", inspect.Parameter.KEYWORD_ONLY, None)],
    )


def test_the_data_sets_of_many_files_tell_how_far_they_are(tmp_path, write_wav):
    for i, name in enumerate(["blues.00000", "blues.00001", "jazz.00001"]):
        write_wav(tmp_path / "sound" / name.split(".")[0] / f"{name}.wav", i)
    small = {"n_tracks_per_label": 1, "duration_s": 0.2, "sr": 8000}
    for name, settings, total in (
        ("folder", {"root": tmp_path / "sound"}, 3),
        ("gtzan", {"root": tmp_path / "sound"}, 3),
        ("synthetic", {"folder": tmp_path / "made", **small}, 10),
    ):
        calls = []
        dataset = load_dataset(name, progress=lambda *call: calls.append(call), **settings)  # noqa: B023
        assert [(done, of) for done, of, _ in calls] == [(i, total) for i in range(1, total + 1)]
        assert [path for _, _, path in calls] == [t.path for t in dataset.tracks]


def test_a_data_set_that_is_read_at_once_needs_no_progress(tmp_path, write_wav):
    write_wav(tmp_path / "a.wav")
    (tmp_path / "i.csv").write_text("track_id,path,labels\na,a.wav,rock\n")
    calls = []
    load_dataset("csv", path=tmp_path / "i.csv", progress=lambda *call: calls.append(call))
    assert calls == []


@pytest.mark.parametrize("name", NAMES)
def test_an_unknown_setting_is_named_and_a_near_one_suggested(name):
    field = dataclasses.fields(registry().module(name).Settings)[0].name
    with pytest.raises(ConfigError, match=f"no setting '{field}x'; did you mean '{field}'"):
        load_dataset(name, **{f"{field}x": "1"})


@pytest.mark.parametrize("name", ["arrays", "csv", "folder", "gtzan"])
def test_what_is_not_there_is_a_data_set_error(name, tmp_path):
    field = dataclasses.fields(registry().module(name).Settings)[0].name
    with pytest.raises(DatasetError, match="nowhere"):
        load_dataset(name, **{field: str(tmp_path / "nowhere")})


def test_an_unknown_data_set_is_refused():
    with pytest.raises(UnknownNameError, match="did you mean 'gtzan'"):
        load_dataset("gtzn")


def test_an_empty_folder_is_no_data_set(tmp_path):
    (tmp_path / "notes.txt").write_text("no sound")
    with pytest.raises(DatasetError, match=r"no usable track; 1 were left out \(notes.txt"):
        load_dataset("folder", root=str(tmp_path))


def test_settings_are_checked():
    made = make_settings(Example, {"root": Path("a"), "share": 1}, what="example")
    assert made == Example(root="a", share=1.0)
    assert isinstance(made.share, float)
    assert make_settings(Example, dataclasses.asdict(made), what="example") == made
    with pytest.raises(ConfigError, match="example needs the setting 'root'"):
        make_settings(Example, {}, what="example")
    with pytest.raises(ConfigError, match=r"example: seed is '1', a str; it must be int"):
        make_settings(Example, {"root": "a", "seed": "1"}, what="example")
    with pytest.raises(ConfigError, match="seed is True, a bool"):
        make_settings(Example, {"root": "a", "seed": True}, what="example")
    with pytest.raises(ConfigError, match="it must be float or none"):
        make_settings(Example, {"root": "a", "gain": "loud"}, what="example")


def test_paths_are_expanded(monkeypatch):
    monkeypatch.setenv("GENRESCOPE_TEST_FOLDER", "/music")
    monkeypatch.delenv("GENRESCOPE_TEST_UNSET", raising=False)
    assert expand_path("${GENRESCOPE_TEST_FOLDER}/a") == Path("/music/a")
    assert expand_path("~/a") == Path.home() / "a"
    assert expand_path("A$AP Rocky") == Path("A$AP Rocky")
    with pytest.raises(ConfigError, match="variable GENRESCOPE_TEST_UNSET, which is not set"):
        expand_path("${GENRESCOPE_TEST_UNSET}/a")
    with pytest.raises(ConfigError, match="empty"):
        expand_path("")


def test_eight_bit_spectrograms_are_scaled_and_not_changed():
    X = np.arange(2 * 128 * 3, dtype=np.uint8).reshape(2, 128, 3)
    before = X.copy()
    arrays = LogMelArrays(FrontEnd(scale="unit"), X, {"a": 0, "b": 1})
    S = arrays.get("b")
    assert S.dtype == np.float32
    np.testing.assert_allclose(S, X[1] / 255, atol=1e-7)
    S[:] = 9
    np.testing.assert_array_equal(X, before)
    with pytest.raises(GenrescopeError, match="no spectrogram of track 'c'"):
        arrays.get("c")


def test_floating_spectrograms_are_copied():
    X = np.linspace(-80, 0, 128 * 3, dtype=np.float64).reshape(1, 128, 3)
    S = LogMelArrays(FrontEnd(), X, {"a": 0}).get("a")
    assert S.dtype == np.float32
    S[:] = 9
    assert X.max() == 0

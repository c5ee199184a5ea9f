"""Inputs of segments: which stretch of sound is in which, and what they keep of their recording."""

import dataclasses

import numpy as np
import pytest

from genrescope.datasets.dataset import Dataset, LogMelArrays
from genrescope.errors import ParameterError
from genrescope.features.feature_sets import FeatureChoice
from genrescope.features.front_end import FrontEnd
from genrescope.records import Track
from genrescope.training.inputs import prepare_inputs
from genrescope.training.recipe import Recipe
from genrescope.training.segments import segmented

FRONT_END = FrontEnd(sr=8000, n_fft=512, hop_length=256, n_mels=32)
RECIPE = Recipe.from_dict(
    {
        "name": "small",
        "dataset": {"name": "synthetic"},
        "front_end": FRONT_END.to_dict(),
        "windows": {"length": 8000, "hop": 8000, "min_tail": 2000},
        "features": {"name": "logmel"},
        "model": {"name": "linear"},
        "protocol": {"name": "random"},
    }
)


@pytest.fixture
def inputs(tmp_path):
    """Three tracks of 47 frames whose levels rise by the frame: a frame tells where it was."""
    S = np.broadcast_to(np.linspace(-60, 0, 47, dtype=np.float32), (32, 47))
    X = np.stack([S, S - 5, S - 10])
    groups = ("x", "x", None)
    tracks = tuple(
        Track(f"t{i}", None, ("jazz",), sha256=f"{i:064}", group=g) for i, g in enumerate(groups)
    )
    rows = {track.track_id: i for i, track in enumerate(tracks)}
    dataset = Dataset("made", tracks, logmels=LogMelArrays(FRONT_END, X, rows))
    return prepare_inputs(RECIPE, dataset, store_folder=tmp_path)


def test_segments_are_equal_stretches_one_after_the_other(inputs):
    cut = segmented(inputs, 4)
    assert [t.track_id for t in cut.tracks][:5] == ["t0#1", "t0#2", "t0#3", "t0#4", "t1#1"]
    assert cut.X.shape == (12, 32, 11)
    assert cut.track_of_window.tolist() == list(range(12))
    assert (cut.n_segments, cut.content) == (4, "3 tracks in 4 segments each")
    whole = inputs.logmels("t0")[0]
    for k, start in enumerate((0, 12, 24, 36), start=1):
        (piece,) = cut.logmels(f"t0#{k}")
        stretch = whole[:, start : start + 11]
        np.testing.assert_allclose(piece, stretch - stretch.max(), atol=1e-5)
        np.testing.assert_array_equal(cut.X[k - 1], piece)
        np.testing.assert_array_equal(cut.X[cut.rows([f"t0#{k}"])], [piece])


def test_segments_keep_artist_and_digest_and_the_windows_are_theirs(inputs):
    cut = segmented(inputs, 4)
    assert {(t.sha256, t.group) for t in cut.tracks[:4]} == {(f"{0:064}", "x")}
    assert cut.windows.length < inputs.windows.length
    assert cut.front_end.n_frames(cut.windows.length) == 11
    groups = cut.groups(np.arange(12))
    assert len(set(groups[:8])) == 1
    # Segments of a track of an unknown artist stay together too.
    assert len(set(groups[8:])) == 1
    assert groups[0] != groups[-1]


def test_recordings_of_several_windows_are_cut_in_the_order_of_time(recordings, tmp_path):
    inputs = prepare_inputs(RECIPE, Dataset("made", tuple(recordings)), store_folder=tmp_path)
    name = recordings[0].track_id
    windows = inputs.logmels(name)
    assert len(windows) == 3
    cut = segmented(inputs, 4)
    assert all(len(cut.rows([f"{name}#{k}"])) == 3 for k in (1, 2, 3, 4))
    n_frames = windows[0].shape[1]
    width = n_frames // 4
    starts = [(n_frames - width) * k // 3 for k in range(4)]
    quarters = [w[:, a : a + width] for w in windows for a in starts]
    found = [S for k in (1, 2, 3, 4) for S in cut.logmels(f"{name}#{k}")]
    for piece, quarter in zip(found, quarters, strict=True):
        np.testing.assert_allclose(piece, quarter - quarter.max(), atol=1e-5)


@pytest.mark.parametrize(("n_segments", "sizes"), [(3, [1, 1, 1]), (2, [1, 2])])
def test_segments_are_whole_windows_where_there_are_enough(recordings, tmp_path, n_segments, sizes):
    inputs = prepare_inputs(RECIPE, Dataset("made", tuple(recordings)), store_folder=tmp_path)
    cut = segmented(inputs, n_segments)
    assert cut.windows == inputs.windows
    for track in recordings:
        ids = [f"{track.track_id}#{k}" for k in range(1, n_segments + 1)]
        assert [len(cut.rows([i])) for i in ids] == sizes
        found = [S for i in ids for S in cut.logmels(i)]
        for mine, given in zip(found, inputs.logmels(track.track_id), strict=True):
            np.testing.assert_array_equal(mine, given)
    np.testing.assert_array_equal(cut.X, inputs.X)


def test_a_recording_of_fewer_windows_than_others_still_fills_its_segments(recordings, tmp_path):
    inputs = prepare_inputs(RECIPE, Dataset("made", tuple(recordings)), store_folder=tmp_path)
    first = inputs.track_of_window == 0
    kept = np.flatnonzero(~first | (np.cumsum(first) < 3))
    logmels = inputs.logmels
    short = dataclasses.replace(
        inputs,
        X=inputs.X[kept],
        track_of_window=inputs.track_of_window[kept],
        logmels=lambda i: logmels(i)[:2] if i == recordings[0].track_id else logmels(i),
    )
    cut = segmented(short, 3)
    name = recordings[0].track_id
    np.testing.assert_array_equal(cut.X[:3], inputs.X[[0, 0, 1]])
    assert [len(cut.logmels(f"{name}#{k}")) for k in (1, 2, 3)] == [1, 1, 1]


def test_a_network_of_one_input_shape_takes_segments_of_any_width(inputs):
    picture = FeatureChoice("mel-picture", {"height": 16, "width": 20})
    cut = segmented(dataclasses.replace(inputs, features=picture), 5)
    assert cut.X.shape == (15, 16, 20)
    assert np.isfinite(cut.X).all()


def test_one_segment_changes_nothing_and_too_many_are_refused(inputs):
    assert segmented(inputs, 1) is inputs
    with pytest.raises(ParameterError, match=r"n_segments is 48: .* of 47 frames has 0; ask for"):
        segmented(inputs, 48)
    statistics = dataclasses.replace(
        inputs, features=FeatureChoice.from_dict({"name": "logmel-statistics", "n_cepstra": 8})
    )
    with pytest.raises(ParameterError, match=r"has 5 \(0\.2 s\), of .*ask for fewer segments"):
        segmented(statistics, 9)


def test_a_stretch_of_a_picture_is_the_picture_of_that_stretch():
    """But for the frames at its ends, which hear what is around."""
    y = np.random.default_rng(0).standard_normal(16384).astype(np.float32)
    y *= 0.5
    y[4800:7800] *= 2
    # Like music, it reaches the floor; what lies below that of the whole is lost to the stretch.
    y[5500:6500] *= 1e-6
    for scale, tolerance in (("db", 0.5), ("unit", 0.01)):
        front_end = dataclasses.replace(FRONT_END, scale=scale)
        part = front_end.cropped(front_end.compute(y), start=16, stop=33)
        alone = front_end.compute(y[16 * 256 : 32 * 256 + 128])
        assert part.shape == alone.shape
        np.testing.assert_allclose(part[:, 2:-2], alone[:, 2:-2], atol=tolerance)
    flat = np.full((32, 9), 0.5, dtype=np.float32)
    assert not FRONT_END.cropped(flat, start=2, stop=5).any()
    assert not dataclasses.replace(FRONT_END, scale="unit").cropped(flat, start=2, stop=5).any()


@pytest.mark.parametrize("n_windows", [1, 12])
def test_a_recording_is_read_once_for_all_its_segments(inputs, n_windows):
    asked = []

    def logmels(track_id):
        asked.append(track_id)
        return [S + i for i in range(n_windows) for S in inputs.logmels(track_id)]

    many = dataclasses.replace(
        inputs,
        X=np.repeat(inputs.X, n_windows, axis=0),
        track_of_window=np.repeat(inputs.track_of_window, n_windows),
        logmels=logmels,
    )
    cut = segmented(many, 6)
    asked.clear()
    for track in cut.tracks:
        cut.logmels(track.track_id)
    assert asked == ["t0", "t1", "t2"]

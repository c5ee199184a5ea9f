"""Frames joined equal what each holds, in every sample format."""

from __future__ import annotations

import av
import numpy as np
import pytest

from genrescope.audio import pyav_frames

FORMATS = {"u8": "u1", "s16": "i2", "s32": "i4", "flt": "f4", "dbl": "f8"}
SCALES = {"u8": 2.0**-7, "s16": 2.0**-15, "s32": 2.0**-31, "flt": 1.0, "dbl": 1.0}


def frames_of(name: str, layout: str, *, sizes: tuple[int, ...] = (100, 7, 1152)) -> list:
    rng = np.random.default_rng(0)
    n_channels = {"mono": 1, "stereo": 2, "5.1": 6, "7.1": 8}[layout]
    made = []
    for size in sizes:
        dtype = np.dtype(FORMATS[name.rstrip("p")])
        if dtype.kind == "f":
            values = rng.uniform(-1, 1, (n_channels, size)).astype(dtype)
        else:
            limits = np.iinfo(dtype)
            values = rng.integers(limits.min, limits.max, (n_channels, size), dtype=dtype)
        if not name.endswith("p"):
            values = values.T.reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(values), name, layout)
        frame.sample_rate = 8000
        made.append(frame)
    return made


@pytest.mark.parametrize("layout", ["mono", "stereo", "5.1"])
@pytest.mark.parametrize("name", [*FORMATS, *(f"{name}p" for name in FORMATS)])
def test_joined_frames_equal_those_of_pyav(name: str, layout: str) -> None:
    frames = frames_of(name, layout)
    y = pyav_frames.joined(frames)
    n_channels = frames[0].layout.nb_channels
    arrays = [frame.to_ndarray() for frame in frames]
    if not name.endswith("p"):
        arrays = [array.reshape(-1, n_channels).T for array in arrays]
    expected = np.concatenate(arrays, axis=1).astype(np.float64)
    expected = (expected - (128 if name.startswith("u8") else 0)) * SCALES[name.rstrip("p")]
    assert y.dtype == np.float32
    np.testing.assert_array_equal(y, expected.astype(np.float32))
    one_by_one = [pyav_frames.samples_of(frame) for frame in frames]
    np.testing.assert_array_equal(y, np.concatenate(one_by_one, axis=1))


def test_batches_end_where_the_format_changes_and_when_they_are_full() -> None:
    alike, mono = frames_of("s16p", "stereo"), frames_of("s16p", "mono")
    long = frames_of("s16p", "mono", sizes=(40_000, 40_000, 40_000))
    other_rate = frames_of("s16p", "mono")
    for frame in other_rate:
        frame.sample_rate = 9000
    sizes = [len(batch) for batch in pyav_frames.batches([*alike, *mono, *other_rate, *long])]
    assert sizes == [3, 3, 3, 2, 1]
    assert not list(pyav_frames.batches([]))


def test_a_plane_longer_than_its_samples_is_cut(tmp_path) -> None:
    import soundfile

    y = np.random.default_rng(0).uniform(-0.5, 0.5, (5000, 2))
    soundfile.write(tmp_path / "a.mp3", y, 44100)
    with av.open(str(tmp_path / "a.mp3")) as container:
        frames = list(container.decode(audio=0))
    # FFmpeg takes the encoder's delay off the first frame, and its padding off the last.
    assert frames[0].planes[0].buffer_size > 4 * frames[0].samples
    joined = pyav_frames.joined(frames)
    assert joined.shape == (2, 5000)
    np.testing.assert_array_equal(
        joined, np.concatenate([frame.to_ndarray()[:, : frame.samples] for frame in frames], axis=1)
    )

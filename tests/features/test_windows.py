"""Cutting a stream of sound into windows, against a reference that sees the whole recording."""

import re
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genrescope.errors import ConfigError, ParameterError
from genrescope.features.windows import MAX_LENGTH, Window, WindowSettings, cut, n_windows


def reference(y, settings):
    """All windows of a whole recording, by the words of the module."""
    n, length, hop = len(y), settings.length, settings.hop
    if n == 0:
        return []
    if n < length:
        repeated = np.tile(y, -(-length // n))[:length]
        return [(0, n, repeated)]
    starts = list(range(0, n - length + 1, hop))
    if n - (starts[-1] + length) >= settings.min_tail:
        starts.append(n - length)
    return [(start, start + length, y[start : start + length]) for start in starts]


@st.composite
def cases(draw):
    length = draw(st.integers(1, 40))
    settings = WindowSettings(
        length=length,
        hop=draw(st.integers(1, length)),
        min_tail=draw(st.integers(1, 50)),
    )
    sizes = draw(st.lists(st.integers(0, 60), max_size=12))
    return settings, sizes


def blocks_of(sizes):
    y = np.arange(sum(sizes), dtype=np.float32)
    return y, np.split(y, np.cumsum(sizes)[:-1]) if sizes else []


@given(cases())
def test_windows_of_blocks_are_those_of_the_whole(case):
    settings, sizes = case
    y, blocks = blocks_of(sizes)
    found = [(w.start, w.end, w.y) for w in cut(blocks, settings)]
    expected = reference(y, settings)
    assert [f[:2] for f in found] == [e[:2] for e in expected]
    for (_, _, a), (_, _, b) in zip(found, expected, strict=True):
        assert a.dtype == np.float32
        assert a.shape == (settings.length,)
        np.testing.assert_array_equal(a, b)


@given(cases())
def test_no_more_than_a_short_tail_goes_unheard(case):
    settings, sizes = case
    y, blocks = blocks_of(sizes)
    heard = np.zeros(len(y), dtype=bool)
    for window in cut(blocks, settings):
        assert 0 <= window.start < window.end <= len(y)
        heard[window.start : window.end] = True
    n_unheard = int((~heard).sum())
    assert n_unheard < settings.min_tail
    assert heard[: len(y) - n_unheard].all()


@given(cases())
def test_a_window_comes_as_soon_as_its_last_sample_is_there(case):
    settings, sizes = case
    _, blocks = blocks_of(sizes)
    given_out = 0

    def counted():
        nonlocal given_out
        for block in blocks:
            given_out += len(block)
            yield block

    for window in cut(counted(), settings):
        if given_out < sum(sizes):
            assert given_out - window.end < max(sizes)


@pytest.mark.parametrize("block", [170, 5000])
def test_never_more_than_two_windows_and_a_block_are_held(block):
    settings = WindowSettings(length=100_000, hop=30_000, min_tail=10)
    n_blocks = 3_000_000 // block
    tracemalloc.start()
    n_windows = sum(
        1 for _ in cut((np.zeros(block, np.float32) for _ in range(n_blocks)), settings)
    )
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert n_windows > 90
    assert peak_bytes < 4 * (2 * 100_000 + 2 * block) + 20_000


def test_short_hops_copy_no_more_than_the_windows(monkeypatch):
    written = 0

    class Counted(np.ndarray):
        def __setitem__(self, key, value):
            nonlocal written
            written += len(value)
            super().__setitem__(key, value)

    empty = np.empty
    monkeypatch.setattr(np, "empty", lambda *args, **kwargs: empty(*args, **kwargs).view(Counted))
    settings = WindowSettings(length=1000, hop=100, min_tail=10)
    blocks = (np.zeros(7, dtype=np.float32) for _ in range(3000))
    n_windows = sum(1 for _ in cut(blocks, settings))
    assert n_windows == 201
    assert written <= (n_windows + 1) * 1000


def test_windows_are_read_only_and_blocks_are_left_alone():
    y = np.arange(10, dtype=np.float32)
    before = y.copy()
    for window in cut([y], WindowSettings(length=4, hop=2, min_tail=1)):
        assert not np.shares_memory(window.y, y)
        with pytest.raises(ValueError, match="read-only"):
            window.y[:] = -1
    np.testing.assert_array_equal(y, before)


def test_windows_keep_their_sound_when_the_blocks_are_overwritten():
    block = np.empty(6, dtype=np.float32)

    def overwritten():
        for k in range(5):
            block[:] = np.arange(6 * k, 6 * k + 6)
            yield block

    settings = WindowSettings(length=9, hop=4, min_tail=1)
    found = [w.y for w in cut(overwritten(), settings)]
    expected = [y for _, _, y in reference(np.arange(30, dtype=np.float32), settings)]
    np.testing.assert_array_equal(found, expected)


def test_sound_of_double_precision_becomes_single():
    (window,) = cut([np.array([0.5, 0.25])], WindowSettings(length=2, hop=2, min_tail=1))
    assert isinstance(window, Window)
    assert window.y.dtype == np.float32


@pytest.mark.parametrize(
    ("values", "match"),
    [
        ({"length": 0, "hop": 0}, "the hop must be from 1 to the length"),
        ({"length": 10, "hop": 11}, "sound between the windows would go unheard"),
        ({"length": 10, "hop": 0}, "the hop must be from 1"),
        ({"length": 10, "hop": 5, "min_tail": 0}, "min_tail is 0"),
        ({"length": MAX_LENGTH + 1, "hop": 1}, "fit into memory"),
    ],
)
def test_settings_that_cannot_be_cut(values, match):
    with pytest.raises(ParameterError, match=match):
        WindowSettings(**values)
    with pytest.raises(ConfigError, match=re.escape("windows: ")):
        WindowSettings.from_dict(values)


def test_settings_from_plain_values():
    settings = WindowSettings(length=7, hop=3, min_tail=2)
    assert WindowSettings.from_dict(settings.to_dict()) == settings
    with pytest.raises(ConfigError, match="unknown window setting 'lenght'; did you mean 'length'"):
        WindowSettings.from_dict({"lenght": 3})
    for value in (2.0, "2", True, None):
        with pytest.raises(ConfigError, match=r"window setting hop is .*, but counts samples"):
            WindowSettings.from_dict({"hop": value})


def test_the_first_windows_are_those_of_the_whole_recording_and_no_more_is_read():
    y = np.arange(100, dtype=np.float32)
    whole = WindowSettings(length=10, hop=5, min_tail=2)
    first = WindowSettings(length=10, hop=5, min_tail=2, n_first=3)
    read = []

    def blocks():
        for start in range(0, 100, 10):
            read.append(start)
            yield y[start : start + 10]

    heard = list(cut(blocks(), first))
    expected = list(cut([y], whole))[:3]
    assert [w.start for w in heard] == [w.start for w in expected] == [0, 5, 10]
    assert all((a.y == b.y).all() for a, b in zip(heard, expected, strict=True))
    assert read == [0, 10]
    assert [n_windows(n, first) for n in (0, 4, 10, 15, 100)] == [0, 1, 1, 2, 3]


def test_the_first_windows_are_a_setting_that_travels():
    first = WindowSettings(length=10, hop=5, min_tail=2, n_first=3)
    assert WindowSettings.from_dict(first.to_dict()) == first
    assert "n_first" not in WindowSettings().to_dict()
    with pytest.raises(ParameterError, match="n_first is 0: a recording has at least one"):
        WindowSettings(n_first=0)

"""Blocks of one size hold the same samples, whatever the sizes of those that came."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genrescope.audio import regroup


@given(st.lists(st.integers(0, 30)), st.integers(1, 40))
def test_blocks_are_equal_and_whole(sizes: list[int], size: int) -> None:
    y = np.arange(sum(sizes), dtype=np.float32)
    blocks = list(regroup.regroup(np.split(y, np.cumsum(sizes)[:-1]) if sizes else [], size))
    np.testing.assert_array_equal(np.concatenate([y[:0], *blocks]), y)
    assert all(len(block) == size for block in blocks[:-1])
    assert all(0 < len(block) <= size for block in blocks)


def test_a_block_may_be_larger_than_what_room_is_made_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regroup, "_ROOM", 4)
    y = np.arange(100, dtype=np.float32)
    whole, rest = regroup.regroup([y[:3], y[3:60], y[60:]], 90)
    np.testing.assert_array_equal(whole, y[:90])
    np.testing.assert_array_equal(rest, y[90:])

"""A small problem that every model can learn: two broad bumps and noise, as pictures."""

import numpy as np
import pytest

SHAPE = (54, 54)


@pytest.fixture(scope="session")
def problem():
    """Pictures [shape=(120, 54, 54)] with string labels; 40 artists of one genre each."""
    rng = np.random.default_rng(7)
    codes = np.arange(120) % 3
    X = rng.normal(size=(120, *SHAPE)).astype(np.float32)
    for code in range(3):
        X[codes == code, 18 * code : 18 * code + 18] += 0.3
    y = np.array(["rock", "jazz", "blues"])[codes]
    groups = np.array([f"artist {i}" for i in (np.arange(120) // 9) * 3 + codes])
    return X, y, groups

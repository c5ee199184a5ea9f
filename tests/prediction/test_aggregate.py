"""One answer from many windows."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from genrescope.prediction.aggregate import mean_probabilities, ranked

SHARES = hnp.arrays(
    np.float32,
    st.tuples(st.integers(1, 50), st.integers(2, 12)),
    elements=st.floats(0, 1, width=32),
).map(lambda A: (A + 1e-3) / (A + 1e-3).sum(axis=1, keepdims=True))


@given(SHARES)
def test_means_of_probabilities_are_probabilities_and_windows_count_alike(P):
    before = P.copy()
    p = mean_probabilities(P)
    assert p.dtype == np.float64
    assert abs(p.sum() - 1) < 1e-12
    np.testing.assert_allclose(p, P.mean(axis=0), atol=1e-5)
    np.testing.assert_allclose(mean_probabilities(P[::-1]), p, atol=1e-12)
    np.testing.assert_allclose(mean_probabilities(np.concatenate([P, P])), p, atol=1e-12)
    np.testing.assert_array_equal(P, before)


def test_genres_are_ranked_and_ties_keep_the_order_of_the_labels():
    genres = ranked(np.array([0.2, 0.4, 0.0, 0.4]), ("a", "b", "c", "d"))
    assert [g.label for g in genres] == ["b", "d", "a", "c"]
    assert [g.probability for g in genres] == [0.4, 0.4, 0.2, 0.0]

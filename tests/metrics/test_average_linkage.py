"""Average linkage against scipy, and the order of the leaves."""

import numpy as np
import pytest

from genrescope.errors import ParameterError
from genrescope.metrics.average_linkage import average_linkage, leaves


def distances(n, seed):
    D = np.random.default_rng(seed).random((n, n))
    return (D + D.T) / 2


@pytest.mark.parametrize("n", [2, 3, 10])
def test_it_is_that_of_scipy(n):
    hierarchy = pytest.importorskip("scipy.cluster.hierarchy")
    for seed in range(5):
        D = distances(n, seed)
        theirs = hierarchy.linkage(D[np.triu_indices(n, 1)], method="average")
        np.testing.assert_allclose(average_linkage(D), theirs)


def test_leaves_keep_every_cluster_together():
    joints = average_linkage(distances(8, 3))
    order = leaves(joints)
    assert sorted(order) == list(range(8))
    members = {i: {i} for i in range(8)}
    for step, (a, b, *_) in enumerate(joints):
        members[8 + step] = members[int(a)] | members[int(b)]
        places = sorted(order.index(i) for i in members[8 + step])
        assert places == list(range(places[0], places[-1] + 1))


@pytest.mark.parametrize(
    "D", [np.zeros((2, 3)), np.zeros((1, 1)), [[0, 1], [2, 0]], -np.ones((2, 2))]
)
def test_what_is_no_table_of_distances_is_refused(D):
    with pytest.raises(ParameterError, match="symmetric matrix"):
        average_linkage(np.array(D))

"""How many tracks it takes: published numbers, the way back, and the power that is reached."""

from __future__ import annotations

import math

import numpy as np
import pytest

from genrescope.errors import ParameterError
from genrescope.metrics import sample_size as m
from genrescope.metrics.paired_tests import mcnemar


def test_design_effect_by_hand() -> None:
    rng = np.random.default_rng(0)
    values = rng.integers(0, 2, 400).astype(float)
    assert m.design_effect(values, [None] * 400) == pytest.approx(1)
    repeated = np.repeat(values, 5)
    groups = [f"a{i}" for i in range(400) for _ in range(5)]
    assert m.design_effect(repeated, groups) == pytest.approx(5, rel=0.01)
    assert m.design_effect(np.ones(4), ["a", "a", "b", None]) == 1
    with pytest.raises(ParameterError, match="at least two"):
        m.design_effect(np.ones(2), ["a", "a"])
    with pytest.raises(ParameterError, match="groups of 1 tracks"):
        m.design_effect(np.ones(2), ["a"])


def test_sample_size_of_the_formula_by_hand() -> None:
    """Discordant shares of 0.25 and 0.10, at a level of 5 % with a power of 90 %."""
    n = m.paired_sample_size(0.15, discordance=0.35, power=0.9)
    by_hand = (1.959964 * math.sqrt(0.35) + 1.281552 * math.sqrt(0.35 - 0.0225)) ** 2 / 0.0225
    assert n == math.ceil(by_hand) == 160
    assert m.paired_sample_size(-0.15, discordance=0.35, power=0.9) == n
    assert m.paired_sample_size(0.15, discordance=0.35, power=0.9, design_effect=2) == math.ceil(
        2 * by_hand
    )


def test_the_wanted_power_is_reached() -> None:
    p_only_first, p_only_second = 0.16, 0.08
    n = m.paired_sample_size(0.08, discordance=0.24)
    rng = np.random.default_rng(0)
    counts = rng.multinomial(n, [p_only_first, p_only_second, 0.76], size=2000)
    seen = np.mean([mcnemar(int(b), int(c)) <= 0.05 for b, c, _ in counts])
    # The exact test is a little cautious, as its level is at most 5 %.
    assert 0.74 <= seen <= 0.84


def test_detectable_difference_is_the_way_back() -> None:
    for n, effect in ((290, 1.0), (947, 2.5)):
        d = m.detectable_difference(n, discordance=0.3, design_effect=effect)
        assert d is not None
        assert m.paired_sample_size(d, discordance=0.3, design_effect=effect) <= n
        assert m.paired_sample_size(0.999 * d, discordance=0.3, design_effect=effect) >= n
    assert m.detectable_difference(5, discordance=0.3) is None
    with pytest.raises(ParameterError, match="at least one track"):
        m.detectable_difference(0, discordance=0.3)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"difference": 0.0}, "none"),
        ({"difference": 0.9}, "none"),
        ({"discordance": 1.1}, "discordance <= 1"),
        ({"power": 1.0}, "power is 1.0"),
        ({"alpha": 0.0}, "alpha is 0.0"),
        ({"design_effect": 0.5}, "at least 1"),
    ],
)
def test_what_is_refused(changes: dict[str, float], says: str) -> None:
    given = {"difference": 0.1, "discordance": 0.3, **changes}
    with pytest.raises(ParameterError, match=says):
        m.paired_sample_size(given.pop("difference"), **given)

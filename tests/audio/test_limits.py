"""Limits refuse nonsense, and are exact at their edges."""

from __future__ import annotations

import dataclasses

import pytest

from genrescope.audio.limits import Limits
from genrescope.errors import AudioLimitError, ParameterError

NAMES = [field.name for field in dataclasses.fields(Limits)]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", [0, -1, float("nan"), float("inf"), "9", True])
def test_nonsense_is_refused(name: str, value: object) -> None:
    with pytest.raises(ParameterError, match=f"{name} is .*positive number or None"):
        Limits(**{name: value})  # type: ignore[arg-type]


def test_crossed_rates_are_refused() -> None:
    with pytest.raises(ParameterError, match="min_sr 9000 is above max_sr 8000"):
        Limits(min_sr=9000, max_sr=8000)


def test_none_is_no_limit() -> None:
    limits = Limits(**dict.fromkeys(NAMES))
    limits.check_format(sr=1, n_channels=10**6)
    limits.check_amount(duration_s=1e12, n_values=1e18)
    limits.check_time(spent_s=1e12)


def test_edges_are_allowed() -> None:
    limits = Limits(
        max_duration_s=10, max_channels=2, min_sr=8000, max_sr=8000, max_decoded_bytes=400
    )
    limits.check_format(sr=8000, n_channels=2)
    limits.check_amount(duration_s=10, n_values=100)
    for wrong in ({"sr": 7999, "n_channels": 2}, {"sr": 8001, "n_channels": 2}):
        with pytest.raises(AudioLimitError, match="sample rate"):
            limits.check_format(**wrong)
    with pytest.raises(AudioLimitError, match="3 channels"):
        limits.check_format(sr=8000, n_channels=3)
    with pytest.raises(AudioLimitError, match=r"10\.1 s of sound"):
        limits.check_amount(duration_s=10.1, n_values=100)
    with pytest.raises(AudioLimitError, match="404 bytes"):
        limits.check_amount(duration_s=10, n_values=101)
    with pytest.raises(AudioLimitError, match="more than 900 s"):
        limits.check_time(spent_s=900.1)

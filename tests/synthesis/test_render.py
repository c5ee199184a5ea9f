"""Rendered tracks: form, repeatability, variety, errors."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genrescope.errors import ParameterError, UnknownNameError
from genrescope.seeding import rng_for
from genrescope.synthesis.render import (
    PEAK,
    TRACKS_PER_ARTIST,
    artist_of,
    compose_track,
    kinds,
    render,
    render_track,
)
from genrescope.synthesis.score import Score

GOLDEN = Path(__file__).with_name("golden_tracks.json")
NAMES = (
    *("blues", "classical", "country", "disco", "hiphop"),
    *("jazz", "metal", "pop", "reggae", "rock"),
)


def test_the_ten_kinds_carry_the_names_of_gtzan() -> None:
    assert tuple(kinds()) == NAMES


@pytest.mark.parametrize("kind", NAMES)
def test_track_is_finite_float32_of_the_asked_length_and_peak(kind: str) -> None:
    y = render_track(kind, number=1, duration_s=2.0)
    assert y.shape == (44100,)
    assert y.dtype == np.float32
    assert np.isfinite(y).all()
    assert np.abs(y).max() == pytest.approx(PEAK, rel=1e-5)
    assert np.sqrt(np.mean(y**2)) > 0.05
    # Music goes on to the end: no second is silent.
    assert min(np.abs(part).max() for part in np.split(y, 4)) > 0.02


@pytest.mark.parametrize("kind", NAMES)
def test_same_seed_and_number_give_the_same_samples(kind: str) -> None:
    first = render_track(kind, seed=3, number=2, duration_s=1.0)
    again = render_track(kind, seed=3, number=2, duration_s=1.0)
    np.testing.assert_array_equal(first, again)


@pytest.mark.parametrize("kind", NAMES)
def test_other_numbers_and_seeds_give_other_music(kind: str) -> None:
    scores = [compose_track(kind, number=n, duration_s=8.0) for n in range(4)]
    scores.append(compose_track(kind, seed=1, duration_s=8.0))
    assert len({s.tempo_bpm for s in scores}) == 5
    assert len({s.parts[0].notes for s in scores}) == 5


@pytest.mark.parametrize("kind", NAMES)
def test_neighbouring_tracks_share_their_artist_and_its_sound(kind: str) -> None:
    assert (artist_of(0), artist_of(1), artist_of(2)) == (0, 0, 1)
    first, second, foreign = (
        compose_track(kind, number=n, duration_s=4.0) for n in (0, TRACKS_PER_ARTIST - 1, 2)
    )
    assert first.room_s == second.room_s != foreign.room_s
    mine = {p.name: p.player.instrument for p in first.parts}
    shared = [p for p in second.parts if p.name in mine]
    assert shared
    assert all(p.player.instrument == mine[p.name] for p in shared)


@pytest.mark.parametrize("kind", NAMES)
def test_notes_lie_in_the_track_and_are_playable(kind: str) -> None:
    for number in range(6):
        score = compose_track(kind, number=number, duration_s=10.0)
        notes = [n for part in score.parts for n in part.notes]
        assert len(notes) > 20
        assert all(n.beat >= 0.0 and n.beats > 0.0 and 0.0 < n.velocity <= 1.0 for n in notes)
        assert all(24 <= n.midi <= 100 or n.midi == 127 for n in notes)


def test_golden_statistics() -> None:
    """Other processors round differently: statistics, not bits, must agree everywhere."""
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert sorted(golden) == list(NAMES)
    for kind, expected in golden.items():
        y = render_track(kind, duration_s=1.0).astype(np.float64)
        thirds = [float(np.sqrt(np.mean(part**2))) for part in np.split(y, 3)]
        crossings = float(np.mean(y[1:] * y[:-1] < 0))
        assert [*thirds, crossings] == pytest.approx(expected, rel=2e-3), kind


@settings(max_examples=12, deadline=None)
@given(
    kind=st.sampled_from(NAMES),
    number=st.integers(0, 1000),
    duration_s=st.floats(0.01, 0.6),
    sr=st.sampled_from((8000, 16000, 22050, 44100)),
)
def test_any_length_and_rate(kind: str, number: int, duration_s: float, sr: int) -> None:
    y = render_track(kind, number=number, duration_s=duration_s, sr=sr)
    assert y.shape == (max(1, round(duration_s * sr)),)
    assert np.isfinite(y).all()
    assert np.abs(y).max() <= PEAK * 1.00001


def test_a_score_without_parts_is_silence() -> None:
    y = render(Score(100.0, 0, (), room_s=0.3), duration_s=0.5, rng=rng_for(0))
    np.testing.assert_array_equal(y, np.zeros(11025, dtype=np.float32))


def test_unknown_kind_suggests_the_near_one() -> None:
    with pytest.raises(UnknownNameError, match="unknown kind of music 'jaz'; did you mean 'jazz'"):
        render_track("jaz")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"number": -1}, "numbered from 0"),
        ({"duration_s": 0.0}, "longer than 0"),
        ({"duration_s": float("nan")}, "longer than 0"),
        ({"sr": 4000}, "below 8000 Hz"),
    ],
)
def test_arguments_out_of_range(arguments: dict[str, float], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        render_track("pop", **arguments)  # type: ignore[arg-type]

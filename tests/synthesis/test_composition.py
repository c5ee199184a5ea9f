"""Notes, chords, voices, rhythm and time."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genrescope.synthesis import harmony, melody, rhythm
from genrescope.synthesis.drums import Drum
from genrescope.synthesis.instruments import Tone
from genrescope.synthesis.notes import SCALES, chord, frequency, nearest, pitch_name, scale_notes
from genrescope.synthesis.score import Band, Note, Player, Score, seconds_of
from genrescope.synthesis.session import assemble, settle


def test_frequencies_of_known_pitches() -> None:
    assert frequency(60) == pytest.approx(261.6256, abs=1e-4)
    assert frequency(81) == pytest.approx(880.0)


@pytest.mark.parametrize(
    ("numeral", "root", "intervals"),
    [
        ("I", 0, (0, 4, 7)),
        ("iv", 5, (0, 3, 7)),
        ("V7", 7, (0, 4, 7, 10)),
        ("ii7", 2, (0, 3, 7, 10)),
        ("iim7b5", 2, (0, 3, 6, 10)),
        ("Imaj7", 0, (0, 4, 7, 11)),
        ("bVII", 10, (0, 4, 7)),
        ("#ivdim", 6, (0, 3, 6)),
        ("i5", 0, (0, 7)),
        ("bII5", 1, (0, 7)),
        ("VI7b9", 9, (0, 4, 7, 10, 13)),
    ],
)
def test_roman_numerals_in_c(numeral: str, root: int, intervals: tuple[int, ...]) -> None:
    read = chord(numeral, tonic=0)
    assert (read.root, read.intervals) == (root, intervals)
    assert chord(numeral, tonic=3).root == (root + 3) % 12


@given(st.sampled_from(sorted(SCALES)), st.integers(0, 11), st.integers(20, 60))
def test_scales_hold_their_tonic_and_nothing_foreign(name: str, tonic: int, low: int) -> None:
    found = scale_notes(name, tonic=tonic, low=low, high=low + 24)
    assert {p % 12 for p in found} == {(tonic + i) % 12 for i in SCALES[name]}
    assert list(found) == sorted(found)
    assert low <= found[0] <= found[-1] <= low + 24


@given(st.floats(30, 90), st.sets(st.integers(0, 11), min_size=1))
def test_nearest_is_never_beyond_a_tritone_and_a_half(pitch: float, classes: set[int]) -> None:
    found = nearest(pitch, sorted(classes))
    assert found % 12 in classes
    assert abs(found - pitch) <= 6.5


def test_pitch_names_wrap() -> None:
    assert pitch_name(0) == pitch_name(12) == "C"


@given(st.integers(0, 11), st.integers(50, 70))
def test_voices_lead_by_small_steps(tonic: int, centre: int) -> None:
    spans = harmony.changes("I|vi|IV|V|I", tonic=tonic, n_bars=5)
    hands = harmony.voicings(spans, centre=centre, n_voices=3)
    for span, hand in zip(spans, hands, strict=True):
        assert {p % 12 for p in hand} == set(span.chord.pitch_classes)
        assert abs(np.mean(hand) - centre) < 9.0
    moves = [abs(a - b) for h, g in itertools.pairwise(hands) for a, b in zip(h, g, strict=True)]
    assert max(moves) <= 7
    assert np.mean(moves) < 3.5


def test_large_chords_drop_their_root_and_small_ones_double_it() -> None:
    spans = harmony.changes("V13|i5", tonic=0, n_bars=2)
    rich, bare = harmony.voicings(spans, centre=60, n_voices=4)
    assert len(rich) == len(bare) == 4
    assert 7 not in {p % 12 for p in rich}
    assert {p % 12 for p in bare} == {0, 7}


def test_the_chord_of_a_beat() -> None:
    spans = harmony.changes("I|IV V", tonic=0, n_bars=2)
    assert [harmony.at(spans, b) for b in (0.0, 3.9, 4.0, 5.9, 6.0, 99.0)] == [0, 0, 1, 1, 2, 2]


def test_comping_holds_ties_and_strums() -> None:
    spans = harmony.changes("I", tonic=0, n_bars=1)
    found = harmony.comping(spans, [(60, 64)], pattern="x--.", n_bars=1, strum=0.1)
    assert [(n.beat, n.midi) for n in found] == [(0.0, 60), (0.1, 64)]
    assert found[0].beats == pytest.approx(0.95 * 3)


def test_drum_pattern_places_hits() -> None:
    found = rhythm.beat({Drum.KICK: "X...", Drum.SNARE: "..x.|.x.."}, n_bars=2)
    assert [(n.beat, n.midi) for n in found] == [(0, 36), (4, 36), (2, 38), (5, 38)]


def test_fills_end_in_a_crash() -> None:
    found = rhythm.beat({Drum.KICK: "x..."}, n_bars=9, fill_every=4)
    assert [n.beat for n in found if n.midi == Drum.CRASH] == [16.0, 32.0]


def test_bass_plays_the_third_of_the_chord() -> None:
    spans = harmony.changes("i|IV", tonic=0, n_bars=2)
    found = rhythm.bass_line(spans, pattern="R3", n_bars=2, low=36)
    assert [n.midi for n in found] == [36, 39, 41, 45]


@given(st.integers(0, 2**32), st.integers(0, 11))
def test_walking_bass_meets_each_root_in_its_range(seed: int, tonic: int) -> None:
    spans = harmony.changes("ii7|V7|Imaj7|vi7", tonic=tonic, n_bars=8)
    found = rhythm.walking_bass(np.random.default_rng(seed), spans, low=28, high=48)
    assert len(found) == 32
    firsts = [n for n in found if n.beat % 4 == 0]
    assert [n.midi % 12 for n in firsts] == [s.chord.root for s in spans]
    assert all(26 <= n.midi <= 50 for n in found)


@given(st.integers(0, 2**32))
def test_phrases_rest_where_the_form_rests_and_return_where_it_returns(seed: int) -> None:
    spans = harmony.changes("I", tonic=0, n_bars=8)
    scale = scale_notes("major", tonic=0, low=60, high=79)
    found = melody.phrases(
        np.random.default_rng(seed),
        spans,
        scale=scale,
        rhythms=("x.x-", "xxxx"),
        n_bars=8,
        form="A.B.",
    )
    bars = {b: [n.beat - 4 * b for n in found if n.beat // 4 == b] for b in range(8)}
    assert bars[0] == bars[4] != []
    assert bars[1] == bars[3] == []
    assert all(n.midi in scale for n in found)


def test_arpeggio_goes_on_an_octave_higher() -> None:
    spans = harmony.changes("I", tonic=0, n_bars=1)
    found = melody.arpeggio(spans, [(60, 64, 67)], order=(0, 2, 3), step=1.0, n_beats=4.0)
    assert [n.midi for n in found] == [60, 67, 72, 60]


@given(st.floats(0.5, 0.7), st.sampled_from((0.5, 1.0)), st.floats(0.0, 0.5))
def test_time_never_runs_backwards(swing: float, pair: float, rubato_s: float) -> None:
    score = Score(100.0, 0, (), 0.5, swing=swing, swing_beats=pair, rubato_s=rubato_s)
    times = seconds_of(score, np.linspace(0.0, 64.0, 2000))
    assert times[0] == 0.0
    assert (np.diff(times) > 0.0).all()


def test_session_stays_within_the_tempo_of_its_kind() -> None:
    rng = np.random.default_rng(0)
    band = Band(tempo_bpm=120.0, tonic=5, players={})
    found = [settle(rng, band, duration_s=30.0, tempo_bpm=(118.0, 122.0)) for _ in range(50)]
    assert all(118.0 <= s.tempo_bpm <= 122.0 for s in found)
    assert all(s.n_beats * 60.0 / s.tempo_bpm >= 30.0 for s in found)


def test_assembled_notes_are_loose_but_not_before_the_start() -> None:
    rng = np.random.default_rng(0)
    band = Band(tempo_bpm=120.0, tonic=0, players={"lead": Player(Tone(), -10.0)})
    session = settle(rng, band, duration_s=5.0, tempo_bpm=(100.0, 140.0))
    line = [Note(float(i), 0.5, 60, 0.8) for i in range(10)]
    score = assemble(rng, band, session, {"lead": line}, loose_s=0.01)
    late = [n.beat - i for i, n in enumerate(score.parts[0].notes)]
    assert score.parts[0].notes[0].beat >= 0.0
    assert 0.0 < np.std(late) < 0.1
    assert abs(score.parts[0].player.level_db + 10.0) <= 1.5

"""What is wrong with, or odd about, the sound of single tracks.

Kinds: ``silent``, ``nothing_changes`` (silence or a steady sound for most of it), ``clipped``,
``quiet``, ``too_short``, ``cut_off`` (its spectrum ends lower than that of the others: a model can
tell a genre by that), ``sample_rate`` (another than nearly all have), ``odd`` (what the decoder
told). Public: `Finding`, `find_faults`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from genrescope.audio.levels import SILENT_PEAK
from genrescope.audit.listening import Facts

MIN_DURATION_S = 5.0
MAX_CLIPPED_SHARE = 0.001
MIN_LEVEL_DB = -45.0
MAX_STILL_SHARE = 0.5
CUT_BELOW_OTHERS = 0.8
USUAL_SHARE = 0.8
ORDER = (
    *("silent", "too_short", "nothing_changes", "clipped"),
    *("quiet", "odd", "cut_off", "sample_rate"),
)


@dataclass(frozen=True)
class Finding:
    """
    Something wrong or odd about a track.

    Attributes
    ----------
    track_id : str
        Its name.
    kind : str
        As the module docstring lists them.
    value : float or None
        What was measured, in the unit that the text names.
    text : str
        What it is, for reading.
    """

    track_id: str
    kind: str
    value: float | None
    text: str


def find_faults(track_ids: Sequence[str], heard: Sequence[Facts]) -> tuple[Finding, ...]:
    """
    Find what is wrong or odd, track by track.

    Parameters
    ----------
    track_ids : sequence of str
        Names of the tracks.
    heard : sequence of Facts
        What was heard of each.

    Returns
    -------
    tuple of Finding
        The gravest kinds first; tracks in their order.
    """
    usual_cut = _usual_cut_off(heard)
    usual_rate = _usual_rate(heard)
    found = [
        Finding(track_id, kind, value if value is None else round(value, 5), text)
        for track_id, one in zip(track_ids, heard, strict=True)
        for kind, value, text in _of_one(one, usual_cut=usual_cut, usual_rate=usual_rate)
    ]
    return tuple(sorted(found, key=lambda finding: ORDER.index(finding.kind)))


def _of_one(
    one: Facts, *, usual_cut: float | None, usual_rate: int | None
) -> Iterator[tuple[str, float | None, str]]:
    loudness = one.loudness
    if loudness is not None and loudness.peak <= SILENT_PEAK:
        yield "silent", loudness.peak, "silent: no sample beyond one step of 16 bits"
        return
    if one.duration_s < MIN_DURATION_S:
        yield "too_short", one.duration_s, f"{one.duration_s:.2f} s long"
    if one.still_share > MAX_STILL_SHARE:
        text = f"silent or steady for {100 * one.still_share:.0f} % of its length"
        yield "nothing_changes", one.still_share, text
    if loudness is not None and loudness.clipped_share > MAX_CLIPPED_SHARE:
        share = loudness.clipped_share
        yield "clipped", share, f"{100 * share:.2f} % of the samples are clipped"
    if loudness is not None and loudness.level_db < MIN_LEVEL_DB:
        yield "quiet", loudness.level_db, f"its level is {loudness.level_db:.0f} dB"
    cut = one.cut_off_hz
    if usual_cut is not None and cut is not None and cut < CUT_BELOW_OTHERS * usual_cut:
        text = f"its spectrum ends at {cut / 1000:.1f} kHz, that of most at {usual_cut / 1000:.1f}"
        yield "cut_off", cut, f"{text} kHz"
    if usual_rate is not None and one.sr is not None and one.sr != usual_rate:
        yield "sample_rate", float(one.sr), f"its sample rate is {one.sr} Hz, not {usual_rate}"
    for problem in one.problems:
        yield "odd", None, problem


def _usual_cut_off(heard: Sequence[Facts]) -> float | None:
    """Give where most spectra end; the end of what is looked at where they do not."""
    if not heard:
        return None
    return float(np.median([one.cut_off_hz or 11025.0 for one in heard]))


def _usual_rate(heard: Sequence[Facts]) -> int | None:
    rates = Counter(one.sr for one in heard if one.sr is not None)
    if not rates:
        return None
    rate, n = rates.most_common(1)[0]
    return rate if n >= USUAL_SHARE * rates.total() else None

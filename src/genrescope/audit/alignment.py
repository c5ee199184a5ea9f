"""How much sound two recordings share: the stretch over which their bits agree.

At one offset, every frame scores ``MATCH_ERROR`` times its valid bits less its errors: above 0
where the two agree better than that, below where they do not. The stretch with the greatest sum
(Kadane's algorithm) is what they share, be it all of both, the part of one that the other was cut
from, or one passage.

Conventions: an offset is the frame of `a` at which `b` begins. Public: `Alignment`, `align`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from genrescope.dsp.fingerprint import Fingerprint, bit_errors

MATCH_ERROR = 0.3
AROUND_OFFSET = 2


@dataclass(frozen=True)
class Alignment:
    """
    The stretch that two recordings share.

    Attributes
    ----------
    offset : int
        Frame of `a` at which `b` begins.
    start, stop : int
        The stretch, in frames of `a`.
    n_errors : int
        Valid bits that differ in it.
    n_valid : int
        Bits in it that are valid in both.
    """

    offset: int
    start: int
    stop: int
    n_errors: int
    n_valid: int

    @property
    def n_frames(self) -> int:
        """
        The length of the stretch.

        Returns
        -------
        int
            In frames.
        """
        return self.stop - self.start

    @property
    def bit_error(self) -> float:
        """
        The part of the valid bits that differ.

        Returns
        -------
        float
            In [0, 1]; 0.5 is chance, and what is given where no bit is valid.
        """
        return self.n_errors / self.n_valid if self.n_valid else 0.5


def align(
    a: Fingerprint, b: Fingerprint, offsets: Iterable[int], *, around: int = AROUND_OFFSET
) -> Alignment:
    """
    Find the stretch that two recordings share, at or beside one of some offsets.

    Parameters
    ----------
    a, b : Fingerprint
        The recordings.
    offsets : iterable of int
        Frames of `a` at which `b` may begin.
    around : int
        How many frames beside each of them are tried too.

    Returns
    -------
    Alignment
        The stretch with the greatest score; empty where nothing agrees.

    Examples
    --------
    >>> from genrescope.dsp.fingerprint import fingerprint
    >>> levels = np.random.default_rng(0).normal(scale=9.0, size=(33, 300))
    >>> shared = align(fingerprint(levels), fingerprint(levels[:, 100:]), [99])
    >>> shared.offset, shared.start, shared.stop, shared.bit_error < 0.01
    (100, 103, 297, True)
    """
    near = {o + d for o in offsets for d in range(-around, around + 1)}
    best, best_score = Alignment(0, 0, 0, 0, 0), 0.0
    for offset in sorted(near):
        found, score = _best_stretch(a, b, offset)
        if score > best_score:
            best, best_score = found, score
    return best


def _best_stretch(a: Fingerprint, b: Fingerprint, offset: int) -> tuple[Alignment, float]:
    first, last = max(0, offset), min(len(a.bits), len(b.bits) + offset)
    if last <= first:
        return Alignment(offset, 0, 0, 0, 0), 0.0
    there = slice(first - offset, last - offset)
    errors, n = bit_errors(a.bits[first:last], a.valid[first:last], b.bits[there], b.valid[there])
    sums = np.concatenate([[0.0], np.cumsum(MATCH_ERROR * n - errors)])
    gains = sums - np.minimum.accumulate(sums)
    stop = int(np.argmax(gains))
    # Of equal sums the last: silence before the stretch is no part of it.
    start = stop - int(np.argmin(sums[stop::-1]))
    stretch = slice(start, stop)
    found = Alignment(
        offset,
        first + start,
        first + stop,
        int(errors[stretch].sum(dtype=np.int64)),
        int(n[stretch].sum(dtype=np.int64)),
    )
    return found, float(gains[stop])

"""How loud a recording is, whether it is clipped, and where its spectrum ends.

Levels are in dB relative to full scale (1.0). Public: `Loudness`, `cut_off`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

FULL_SCALE = 0.999
FLAT_ABOVE = 0.25
"""Three equal samples in a row this loud are a flat top: sound that was clipped, perhaps turned
down later."""
CUT_DB = 12.0
CUT_BANDS = 3
CUT_FROM_HZ = 3000.0
LITTLE_DB = 6.0


@dataclass(frozen=True)
class Loudness:
    """
    What the samples of a recording tell, as far as it was read.

    Attributes
    ----------
    n_samples : int
        How many were read.
    peak : float
        Greatest magnitude.
    power : float
        Sum of their squares.
    n_clipped : int
        Samples at full scale, or in the middle of a flat top.
    """

    n_samples: int
    peak: float
    power: float
    n_clipped: int

    @classmethod
    def nothing(cls) -> Loudness:
        """
        Begin.

        Returns
        -------
        Loudness
            Of no samples.
        """
        return cls(0, 0.0, 0.0, 0)

    def and_then(self, y: np.ndarray) -> Loudness:
        """
        Take in the next samples.

        Parameters
        ----------
        y : np.ndarray [shape=(n,)]
            Mono sound.

        Returns
        -------
        Loudness
            Of all samples up to the end of `y`.

        Examples
        --------
        >>> loud = Loudness.nothing().and_then(np.array([0.1, 1.0, 1.0, 0.5, 0.5, 0.5, -0.2]))
        >>> loud.n_clipped, loud.peak
        (3, 1.0)
        """
        if not len(y):
            return self
        size = np.abs(y)
        clipped = size >= FULL_SCALE
        clipped[1:-1] |= (y[1:-1] == y[:-2]) & (y[1:-1] == y[2:]) & (size[1:-1] >= FLAT_ABOVE)
        return Loudness(
            self.n_samples + len(y),
            max(self.peak, float(size.max())),
            self.power + float(np.dot(y, y)),
            self.n_clipped + int(np.count_nonzero(clipped)),
        )

    @property
    def level_db(self) -> float:
        """
        The root mean square of the samples.

        Returns
        -------
        float
            In dB relative to full scale, at least -200.
        """
        power = self.power / self.n_samples if self.n_samples else 0.0
        return float(10 * np.log10(max(power, 1e-20)))

    @property
    def clipped_share(self) -> float:
        """
        The part of the samples that are clipped.

        Returns
        -------
        float
            In [0, 1].
        """
        return self.n_clipped / self.n_samples if self.n_samples else 0.0


def cut_off(mean_db: np.ndarray, centres: np.ndarray) -> float | None:
    """
    Find where a spectrum ends abruptly, as resampling and lossy coding leave it.

    Parameters
    ----------
    mean_db : np.ndarray [shape=(n_mels,)]
        Mean level of each band in dB.
    centres : np.ndarray [shape=(n_mels,)]
        Centres of the bands in Hz, rising.

    Returns
    -------
    float or None
        The frequency, in Hz, above 3 kHz; None where there is no such step, or more than a little
        is left above it.

    Examples
    --------
    >>> centres = np.linspace(0, 11000, 111)
    >>> cut_off(np.where(centres > 8000, -79.0, -40.0 - centres / 1000), centres)
    8000.0
    >>> cut_off(-40.0 - centres / 250, centres) is None
    True
    """
    fall = mean_db[:-CUT_BANDS] - mean_db[CUT_BANDS:]
    above = np.maximum.accumulate(mean_db[::-1])[::-1]
    empty = above[CUT_BANDS:] <= mean_db.min() + LITTLE_DB
    steps = np.flatnonzero((fall >= CUT_DB) & empty & (centres[:-CUT_BANDS] >= CUT_FROM_HZ))
    if not len(steps):
        return None
    # The last band before the step.
    first = int(steps[0])
    return float(centres[first + int(np.argmax(-np.diff(mean_db[first : first + CUT_BANDS + 1])))])

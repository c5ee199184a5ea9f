"""Statistics of a log-mel, as one vector: what classifiers of tables (SVM, linear) see.

Four blocks describe a window, each in the order of `feature_names`:

- ``texture``: how strongly the picture ripples, up (scale, in cycles per patch of bands) and along
  (rate, in Hz), in each patch of neighbouring bands; rising and falling ripples are kept apart.
- ``cepstrum``: how strongly each cepstral coefficient of the whole spectrum varies, by rate in Hz.
- ``covariance``: which regions of the spectrum move together (logarithm of their covariance).
- ``level``: how often each region of the spectrum is at which level.

Conventions: levels are relative to the clip's maximum, 1 at the maximum and 0 at the floor
``-top_db``, whichever the scale of the front end, so that no number depends on the gain of the
recording. Rates are in Hz and powers in level² per Hz, so that they mean the same at any
``hop_length``; a rate above half the frame rate reads as no power. The length of the vector does
not depend on the length of the window.

References
----------
T. Chi, P. Ru, S. A. Shamma: Multiresolution spectrotemporal analysis of complex sounds. JASA 118
(2005). V. Arsigny et al.: Log-Euclidean metrics for fast and simple calculus on diffusion tensors.
Magnetic Resonance in Medicine 56 (2006).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache
from itertools import pairwise

import numpy as np

from genrescope.dsp import mfcc, modulation
from genrescope.errors import ParameterError
from genrescope.features.front_end import FrontEnd

MIN_FRAMES = 8
PATCH_SCALES = (1, 2, 3, 4, 6, 8)
PATCH_RATES = (0.0, 0.2, 0.6, 1.0, 1.4, 2.2, 3.0, 4.2, 6.4)
# Level² per Hz: the power of noise of 3 dB at 13 frames a second. What lies below is mostly the
# chance of where the frames fell, and must not decide a genre.
POWER_FLOOR = 1e-4
COVARIANCE_FLOOR = 1e-5


@dataclass(frozen=True)
class Settings:
    """
    Settings of the statistics.

    Attributes
    ----------
    patch_bands : int
        Mel bands in a patch whose texture is described; at least 16.
    patch_s : float
        Length of a patch in seconds.
    n_cepstra : int
        Cepstral coefficients whose variation is described.
    cepstrum_s : float
        Length in seconds of the stretches in which it is described.
    n_cepstrum_rates : int
        Ranges of rate, evenly spaced in pitch between 0.25 and 6.4 Hz.
    n_regions : int
        Regions of the spectrum whose covariance is described.
    n_level_regions : int
        Regions of the spectrum whose levels are counted.
    n_levels : int
        Levels that are told apart, from the floor to the maximum; at least 2.

    Raises
    ------
    ParameterError
        If a setting breaks a rule.
    """

    patch_bands: int = 16
    patch_s: float = 2.5
    n_cepstra: int = 13
    cepstrum_s: float = 10.0
    n_cepstrum_rates: int = 8
    n_regions: int = 24
    n_level_regions: int = 8
    n_levels: int = 10

    def __post_init__(self) -> None:
        """Refuse settings that cannot be computed."""
        least = {"patch_bands": 2 * PATCH_SCALES[-1], "n_levels": 2}
        for name, value in ((f.name, getattr(self, f.name)) for f in fields(self)):
            low = 0.5 if name.endswith("_s") else least.get(name, 1)
            kind = "a whole number, " if isinstance(low, int) else ""
            if not low <= value < np.inf or (kind and not isinstance(value, int)):
                raise ParameterError(f"{name} is {value!r}, but must be {kind}at least {low}")


def feature_names(*, settings: Settings, front_end: FrontEnd) -> tuple[str, ...]:
    """
    Name the numbers that `compute` gives, in its order.

    Parameters
    ----------
    settings : Settings
        What is computed.
    front_end : FrontEnd
        What makes the log-mels.

    Returns
    -------
    tuple of str
        One name a number, unique.

    Examples
    --------
    >>> feature_names(settings=Settings(), front_end=FrontEnd(hop_length=1708))[0]
    'texture/bands 0-15/scale 0/0-0.2 Hz'
    """
    n_bands = settings.patch_bands
    rates = [f"{a:g}-{b:g} Hz" for a, b in pairwise(PATCH_RATES)]
    scales = [f"scale {k}" for k in _scale_names()]
    names = [
        f"texture/bands {low}-{low + n_bands - 1}/{scale}/{rate}"
        for low in range(0, front_end.n_mels - n_bands + 1, n_bands)
        for scale in scales
        for rate in rates
    ]
    edges = _cepstrum_rates(settings.n_cepstrum_rates)
    names += [
        f"cepstrum/{c}/{a:.2f}-{b:.2f} Hz"
        for c in range(settings.n_cepstra)
        for a, b in pairwise(edges)
    ]
    rows, columns = np.triu_indices(settings.n_regions)
    names += [f"covariance/{a}/{b}" for a, b in zip(rows, columns, strict=True)]
    names += [
        f"level/{r}/{level}"
        for r in range(settings.n_level_regions)
        for level in range(settings.n_levels)
    ]
    return tuple(names)


def compute(S: np.ndarray, *, settings: Settings, front_end: FrontEnd) -> np.ndarray:
    """
    Compute the statistics of one window.

    Parameters
    ----------
    S : np.ndarray [shape=(n_mels, t)]
        Log-mel of the window, in the scale of the front end, of at least 8 frames.
    settings : Settings
        What is computed.
    front_end : FrontEnd
        What made `S`.

    Returns
    -------
    np.ndarray [shape=(n_features,)]
        The statistics, float32, finite; `feature_names` names them.

    Raises
    ------
    ParameterError
        If `S` has other bands than the front end, too few for the settings, or too few frames.

    Examples
    --------
    >>> front_end = FrontEnd(hop_length=1708, scale="unit")
    >>> S = np.zeros((128, 387), dtype=np.float32)
    >>> compute(S, settings=Settings(), front_end=front_end).shape
    (1188,)
    """
    _check(S, settings=settings, front_end=front_end)
    levels = 1.0 + front_end.to_db(S) / np.float32(front_end.top_db)
    frame_rate = front_end.sr / front_end.hop_length
    blocks = (
        _texture(levels, settings=settings, frame_rate=frame_rate),
        _cepstrum(levels, settings=settings, frame_rate=frame_rate),
        _covariance(levels, settings.n_regions),
        _level_shares(levels, settings.n_level_regions, settings.n_levels),
    )
    return np.concatenate([block.ravel() for block in blocks]).astype(np.float32)


def _check(S: np.ndarray, *, settings: Settings, front_end: FrontEnd) -> None:
    if S.ndim != 2 or S.shape[0] != front_end.n_mels:
        raise ParameterError(
            f"the log-mel has shape {S.shape}, but the front end makes {front_end.n_mels} bands "
            "of several frames: give the front end that made it"
        )
    if S.shape[1] < MIN_FRAMES:
        raise ParameterError(
            f"the log-mel has {S.shape[1]} frames, but statistics need at least {MIN_FRAMES}: "
            "give a longer stretch of sound, or a shorter hop_length"
        )
    for name in ("patch_bands", "n_cepstra", "n_regions", "n_level_regions"):
        if getattr(settings, name) > front_end.n_mels:
            raise ParameterError(
                f"{name} is {getattr(settings, name)}, but the front end makes only "
                f"{front_end.n_mels} bands"
            )


def _texture(levels: np.ndarray, *, settings: Settings, frame_rate: float) -> np.ndarray:
    n_bands = settings.patch_bands
    n_patches = len(levels) // n_bands
    rows = modulation.stretches(
        levels[: n_patches * n_bands], length=settings.patch_s * frame_rate, least=MIN_FRAMES
    )
    patches = rows.reshape(n_patches, n_bands, *rows.shape[1:])
    patches -= patches.mean(axis=(1, 3), keepdims=True)
    n_fft = max(rows.shape[-1], int(np.ceil(5.0 * frame_rate)))
    pooling = modulation.rate_pooling(n_fft, frame_rate=frame_rate, edges=PATCH_RATES)
    power = modulation.ripple_power(
        patches,
        n_scales=PATCH_SCALES[-1],
        n_fft=n_fft,
        n_rates=pooling.shape[1],
        frame_rate=frame_rate,
    )
    log_power: np.ndarray = np.log(_scale_pooling() @ power @ pooling.T + POWER_FLOOR)
    return log_power


def _cepstrum(levels: np.ndarray, *, settings: Settings, frame_rate: float) -> np.ndarray:
    cosines = mfcc.dct_matrix(settings.n_cepstra, n_mels=len(levels))
    cepstra = cosines.astype(np.float32) @ levels
    rows = modulation.stretches(cepstra, length=settings.cepstrum_s * frame_rate, least=MIN_FRAMES)
    rows -= rows.mean(axis=-1, keepdims=True)
    n_fft = max(rows.shape[-1], int(np.ceil(20.0 * frame_rate)))
    edges = _cepstrum_rates(settings.n_cepstrum_rates)
    pooling = modulation.rate_pooling(n_fft, frame_rate=frame_rate, edges=edges)
    power = modulation.power(rows, n_fft=n_fft, n_rates=pooling.shape[1], frame_rate=frame_rate)
    log_power: np.ndarray = np.log(power @ pooling.T + POWER_FLOOR)
    return log_power


def _covariance(levels: np.ndarray, n_regions: int) -> np.ndarray:
    regions = (_regions(n_regions, len(levels)) @ levels).astype(np.float64)
    regions -= regions.mean(axis=1, keepdims=True)
    values, vectors = np.linalg.eigh(regions @ regions.T / regions.shape[1])
    logs = np.log(np.maximum(values, 0.0) + COVARIANCE_FLOOR)
    log_covariance: np.ndarray = (vectors * logs) @ vectors.T
    return log_covariance[np.triu_indices(n_regions)]


def _level_shares(levels: np.ndarray, n_regions: int, n_levels: int) -> np.ndarray:
    # Each value is shared between its two nearest levels, so that rounding moves no whole count.
    part = np.clip(levels, 0.0, 1.0)
    part *= np.float32(n_levels - 1)
    lower = np.minimum(np.floor(part), np.float32(n_levels - 2))
    part -= lower
    cell = lower.astype(np.intp)
    region = np.arange(len(levels)) * n_regions // len(levels)
    cell += (region * n_levels)[:, None]
    n_cells = n_regions * n_levels
    upper = np.bincount(cell.ravel(), part.ravel(), n_cells)
    counts = np.bincount(cell.ravel(), minlength=n_cells) - upper
    counts[1:] += upper[:-1]
    counts = counts.reshape(n_regions, n_levels)
    roots: np.ndarray = np.sqrt(counts / counts.sum(axis=1, keepdims=True))
    return roots


@lru_cache(maxsize=4)
def _regions(n_regions: int, n_bands: int) -> np.ndarray:
    """Give the weights that average bands into regions of nearly equal size."""
    weights = np.zeros((n_regions, n_bands), dtype=np.float32)
    for row, bands in zip(weights, np.array_split(np.arange(n_bands), n_regions), strict=True):
        row[bands] = 1.0 / len(bands)
    weights.flags.writeable = False
    return weights


@lru_cache(maxsize=1)
def _scale_pooling() -> np.ndarray:
    top = PATCH_SCALES[-1]
    scale = np.concatenate([np.arange(top), -np.arange(1, top)])
    rows = [scale == 0]
    for low, high in pairwise(PATCH_SCALES):
        rows += [(scale >= low) & (scale < high), (-scale >= low) & (-scale < high)]
    inside = np.array(rows)
    weights: np.ndarray = inside / inside.sum(axis=1, keepdims=True)
    weights.flags.writeable = False
    return weights


def _scale_names() -> list[str]:
    names = ["0"]
    for low, high in pairwise(PATCH_SCALES):
        span = f"{low}" if high == low + 1 else f"{low}-{high - 1}"
        names += [f"{span} falling", f"{span} rising"]
    return names


def _cepstrum_rates(n_rates: int) -> tuple[float, ...]:
    return tuple(np.geomspace(0.25, 6.4, n_rates + 1).tolist())

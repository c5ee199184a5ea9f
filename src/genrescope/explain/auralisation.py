"""
Auralisation: a feature map of a network turned back into sound.

The way of Choi, Fazekas and Sandler: the map of one filter is brought back to the input
(`genrescope.models.deconvolution`), what is positive there is taken as the levels of a log-mel, and
those become sound with the phase of the original, or of no sound with phases that Griffin and Lim's
iteration finds. Where Choi et al. had a spectrum as input, our networks have log-mels or what is
made of them: so the cells of the input first go back to those of the log-mel by the transposed map
of the features, and the bands to frequency bins by the pseudo-inverse of the filter bank.

The greatest value becomes 0 dB and zero the floor of the front end, which is taken as silence; the
loudness of what is written says nothing.

Public: `Auralised`, `window_of`, `auralise`, `strongest_filters`, `sound_of_levels`.

References
----------
K. Choi, G. Fazekas and M. Sandler, "Explaining deep convolutional neural networks on music
classification", arXiv:1607.02444, 2016.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from genrescope.audio.decode import read_audio
from genrescope.dsp import frames, inversion
from genrescope.errors import ParameterError, unknown_name
from genrescope.explain.trained import TrainedRun
from genrescope.features.front_end import FrontEnd
from genrescope.features.windows import cut

if TYPE_CHECKING:
    from genrescope.models.inside import Unit

PHASES = ("original", "griffin-lim")
PEAK = 0.9
"""Of full scale, in what is given out."""


@dataclass(frozen=True, eq=False)
class Auralised:
    """
    What a unit heard in a stretch of sound.

    Attributes
    ----------
    name : str
        Of the unit.
    levels : np.ndarray [shape=(n_mels, t)]
        In dB, from the floor of the front end to 0.
    y : np.ndarray [shape=(n,)]
        The sound, float32; its peak is 0.9 of full scale.
    """

    name: str
    levels: np.ndarray
    y: np.ndarray


def window_of(run: TrainedRun, path: Path, number: int = 0) -> np.ndarray:
    """
    Read one window of a sound file, as the network hears it.

    Parameters
    ----------
    run : TrainedRun
        The network.
    path : Path
        The file.
    number : int
        Which window, from 0.

    Returns
    -------
    np.ndarray [shape=(n,)]
        Mono, float32, at the sample rate of the front end; a shorter recording is repeated.

    Raises
    ------
    AudioError
        If the file cannot be read.
    ParameterError
        If it has not so many windows.
    """
    y, _ = read_audio(path, sr=run.manifest.front_end.sr)
    windows = list(cut([y], run.manifest.windows))
    if not 0 <= number < len(windows):
        raise ParameterError(
            f"{path} has no window {number}: of {run.manifest.windows.length} samples it has "
            f"{len(windows)}, counted from 0"
        )
    return windows[number].y


def auralise(
    run: TrainedRun,
    y: np.ndarray,
    unit: Unit,
    *,
    method: str = "deconvolution",
    phase: str = "original",
    seed: int = 0,
) -> Auralised:
    """
    Turn the map of a unit back into sound.

    Parameters
    ----------
    run : TrainedRun
        The network.
    y : np.ndarray [shape=(n,)]
        One window of sound, mono, at the sample rate of the front end.
    unit : Unit
        Which unit.
    method : str
        ``"deconvolution"`` or ``"gradient"`` (see `genrescope.models.deconvolution`).
    phase : str
        ``"original"`` (that of `y`) or ``"griffin-lim"``.
    seed : int
        Of the first phases of Griffin and Lim.

    Returns
    -------
    Auralised
        Levels and sound.

    Raises
    ------
    UnknownNameError
        If there is no such way or phase.
    ParameterError
        If the window has another length than the network takes, nothing positive comes back, or
        the features have no way back.
    """
    from genrescope.models.deconvolution import brought_back

    if phase not in PHASES:
        raise unknown_name("phase", phase, PHASES)
    front_end, features = run.manifest.front_end, run.manifest.features
    x = _input(run, y)
    n_frames = front_end.n_frames(len(y))
    A = brought_back(run.inside, x, unit, method=method)
    L = np.maximum(features.brought_back(A, front_end, n_frames=n_frames), 0.0)
    if not L.max() > 0:
        raise ParameterError(
            f"{run.name(unit)} answers nothing positive to this sound, so nothing comes back: "
            "choose another one (without --filter the strongest are taken), or another window"
        )
    levels = front_end.top_db * (L / L.max() - 1.0)
    sound = sound_of_levels(
        levels, front_end, n_samples=len(y), y=y if phase == "original" else None, seed=seed
    )
    return Auralised(run.name(unit), levels, sound)


def strongest_filters(run: TrainedRun, y: np.ndarray, layer: str, *, n: int = 3) -> list[Unit]:
    """
    Find the filters of a layer that answer most to a window, by the mean of what is positive.

    Parameters
    ----------
    run : TrainedRun
        The network.
    y : np.ndarray [shape=(n,)]
        One window of sound.
    layer : str
        Name of a layer.
    n : int
        How many at most.

    Returns
    -------
    list of Unit
        Strongest first; those that answer nothing positive are left out.

    Raises
    ------
    UnknownNameError
        If there is no such layer.
    """
    from genrescope.models.inside import Unit as UnitOf
    from genrescope.models.inside import responses

    shapes = run.inside.shapes()
    if layer not in shapes:
        raise unknown_name("layer", layer, tuple(shapes))
    x = _input(run, y)
    n_units = shapes[layer][0 if layer.startswith("conv") else -1]
    units = [UnitOf(layer, i) for i in range(n_units)]
    means = [float(np.maximum(responses(run.inside, x[None], u), 0).mean()) for u in units]
    order = sorted(range(n_units), key=lambda i: -means[i])
    return [units[i] for i in order[:n] if means[i] > 0]


def sound_of_levels(
    levels: np.ndarray,
    front_end: FrontEnd,
    *,
    n_samples: int,
    y: np.ndarray | None = None,
    seed: int = 0,
) -> np.ndarray:
    """
    Make sound of the levels of a log-mel.

    Frames that lie further apart than a quarter of their length are interpolated to that.

    Parameters
    ----------
    levels : np.ndarray [shape=(n_mels, t)]
        In dB; what lies at the floor of the front end or below is silence.
    front_end : FrontEnd
        What the log-mel is one of.
    n_samples : int
        Length of the sound.
    y : np.ndarray [shape=(n_samples,)] or None
        The sound whose phase is taken; None lets Griffin and Lim's iteration find phases.
    seed : int
        Of the first phases of the iteration.

    Returns
    -------
    np.ndarray [shape=(n_samples,)]
        Float32, its peak at 0.9 of full scale; zeros where all levels are silence.

    Examples
    --------
    >>> levels = np.full((128, 44), -80.0)
    >>> levels[50] = 0.0
    >>> y = sound_of_levels(levels, FrontEnd(), n_samples=22050)
    >>> hz = float(np.abs(np.fft.rfft(y)).argmax())
    >>> bool(abs(hz / FrontEnd().band_centres()[50] - 1) < 0.05)
    True
    """
    n_fft = front_end.n_fft
    hop_length = min(front_end.hop_length, n_fft // 4)
    t = frames.n_frames(n_samples, n_fft=n_fft, hop_length=hop_length)
    where = np.arange(t) * (hop_length / front_end.hop_length)
    between = np.stack([np.interp(where, np.arange(levels.shape[1]), row) for row in levels])
    M = np.where(between > -front_end.top_db, 10.0 ** (between / 10.0), 0.0)
    power = inversion.power_of_mel(
        M, sr=front_end.sr, n_fft=n_fft, fmin=front_end.fmin, fmax=front_end.fmax
    )
    magnitudes = np.sqrt(power)
    if y is None:
        rng = np.random.default_rng(seed)
        sound = inversion.griffin_lim(
            magnitudes, hop_length=hop_length, n_samples=n_samples, rng=rng
        )
    else:
        X = inversion.short_time_spectrum(y, n_fft=n_fft, hop_length=hop_length)
        X *= magnitudes / np.maximum(np.abs(X), np.finfo(float).tiny)
        sound = inversion.sound_of_spectrum(X, hop_length=hop_length, n_samples=n_samples)
    peak = float(np.abs(sound).max())
    loud: np.ndarray = (sound * (PEAK / peak if peak else 0.0)).astype(np.float32)
    return loud


def _input(run: TrainedRun, y: np.ndarray) -> np.ndarray:
    front_end, length = run.manifest.front_end, run.manifest.windows.length
    if len(y) != length:
        raise ParameterError(
            f"y has {len(y)} samples, but the network hears windows of {length}: cut or repeat it "
            "(see genrescope.features.windows)"
        )
    x: np.ndarray = run.manifest.features.compute(
        [run.manifest.features.picture(y, front_end)], front_end
    )[0]
    return x

"""What a detector of music learns from: the music of a data set, and sounds that are none.

Music is that of the data set, whole and worn (`worn`), and music of the synthesiser, of bands and
of single players: without it, a detector could tell what was synthesised from what was recorded,
and would never have heard an instrument alone. What is not music is synthesised.
Every example is the log-mel of a window by the front end of the model, in 8 bits, then its
statistics.

Public: `Examples`, `Piece`, `music_of`, `played_music`, `no_music`, `first_logmel`,
`detector_features`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from genrescope.features.feature_sets import FeatureChoice
from genrescope.features.front_end import FrontEnd
from genrescope.features.windows import WindowSettings, cut
from genrescope.seeding import rng_for
from genrescope.synthesis.not_music import family_of, noise_kinds, render_noise
from genrescope.synthesis.recording import recorded
from genrescope.synthesis.render import compose_track, kinds, render
from genrescope.training.extraction import Advance
from genrescope.training.inputs import Inputs
from genrescope.training.worn import Wear, eight_bits, some_wear, worn

N_PER_KIND = 40
N_PLAYED_PER_KIND = 40
SHORT_S = 6.0
SHORTEST_S = 0.7
# Of each track, beside itself: lengths in seconds, and whether it is dull and noisy too.
STRETCHES: tuple[tuple[tuple[float, float] | None, bool], ...] = (
    ((1.0, SHORT_S), False),
    ((1.0, SHORT_S), True),
    ((1.0, 25.0), True),
    (None, True),
)
N_PER_TRACK = 1 + len(STRETCHES)


@dataclass(frozen=True)
class Piece:
    """
    A sound to be made.

    Attributes
    ----------
    kind : str
        Of music, or of what is none.
    number : int
        Which of its kind.
    group : str
        What it is held out together with.
    """

    kind: str
    number: int
    group: str


@dataclass(frozen=True, eq=False)
class Examples:
    """
    Windows of sound with what is known of them.

    Attributes
    ----------
    X : np.ndarray [shape=(n, n_features)]
        Statistics of each window.
    groups : np.ndarray [shape=(n,)]
        Whom to hold out together: artists, families of sounds.
    duration_s : np.ndarray [shape=(n,)]
        Length of the sound that fills the window; infinite where it is as long as the window.
    """

    X: np.ndarray
    groups: np.ndarray
    duration_s: np.ndarray


def detector_features(features: FeatureChoice) -> FeatureChoice:
    """
    Choose what the detector is given: statistics, those of the model where it has them.

    Parameters
    ----------
    features : FeatureChoice
        Of the model.

    Returns
    -------
    FeatureChoice
        Of the detector.
    """
    name = "logmel-statistics"
    return features if features.name == name else FeatureChoice.from_dict({"name": name})


def music_of(inputs: Inputs, track_ids: set[str], *, seed: int) -> Examples:
    """
    Gather the music of a data set: each track as it is, short, and worn.

    Parameters
    ----------
    inputs : Inputs
        The windows of a data set.
    track_ids : set of str
        Which tracks.
    seed : int
        Decides what is done to each.

    Returns
    -------
    Examples
        `N_PER_TRACK` windows a track, drawn from its windows; the first is as it is.
    """
    front_end = inputs.front_end
    groups = inputs.groups(np.arange(len(inputs.X)))
    first_row = {int(t): row for row, t in reversed(list(enumerate(inputs.track_of_window)))}
    logmels, found, durations = [], [], []
    for number, track in enumerate(inputs.tracks):
        if track.track_id not in track_ids:
            continue
        rng = rng_for(seed, "worn", track.track_id)
        windows = [front_end.logmel_of(S) for S in inputs.logmels(track.track_id)]
        logmels.append(windows[int(rng.integers(len(windows)))])
        durations.append(np.inf)
        for span, is_worn in STRETCHES:
            wear = some_wear(rng, durations=span)
            wear = wear if is_worn else Wear(wear.duration_s)
            S = windows[int(rng.integers(len(windows)))]
            logmels.append(worn(S, wear, rng, front_end=front_end))
            durations.append(np.inf if wear.duration_s is None else wear.duration_s)
        found += [groups[first_row[number]]] * N_PER_TRACK
    return Examples(_statistics(logmels, inputs), np.array(found), np.array(durations))


def played_music(inputs: Inputs, *, seed: int, advance: Advance | None = None) -> Examples:
    """
    Play music of the synthesiser, recorded as the sounds that are none.

    Parameters
    ----------
    inputs : Inputs
        Says front end, windows and features.
    seed : int
        Another seed plays other music.
    advance : callable or None
        Called with (done, total) after each piece.

    Returns
    -------
    Examples
        One window a piece.
    """
    pieces = [Piece(kind, n, kind) for kind in kinds() for n in range(N_PLAYED_PER_KIND)]
    return _made(inputs, pieces, seed, _played, advance)


def no_music(
    inputs: Inputs, *, seed: int, n_per_kind: int = N_PER_KIND, advance: Advance | None = None
) -> Examples:
    """
    Make sounds that are not music, of every kind.

    Parameters
    ----------
    inputs : Inputs
        Says front end, windows and features.
    seed : int
        Another seed makes other sounds.
    n_per_kind : int
        Sounds of each kind.
    advance : callable or None
        Called with (done, total) after each sound.

    Returns
    -------
    Examples
        One window a sound; groups are families of kinds.
    """
    pieces = [Piece(k, n, family_of(k)) for k in noise_kinds() for n in range(n_per_kind)]
    return _made(inputs, pieces, seed, render_noise, advance)


def _played(kind: str, *, seed: int, number: int, duration_s: float, sr: int) -> np.ndarray:
    rng = rng_for(seed, "recorded", kind, number)
    score = compose_track(kind, seed=seed, number=number, duration_s=duration_s)
    chosen = score
    if number % 2:
        # One player alone is music too; one with a rest of this length is not heard.
        parts = [p for p in score.parts if p.notes and min(n.beat for n in p.notes) < 1.0]
        alone = parts[int(rng.integers(len(parts)))] if parts else score.parts[0]
        chosen = dataclasses.replace(score, parts=(alone,))
    y = render(chosen, duration_s=duration_s, rng=rng, sr=sr)
    if not y.any():
        y = render(score, duration_s=duration_s, rng=rng, sr=sr)
    return recorded(rng, y, sr=sr)


def _made(
    inputs: Inputs,
    pieces: list[Piece],
    seed: int,
    sound: Callable[..., np.ndarray],
    advance: Advance | None,
) -> Examples:
    front_end, window_s = inputs.front_end, inputs.windows.length / inputs.front_end.sr
    logmels, durations = [], []
    for done, piece in enumerate(pieces, start=1):
        rng = rng_for(seed, "duration", piece.kind, piece.number)
        whole = piece.number % 3 == 0
        span = np.log([min(SHORTEST_S, window_s), window_s])
        length_s = window_s if whole else float(np.exp(rng.uniform(*span)))
        y = sound(
            piece.kind,
            seed=seed,
            number=piece.number,
            duration_s=max(length_s, SHORTEST_S),
            sr=front_end.sr,
        )
        logmels.append(first_logmel(y, front_end, inputs.windows))
        durations.append(np.inf if whole else length_s)
        if advance is not None:
            advance(done, len(pieces))
    groups = np.array([piece.group for piece in pieces])
    return Examples(_statistics(logmels, inputs), groups, np.array(durations))


def first_logmel(y: np.ndarray, front_end: FrontEnd, windows: WindowSettings) -> np.ndarray:
    """
    Compute the log-mel of the first window of a sound, repeated to fill it if it is short.

    Parameters
    ----------
    y : np.ndarray [shape=(n,)]
        The sound.
    front_end : FrontEnd
        From sound to log-mel.
    windows : WindowSettings
        How recordings are cut.

    Returns
    -------
    np.ndarray [shape=(n_mels, t)]
        In the scale of the front end.
    """
    return front_end.compute(next(iter(cut([y], windows))).y)


def _statistics(logmels: list[np.ndarray], inputs: Inputs) -> np.ndarray:
    rounded = [eight_bits(S, front_end=inputs.front_end) for S in logmels]
    return detector_features(inputs.features).compute(rounded, inputs.front_end)

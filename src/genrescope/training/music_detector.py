"""Give a finished bundle a detector of music, with its threshold and what the threshold costs.

The threshold is fitted on music of artists, and judged on families of sounds, that the machine did
not learn from: a detector that is judged on the kinds of noise that it knows flatters itself.

Public: `Detector`, `fit_detector`, `add_detector`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from genrescope.bundle.format import Manifest, read_manifest
from genrescope.bundle.music_graph import write_abstention
from genrescope.errors import DatasetError
from genrescope.models.music_machine import LogisticCurve, MusicMachine
from genrescope.seeding import rng_for
from genrescope.training.extraction import Advance
from genrescope.training.inputs import Inputs
from genrescope.training.loading import no_bar
from genrescope.training.music_examples import (
    N_PER_TRACK,
    SHORT_S,
    Examples,
    detector_features,
    music_of,
    no_music,
    played_music,
)

N_FOLDS = 5
MIN_TRACKS = 50
# Of held-out music, whole and worn: what may be turned away.
LOST = 0.015


@dataclass(frozen=True)
class Detector:
    """
    A detector of music and what is known of it.

    Attributes
    ----------
    onnx : bytes
        The graph.
    music_below : float
        Probability of music under which a sound is turned away.
    measured : mapping of str to float
        ``declined_as_not_music``: fraction of held-out tracks, as they are, that is turned away;
        ``declined_as_not_music_short``: the same of stretches below 6 s, noisy and dull ones among
        them; ``not_music_rejected``: fraction turned away of sounds of held-out families.
    """

    onnx: bytes
    music_below: float
    measured: dict[str, float]


def fit_detector(
    music: Examples, played: Examples, noises: Examples, *, seed: int, lost: float = LOST
) -> Detector:
    """
    Fit detector and threshold.

    Parameters
    ----------
    music, played, noises : Examples
        Of the data set, of the synthesiser, and what is no music.
    seed : int
        Decides which artists are held out together.
    lost : float
        Fraction of held-out music that may be turned away.

    Returns
    -------
    Detector
        Learned from everything; its figures come from machines that did not.
    """
    real = held_out_music(music, played, noises, seed=seed)
    other = held_out_noises(music, played, noises)
    values = np.concatenate([real, other])
    curve = LogisticCurve.fit(values, np.arange(len(values)) < len(real))
    p_music, p_other = curve(real), curve(other)
    below = float(np.quantile(p_music, lost, method="lower"))
    everything = np.concatenate([music.X, played.X, noises.X])
    machine = MusicMachine(everything, np.arange(len(everything)) < len(everything) - len(noises.X))
    short = music.duration_s < SHORT_S
    as_it_is = np.arange(len(music.X)) % N_PER_TRACK == 0
    return Detector(
        machine.to_onnx(curve, input_shape=music.X.shape[1:]),
        below,
        {
            "declined_as_not_music": float((p_music < below)[as_it_is].mean()),
            "declined_as_not_music_short": float((p_music < below)[short].mean()),
            "not_music_rejected": float((p_other < below).mean()),
        },
    )


def held_out_music(music: Examples, played: Examples, noises: Examples, *, seed: int) -> np.ndarray:
    """
    Decide on the music of each artist by a machine that did not learn from the artist.

    Parameters
    ----------
    music, played, noises : Examples
        Of the data set, of the synthesiser, and what is no music.
    seed : int
        Decides which artists are held out together.

    Returns
    -------
    np.ndarray [shape=(n_music,)]
        Decision values of `music`.
    """
    artists = np.unique(music.groups)
    fold_of = dict(
        zip(artists, rng_for(seed, "artists").permutation(len(artists)) % N_FOLDS, strict=True)
    )
    fold = np.array([fold_of[artist] for artist in music.groups])
    values = np.zeros(len(fold))
    for k in range(N_FOLDS):
        learned = np.concatenate([music.X[fold != k], played.X, noises.X])
        is_music = np.arange(len(learned)) < len(learned) - len(noises.X)
        values[fold == k] = MusicMachine(learned, is_music).decision(music.X[fold == k])
    return values


def held_out_noises(music: Examples, played: Examples, noises: Examples) -> np.ndarray:
    """
    Decide on each family of sounds by a machine that did not learn from the family.

    Parameters
    ----------
    music, played, noises : Examples
        Of the data set, of the synthesiser, and what is no music; those of equal group are held
        out together.

    Returns
    -------
    np.ndarray [shape=(n_noises,)]
        Decision values of `noises`.
    """
    values = np.zeros(len(noises.X))
    n_music = len(music.X) + len(played.X)
    for family in np.unique(noises.groups):
        out = noises.groups == family
        learned = np.concatenate([music.X, played.X, noises.X[~out]])
        machine = MusicMachine(learned, np.arange(len(learned)) < n_music)
        values[out] = machine.decision(noises.X[out])
    return values


def add_detector(
    folder: Path,
    inputs: Inputs,
    *,
    seed: int,
    bar: Callable[[str], AbstractContextManager[Advance | None]] = no_bar,
) -> Manifest:
    """
    Fit a detector on the tracks that a bundle's model learned, and write it into the bundle.

    Parameters
    ----------
    folder : Path
        The bundle.
    inputs : Inputs
        The windows of the data set that it learned from.
    seed : int
        Decides all that is random.
    bar : callable
        Opens a progress bar.

    Returns
    -------
    Manifest
        As it was written.

    Raises
    ------
    DatasetError
        If the model learned from too few tracks to fit a threshold.
    """
    manifest = read_manifest(folder)
    learned = {str(i) for i in manifest.training.get("track_ids", ())}
    music = music_of(inputs, learned, seed=seed)
    n_tracks = len(music.X) // N_PER_TRACK
    if n_tracks < MIN_TRACKS or len(set(music.groups)) < N_FOLDS:
        raise DatasetError(
            f"{n_tracks} tracks of {len(set(music.groups))} artists to learn music from: a "
            f"detector needs {MIN_TRACKS} tracks of {N_FOLDS} artists, or its threshold is chance"
        )
    with bar("playing music") as advance:
        played = played_music(inputs, seed=seed, advance=advance)
    with bar("making sounds that are not music") as advance:
        noises = no_music(inputs, seed=seed, advance=advance)
    with bar("fitting the detector of music"):
        detector = fit_detector(music, played, noises, seed=seed)
    old = manifest.thresholds
    thresholds = dataclasses.replace(
        old,
        music_below=detector.music_below,
        music_features=detector_features(inputs.features),
        fitted_on="; ".join(
            [
                *([old.fitted_on] if old.fitted_on else []),
                f"music_below on {len(music.X)} windows of {n_tracks} tracks, whole, short, noisy "
                f"and dull, by machines that had not learned from their artists, against "
                f"{len(noises.X)} sounds of {len(set(noises.groups))} families",
            ]
        ),
        measured={**old.measured, **detector.measured},
    )
    return write_abstention(folder, thresholds, music_onnx=detector.onnx)

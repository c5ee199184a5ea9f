"""From sound files to log-mels in a feature store: in parallel, and resumable at any moment.

What is stored already is not computed again; an array appears in the store whole or not at all, so
a run that was killed goes on where it stood and ends with the same store as an unbroken one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from genrescope.cores import in_order
from genrescope.digests import file_sha256
from genrescope.errors import GenrescopeError, ParameterError
from genrescope.features.front_end import FrontEnd
from genrescope.features.windows import WindowSettings, cut
from genrescope.prediction.hearing import Heard, audible, is_silent, short_time_levels
from genrescope.records import Skipped, Track
from genrescope.store.feature_store import FeatureStore

if TYPE_CHECKING:
    from genrescope.audio.limits import Limits

# Raised whenever the same sound and settings give other windows, so that no old store is taken up.
VERSION = 1
Advance = Callable[[int, int], None]


def open_store(folder: Path, front_end: FrontEnd, windows: WindowSettings) -> FeatureStore:
    """
    Open the store that holds the log-mels of these settings.

    Parameters
    ----------
    folder : Path
        Where stores stand; each setting has its own sub-folder.
    front_end : FrontEnd
        From sound to log-mel.
    windows : WindowSettings
        How recordings are cut.

    Returns
    -------
    FeatureStore
        Arrays [shape=(n_windows, n_mels, t)] by the SHA-256 of the sound file.
    """
    spec = {
        "features": "logmel",
        "version": VERSION,
        "front_end": front_end.to_dict(),
        "windows": windows.to_dict(),
    }
    return FeatureStore(folder, spec=spec)


def extract(
    tracks: Sequence[Track],
    store: FeatureStore,
    *,
    front_end: FrontEnd,
    windows: WindowSettings,
    jobs: int | None = None,
    limits: Limits | None = None,
    advance: Advance | None = None,
) -> list[Skipped]:
    """
    Compute and store the log-mels of all tracks that the store lacks.

    Parameters
    ----------
    tracks : sequence of Track
        Tracks with a sound file and its digest.
    store : FeatureStore
        As `open_store` gives it for the same settings.
    front_end : FrontEnd
        From sound to log-mel.
    windows : WindowSettings
        How recordings are cut.
    jobs : int or None
        Files at a time; None takes as many as there are cores.
    limits : Limits or None
        What to refuse; None takes the defaults.
    advance : callable or None
        Called with (done, total) after each track.

    Returns
    -------
    list of Skipped
        The tracks that could not be read, each with its reason.

    Raises
    ------
    ParameterError
        If `jobs` is below 1.
    """

    def one(track: Track) -> Skipped | None:
        try:
            _store_one(track, store, front_end, windows, limits)
        except GenrescopeError as error:
            return Skipped(track.track_id, str(error))
        return None

    skipped = []
    for done, result in enumerate(in_order(one, tracks, jobs=jobs), start=1):
        if result is not None:
            skipped.append(result)
        if advance is not None:
            advance(done, len(tracks))
    return skipped


def file_logmels(
    path: Path, front_end: FrontEnd, windows: WindowSettings, limits: Limits | None = None
) -> np.ndarray:
    """
    Compute the log-mel of each window of a sound file that a prediction would hear.

    Windows that are silent beside the rest are left out, and too short or silent files refused,
    just as in prediction.

    Parameters
    ----------
    path : Path
        The file.
    front_end : FrontEnd
        From sound to log-mel.
    windows : WindowSettings
        How recordings are cut.
    limits : Limits or None
        What to refuse; None takes the defaults.

    Returns
    -------
    np.ndarray [shape=(n_windows, n_mels, t)]
        Float32.

    Raises
    ------
    AudioError
        If the file cannot be read, is silent or too short.
    """
    from genrescope.audio.decode import open_audio

    with open_audio(path, sr=front_end.sr, limits=limits) as reader:
        heard = Heard(reader)
        both = [
            (front_end.compute(w.y), short_time_levels(w.y, sr=front_end.sr))
            for w in cut(heard, windows)
            if not is_silent(w)
        ]
    heard.check(heard.n_samples / front_end.sr, str(path), n_windows=len(both))
    kept = audible([levels for _, levels in both])
    return np.stack([S for (S, _), keep in zip(both, kept, strict=True) if keep])


def _store_one(
    track: Track,
    store: FeatureStore,
    front_end: FrontEnd,
    windows: WindowSettings,
    limits: Limits | None,
) -> None:
    if track.sha256 is None:
        raise ParameterError("the track has no digest: index it first")
    if track.sha256 in store:
        return
    if track.path is None:
        raise ParameterError(
            "the track has no sound file, and the store has no features of it made with these "
            "settings: import them, or name the file in the index"
        )
    found = file_sha256(track.path) if track.path.is_file() else track.sha256
    if found != track.sha256:
        raise ParameterError(
            f"{track.path} has SHA-256 {found[:12]}... where the index says "
            f"{track.sha256[:12]}...: the file was changed; index it again"
        )
    store.put(track.sha256, file_logmels(track.path, front_end, windows, limits))

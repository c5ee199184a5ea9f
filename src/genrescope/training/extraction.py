"""From sound files to log-mels in a feature store: in parallel, and resumable at any moment.

What is stored already is not computed again; an array appears in the store whole or not at all, so
a run that was killed goes on where it stood and ends with the same store as an unbroken one.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from genrescope.audio.limits import Limits
from genrescope.audio.opening import named
from genrescope.crew.messages import Message
from genrescope.crew.paths import Sent
from genrescope.crew.replies import by_crew_in_order
from genrescope.datasets.dataset import LogMelArrays
from genrescope.digests import file_sha256
from genrescope.errors import ParameterError
from genrescope.features.feature_sets import FeatureChoice
from genrescope.features.front_end import FrontEnd
from genrescope.features.windows import WindowSettings
from genrescope.prediction.listening import Listening
from genrescope.prediction.many import decode_deadline_s
from genrescope.records import Skipped, Track
from genrescope.store.feature_store import FeatureStore

# Raised whenever the same sound and settings give other windows, so that no old store is taken up.
VERSION = 1
SLACK_S = 600.0
"""How much longer than it may decode a worker may take for a file: its digest is taken first."""
Advance = Callable[[int, int], None]


def open_store(
    folder: Path,
    front_end: FrontEnd,
    windows: WindowSettings,
    features: FeatureChoice | None = None,
) -> FeatureStore:
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
    features : FeatureChoice or None
        What will be computed of the log-mels: where that needs rows computed from sound, they stand
        below the log-mels, in a store of their own. None stores log-mels alone.

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
    if features is not None and features.hears_sound:
        spec["sound_rows"] = features.to_dict()
    return FeatureStore(folder, spec=spec)


def extract(
    tracks: Sequence[Track],
    store: FeatureStore,
    *,
    front_end: FrontEnd,
    windows: WindowSettings,
    features: FeatureChoice | None = None,
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
    features : FeatureChoice or None
        As the store was opened with.
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
    settings = {
        "folder": str(store.root.parent.absolute()),
        "front_end": front_end.to_dict(),
        "windows": windows.to_dict(),
        "features": None if features is None else features.to_dict(),
        "limits": None if limits is None else dataclasses.asdict(limits),
    }
    sent = [Sent(track.path or "") for track in tracks]
    items = ((s.whole if s.given else None, t.sha256) for s, t in zip(sent, tracks, strict=True))
    deadline_s = decode_deadline_s(limits, slack_s=SLACK_S)
    skipped = []
    with closing(
        by_crew_in_order(__name__, settings, items, jobs=jobs, deadline_s=deadline_s)
    ) as replies:
        for reply, track in zip(replies, tracks, strict=True):
            if reply.error is not None:
                reason = str(sent[reply.number].error(reply.error))
                skipped.append(Skipped(track.track_id, reason))
            if advance is not None:
                advance(reply.number + 1, len(tracks))
    return skipped


def open_task(settings: Mapping[str, Any]) -> Callable[[Sequence[str | None]], Iterator[Message]]:
    """
    Prepare to store the log-mels of tracks, as a task of a crew.

    Parameters
    ----------
    settings : mapping
        ``folder`` of the stores; ``front_end``, ``windows``, ``features`` and ``limits`` as plain
        values.

    Returns
    -------
    callable
        From the path and the digest of a track, either of which may be None, to nothing.
    """
    front_end = FrontEnd.from_dict(settings["front_end"])
    windows = WindowSettings.from_dict(settings["windows"])
    features = FeatureChoice()
    if settings["features"] is not None:
        features = FeatureChoice.from_dict(settings["features"])
    store = open_store(Path(settings["folder"]), front_end, windows, features)
    limits = None if settings["limits"] is None else Limits(**settings["limits"])

    def _put(item: Sequence[str | None]) -> Iterator[Message]:
        path, sha256 = item
        _store_one(
            None if path is None else Path(path),
            sha256,
            store,
            lambda path: file_logmels(path, front_end, windows, limits, features),
        )
        return iter(())

    return _put


def file_logmels(
    path: Path,
    front_end: FrontEnd,
    windows: WindowSettings,
    limits: Limits | None = None,
    features: FeatureChoice = FeatureChoice(),  # noqa: B008 - a frozen record
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
    features : FeatureChoice
        Says whether rows computed from sound are needed below the log-mels.

    Returns
    -------
    np.ndarray [shape=(n_windows, n_mels, t)]
        Float32; with such rows, taller.

    Raises
    ------
    AudioError
        If the file cannot be read, is silent or too short.
    """
    from genrescope.prediction.excerpts import open_windows

    with open_windows(path, settings=windows, sr=front_end.sr, limits=limits) as cut:
        listening = Listening(cut, front_end, features)
        logmels = list(listening)
        kept = listening.recording(cut.heard, path=str(path)).kept
    return np.stack([S for S, keep in zip(logmels, kept, strict=True) if keep])


def logmels_of(
    arrays: LogMelArrays | None, store: FeatureStore, keys: Mapping[str, str]
) -> Callable[[str], Sequence[np.ndarray]]:
    """
    Give access to the log-mels of tracks, one track at a time.

    Parameters
    ----------
    arrays : LogMelArrays or None
        Log-mels that were computed elsewhere, which go first.
    store : FeatureStore
        Where `extract` put those of sound.
    keys : mapping of str to str
        Digests of sound files, by track id.

    Returns
    -------
    callable
        From a track id to its log-mels, one a window.
    """

    def _of_track(track_id: str) -> Sequence[np.ndarray]:
        if arrays is not None and track_id in arrays.rows:
            return [arrays.get(track_id)]
        return list(store.get(keys[track_id]))

    return _of_track


def _store_one(
    path: Path | None,
    sha256: str | None,
    store: FeatureStore,
    logmels: Callable[[Path], np.ndarray],
) -> None:
    if sha256 is None:
        raise ParameterError("the track has no digest: index it first")
    if sha256 in store:
        return
    if path is None:
        raise ParameterError(
            "the track has no sound file, and the store has no features of it made with these "
            "settings: import them, or name the file in the index"
        )
    with named(path):
        found = file_sha256(path) if path.is_file() else sha256
    if found != sha256:
        raise ParameterError(
            f"{path} has SHA-256 {found[:12]}... where the index says "
            f"{sha256[:12]}...: the file was changed; index it again"
        )
    store.put(sha256, logmels(path))

"""What a model learns from: the model inputs of every window of a data set, track by track."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Sized
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from genrescope.datasets.dataset import Dataset
from genrescope.errors import DatasetError, GenrescopeError
from genrescope.features.feature_sets import FeatureChoice
from genrescope.features.front_end import FrontEnd
from genrescope.features.windows import WindowSettings
from genrescope.records import Skipped, Track
from genrescope.splits.segmentation import recording_of
from genrescope.training.extraction import Advance, extract, logmels_of, open_store
from genrescope.training.recipe import Recipe


@dataclass(frozen=True, eq=False)
class Inputs:
    """
    The windows of a data set, ready to be learned.

    Attributes
    ----------
    tracks : tuple of Track
        The tracks that can be used.
    skipped : tuple of Skipped
        Those that cannot, with reasons.
    front_end, windows, features
        How the inputs were made: what a bundle must carry.
    X : np.ndarray [shape=(n_windows, ...)]
        Model inputs, float32.
    track_of_window : np.ndarray [shape=(n_windows,)]
        Index into `tracks`.
    logmels : callable
        From a track id to its log-mels, one [shape=(n_mels, t)] a window; below it the rows that
        the features compute from sound, where they do.
    n_segments : int
        Segments that each recording is cut into (see `segments`); where above 1, `tracks` are
        those segments.
    """

    tracks: tuple[Track, ...]
    skipped: tuple[Skipped, ...]
    front_end: FrontEnd
    windows: WindowSettings
    features: FeatureChoice
    X: np.ndarray
    track_of_window: np.ndarray
    logmels: Callable[[str], Sequence[np.ndarray]]
    n_segments: int = 1

    @property
    def content(self) -> str:
        """
        Say how much it is.

        Returns
        -------
        str
            ``"999 tracks"``, and into how many segments they are cut.
        """
        n_tracks = len(self.tracks) // self.n_segments
        cut = f" in {self.n_segments} segments each" if self.n_segments > 1 else ""
        return f"{n_tracks} tracks{cut}"

    def rows(self, track_ids: Iterable[str]) -> np.ndarray:
        """
        Find the windows of some tracks.

        Parameters
        ----------
        track_ids : iterable of str
            Names of tracks.

        Returns
        -------
        np.ndarray [shape=(n,)]
            Indices into `X`, in the order of `tracks`.
        """
        wanted = set(track_ids)
        chosen = [i for i, track in enumerate(self.tracks) if track.track_id in wanted]
        return np.flatnonzero(np.isin(self.track_of_window, chosen))

    def labels(self, rows: np.ndarray) -> np.ndarray:
        """
        Give the label of windows.

        Parameters
        ----------
        rows : np.ndarray [shape=(n,)]
            Indices into `X`.

        Returns
        -------
        np.ndarray [shape=(n,)]
            Labels, as text.
        """
        labels: np.ndarray = np.array([track.label for track in self.tracks])
        return np.take(labels, self.track_of_window[rows])

    def label_sets(self, rows: np.ndarray) -> list[tuple[str, ...]]:
        """
        Give all labels of windows.

        Parameters
        ----------
        rows : np.ndarray [shape=(n,)]
            Indices into `X`.

        Returns
        -------
        list of tuple of str
            One a window.
        """
        return [self.tracks[i].labels for i in self.track_of_window[rows]]

    def groups(self, rows: np.ndarray) -> np.ndarray:
        """
        Give the artist of windows; a recording of an unknown artist is a group of its own.

        Parameters
        ----------
        rows : np.ndarray [shape=(n,)]
            Indices into `X`.

        Returns
        -------
        np.ndarray [shape=(n,)]
            Names of groups, as text.
        """
        names = [t.group if t.group is not None else self._alone(t) for t in self.tracks]
        return np.take(np.array(names), self.track_of_window[rows])

    def _alone(self, track: Track) -> str:
        cut = self.n_segments > 1
        return f"\0{recording_of(track.track_id) if cut else track.track_id}"


def prepare_inputs(
    recipe: Recipe,
    dataset: Dataset,
    *,
    store_folder: Path,
    jobs: int | None = None,
    advance: Advance | None = None,
) -> Inputs:
    """
    Compute the model inputs of a data set, from its arrays or from its sound by way of the store.

    Parameters
    ----------
    recipe : Recipe
        Says front end, windows and features.
    dataset : Dataset
        Tracks, and their log-mels where they were computed elsewhere.
    store_folder : Path
        Where log-mels of sound files are kept.
    jobs : int or None
        Files at a time; None takes as many as there are cores.
    advance : callable or None
        Called with (done, total) after each track, of which sound takes two steps: its log-mels,
        then its model inputs.

    Returns
    -------
    Inputs
        Ready to be learned.

    Raises
    ------
    DatasetError
        If not one track can be used.
    """
    front_end, windows = recipe.front_end, recipe.windows
    arrays = dataset.logmels
    if arrays is not None:
        front_end = arrays.front_end
        windows = windows_of_width(arrays.X.shape[2], front_end, windows)
    computed = {} if arrays is None else arrays.rows
    # Spectrograms may stand beside sound, which is then heard as they were made.
    heard = [t for t in dataset.tracks if t.track_id not in computed]
    skipped = list(dataset.skipped)
    features = recipe.features
    store = open_store(store_folder, front_end, windows, features)
    half = _shared(advance, after=len(dataset.tracks))
    failed = extract(
        heard, store, front_end=front_end, windows=windows, features=features, jobs=jobs,
        advance=half,
    )  # fmt: skip
    skipped += failed
    lost = {item.name for item in failed}
    tracks = [t for t in dataset.tracks if t.track_id not in lost]
    # A track without a digest is among those that could not be extracted.
    logmels = logmels_of(arrays, store, {t.track_id: str(t.sha256) for t in heard})
    share = _shared(advance, before=len(heard))
    blocks, failed = _blocks(features, tracks, logmels, front_end, advance=share)
    skipped += failed
    _check_some(blocks, skipped, dataset.name)
    tracks = [t for t in tracks if t.track_id in blocks]
    return Inputs(
        tracks=tuple(tracks),
        skipped=tuple(skipped),
        front_end=front_end,
        windows=windows,
        features=features,
        X=np.concatenate(list(blocks.values())),
        track_of_window=np.repeat(np.arange(len(tracks)), [len(b) for b in blocks.values()]),
        logmels=logmels,
    )


def _check_some(usable: Sized, skipped: Sequence[Skipped], name: str) -> None:
    if not usable:
        first = f"; the first reason: {skipped[0].reason}" if skipped else ""
        raise DatasetError(f"data set {name!r}: not one track can be used{first}")


def _blocks(
    features: FeatureChoice,
    tracks: Sequence[Track],
    logmels: Callable[[str], Sequence[np.ndarray]],
    front_end: FrontEnd,
    *,
    advance: Advance | None,
) -> tuple[dict[str, np.ndarray], list[Skipped]]:
    """Compute the inputs of each track; one that has none is left out, the others go on."""
    blocks: dict[str, np.ndarray] = {}
    failed = []
    for done, track in enumerate(tracks, start=1):
        try:
            blocks[track.track_id] = features.compute(logmels(track.track_id), front_end)
        except GenrescopeError as error:
            failed.append(Skipped(track.track_id, str(error)))
        if advance is not None:
            advance(done, len(tracks))
    return blocks, failed


def _shared(advance: Advance | None, *, before: int = 0, after: int = 0) -> Advance | None:
    """Give some work its share of a progress bar, between what comes before and after it."""
    if advance is None:
        return None
    return lambda done, total: advance(before + done, before + total + after)


def windows_of_width(n_frames: int, front_end: FrontEnd, windows: WindowSettings) -> WindowSettings:
    """
    Choose windows whose log-mels are as wide as given ones.

    Parameters
    ----------
    n_frames : int
        Columns of the log-mels that were computed elsewhere.
    front_end : FrontEnd
        What they were computed with.
    windows : WindowSettings
        Taken as they are where they fit.

    Returns
    -------
    WindowSettings
        Windows of `n_frames` columns.

    Examples
    --------
    >>> windows_of_width(387, FrontEnd(hop_length=1708), WindowSettings()).length
    660000
    """
    if front_end.n_frames(windows.length) == n_frames:
        return windows
    length = (n_frames - 1) * front_end.hop_length + front_end.hop_length // 2
    length = max(length, front_end.hop_length)
    return WindowSettings(length=length, hop=length, min_tail=min(windows.min_tail, length))

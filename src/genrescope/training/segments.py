"""
The inputs of segments: recordings cut into equal parts, each a track by itself.

Where recordings have at least as many windows as segments are asked for (the median does), a
segment is whole windows that follow one another, as papers do that cut a half-minute into ten and
take the features of each; of a recording that has fewer, since silent ones are not heard, a window
stands for its neighbour too.

Else the log-mels of a recording, window after window, are cut along time into pieces of one width,
and each segment gets equally many that follow one another. A piece is what the front end would make
of that stretch alone, and the bundle's windows are as long as one: a model that learned segments
hears segments. Whatever stands on both sides of a split by segments, pieces never overlap where
windows do not.

Public functions: `segmented`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from genrescope.errors import GenrescopeError, ParameterError
from genrescope.features.front_end import FrontEnd
from genrescope.splits.segmentation import recording_of, segment_tracks
from genrescope.training.inputs import Inputs, windows_of_width


def segmented(inputs: Inputs, n_segments: int) -> Inputs:
    """
    Cut every recording into segments, and compute the model inputs of each.

    Parameters
    ----------
    inputs : Inputs
        The windows of a data set, in whole tracks.
    n_segments : int
        Segments of each recording; 1 leaves all as it is.

    Returns
    -------
    Inputs
        The same data; its tracks are the segments, recording by recording.

    Raises
    ------
    ParameterError
        If a segment would have too few frames for the features.
    """
    if n_segments == 1:
        return inputs
    n_windows = np.bincount(inputs.track_of_window, minlength=len(inputs.tracks))
    if np.median(n_windows) >= n_segments:
        return _of_whole_windows(inputs, n_segments, n_windows)
    front_end, features = inputs.front_end, inputs.features
    first = inputs.logmels(inputs.tracks[0].track_id)[0]
    width = first.shape[1] // n_segments
    length_s = width * front_end.hop_length / front_end.sr
    says = (
        f"n_segments is {n_segments}: a segment of a window of {first.shape[1]} frames has {width}"
    )
    if width < 1:
        raise ParameterError(f"{says}; ask for fewer segments")
    blocks, counts = [], []
    for track in inputs.tracks:
        pieces = _pieces(inputs.logmels(track.track_id), n_segments, front_end)
        try:
            blocks.append(features.compute(pieces, front_end))
        except GenrescopeError as error:
            raise ParameterError(
                f"{says} ({length_s:.1f} s), of which the features {features.name!r} cannot be "
                f"computed ({error}): ask for fewer segments"
            ) from error
        counts += [len(pieces) // n_segments] * n_segments
    return replace(
        inputs,
        tracks=segment_tracks(inputs.tracks, n_segments),
        windows=windows_of_width(width, front_end, inputs.windows),
        X=np.concatenate(blocks),
        track_of_window=np.repeat(np.arange(len(counts)), counts),
        logmels=_logmels_of_segments(inputs.logmels, n_segments, front_end),
        n_segments=n_segments,
    )


def _of_whole_windows(inputs: Inputs, n_segments: int, n_windows: np.ndarray) -> Inputs:
    first = np.concatenate([[0], np.cumsum(n_windows)[:-1]])
    places = [[_place(k, int(n), n_segments) for k in range(n_segments)] for n in n_windows]
    rows = [start + i for start, mine in zip(first, places, strict=True) for p in mine for i in p]
    counts = [len(part) for mine in places for part in mine]

    of_recording = _remembering(inputs.logmels)

    def of_segment(segment_id: str) -> Sequence[np.ndarray]:
        whole = recording_of(segment_id)
        windows = of_recording(whole)
        number = int(segment_id[len(whole) + 1 :])
        return [windows[i] for i in _place(number - 1, len(windows), n_segments)]

    return replace(
        inputs,
        tracks=segment_tracks(inputs.tracks, n_segments),
        X=inputs.X[np.array(rows)],
        track_of_window=np.repeat(np.arange(len(counts)), counts),
        logmels=of_segment,
        n_segments=n_segments,
    )


def _place(number: int, n_windows: int, n_segments: int) -> range:
    """Say which windows of a recording a segment has: of all together all, at least one each."""
    start, stop = (n * n_windows // n_segments for n in (number, number + 1))
    return range(start, max(start + 1, stop))


def _remembering(
    compute: Callable[[str], Sequence[np.ndarray]],
) -> Callable[[str], Sequence[np.ndarray]]:
    """Remember the last recording: its segments are asked for one after the other."""
    return lru_cache(maxsize=1)(compute)


def _pieces(
    logmels: Sequence[np.ndarray], n_segments: int, front_end: FrontEnd
) -> list[np.ndarray]:
    """Cut each window into as many pieces as there are segments, in the order of time."""
    n_frames = logmels[0].shape[1]
    width = n_frames // n_segments
    # What does not divide evenly is left out between the pieces, not all at the end.
    starts = [(n_frames - width) * i // (n_segments - 1) for i in range(n_segments)]
    return [front_end.cropped(S, start=a, stop=a + width) for S in logmels for a in starts]


def _logmels_of_segments(
    logmels: Callable[[str], Sequence[np.ndarray]], n_segments: int, front_end: FrontEnd
) -> Callable[[str], Sequence[np.ndarray]]:
    pieces_of = _remembering(lambda whole: _pieces(logmels(whole), n_segments, front_end))

    def of_segment(segment_id: str) -> Sequence[np.ndarray]:
        whole = recording_of(segment_id)
        number = int(segment_id[len(whole) + 1 :])
        pieces = pieces_of(whole)
        n = len(pieces) // n_segments
        return pieces[(number - 1) * n : number * n]

    return of_segment

"""The conclusion: from what was heard in each window to one answer about the recording.

Public functions: `conclude`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from genrescope.bundle.abstention import Abstention
from genrescope.bundle.format import Manifest
from genrescope.prediction.abstain import decide, given, likely
from genrescope.prediction.aggregate import known, mean_probabilities, ranked, timeline
from genrescope.prediction.hearing import short_warnings
from genrescope.prediction.listening import Recording
from genrescope.records import Prediction


def conclude(
    recording: Recording,
    parts: Sequence[tuple[np.ndarray, np.ndarray]],
    *,
    path: str | None,
    manifest: Manifest,
    thresholds: Abstention,
) -> Prediction:
    """
    Answer for a recording.

    Parameters
    ----------
    recording : Recording
        Which windows were heard, and which of them have a say.
    parts : sequence of (np.ndarray, np.ndarray)
        Of successive windows, the probabilities of genres [shape=(n, n_labels)] and of music
        [shape=(n,)], NaN where the model cannot tell.
    path : str or None
        The file; None for an array.
    manifest : Manifest
        Of the model.
    thresholds : Abstention
        Those of the manifest, read once.

    Returns
    -------
    Prediction
        Genres, most probable first, the timeline, and warnings about the recording.
    """
    sr, labels = manifest.front_end.sr, manifest.labels
    P, music = (np.concatenate(part) for part in zip(*parts, strict=True))
    kept = np.array(recording.kept)
    windows = timeline(recording.spans, P, music, labels=labels, sr=sr)
    from_probability = manifest.label_thresholds
    means = mean_probabilities(P[kept], sums_to_one=from_probability is None)
    genres = ranked(means, labels)
    if from_probability is None:
        named = likely(genres, thresholds)
    else:
        named = given(genres, dict(zip(labels, from_probability, strict=True)))
    is_music = known(music[kept].mean())
    abstained = decide(genres[0].probability, is_music, thresholds)
    return Prediction(
        path=path,
        model=manifest.name,
        duration_s=recording.duration_s,
        genres=genres,
        windows=tuple(w for w, keep in zip(windows, kept, strict=True) if keep),
        abstained=abstained,
        music=is_music,
        likely=() if abstained == "not_music" else named,
        warnings=(
            *recording.problems,
            *short_warnings(recording.duration_s, window_s=manifest.windows.length / sr),
        ),
    )

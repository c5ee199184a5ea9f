"""
Pieces of recordings for the players of a report card, and what the data set says of them.

Public functions: `clips_of`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from genrescope.audio.encode import mp3_clip
from genrescope.audio.probe import probe
from genrescope.datasets.dataset import Dataset
from genrescope.errors import AudioError
from genrescope.evaluation.card.evidence import Mistake
from genrescope.evaluation.card.trust import Clip
from genrescope.records import Track

CLIP_S = 8.0


def clips_of(mistakes: Sequence[Mistake], dataset: Dataset) -> dict[str, Clip]:
    """
    Cut eight seconds from the middle of each recording.

    Parameters
    ----------
    mistakes : sequence of Mistake
        Wrong answers.
    dataset : Dataset
        Where their tracks are.

    Returns
    -------
    dict of str to Clip
        By track id; without sound where there is no file, or none that can be read.
    """
    tracks = {track.track_id: track for track in dataset.tracks}
    known = [tracks[m.track_id] for m in mistakes if m.track_id in tracks]
    return {track.track_id: Clip(_middle(dataset.sound(track)), _about(track)) for track in known}


def _middle(path: Path | None) -> bytes | None:
    if path is None:
        return None
    try:
        start_s = max(0.0, ((probe(path).duration_s or 0.0) - CLIP_S) / 2)
        return mp3_clip(path, start_s=start_s, duration_s=CLIP_S)
    except AudioError:
        return None


def _about(track: Track) -> str:
    return ": ".join(text for text in (track.artist, track.title) if text)

"""Two data sets as one: a model learns one of them and is tested on the other.

Each track says in `Track.extra`, under ``joined_side``, which data set it is of (``train`` or
``test``); the protocol cross-dataset goes by that. Genres of the second data set take the names of
the first: by a label map, or else by names that read the same. Test tracks of genres that are not
learned are left out, with the reason: no model could name them. Artists are known again by their
names across both; where an artist's tracks have a group, the group counts too.

Either side may be sound or computed spectrograms; those of both sides must have one front end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from genrescope.datasets._label_map import SIDES, Names, read_label_map, renamed
from genrescope.datasets.dataset import (
    Dataset,
    LogMelArrays,
    Progress,
    dataset_choice,
    expand_path,
    load_dataset,
)
from genrescope.datasets.index import artist_key
from genrescope.errors import DatasetError
from genrescope.labels import label_key
from genrescope.records import Skipped, Track
from genrescope.splits import _grouping

LICENCE = "as those of the two data sets"
SOURCE = "two data sets, joined"
SIDE = "joined_side"

Ids = Mapping[str, str]


@dataclass(frozen=True)
class Settings:
    """
    Settings of two joined data sets.

    Attributes
    ----------
    train, test : str
        The data sets, as the command line names them: ``index.csv``, a folder, or ``name:path``.
    label_map : str or None
        CSV with the columns ``from, to``: what genres of ``test`` are called in ``train`` (``side``
        of ``train`` renames one of that); None matches genres whose names read the same.
    """

    train: str
    test: str
    label_map: str | None = None


def load(settings: Settings, *, progress: Progress | None = None) -> Dataset:
    """
    Load both data sets and join them.

    Parameters
    ----------
    settings : Settings
        The settings.
    progress : callable or None
        Called after each file with the number done, the number of all, and its path.

    Returns
    -------
    Dataset
        The tracks of both. An id that stands in both is ``test:id`` on the test side.

    Raises
    ------
    ConfigError
        If a side names no data set.
    DatasetError
        If the label map breaks a rule, no genre of one side is one of the other, or spectrograms of
        both sides differ in their form.
    """
    pair = {}
    for side, text in zip(SIDES, (settings.train, settings.test), strict=True):
        name, given = dataset_choice(text)
        pair[side] = load_dataset(name, progress=progress, **given)
    names: Mapping[str, Names] = {side: {} for side in SIDES}
    if settings.label_map is not None:
        path = expand_path(settings.label_map)
        names = read_label_map(path, {side: pair[side].labels for side in SIDES})
    left, left_out = _learned(pair["train"], names["train"])
    right, strange = _tested(pair["test"], names["test"], left, pair["train"].name)
    ids = _new_ids(left, right)
    tracks = [_marked(t, t.track_id, "train") for t in left]
    tracks += [_marked(t, ids[t.track_id], "test") for t in right]
    skipped = [replace(s, name=f"{k}: {s.name}") for k in SIDES for s in pair[k].skipped]
    return Dataset(
        name=f"{pair['train'].name}-to-{pair['test'].name}",
        tracks=_grouped(tracks),
        skipped=(*skipped, *left_out, *strange),
        licence="; ".join(dict.fromkeys(pair[side].licence for side in SIDES)),
        source="; ".join(dict.fromkeys(pair[side].source for side in SIDES)),
        logmels=_arrays(pair, ids),
    )


def _learned(dataset: Dataset, names: Names) -> tuple[list[Track], list[Skipped]]:
    # Where the map brings a genre in two spellings, the first in the alphabet is taken.
    spelling: dict[str, str] = {}
    for label in sorted({names.get(label_key(x), x) for x in dataset.labels} - {""}):
        spelling.setdefault(label_key(label), label)
    found = [renamed(track, names, spelling) for track in dataset.tracks]
    tracks = [t for t in found if isinstance(t, Track)]
    if not tracks:
        raise DatasetError("the label map leaves no track to learn: give genres a name to go by")
    return tracks, [t for t in found if isinstance(t, Skipped)]


def _tested(
    dataset: Dataset, names: Names, learned: Sequence[Track], learned_from: str
) -> tuple[list[Track], list[Skipped]]:
    spelling = {label_key(label): label for t in learned for label in t.labels}
    first = {track.label for track in learned}
    tracks: list[Track] = []
    skipped: list[Skipped] = []
    for track in dataset.tracks:
        found = renamed(track, names, spelling)
        if isinstance(found, Track) and found.label not in first:
            reason = f"its genre {found.label!r} is none that is learned from {learned_from}"
            found = Skipped(track.track_id, reason, is_fault=False)
        if isinstance(found, Track):
            tracks.append(found)
        else:
            skipped.append(found)
    if not tracks:
        raise DatasetError(
            f"no test track is of a genre that is learned: {', '.join(dataset.labels)} to test, "
            f"{', '.join(sorted(first))} to learn; say by a label map (columns from, to) which is "
            "which"
        )
    return tracks, skipped


def _new_ids(left: Sequence[Track], right: Sequence[Track]) -> dict[str, str]:
    """Name the tracks of the test side so that no id stands twice."""
    taken = {track.track_id for track in left}
    ids = {t.track_id: f"test:{t.track_id}" if t.track_id in taken else t.track_id for t in right}
    if len(taken | set(ids.values())) < len(taken) + len(ids):
        raise DatasetError("both data sets name tracks alike, also after 'test:': rename some")
    return ids


def _marked(track: Track, track_id: str, side: str) -> Track:
    # A group is told by a number or a name within its own data set alone.
    group = None if track.group is None else f"{side}:{track.group}"
    return replace(track, track_id=track_id, group=group, extra={**track.extra, SIDE: side})


def _grouped(tracks: Sequence[Track]) -> tuple[Track, ...]:
    """Group the tracks of both sides by artist: linked by a group of one side, or by a name."""
    unit = _grouping.units(
        tracks, lambda t: {"group": t.group, "artist": artist_key(t.artist)}
    ).tolist()
    names: dict[int, str] = {}
    for u, track in zip(unit, tracks, strict=True):
        known = artist_key(track.artist) or track.group
        if known is not None:
            names[u] = min(known, names.get(u, known))
    return tuple(replace(t, group=names.get(u)) for u, t in zip(unit, tracks, strict=True))


def _arrays(pair: Mapping[str, Dataset], ids: Ids) -> LogMelArrays | None:
    """Join the spectrograms of both sides, of those that have some."""
    found = []
    for side in SIDES:
        arrays = pair[side].logmels
        if arrays is not None:
            new = ids if side == "test" else {}
            rows = {
                new.get(i, i): row for i, row in arrays.rows.items() if side == "train" or i in ids
            }
            sounds = {new.get(i, i): path for i, path in arrays.sounds.items()}
            found.append(replace(arrays, rows=rows, sounds=sounds))
    if len(found) < 2:
        return found[0] if found else None
    a, b = found
    if a.front_end != b.front_end or a.X.shape[1:] != b.X.shape[1:]:
        raise DatasetError(
            f"the spectrograms to learn ({a.X.shape[1:]}, {a.front_end}) and those to test "
            f"({b.X.shape[1:]}, {b.front_end}) differ in their form: compute both in one way"
        )
    rows = {**a.rows, **{i: len(a.X) + row for i, row in b.rows.items()}}
    X = [arrays.X if a.X.dtype == b.X.dtype else _floats(arrays.X) for arrays in found]
    return LogMelArrays(a.front_end, np.concatenate(X), rows, sounds={**a.sounds, **b.sounds})


def _floats(X: np.ndarray) -> np.ndarray:
    floats: np.ndarray = X.astype(np.float32)
    return floats / np.float32(255) if X.dtype == np.uint8 else floats

"""Which tracks of a data set a recipe uses, and what they are labelled by.

A pair of genres, the artists that have enough tracks, the first twenty tracks of each genre: what
is left out by such a rule is told once a label, and is no fault.

Public: `Selection`, `selected`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from genrescope.datasets.artist_labels import labelled_by_artist
from genrescope.datasets.dataset import Dataset
from genrescope.errors import ConfigError, DatasetError, unknown_name
from genrescope.records import Skipped, Track
from genrescope.settings import make_settings

LABELLED_BY = ("genre", "artist")


@dataclass(frozen=True)
class Selection:
    """
    Which tracks are used.

    Attributes
    ----------
    label : str
        ``"genre"``: as the data set says. ``"artist"``: each track is labelled by its artist, and
        what must not stand on both sides of a split is its album or, where none is known, its
        title; tracks that lack artist, or both album and title, are left out. Data sets whose
        labels are artists stay as they are.
    labels : tuple of str
        Tracks of these labels only; none named means all.
    at_least : int
        Labels with fewer tracks are left out.
    at_most : int or None
        Tracks of each label, taken evenly from first to last; None takes all.

    Raises
    ------
    UnknownNameError
        If `label` is neither.
    ConfigError
        If a number is below 1.
    """

    label: str = "genre"
    labels: tuple[str, ...] = ()
    at_least: int = 1
    at_most: int | None = None

    def __post_init__(self) -> None:
        """Refuse what selects nothing."""
        if self.label not in LABELLED_BY:
            raise unknown_name("selection label", self.label, LABELLED_BY)
        if self.at_least < 1 or (self.at_most is not None and self.at_most < 1):
            raise ConfigError(
                f"selection: at_least={self.at_least} and at_most={self.at_most} count tracks, so "
                "each must be at least 1"
            )

    def to_dict(self) -> dict[str, Any]:
        """
        Give the selection as plain values.

        Returns
        -------
        dict
            What differs from taking all tracks as they are.
        """
        plain, whole = asdict(self), asdict(Selection())
        plain["labels"], whole["labels"] = list(self.labels), []
        return {key: value for key, value in plain.items() if value != whole[key]}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Selection:
        """
        Make a selection from plain values.

        Parameters
        ----------
        values : mapping
            As ``[selection]`` of a recipe holds them.

        Returns
        -------
        Selection
            The selection.

        Raises
        ------
        ConfigError
            If a key is unknown or a value breaks its rule.
        """
        names = values.get("labels", ())
        if not isinstance(names, (list, tuple)) or not all(isinstance(n, str) for n in names):
            raise ConfigError(f"selection labels are {names!r}, but must be a list of names")
        rest = {key: value for key, value in values.items() if key != "labels"}
        made: Selection = make_settings(cls, rest, what="selection")
        return replace(made, labels=tuple(names))


def selected(dataset: Dataset, selection: Selection) -> Dataset:
    """
    Choose the tracks of a data set.

    Parameters
    ----------
    dataset : Dataset
        All of it.
    selection : Selection
        What is used.

    Returns
    -------
    Dataset
        The chosen tracks, in their order; what was left out is added to `skipped`.

    Raises
    ------
    DatasetError
        If no track is left, or a label is named that no track has.
    """
    if selection == Selection():
        return dataset
    tracks = list(dataset.tracks)
    skipped: list[Skipped] = []
    if selection.label == "artist":
        tracks, skipped = _by_artist(tracks)
    by_label: dict[str, list[Track]] = {}
    for track in tracks:
        by_label.setdefault(track.label, []).append(track)
    for name in selection.labels:
        if name not in by_label:
            raise DatasetError(str(unknown_name("selection: label", name, by_label)))
    chosen: set[str] = set()
    for label, mine in by_label.items():
        kept = _kept(mine, selection) if label in (selection.labels or by_label) else []
        chosen |= {track.track_id for track in kept}
        if len(kept) < len(mine):
            reason = f"{len(mine) - len(kept)} of {len(mine)} tracks are not selected by the recipe"
            skipped.append(Skipped(label, reason, is_fault=False))
    if not chosen:
        raise DatasetError(
            f"the selection {selection.to_dict()} leaves no track of the {len(dataset.tracks)} of "
            f"data set {dataset.name!r}: ask for less"
        )
    left = tuple(track for track in tracks if track.track_id in chosen)
    return replace(dataset, tracks=left, skipped=(*dataset.skipped, *skipped))


def _kept(tracks: Sequence[Track], selection: Selection) -> list[Track]:
    if len(tracks) < selection.at_least:
        return []
    n = min(len(tracks), selection.at_most or len(tracks))
    return [tracks[i * len(tracks) // n] for i in range(n)]


def _by_artist(tracks: Sequence[Track]) -> tuple[list[Track], list[Skipped]]:
    found = [named for track in tracks if (named := labelled_by_artist(track)) is not None]
    n_left = len(tracks) - len(found)
    reason = f"{n_left} tracks whose artist, or both album and title, are not known"
    return found, [Skipped("artist", reason, is_fault=False)] if n_left else []

"""Learn one data set, test on another: how a model fares on music that someone else collected.

Which track is of which data set stands in the column ``joined_side`` (``train`` or ``test``), as
the data set joined marks it. What is taken out:

- a test track whose artist, or a copy of which, stands in training: two collections of popular
  music share many;
- a track without a known artist stays, and the split is then marked unverified; the setting
  ``unknown_artists = "leave-out"`` takes such tracks out of every part.

Genres that one data set has and the other lacks: test tracks of a genre that is not learned are
left out by the data set, with the reason; a genre that is learned but not tested may be answered,
which is then wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from genrescope.errors import SplitError
from genrescope.records import Skipped, Track
from genrescope.seeding import rng_for
from genrescope.splits import _drawing, _grouping, _published, _strict
from genrescope.splits.split import Split

DESCRIPTION = (
    "learn one data set, test on another, less the test tracks whose artist is in training"
)
SOURCE = (
    "as D. Bogdanov, A. Porter, P. Herrera, X. Serra (2016), Cross-collection evaluation for music "
    "classification tasks, ISMIR"
)
LICENCE = "as those of the two data sets"
HONEST = True

COLUMN = "joined_side"


@dataclass(frozen=True)
class Settings:
    """
    Settings of the test on another data set.

    Attributes
    ----------
    valid_fraction : float
        Part of the training tracks to validate on, whole artists; 0 for no validation part.
    unknown_artists : str
        ``"keep"`` leaves tracks without a known artist where they are, and the split is unverified;
        ``"leave-out"`` takes them out of every part.
    seed : int
        Seed of the choice of the validation part.
    """

    valid_fraction: float = 0.0
    unknown_artists: str = "keep"
    seed: int = 0


def make(tracks: Sequence[Track], settings: Settings) -> tuple[Split, ...]:
    """
    Make the one split.

    Parameters
    ----------
    tracks : sequence of Track
        Two data sets, joined.
    settings : Settings
        The settings.

    Returns
    -------
    tuple of Split
        One split; what was taken from its parts is left out, with the reason.

    Raises
    ------
    ConfigError
        If a setting breaks its rule.
    SplitError
        If no track says which data set it is of, or nothing remains to train or to test.
    """
    parts, left_out = _sides(tracks)
    if settings.valid_fraction:
        _drawing.check_fraction("valid_fraction", settings.valid_fraction)
    by_id = {track.track_id: track for track in tracks}
    train, valid = _drawing.divided(
        [by_id[i] for i in parts["train"]],
        settings.valid_fraction,
        rng_for(settings.seed, "splits", "cross_dataset"),
        _grouping.grouped_part,
    )
    split = Split(
        protocol="cross-dataset",
        fold=1,
        n_folds=1,
        train=train,
        valid=valid,
        test=parts["test"],
        left_out=tuple(left_out),
        group_key="artist",
        seed=settings.seed if settings.valid_fraction else None,
        source=SOURCE,
        licence=LICENCE,
    )
    return (
        _strict.without_leaks(
            split,
            tracks,
            protocol="cross-dataset",
            unknown_artists=settings.unknown_artists,
        ),
    )


def _sides(tracks: Sequence[Track]) -> tuple[dict[str, tuple[str, ...]], list[Skipped]]:
    advice = (
        "name the second data set by --test-dataset, or load both as the data set 'joined' "
        "(settings train, test, label_map)"
    )
    sides = {"train": "train", "test": "test"}
    found = _published.places_of_column(tracks, COLUMN, values=sides, advice=advice)
    parts, left_out = _published.sorted_tracks(tracks, found, tuple(sides), column=COLUMN)
    for side, ids in parts.items():
        if not ids:
            raise SplitError(
                f"no track of the data set to {side} can be used: look at what it skips, and why, "
                "by `genrescope data summary`; an index needs the sha256 that `data index` writes"
            )
    return parts, left_out

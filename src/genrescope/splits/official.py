"""The partition that a data set comes with: read from a column of its track index.

FMA has one, in the column ``set.split`` of its tracks (training, validation, test), which keeps
artists apart; so do other data sets. Nobody vouches for what such a column holds, so it is looked
at for leakage like all others: where an artist or a copy crosses, its numbers are marked leaky, and
where it was checked that none does, they are honest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from genrescope.records import Track
from genrescope.splits import _published
from genrescope.splits.split import PARTS, Split

DESCRIPTION = "the data set's own partition, from a column of its track index; it may leak"
SOURCE = (
    "the data set; that of FMA: M. Defferrard, K. Benzi, P. Vandergheynst, X. Bresson (2017), FMA: "
    "a dataset for music analysis, ISMIR"
)
LICENCE = "as that of the data set"
HONEST = False

COLUMNS = ("official_split", "set.split", "set_split", "split")
VALUES = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("valid", "validation", "val", "dev"), "valid"),
    **dict.fromkeys(("test", "testing", "eval", "evaluation"), "test"),
}


@dataclass(frozen=True)
class Settings:
    """
    Settings of the official partition.

    Attributes
    ----------
    column : str or None
        Column of the track index that names the part of each track; None takes the first of
        ``official_split, set.split, set_split, split`` in which a track has a value. The values are
        ``training`` or ``train``; ``validation``, ``valid``, ``val`` or ``dev``; ``test``,
        ``testing``, ``eval`` or ``evaluation``; or empty.
    """

    column: str | None = None


def make(tracks: Sequence[Track], settings: Settings) -> tuple[Split, ...]:
    """
    Make the one split.

    Parameters
    ----------
    tracks : sequence of Track
        The data set.
    settings : Settings
        The settings.

    Returns
    -------
    tuple of Split
        One split; tracks without a value are left out.

    Raises
    ------
    SplitError
        If no track has a value in the column, or one has an unknown value.
    """
    column = settings.column or _column_of(tracks)
    advice = (
        f"add that column (training, validation, test or empty), name another one by the setting "
        f"'column' (looked for: {', '.join(COLUMNS)}), or use the protocol artist-grouped"
    )
    found = _published.places_of_column(tracks, column, values=VALUES, advice=advice)
    parts, left_out = _published.sorted_tracks(tracks, found, PARTS, column=column)
    split = Split(
        protocol="official",
        fold=1,
        n_folds=1,
        train=parts["train"],
        valid=parts["valid"],
        test=parts["test"],
        left_out=tuple(left_out),
        source=SOURCE,
        licence=LICENCE,
    )
    return (split,)


def _column_of(tracks: Sequence[Track]) -> str:
    known = {name for track in tracks for name, value in track.extra.items() if value}
    return next((name for name in COLUMNS if name in known), COLUMNS[1])

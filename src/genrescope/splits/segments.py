"""Random segments of tracks: leakier than random tracks, since a track stands on both sides itself.

Each track is cut into equal parts, and the parts are divided at random, stratified by genre. Such a
number says how well a model knows a recording again from three of its seconds. Several papers on
GTZAN cut its half-minutes into ten and split the pieces so; it is here to show what that is worth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from genrescope.errors import ConfigError
from genrescope.records import Track
from genrescope.seeding import rng_for
from genrescope.splits import _drawing
from genrescope.splits.segmentation import segment_tracks
from genrescope.splits.split import Split

DESCRIPTION = "random segments of tracks, stratified by genre; a track stands on both sides itself"
SOURCE = "the practice of many papers on GTZAN: half-minutes cut into ten pieces, the pieces split"
LICENCE = "none needed: drawn from your tracks"
HONEST = False

MAX_SEGMENTS = 1000
"""No half-minute has more pieces that a feature could be computed of (30 ms each)."""


@dataclass(frozen=True)
class Settings(_drawing.Settings):
    """
    Settings of the division of segments.

    Attributes
    ----------
    seed : int
        Seed of the choice.
    n_folds : int
        1 for a single split, else the number of folds.
    test_fraction : float or None
        Part of the segments to test on in a single split, in (0, 1); None is 0.2.
    valid_fraction : float
        Part of the training segments to validate on, in [0, 1); 0 for no validation part.
    n_segments : int
        Equal parts that each track is cut into, from 2 to 1000.
    """

    n_segments: int = 10


def make(tracks: Sequence[Track], settings: Settings) -> tuple[Split, ...]:
    """
    Draw the splits.

    Parameters
    ----------
    tracks : sequence of Track
        The data set, in whole tracks.
    settings : Settings
        The settings.

    Returns
    -------
    tuple of Split
        One a fold; its parts name segments.

    Raises
    ------
    ConfigError
        If a setting breaks its rule.
    SplitError
        If there are no tracks.
    """
    n_segments = settings.n_segments
    if n_segments < 2:
        raise ConfigError(
            f"n_segments is {n_segments}: it must be 2 or more; for whole tracks use the protocol "
            "random"
        )
    if n_segments > MAX_SEGMENTS:
        raise ConfigError(
            f"n_segments is {n_segments}: at most {MAX_SEGMENTS} are made, since the pieces of a "
            "half-minute would then be shorter than 30 ms, too short for any features; papers "
            "take 10"
        )
    drawn = _drawing.drawn_parts(
        segment_tracks(tracks, n_segments),
        settings,
        rng=rng_for(settings.seed, "splits", "segments"),
        part=_drawing.stratified_part,
        deal=_drawing.stratified_folds,
    )
    return tuple(
        Split(
            protocol="segments",
            fold=fold,
            n_folds=settings.n_folds,
            train=train,
            valid=valid,
            test=test,
            seed=settings.seed,
            source=SOURCE,
            licence=LICENCE,
            n_segments=n_segments,
        )
        for fold, (train, valid, test) in enumerate(drawn, start=1)
    )

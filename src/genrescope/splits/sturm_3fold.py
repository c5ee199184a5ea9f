"""Sturm's three artist-filtered folds of GTZAN: 315, 316 and 317 tracks, 948 without repetitions.

Each fold is the test part once; the other two train. Artists are apart as its index groups them
(412 groups), which is finer than names: some names stand in several groups and folds, and the label
of a split says how many test tracks that concerns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from genrescope.records import Track
from genrescope.seeding import rng_for
from genrescope.splits import _drawing, _grouping, _published
from genrescope.splits.split import Split

DESCRIPTION = "three folds of GTZAN, 948 tracks, artists apart as Sturm grouped them"
SOURCE = (
    "B. L. Sturm (2014), The state of the art ten years after a state of the art: future research "
    "in music information retrieval, Journal of New Music Research 43(2)"
)
LICENCE = "none is stated with the lists"
HONEST = True

PUBLISHED = "https://arxiv.org/abs/1306.1461 (Sturm 2013, the faults of GTZAN and its artists)"
FILES = {"1": "fold1.txt", "2": "fold2.txt", "3": "fold3.txt"}
SIZES = {"1": 315, "2": 316, "3": 317}


@dataclass(frozen=True)
class Settings:
    """
    Settings of the three folds.

    Attributes
    ----------
    lists : str or None
        Folder with ``fold1.txt``, ``fold2.txt`` and ``fold3.txt``, one track a line; None reads the
        column ``sturm_fold`` of the track index.
    valid_fraction : float
        Part of the training tracks to validate on, whole artists; 0 for no validation part.
    seed : int
        Seed of the choice of the validation part.
    """

    lists: str | None = None
    valid_fraction: float = 0.0
    seed: int = 0


def make(tracks: Sequence[Track], settings: Settings) -> tuple[Split, ...]:
    """
    Make the three splits.

    Parameters
    ----------
    tracks : sequence of Track
        GTZAN.
    settings : Settings
        The settings.

    Returns
    -------
    tuple of Split
        Three splits; fold k is tested in the k-th.

    Raises
    ------
    ConfigError
        If a setting breaks its rule.
    SplitError
        If neither the column nor the lists are there.
    """
    folds, left_out = _published.places(
        tracks,
        column="sturm_fold",
        files=FILES,
        sizes=SIZES,
        lists=settings.lists,
        published=PUBLISHED,
    )
    if settings.valid_fraction:
        _drawing.check_fraction("valid_fraction", settings.valid_fraction)
    by_id = {track.track_id: track for track in tracks}
    splits = []
    for fold, name in enumerate(FILES, start=1):
        rest = [by_id[i] for other in FILES if other != name for i in folds[other]]
        rng = rng_for(settings.seed, "splits", "sturm_3fold", fold)
        train, valid = _drawing.divided(rest, settings.valid_fraction, rng, _grouping.grouped_part)
        splits.append(
            Split(
                protocol="sturm-3fold",
                fold=fold,
                n_folds=len(FILES),
                train=train,
                valid=valid,
                test=folds[name],
                left_out=left_out,
                group_key="artist",
                seed=settings.seed if settings.valid_fraction else None,
                source=SOURCE,
                licence=LICENCE,
            )
        )
    return tuple(splits)

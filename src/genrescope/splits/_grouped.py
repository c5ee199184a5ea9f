"""Drawn splits that keep whole artists, or whole albums, on one side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from genrescope.errors import SplitError
from genrescope.records import Skipped, Track
from genrescope.seeding import rng_for
from genrescope.splits import _drawing, _grouping
from genrescope.splits.split import Split


@dataclass(frozen=True)
class Rule:
    """
    What stays together, and what is said of it.

    Attributes
    ----------
    protocol : str
        Name of the protocol.
    what : str
        What stays together, as a noun (``"artist"``).
    is_known : callable
        Whether a track says to which it belongs; the others are left out.
    keys : callable
        The keys that link tracks (see ``_grouping``).
    unknown : str
        Why a track is left out.
    none_known : str
        What to do where no track says it, for the message.
    source, licence : str
        As in the split.
    """

    protocol: str
    what: str
    is_known: Callable[[Track], bool]
    keys: _grouping.Keys
    unknown: str
    none_known: str
    source: str
    licence: str


def grouped_splits(
    tracks: Sequence[Track], settings: _drawing.Settings, rule: Rule
) -> tuple[Split, ...]:
    """
    Draw splits that divide no unit.

    Parameters
    ----------
    tracks : sequence of Track
        The data set.
    settings : Settings
        Folds, fractions and seed.
    rule : Rule
        What stays together.

    Returns
    -------
    tuple of Split
        One a fold.

    Raises
    ------
    ConfigError
        If a setting breaks its rule.
    SplitError
        If no unit is known, a label has one unit only, or there are fewer units than folds.
    """
    known = [track for track in tracks if rule.is_known(track)]
    left_out = tuple(
        Skipped(track.track_id, rule.unknown, is_fault=False)
        for track in sorted(tracks, key=lambda t: t.track_id)
        if not rule.is_known(track)
    )
    _check(known, len(tracks), settings.n_folds, rule)
    drawn = _drawing.drawn_parts(
        known,
        settings,
        rng=rng_for(settings.seed, "splits", rule.protocol.replace("-", "_")),
        part=partial(_grouping.grouped_part, keys=rule.keys),
        deal=partial(_grouping.grouped_folds, keys=rule.keys),
    )
    return tuple(
        Split(
            protocol=rule.protocol,
            fold=fold,
            n_folds=settings.n_folds,
            train=train,
            valid=valid,
            test=test,
            left_out=left_out,
            group_key=rule.what,
            seed=settings.seed,
            source=rule.source,
            licence=rule.licence,
        )
        for fold, (train, valid, test) in enumerate(drawn, start=1)
    )


def _check(known: Sequence[Track], n_tracks: int, n_folds: int, rule: Rule) -> None:
    if not known:
        raise SplitError(
            f"the {rule.what} of none of the {n_tracks} tracks is known: {rule.none_known}"
        )
    _, counts, labels = _grouping.unit_counts(known, rule.keys)
    for label, n_units in zip(labels, (counts > 0).sum(axis=0), strict=True):
        if n_units < 2:
            raise SplitError(
                f"label {label!r} has one {rule.what} only, which cannot stand on both sides: add "
                f"tracks of another {rule.what}, or leave the label out"
            )
    if len(counts) < n_folds:
        raise SplitError(
            f"n_folds is {n_folds}, but there are {len(counts)} {rule.what}s: ask for less"
        )

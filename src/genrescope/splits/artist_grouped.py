"""No artist on both sides, stratified by genre as far as whole artists allow: the honest protocol.

Tracks that share the artist group, the artist's name or the digest of their sound are kept
together. Tracks without an artist group are left out, since nobody can say on which side they
belong.
"""

from __future__ import annotations

from collections.abc import Sequence

from genrescope.errors import SplitError
from genrescope.records import Skipped, Track
from genrescope.seeding import rng_for
from genrescope.splits import _drawing, _grouping
from genrescope.splits._drawing import Settings
from genrescope.splits.split import Split

DESCRIPTION = "whole artists, stratified by genre; tracks of unknown artists are left out"
SOURCE = "E. Pampalk, A. Flexer, G. Widmer (2005), Improvements of audio-based music similarity"
LICENCE = "none needed: drawn from your tracks"
HONEST = True


def make(tracks: Sequence[Track], settings: Settings) -> tuple[Split, ...]:
    """
    Draw the splits.

    Parameters
    ----------
    tracks : sequence of Track
        The data set.
    settings : Settings
        The settings.

    Returns
    -------
    tuple of Split
        One a fold.

    Raises
    ------
    ConfigError
        If a setting breaks its rule.
    SplitError
        If no artist is known, a label has one artist only, or there are fewer artists than folds.
    """
    known = [track for track in tracks if track.group is not None]
    left_out = tuple(
        Skipped(track.track_id, "its artist group is unknown", is_fault=False)
        for track in sorted(tracks, key=lambda t: t.track_id)
        if track.group is None
    )
    _check_artists(known, len(tracks), settings.n_folds)
    drawn = _drawing.drawn_parts(
        known,
        settings,
        rng=rng_for(settings.seed, "splits", "artist_grouped"),
        part=_grouping.grouped_part,
        deal=_grouping.grouped_folds,
    )
    return tuple(
        Split(
            protocol="artist-grouped",
            fold=fold,
            n_folds=settings.n_folds,
            train=train,
            valid=valid,
            test=test,
            left_out=left_out,
            group_key="artist",
            seed=settings.seed,
            source=SOURCE,
            licence=LICENCE,
        )
        for fold, (train, valid, test) in enumerate(drawn, start=1)
    )


def _check_artists(known: Sequence[Track], n_tracks: int, n_folds: int) -> None:
    if not known:
        raise SplitError(
            f"the artist of none of the {n_tracks} tracks is known: fill the column artist (or "
            "artist_group) of the track index, or ask for --protocol random, whose number is then "
            "marked unverified"
        )
    _, counts, labels = _grouping.unit_counts(known)
    for label, n_units in zip(labels, (counts > 0).sum(axis=0), strict=True):
        if n_units < 2:
            raise SplitError(
                f"label {label!r} has one artist only, who cannot stand on both sides: add tracks "
                "of another artist, or leave the label out"
            )
    if len(counts) < n_folds:
        raise SplitError(f"n_folds is {n_folds}, but there are {len(counts)} artists: ask for less")

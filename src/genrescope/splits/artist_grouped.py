"""No artist on both sides, stratified by genre as far as whole artists allow: the honest protocol.

Tracks that share the artist group, the artist's name or the digest of their sound are kept
together. Tracks without an artist group are left out, since nobody can say on which side they
belong.
"""

from __future__ import annotations

from collections.abc import Sequence

from genrescope.records import Track
from genrescope.splits import _grouped, _grouping
from genrescope.splits._drawing import Settings
from genrescope.splits.split import Split

DESCRIPTION = "whole artists, stratified by genre; tracks of unknown artists are left out"
SOURCE = "E. Pampalk, A. Flexer, G. Widmer (2005), Improvements of audio-based music similarity"
LICENCE = "none needed: drawn from your tracks"
HONEST = True

RULE = _grouped.Rule(
    protocol="artist-grouped",
    what="artist",
    is_known=lambda track: track.group is not None,
    keys=_grouping.by_artist,
    unknown="its artist group is unknown",
    none_known=(
        "fill the column artist (or artist_group) of the track index, or ask for --protocol "
        "random, whose number is then marked unverified"
    ),
    source=SOURCE,
    licence=LICENCE,
)


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
    return _grouped.grouped_splits(tracks, settings, RULE)

"""No album on both sides, stratified by genre as far as whole albums allow.

Songs of one album share a studio, a mix and a mastering; a model that learns those (the "album
effect") looks better than it is. Whole albums apart is the right protocol for recognising artists,
who must then stand on both sides. For genres it is not enough: artists cross, so that its numbers
are leaky wherever an artist has two albums; use artist-grouped.

Albums are told apart by their titles alone, since a compilation has many artists: two albums that
are called alike count as one. Tracks that share the digest of their sound are kept together too.
Tracks without an album are left out, since nobody can say on which side they belong.
"""

from __future__ import annotations

from collections.abc import Sequence

from genrescope.records import Track
from genrescope.splits import _grouped, _grouping
from genrescope.splits._drawing import Settings
from genrescope.splits.split import Split

DESCRIPTION = "whole albums, stratified by genre; artists may stand on both sides"
SOURCE = (
    "B. Whitman, G. Flake, S. Lawrence (2001), Artist detection in music with Minnowmatch, IEEE "
    "Workshop on Neural Networks for Signal Processing"
)
LICENCE = "none needed: drawn from your tracks"
HONEST = False

RULE = _grouped.Rule(
    protocol="album",
    what="album",
    is_known=lambda track: _grouping.by_album(track)["album"] is not None,
    keys=_grouping.by_album,
    unknown="its album is unknown",
    none_known="fill the column album of the track index",
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
        If no album is known, a label has one album only, or there are fewer albums than folds.
    """
    return _grouped.grouped_splits(tracks, settings, RULE)

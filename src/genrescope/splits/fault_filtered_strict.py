"""The fault-filtered partition of GTZAN, in which no artist crosses.

What is taken out of the published one:

- A test track whose artist (by group, or by name where a group is missing), or a copy of which,
  stands in training. With the artist groups of the published index that is one track, disco.00069,
  whose artist is that of disco.00049 and disco.00073: 289 remain to test.
- A track without a known artist, from every part, since nobody can say whether it crosses: the
  setting ``unknown_artists`` is ``"leave-out"``. With ``"keep"`` such tracks stay where they are,
  and the split is then marked unverified. With the published index each artist is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from genrescope.records import Track
from genrescope.splits import _strict, fault_filtered
from genrescope.splits.split import Split

DESCRIPTION = "GTZAN without faults, less the test tracks whose artist is in training"
SOURCE = fault_filtered.SOURCE
LICENCE = fault_filtered.LICENCE
HONEST = True


@dataclass(frozen=True)
class Settings:
    """
    Settings of the strict fault-filtered protocol.

    Attributes
    ----------
    lists : str or None
        Folder with ``train_filtered.txt``, ``valid_filtered.txt`` and ``test_filtered.txt``; None
        reads the column ``fault_filtered`` of the track index.
    unknown_artists : str
        ``"leave-out"`` takes tracks without a known artist out of every part; ``"keep"`` leaves
        them, and the split is unverified.
    """

    lists: str | None = None
    unknown_artists: str = "leave-out"


def make(tracks: Sequence[Track], settings: Settings) -> tuple[Split, ...]:
    """
    Make the one split.

    Parameters
    ----------
    tracks : sequence of Track
        GTZAN.
    settings : Settings
        The settings.

    Returns
    -------
    tuple of Split
        One split; what was taken from the published parts is left out, with the reason.

    Raises
    ------
    ConfigError
        If a setting breaks its rule.
    SplitError
        If neither the column nor the lists are there, or no track of a part remains.
    """
    (split,) = fault_filtered.make(tracks, fault_filtered.Settings(lists=settings.lists))
    strict = _strict.without_leaks(
        split,
        tracks,
        protocol="fault-filtered-strict",
        unknown_artists=settings.unknown_artists,
    )
    return (strict,)

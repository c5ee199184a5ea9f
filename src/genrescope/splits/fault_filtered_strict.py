"""The fault-filtered partition of GTZAN without the test tracks whose artist stands in training.

With the artist groups of the published index that is one track, disco.00069: 289 remain to test.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from genrescope.records import Skipped, Track
from genrescope.splits import fault_filtered
from genrescope.splits.leakage import find_leakage
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
    """

    lists: str | None = None


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
        One split; what was taken from its test part is left out, with the reason.

    Raises
    ------
    SplitError
        If neither the column nor the lists are there.
    """
    (split,) = fault_filtered.make(tracks, fault_filtered.Settings(lists=settings.lists))
    leakage = find_leakage(split, tracks)
    reasons = {
        track_id: f"{what} {crossing.train[0]}, which stands in training"
        for what, crossings in (
            ("a copy of", leakage.duplicates),
            ("of the same artist as", leakage.artists),
        )
        for crossing in crossings
        for track_id in crossing.test
    }
    strict = dataclasses.replace(
        split,
        protocol="fault-filtered-strict",
        test=tuple(i for i in split.test if i not in reasons),
        left_out=(
            *split.left_out,
            *(Skipped(i, reasons[i], is_fault=False) for i in sorted(reasons)),
        ),
    )
    return (strict,)

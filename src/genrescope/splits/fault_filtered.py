"""The fault-filtered partition of GTZAN, as published: 443 tracks train, 197 validate, 290 test.

It removes the repetitions and distortions that Sturm found and keeps artists apart, but for one:
the group of disco.00049 and disco.00073 (train) is that of disco.00069 (test). So it is leaky, by
one track, and asked for by name; `fault_filtered_strict` leaves that track out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from genrescope.records import Track
from genrescope.splits import _published
from genrescope.splits.split import Split

DESCRIPTION = "GTZAN without faults, 443/197/290 tracks, as published; one artist crosses"
SOURCE = (
    "C. Kereliuk, B. L. Sturm, J. Larsen (2015), Deep learning and music adversaries, IEEE "
    "Transactions on Multimedia 17(11)"
)
LICENCE = "none is stated with the lists"
HONEST = False

PUBLISHED = "https://github.com/coreyker/dnn-mgr/tree/master/gtzan"
FILES = {
    "train": "train_filtered.txt",
    "valid": "valid_filtered.txt",
    "test": "test_filtered.txt",
}
SIZES = {"train": 443, "valid": 197, "test": 290}


@dataclass(frozen=True)
class Settings:
    """
    Settings of the fault-filtered protocol.

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
        One split; tracks that are listed but not there are left out.

    Raises
    ------
    SplitError
        If neither the column nor the lists are there.
    """
    parts, left_out = _published.places(
        tracks,
        column="fault_filtered",
        files=FILES,
        sizes=SIZES,
        lists=settings.lists,
        published=PUBLISHED,
    )
    split = Split(
        protocol="fault-filtered",
        fold=1,
        n_folds=1,
        train=parts["train"],
        valid=parts["valid"],
        test=parts["test"],
        left_out=left_out,
        group_key="artist",
        source=SOURCE,
        licence=LICENCE,
    )
    return (split,)

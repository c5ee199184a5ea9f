"""The folds of a protocol: splits checked for leakage, each with its seed and its folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from genrescope.datasets.artist_labels import grouping
from genrescope.datasets.index import artist_key
from genrescope.records import Track
from genrescope.splits.leakage import Leakage, check_split
from genrescope.splits.segmentation import segment_ids
from genrescope.splits.split import Split, make_splits, registry
from genrescope.training.inputs import Inputs


@dataclass(frozen=True)
class Fold:
    """
    One training of a protocol.

    Attributes
    ----------
    split : Split
        Its parts.
    seed : int
        Of the training.
    leakage : Leakage
        What crosses the split.
    folder : Path
        Where its bundle and predictions go.
    asked : str
        The protocol that was asked for, which is ``"file"`` where a file says what the split is.
    """

    split: Split
    seed: int
    leakage: Leakage
    folder: Path
    asked: str

    @property
    def protocol(self) -> str:
        """
        What to call the protocol wherever its figures are printed.

        Returns
        -------
        str
            The name that was asked for, and in parentheses the one that the split has of its own.
        """
        same = self.asked.replace("_", "-") == self.split.protocol.replace("_", "-")
        return self.asked if same else f"{self.asked} ({self.split.protocol})"


def plan_folds(
    inputs: Inputs, protocol: str, settings: Mapping[str, Any], seeds: Sequence[int], folder: Path
) -> list[Fold]:
    """
    Make the splits of a protocol and check each for leakage.

    Parameters
    ----------
    inputs : Inputs
        The windows of the data set.
    protocol : str
        Name of a protocol.
    settings : mapping
        Its settings; each seed also seeds a protocol that draws.
    seeds : sequence of int
        One set of folds a seed.
    folder : Path
        The run directory of the recipe.

    Returns
    -------
    list of Fold
        In the order of seeds and folds.

    Raises
    ------
    LeakageError
        If a split leaks whose protocol is not known to; a split file says which protocol its own
        is, so that only one that says so (``"random"``) may leak, and its figures are labelled.
    """
    module = registry().module(protocol)
    draws = "seed" in module.Settings.__dataclass_fields__
    folds = []
    for seed in seeds:
        own = {**settings, "seed": seed} if draws else dict(settings)
        for split in make_splits(protocol, inputs.tracks, **own):
            leakage = check_split(split, inputs.tracks, asked_by_name=_may_leak(split))
            name = f"fold-{split.fold}-seed-{seed}"
            folds.append(Fold(split, seed, leakage, folder / protocol / name, protocol))
    return folds


def is_honest(split: Split, leakage: Leakage) -> bool:
    """
    Say whether a split can tell how new music will fare.

    Parameters
    ----------
    split : Split
        The split.
    leakage : Leakage
        What crosses it, or all splits of its protocol.

    Returns
    -------
    bool
        False where an artist or a copy crosses. Where none does, a protocol that keeps artists
        apart by construction (its `HONEST`) is honest; any other, an official partition or a split
        of the user's own, is so where that was checked: the artist of every track is known.
    """
    if split.protocol in registry().names() and registry().module(split.protocol).HONEST:
        return leakage.status != "leaky"
    return leakage.status == "clean"


def combined_leakage(folds: Sequence[Fold], tracks: Sequence[Track]) -> Leakage:
    """
    Say what crosses the splits of several folds and seeds, counting each track once.

    Parameters
    ----------
    folds : sequence of Fold
        At least one.
    tracks : sequence of Track
        The data set, in whole tracks.

    Returns
    -------
    Leakage
        Of all test parts together: a test track is leaked that is so in any of the splits.
    """
    parts = list({fold.split.digest: fold.leakage for fold in folds}.values())
    test = {i for fold in folds for i in fold.split.test}
    train = {i for fold in folds for i in (*fold.split.train, *fold.split.valid)}
    crossings = {
        kind: tuple(dict.fromkeys(c for part in parts for c in getattr(part, kind)))
        for kind in ("artists", "duplicates", "namesakes", "recordings")
    }
    artist, copy, namesake, own = (
        {i for c in found for i in c.test} for found in crossings.values()
    )
    n_segments = folds[0].split.n_segments
    strangers = (t for t in tracks if t.group is None and artist_key(t.artist) is None)
    unknown = set(segment_ids(strangers, n_segments))
    return Leakage(
        **crossings,
        n_test=len(test),
        n_test_artist=len(artist),
        n_test_duplicate=len(copy),
        n_test_leaked=len(artist | copy | own),
        n_test_namesake=len(namesake - artist - copy),
        n_unknown=len(unknown & test),
        n_unknown_train=len(unknown & train),
        n_test_recording=len(own),
        n_segments=n_segments,
        grouped_by=grouping(tracks),
    )


def _may_leak(split: Split) -> bool:
    names = set(registry().names()) - {"file"}
    return split.protocol in names and not registry().module(split.protocol).HONEST

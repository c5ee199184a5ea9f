"""The folds of a protocol: splits checked for leakage, each with its seed and its folder."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from genrescope.splits.leakage import Leakage, check_split
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
    """

    split: Split
    seed: int
    leakage: Leakage
    folder: Path


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
            folds.append(Fold(split, seed, leakage, folder / protocol / name))
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
        False where artists cross, or the protocol lets them. A protocol of the user's own is taken
        for honest where it was checked that none do.
    """
    if split.protocol in registry().names():
        return leakage.status != "leaky" and bool(registry().module(split.protocol).HONEST)
    return leakage.status == "clean"


def combined_leakage(folds: Sequence[Fold]) -> Leakage:
    """
    Add up what crosses the splits of several folds.

    Parameters
    ----------
    folds : sequence of Fold
        At least one; the same split under several seeds counts once.

    Returns
    -------
    Leakage
        Of all test parts together.
    """
    parts = list({fold.split.digest: fold.leakage for fold in folds}.values())
    counts = [f.name for f in dataclasses.fields(Leakage) if f.name.startswith("n_")]
    sums = {name: sum(getattr(part, name) for part in parts) for name in counts}
    return Leakage(
        artists=tuple(c for part in parts for c in part.artists),
        duplicates=tuple(c for part in parts for c in part.duplicates),
        namesakes=tuple(c for part in parts for c in part.namesakes),
        **sums,
    )


def _may_leak(split: Split) -> bool:
    names = set(registry().names()) - {"file"}
    return split.protocol in names and not registry().module(split.protocol).HONEST

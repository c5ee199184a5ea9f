"""Random tracks, stratified by genre: the protocol of most papers, which no artist survives.

On GTZAN it leaves about two thirds of the test tracks with their artist in training, so that it
measures partly how well artists are recognised. It is here to reproduce what was published.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from genrescope.errors import SplitError
from genrescope.records import Track
from genrescope.seeding import rng_for
from genrescope.splits import _drawing
from genrescope.splits._drawing import Settings
from genrescope.splits.split import Split

DESCRIPTION = "random tracks, stratified by genre; artists stand on both sides"
SOURCE = "as train_test_split(stratify=...) and StratifiedKFold of scikit-learn"
LICENCE = "none needed: drawn from your tracks"
HONEST = False


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
        One a fold; counts of each label are proportional, to within one track.

    Raises
    ------
    ConfigError
        If a setting breaks its rule.
    SplitError
        If a label has one track only.
    """
    for label, count in sorted(Counter(track.label for track in tracks).items()):
        if count < 2:
            raise SplitError(
                f"label {label!r} has one track only, which cannot stand on both sides: add more, "
                "or leave the label out"
            )
    drawn = _drawing.drawn_parts(
        tracks,
        settings,
        rng=rng_for(settings.seed, "splits", "random"),
        part=_drawing.stratified_part,
        deal=_drawing.stratified_folds,
    )
    return tuple(
        Split(
            protocol="random",
            fold=fold,
            n_folds=settings.n_folds,
            train=train,
            valid=valid,
            test=test,
            seed=settings.seed,
            source=SOURCE,
            licence=LICENCE,
        )
        for fold, (train, valid, test) in enumerate(drawn, start=1)
    )

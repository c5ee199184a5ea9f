"""Drawn splits: the settings they share, and the parts of each fold, stratified by label.

Pure functions over tracks and a generator; what is grouped by artist or album is in ``_grouping``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from genrescope.errors import ConfigError, SplitError
from genrescope.records import Track

Part = Callable[[Sequence[Track], float, np.random.Generator], np.ndarray]
Deal = Callable[[Sequence[Track], int, np.random.Generator], np.ndarray]
Parts = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]


def check_fraction(name: str, value: float) -> None:
    """
    Refuse a fraction that leaves one side empty.

    Parameters
    ----------
    name : str
        What it is, for the message.
    value : float
        The fraction; must be in (0, 1).

    Raises
    ------
    ConfigError
        If it is not.
    """
    if not 0 < value < 1:
        raise ConfigError(f"{name} is {value}: it must be above 0 and below 1")


@dataclass(frozen=True)
class Settings:
    """
    Settings of the drawn protocols.

    Attributes
    ----------
    seed : int
        Seed of the choice.
    n_folds : int
        1 for a single split, else the number of folds.
    test_fraction : float or None
        Part of the tracks to test on in a single split, in (0, 1); None is 0.2. Whole artists meet
        it about.
    valid_fraction : float
        Part of the training tracks to validate on, in [0, 1); 0 for no validation part.
    """

    seed: int = 0
    n_folds: int = 1
    test_fraction: float | None = None
    valid_fraction: float = 0.0


def check_drawing(settings: Settings) -> float:
    """
    Check the settings that the drawn protocols share.

    Parameters
    ----------
    settings : Settings
        Folds and fractions.

    Returns
    -------
    float
        The test fraction of a single split.

    Raises
    ------
    ConfigError
        If one breaks its rule, or `test_fraction` is given together with folds.
    """
    n_folds, test_fraction = settings.n_folds, settings.test_fraction
    if n_folds < 1:
        raise ConfigError(f"n_folds is {n_folds}: it must be 1 (a single split) or more")
    if n_folds > 1 and test_fraction is not None:
        raise ConfigError(
            f"test_fraction is {test_fraction} and n_folds is {n_folds}: each fold is the test "
            "part once, so give one of the two"
        )
    fraction = 0.2 if test_fraction is None else test_fraction
    check_fraction("test_fraction", fraction)
    if settings.valid_fraction != 0:
        check_fraction("valid_fraction", settings.valid_fraction)
    return fraction


def drawn_parts(
    tracks: Sequence[Track],
    settings: Settings,
    *,
    rng: np.random.Generator,
    part: Part,
    deal: Deal,
) -> Iterator[Parts]:
    """
    Draw the parts of each fold.

    Parameters
    ----------
    tracks : sequence of Track
        The tracks to divide, in any order.
    settings : Settings
        Folds and fractions.
    rng : np.random.Generator
        Source of the choices.
    part : callable
        The rule that draws a fraction of tracks: a mask.
    deal : callable
        The rule that deals tracks to folds: the fold of each, counted from 0.

    Yields
    ------
    Parts
        Ids of train, valid and test, one triple a fold.

    Raises
    ------
    ConfigError
        If a setting breaks its rule.
    SplitError
        If a validation part comes out empty, or a label is not trained.
    """
    fraction, n_folds = check_drawing(settings), settings.n_folds
    if not tracks:
        raise SplitError("there are no tracks to divide: look at what the data set skipped")
    pool = sorted(tracks, key=lambda t: t.track_id)
    labels = {t.track_id: t.label for t in pool}
    if n_folds == 1:
        folds = part(pool, fraction, rng).astype(int) - 1
    else:
        folds = deal(pool, n_folds, rng)
    for fold in range(n_folds):
        rest = [t for t, f in zip(pool, folds, strict=True) if f != fold]
        train, valid = divided(rest, settings.valid_fraction, rng, part)
        untrained = {t.label for t in pool} - {labels[i] for i in train}
        if untrained:
            raise SplitError(
                f"no track of the label {min(untrained)!r} remains to train in fold {fold + 1}, as "
                "its artists (or albums) are too few or too large: add some, or try another seed"
            )
        yield train, valid, tuple(t.track_id for t, f in zip(pool, folds, strict=True) if f == fold)


def divided(
    tracks: Sequence[Track], valid_fraction: float, rng: np.random.Generator, part: Part
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """
    Divide training tracks from validation tracks.

    Parameters
    ----------
    tracks : sequence of Track
        What is not tested.
    valid_fraction : float
        Part of it to validate on, in [0, 1).
    rng : np.random.Generator
        Source of the choices.
    part : callable
        The rule that draws a fraction of tracks: a mask.

    Returns
    -------
    tuple of (tuple of str, tuple of str)
        Ids of train and valid.

    Raises
    ------
    SplitError
        If the validation part comes out empty, although a fraction was asked for.
    """
    if not valid_fraction:
        return tuple(t.track_id for t in tracks), ()
    taken = part(tracks, valid_fraction, rng)
    if not taken.any():
        raise SplitError(
            f"no validation part could be taken from {len(tracks)} training tracks "
            f"(fraction {valid_fraction}): give more tracks or artists, or a larger fraction"
        )
    return (
        tuple(t.track_id for t, v in zip(tracks, taken, strict=True) if not v),
        tuple(t.track_id for t, v in zip(tracks, taken, strict=True) if v),
    )


def stratified_part(
    tracks: Sequence[Track], fraction: float, rng: np.random.Generator
) -> np.ndarray:
    """
    Draw ``ceil(fraction * n)`` tracks, labels in proportion; at least one of each remains.

    Parameters
    ----------
    tracks : sequence of Track
        The tracks.
    fraction : float
        Part to draw, in (0, 1).
    rng : np.random.Generator
        Source of the choices.

    Returns
    -------
    np.ndarray [shape=(n,), dtype=bool]
        True where a track was drawn.
    """
    labels, codes = np.unique([t.label for t in tracks], return_inverse=True)
    sizes = np.bincount(codes, minlength=len(labels))
    # The small term keeps a product such as 0.07 * 100 = 7.000000000000001 from counting as 8.
    n_drawn = int(np.ceil(fraction * len(tracks) - 1e-9))
    exact = sizes * n_drawn / len(tracks)
    counts = np.floor(exact + 1e-9).astype(int)
    order = np.lexsort((rng.random(len(labels)), counts - exact))
    takes_more = [i for i in order if counts[i] < sizes[i] - 1][: n_drawn - int(counts.sum())]
    counts[takes_more] += 1
    drawn = np.zeros(len(tracks), dtype=bool)
    for code, count in enumerate(np.minimum(counts, sizes - 1)):
        drawn[rng.permutation(np.flatnonzero(codes == code))[:count]] = True
    return drawn


def stratified_folds(tracks: Sequence[Track], n_folds: int, rng: np.random.Generator) -> np.ndarray:
    """
    Deal tracks to folds: sizes, and counts of each label, differ by one at most.

    Parameters
    ----------
    tracks : sequence of Track
        The tracks.
    n_folds : int
        Number of folds.
    rng : np.random.Generator
        Source of the choices.

    Returns
    -------
    np.ndarray [shape=(n,), dtype=int64]
        Fold of each track, counted from 0.
    """
    _, codes = np.unique([t.label for t in tracks], return_inverse=True)
    shuffled = rng.permutation(len(tracks))
    by_label = shuffled[np.argsort(codes[shuffled], kind="stable")]
    folds = np.empty(len(tracks), dtype=int)
    folds[by_label] = np.arange(len(tracks)) % n_folds
    return folds

"""
Two models side by side: on the tracks that both were tested on, after training on the same split.

What is not comparable is not compared, and the reason is given: another protocol, other splits,
other genres of the same tracks, or a leaky figure against an honest one.

Public functions: `pair`.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from genrescope.errors import ParameterError
from genrescope.evaluation.comparison.answers import Answers
from genrescope.evaluation.outcomes import TrackOutcome
from genrescope.evaluation.pool import Pool, pool
from genrescope.metrics.intervals import group_codes

Places = dict[int, dict[str, int]]


@dataclass(frozen=True)
class Pair:
    """
    The answers of two models about the same tracks.

    Attributes
    ----------
    first, second : Pool
        Their answers; tracks have the same numbers in both.
    n_train : float or None
        Tracks of the training part, on average over folds; None if unknown, or if all trainings
        were tested on the same tracks.
    notes : tuple of str
        What a reader must know of the pairing.
    """

    first: Pool
    second: Pool
    n_train: float | None
    notes: tuple[str, ...]

    def differences(self) -> np.ndarray:
        """
        Give how much oftener the first model was right about each track than the second.

        Returns
        -------
        np.ndarray [shape=(n,)]
            Their mean is the difference of the accuracies; with one seed each is -1, 0 or 1.
        """
        n = len(self.first.groups)
        return np.asarray(n * (_right_share(self.first) - _right_share(self.second)))

    def fold_differences(self) -> tuple[np.ndarray, np.ndarray]:
        """
        Give the difference of accuracy in each fold and seed that both models have.

        Returns
        -------
        differences : np.ndarray [shape=(n_units,)]
            In the order of folds and seeds.
        n_test : np.ndarray [shape=(n_units,)]
            Test tracks of each.
        """
        units = [_by_unit(p) for p in (self.first, self.second)]
        keys = sorted(units[0].keys() & units[1].keys())
        differences = [units[0][k][0] - units[1][k][0] for k in keys]
        return np.array(differences), np.array([units[0][k][1] for k in keys])


def pair(first: Answers, second: Answers) -> Pair | str:
    """
    Put two models side by side.

    Parameters
    ----------
    first, second : Answers
        What they answered.

    Returns
    -------
    Pair or str
        The pair, or in words why they cannot be compared.

    Raises
    ------
    ParameterError
        If the answers of one of them are incomplete or contradict each other.
    """
    if first.protocol != second.protocol:
        return f"protocol {first.protocol!r} is not protocol {second.protocol!r}"
    if first.caveat != second.caveat:
        words = [f"{a.model} is {a.caveat or 'clean'}" for a in (first, second)]
        return f"the figures are of different worth: {', '.join(words)}"
    chosen = _same_splits(first, second)
    if isinstance(chosen, str):
        return chosen
    rows, notes = chosen
    truths = [{o.track_id: (o.y_true, o.group) for o in r} for r in rows]
    if odd := next((i for i in truths[0] if truths[0][i] != truths[1][i]), None):
        return f"genre and artist of track {odd!r} are {truths[0][odd]} and {truths[1][odd]}"
    said = (label for r in rows for o in r for label in (o.y_true, o.y_pred))
    labels = list(dict.fromkeys((*first.labels, *second.labels, *said)))
    try:
        pools = [pool(tuple(dataclasses.replace(o, probabilities=()) for o in r), labels)
                 for r in rows]  # fmt: skip
    except ParameterError as error:
        raise ParameterError(f"{first.model} and {second.model}: {error}") from error
    if group_codes(pools[0].groups).max() < 1:
        return "all tracks are of one artist: no other could be drawn"
    return Pair(pools[0], pools[1], _n_train(first, second, pools[0]), notes)


def _same_splits(
    first: Answers, second: Answers
) -> tuple[list[list[TrackOutcome]], tuple[str, ...]] | str:
    """Choose the answers that come from the same splits, about the tracks that both have."""
    for key in sorted(first.splits.keys() & second.splits.keys()):
        a, b = first.splits[key].digest, second.splits[key].digest
        if a != b:
            return (
                f"the splits of fold {key[0]}, seed {key[1]} differ (SHA-256 {a[:12]} and "
                f"{b[:12]}): evaluate both on the same data"
            )
    ids = [{o.track_id for o in a.outcomes} for a in (first, second)]
    both = ids[0] & ids[1]
    if not both:
        return "they were tested on different tracks"
    seeds = _same_seeds(*(_places(a, both) for a in (first, second)))
    if isinstance(seeds, str):
        return seeds
    notes = []
    if len(both) < len(ids[0] | ids[1]):
        counts = " and ".join(str(len(i - both)) for i in ids)
        notes.append(f"{len(both)} tracks in common; {counts} that only one was tested on")
    own = [{o.seed for o in a.outcomes} for a in (first, second)]
    if own[0] != own[1]:
        counts = " and ".join(str(len(used)) for used in seeds)
        notes.append(f"{counts} seeds used, of {len(own[0])} and {len(own[1])}")
    rows = [
        [o for o in a.outcomes if o.track_id in both and o.seed in used]
        for a, used in zip((first, second), seeds, strict=True)
    ]
    return rows, tuple(notes)


def _same_seeds(first: Places, second: Places) -> tuple[set[int], set[int]] | str:
    """Choose all seeds where each has the same folds, else those that both have."""
    places = [*first.values(), *second.values()]
    if all(place == places[0] for place in places):
        return set(first), set(second)
    common = first.keys() & second.keys()
    if not common:
        return "they share no seed, and each seed has splits of its own"
    if any(first[s] != second[s] for s in common):
        return "their folds hold different test tracks: the splits are not the same"
    return set(common), set(common)


def _places(answers: Answers, ids: set[str]) -> Places:
    places: Places = {}
    for o in answers.outcomes:
        own = places.setdefault(o.seed, {})
        if o.track_id in ids:
            own[o.track_id] = o.fold
    return places


def _right_share(table: Pool) -> np.ndarray:
    """Give what each track adds to the accuracy: the mean over seeds of means over tracks."""
    per_seed = len(table.seeds) * np.bincount(table.seed_index)[table.seed_index]
    share = (table.y_true == table.y_pred) / per_seed
    return np.bincount(table.track_index, weights=share, minlength=len(table.groups))


def _by_unit(table: Pool) -> dict[tuple[int, int], tuple[float, int]]:
    right = table.y_true == table.y_pred
    found = {}
    for fold in np.unique(table.fold).tolist():
        for s, seed in enumerate(table.seeds):
            rows = (table.fold == fold) & (table.seed_index == s)
            if rows.any():
                found[fold, seed] = float(right[rows].mean()), int(rows.sum())
    return found


def _n_train(first: Answers, second: Answers, table: Pool) -> float | None:
    """Count the training tracks: of splits that are known, else all those of the other folds."""
    units = table.fold * len(table.seeds) + table.seed_index
    tests = {tuple(table.track_index[units == u].tolist()) for u in np.unique(units)}
    if len(tests) < 2:
        return None
    known = {**second.splits, **first.splits}
    if known:
        return float(np.mean([len(split.train) for split in known.values()]))
    n, n_folds = len(table.groups), len(np.unique(table.fold))
    tested_once = len(table.y_true) == n * len(table.seeds)
    return n * (1 - 1 / n_folds) if n_folds > 1 and tested_once else None

"""
Which differences between models are real: every pair under the same protocol, tested with artists
as the draws, and adjusted for how many pairs there are.

Public functions: `compare`, `read_and_compare`.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np

from genrescope.errors import DatasetError, ParameterError
from genrescope.evaluation.comparison.answers import Answers, read_answers
from genrescope.evaluation.comparison.pairing import Pair, pair
from genrescope.evaluation.comparison.records import Comparison, Refusal
from genrescope.evaluation.pool import Pool
from genrescope.evaluation.scoring import accuracy_by_seed, track_sums
from genrescope.metrics import paired_tests, sample_size
from genrescope.metrics.intervals import group_codes
from genrescope.metrics.paired_bootstrap import Difference, bootstrap_difference
from genrescope.metrics.paired_tests import CorrectedT
from genrescope.seeding import rng_for

POWER = 0.8


def read_and_compare(
    paths: Sequence[Path], *, alpha: float = 0.05
) -> tuple[list[Comparison], list[Refusal]]:
    """
    Compare the models of runs.

    Parameters
    ----------
    paths : sequence of Path
        Runs, as `answers.read_answers` takes them.
    alpha : float
        Level of the tests.

    Returns
    -------
    comparisons : list of Comparison
        Every pair that is comparable.
    refusals : list of Refusal
        The other pairs of different models, and why.

    Raises
    ------
    DatasetError
        If a run cannot be read, or no two models can be compared.
    """
    found: list[Answers] = []
    for path in paths:
        for answers in read_answers(path):
            if not any(_same_answers(answers, other) for other in found):
                found.append(answers)
    named = _told_apart(found)
    if len(named) < 2:
        names = ", ".join(f"{a.model} under {a.protocol}" for a in named)
        raise DatasetError(
            f"there is one set of answers only ({names}): give another run, or one that evaluated "
            "several models"
        )
    comparisons, refusals = compare(named, alpha=alpha)
    if not comparisons:
        reasons = "; ".join(r.sentence.removeprefix("Not compared: ") for r in refusals[:3])
        raise DatasetError(f"no two of these models can be compared: {reasons}")
    return comparisons, refusals


def compare(
    found: Sequence[Answers],
    *,
    alpha: float = 0.05,
    neighbours: bool = False,
    n_resamples: int = 10_000,
) -> tuple[list[Comparison], list[Refusal]]:
    """
    Compare models, two by two; pairs under one protocol are one family for Holm's adjustment.

    Parameters
    ----------
    found : sequence of Answers
        Of models that have different names under one protocol.
    alpha : float
        Level of the tests, in (0, 1); intervals are of 1 - alpha.
    neighbours : bool
        Compare only models that follow each other in accuracy, rather than all pairs.
    n_resamples : int
        Number of resamples of artists.

    Returns
    -------
    comparisons : list of Comparison
        By protocol, the best models first.
    refusals : list of Refusal
        What is not comparable, and why.

    Raises
    ------
    ParameterError
        If `alpha` is not in (0, 1) or answers are incomplete.
    """
    if not 0 < alpha < 1:
        raise ParameterError(f"alpha is {alpha}, but must lie in (0, 1), as 0.05 does")
    comparisons: list[Comparison] = []
    refusals: list[Refusal] = []
    for protocol in dict.fromkeys(a.protocol for a in found):
        own = sorted((a for a in found if a.protocol == protocol), key=_accuracy, reverse=True)
        family = []
        for first, second in pairwise(own) if neighbours else combinations(own, 2):
            chosen = pair(first, second)
            if isinstance(chosen, str):
                refusals.append(Refusal(_name(first), _name(second), chosen))
            elif chosen.differences().sum() >= 0:
                family.append(_compared(first, second, chosen, alpha, n_resamples))
            else:
                swapped = dataclasses.replace(chosen, first=chosen.second, second=chosen.first)
                family.append(_compared(second, first, swapped, alpha, n_resamples))
        adjusted = paired_tests.holm([c.p_value for c in family])
        comparisons += [
            dataclasses.replace(c, p_adjusted=p) for c, p in zip(family, adjusted, strict=True)
        ]
    refusals += _alone(found)
    return comparisons, refusals


def _compared(
    first: Answers, second: Answers, pair: Pair, alpha: float, n_resamples: int
) -> Comparison:
    d = pair.differences()
    groups = pair.first.groups
    n, n_groups = len(groups), int(group_codes(groups).max()) + 1
    rng = rng_for(0, "compare", first.protocol, *sorted((first.model, second.model)))
    accuracy, _, macro_f1 = _by_artists(pair, rng, alpha, n_resamples)
    better, worse = (int(np.count_nonzero(sign * d > 1e-9)) for sign in (1, -1))
    effect = sample_size.design_effect(d, groups)
    needed, detectable = _sizes(d, accuracy.value, alpha, max(1.0, effect))
    return Comparison(
        first=first.model,
        second=second.model,
        protocol=first.protocol,
        caveat=first.caveat,
        n=n,
        n_groups=n_groups,
        accuracy_first=_accuracy_of(pair.first),
        accuracy_second=_accuracy_of(pair.second),
        accuracy=accuracy,
        macro_f1=macro_f1,
        p_value=(p := paired_tests.sign_flip_test(d, groups, rng)),
        p_adjusted=p,
        alpha=alpha,
        n_only_first=better,
        n_only_second=worse,
        p_mcnemar=paired_tests.mcnemar(better, worse),
        corrected_t=_corrected_t(pair),
        design_effect=effect,
        power=POWER,
        n_needed=needed,
        n_groups_needed=None if needed is None else math.ceil(needed * n_groups / n),
        detectable=detectable,
        notes=pair.notes,
    )


def _sizes(
    differences: np.ndarray, difference: float, alpha: float, design_effect: float
) -> tuple[int | None, float | None]:
    """Give the tracks that show this difference, and the difference that these tracks show."""
    discordance = min(1.0, float(np.mean(differences**2)))
    given = {"power": POWER, "alpha": alpha, "design_effect": design_effect}
    needed = detectable = None
    if abs(difference) > 1e-6:
        needed = sample_size.paired_sample_size(difference, discordance=discordance, **given)
    if discordance > 0:
        detectable = sample_size.detectable_difference(
            len(differences), discordance=discordance, **given
        )
    return needed, detectable


def _by_artists(
    pair: Pair, rng: np.random.Generator, alpha: float, n_resamples: int
) -> tuple[Difference, ...]:
    """Give the differences of accuracy, balanced accuracy and macro-F1."""
    sums = [track_sums(table) for table in (pair.first, pair.second)]
    return bootstrap_difference(
        sums[0][1],
        sums[1][1],
        pair.first.groups,
        rng,
        statistics=(sums[0][2], sums[1][2]),
        n_resamples=n_resamples,
        confidence=1 - alpha,
    )


def _corrected_t(pair: Pair) -> CorrectedT | None:
    differences, n_test = pair.fold_differences()
    if pair.n_train is None or len(differences) < 2:
        return None
    return paired_tests.corrected_t_test(
        differences.tolist(), n_train=pair.n_train, n_test=float(n_test.mean())
    )


def _accuracy_of(table: Pool) -> float:
    return float(np.mean(accuracy_by_seed(table)))


def _accuracy(answers: Answers) -> float:
    by_seed: dict[int, list[bool]] = {}
    for o in answers.outcomes:
        by_seed.setdefault(o.seed, []).append(o.y_true == o.y_pred)
    return float(np.mean([np.mean(right) for right in by_seed.values()]))


def _name(answers: Answers) -> str:
    return f"{answers.model} under {answers.protocol}"


def _alone(found: Sequence[Answers]) -> list[Refusal]:
    """Say of a model that has a protocol to itself that nothing stands beside it."""
    protocols = [a.protocol for a in found]
    reason = "no other model was tested under this protocol"
    return [Refusal(_name(a), "", reason) for a in found
            if protocols.count(a.protocol) == 1]  # fmt: skip


def _same_answers(a: Answers, b: Answers) -> bool:
    return (a.model, a.protocol) == (b.model, b.protocol) and set(a.outcomes) == set(b.outcomes)


def _told_apart(found: Sequence[Answers]) -> list[Answers]:
    """Give models of one name under one protocol the places of their runs as names."""
    keys = [(a.model, a.protocol) for a in found]
    return [
        dataclasses.replace(a, model=f"{a.model} [{a.source}]") if keys.count(key) > 1 else a
        for a, key in zip(found, keys, strict=True)
    ]

"""
Tests of whether one model is better than another, from their answers about the same tracks.

A difference is that of the first model less the second, as a fraction. `differences` holds one
value a track: how often the first model was right about it, less how often the second was (over
seeds: in [-1, 1]). p-values are two-sided; swapping the models leaves them as they are. scipy is
not needed.

What each test assumes:

- `mcnemar`: tracks drawn independently. Tracks of one artist are not; where artists have several
  tracks its p-value is too small, so it decides nothing here and stands beside the next one.
- `sign_flip_test`: artists drawn independently, and models that are equally good could have
  swapped their answers about all tracks of an artist. Exact for any number of artists, of any
  sizes, and the test that decides. (Obuchowski's and Eliasziw and Donner's corrections of McNemar
  lean on a normal law, which a few artists of unequal sizes do not follow.)
- `corrected_t_test`: folds (or random splits) as draws of training and test music together.
- `holm`: nothing about how the comparisons hang together.

Public functions: `mcnemar`, `sign_flip_test`, `corrected_t_test`, `holm`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from genrescope.errors import ParameterError
from genrescope.metrics.intervals import group_codes
from genrescope.metrics.quantiles import t_cdf

_TOLERANCE = 1e-9
_MAX_LEVELS = 500_000
_N_FLIPS = 20_000
_BLOCK_SIZE = 4_000_000


@dataclass(frozen=True)
class CorrectedT:
    """
    A corrected t test.

    Attributes
    ----------
    mean : float
        Mean difference.
    t : float
        The statistic; infinite where all differences are equal and not 0.
    df : int
        Degrees of freedom.
    p_value : float
        Two-sided.
    """

    mean: float
    t: float
    df: int
    p_value: float


def mcnemar(n_only_first: int, n_only_second: int) -> float:
    """
    Compute the exact McNemar test: a binomial test of the tracks about which two models differ.

    Parameters
    ----------
    n_only_first, n_only_second : int
        Tracks that only the first (only the second) model got right.

    Returns
    -------
    float
        Two-sided p-value; 1 where the models differ about no track.

    Raises
    ------
    ParameterError
        If a count is negative.

    References
    ----------
    .. [1] McNemar, Q. (1947). Note on the sampling error of the difference between correlated
       proportions or percentages. Psychometrika 12, 153-157.

    Examples
    --------
    >>> mcnemar(1, 5)
    0.21875
    """
    few, n = min(n_only_first, n_only_second), n_only_first + n_only_second
    if few < 0:
        raise ParameterError(f"{n_only_first} and {n_only_second} tracks: counts start at 0")
    if n_only_first == n_only_second:
        return 1.0
    # From the most probable term down, each by its ratio to the last: 2^n of many tracks is huge.
    term = total = 1.0
    for k in range(few, 0, -1):
        term *= k / (n - k + 1)
        total += term
    return min(1.0, 2 * total * (math.comb(n, few) / (1 << n)))


def sign_flip_test(
    differences: np.ndarray, groups: Sequence[str | None], rng: np.random.Generator
) -> float:
    """
    Test whether two models are equally good, with artists as the draws.

    Were they, then the answers about all tracks of an artist might as well be swapped, so that the
    summed difference of each artist has either sign with equal chance. The p-value is the share of
    all ways to choose the signs that give a total at least as far from 0. Where the differences
    have a common step (answers are right or wrong, seeds are few) all ways are counted, through the
    characteristic function of their total; else 20,000 are drawn.

    Parameters
    ----------
    differences : np.ndarray [shape=(n,)]
        First model less second, of each track.
    groups : sequence of str or None
        Artist of each track; None makes the track a group of its own.
    rng : np.random.Generator
        Source of the draws, if there are any.

    Returns
    -------
    float
        Two-sided p-value. At least ``2 / 2**g``, where g artists have a difference: below six
        artists no difference can be told at the level of 5 %.

    Raises
    ------
    ParameterError
        If lengths differ, there are no tracks or a difference is not finite.

    References
    ----------
    .. [1] Fisher, R. A. (1935). The Design of Experiments, section 21.
    .. [2] Phipson, B. and Smyth, G. K. (2010). Permutation p-values should never be zero.
       Statistical Applications in Genetics and Molecular Biology 9, article 39. (For the drawn
       ways.)

    Examples
    --------
    >>> differences = np.array([1.0, 1.0, 1.0, 0.0])
    >>> sign_flip_test(differences, ["a", "a", "b", "c"], np.random.default_rng(0))
    0.5
    """
    d = np.asarray(differences, dtype=np.float64)
    if d.ndim != 1 or len(d) != len(groups) or not len(d) or not np.isfinite(d).all():
        raise ParameterError(
            f"differences of shape {d.shape} and groups of {len(groups)} tracks: needs a finite "
            "difference and a group for each of at least one track"
        )
    sizes = np.abs(np.bincount(group_codes(groups), weights=d))
    total = abs(float(np.bincount(group_codes(groups), weights=d).sum()))
    sizes = sizes[sizes > _TOLERANCE]
    if not len(sizes):
        return 1.0
    steps = _steps(d, sizes)
    if steps is None:
        return _drawn_tail(sizes, total, rng)
    return _counted_tail(steps, total / sizes.sum() * steps.sum())


def corrected_t_test(differences: Sequence[float], *, n_train: float, n_test: float) -> CorrectedT:
    """
    Compute the corrected resampled t test over the folds (and repetitions) of a protocol.

    Folds share training tracks, so that their differences are not independent, and the usual t test
    finds differences that are none. The correction adds the share of test tracks to the variance.

    Parameters
    ----------
    differences : sequence of float
        Accuracy of the first model less the second, one a fold (and repetition), at least two.
    n_train, n_test : float
        Tracks of the training and of the test part (of a fold, on average).

    Returns
    -------
    CorrectedT
        With one degree of freedom less than there are differences.

    Raises
    ------
    ParameterError
        If there are fewer than two differences, one is not finite or a part is empty.

    References
    ----------
    .. [1] Nadeau, C. and Bengio, Y. (2003). Inference for the generalization error. Machine
       Learning 52, 239-281.
    .. [2] Bouckaert, R. R. and Frank, E. (2004). Evaluating the replicability of significance tests
       for comparing learning algorithms. PAKDD, 3-12. (Repeated cross-validation.)

    Examples
    --------
    >>> test = corrected_t_test([0.02, 0.05, 0.03], n_train=600, n_test=300)
    >>> print(f"t = {test.t:.2f}, p = {test.p_value:.2f}")
    t = 2.39, p = 0.14
    """
    x = np.asarray(differences, dtype=np.float64)
    if x.ndim != 1 or len(x) < 2 or not np.isfinite(x).all():
        raise ParameterError(f"{differences}: a t test needs at least two finite differences")
    if n_train <= 0 or n_test <= 0:
        raise ParameterError(f"n_train={n_train}, n_test={n_test}: both parts need tracks")
    mean, df = float(x.mean()), len(x) - 1
    error = math.sqrt((1 / len(x) + n_test / n_train) * float(x.var(ddof=1)))
    if error < _TOLERANCE:
        same = abs(mean) < _TOLERANCE
        return CorrectedT(mean, 0.0 if same else math.copysign(math.inf, mean), df, float(same))
    t = mean / error
    return CorrectedT(mean, t, df, 2 * t_cdf(-abs(t), df))


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """
    Adjust the p-values of several comparisons by Holm's step-down method.

    Of all comparisons whose adjusted p-value is at most alpha, the chance that any is of equal
    models is at most alpha.

    Parameters
    ----------
    p_values : sequence of float
        One a comparison, in any order.

    Returns
    -------
    tuple of float
        Adjusted p-values in the same order, at most 1.

    Raises
    ------
    ParameterError
        If a value is not in [0, 1].

    References
    ----------
    .. [1] Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian
       Journal of Statistics 6, 65-70.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03])
    (0.03, 0.06, 0.06)
    """
    p = np.asarray(p_values, dtype=np.float64)
    if not ((p >= 0) & (p <= 1)).all():
        raise ParameterError(f"p-values {tuple(p_values)}: each must lie in [0, 1]")
    order = np.argsort(p, kind="stable")
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(1, np.maximum.accumulate(p[order] * (len(p) - np.arange(len(p)))))
    return tuple(adjusted.tolist())


def _steps(differences: np.ndarray, sizes: np.ndarray) -> np.ndarray | None:
    """Give the artists' differences as whole multiples of a common step, if they are."""
    used = np.abs(differences[np.abs(differences) > _TOLERANCE])
    for parts in range(1, 61):
        scaled = sizes / used.min() * parts
        steps = np.rint(scaled)
        if np.allclose(scaled, steps, rtol=0, atol=1e-6) and steps.sum() <= _MAX_LEVELS:
            return np.asarray(steps.astype(np.int64))
    return None


def _counted_tail(steps: np.ndarray, total: float) -> float:
    """Compute the chance of a sum of randomly signed steps at least as far from 0 as `total`."""
    largest = int(steps.sum())
    # The characteristic function of the sum is the product of cos(step x angle).
    angles = 2 * np.pi * np.arange(2 * largest + 1) / (2 * largest + 1)
    product = np.ones(len(angles))
    for step, count in zip(*np.unique(steps, return_counts=True), strict=True):
        product *= np.cos(step * angles) ** count
    chances = np.fft.ifft(product).real
    first = math.ceil(total - 0.5)
    tail = float(chances[max(first, 1) : largest + 1].sum() * 2 + (chances[0] if first < 1 else 0))
    return min(1.0, max(tail, 2.0 ** (1 - len(steps))))


def _drawn_tail(sizes: np.ndarray, total: float, rng: np.random.Generator) -> float:
    n_far, block = 0, max(1, _BLOCK_SIZE // len(sizes))
    for start in range(0, _N_FLIPS, block):
        shape = (min(block, _N_FLIPS - start), len(sizes))
        signs = rng.integers(0, 2, size=shape, dtype=np.int8) * 2 - 1
        n_far += int(np.count_nonzero(np.abs(signs @ sizes) >= total - _TOLERANCE))
    return (n_far + 1) / (_N_FLIPS + 1)

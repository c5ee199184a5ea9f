"""Answers of several labels a track, drawn at random, for the tests of their evaluation."""

from __future__ import annotations

import numpy as np

from genrescope.evaluation.multilabel.outcomes import LabelOutcome

LABELS = ("blues", "jazz", "rock", "ska")


def drawn(
    n: int = 120, *, seed: int = 0, skill: float = 1.0, trained: int = 0
) -> list[LabelOutcome]:
    """Draw truth from one seed and answers from another; no track has ska, and artists have 4."""
    rng = np.random.default_rng(seed)
    Y = rng.random((n, 3)) < [0.15, 0.3, 0.5]
    Y[~Y.any(axis=1), 2] = True
    noise = np.random.default_rng([seed, trained]).normal(size=(n, 3))
    P = np.concatenate([1 / (1 + np.exp(-(skill * (2 * Y - 1) + noise))), np.full((n, 1), 0.1)], 1)
    return [
        LabelOutcome(
            f"t{i}",
            1 + i % 2,
            trained,
            f"artist {i // 4}",
            tuple(np.array(LABELS[:3])[y].tolist()),
            tuple(np.array(LABELS)[p > 0.5].tolist()),
            tuple(p.tolist()),
        )
        for i, (y, p) in enumerate(zip(Y, P, strict=True))
    ]

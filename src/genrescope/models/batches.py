"""Batches of arrays in memory or on disk, in an order that depends on seed and epoch alone.

No worker processes and no loop over items: a batch is one indexing of the whole array, of which a
memory-mapped one reads what it needs. Because the order is drawn from (seed, epoch), a training
that is resumed sees the batches of an unbroken one.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch

from genrescope.seeding import rng_for


class Batches:
    """
    All items once an epoch, shuffled or in order.

    Parameters
    ----------
    X : np.ndarray [shape=(n, ...)]
        Inputs; float32 ones in one piece are not copied, memory-mapped ones neither.
    y : np.ndarray [shape=(n,) or (n, n_labels)]
        Class indices, or which labels each input has.
    batch_size : int
        Items a batch; the last one holds what is left.
    seed : int or None
        Seed of the order; None keeps the order of `X`.
    """

    def __init__(self, X: np.ndarray, y: np.ndarray, *, batch_size: int, seed: int | None) -> None:
        self._X = np.ascontiguousarray(X, dtype=np.float32)
        # Zeros and ones are compared with probabilities.
        self._y = np.ascontiguousarray(y, dtype=np.int64 if y.ndim == 1 else np.float32)
        self._batch_size = batch_size
        self._seed = seed
        self._epoch = 0

    @property
    def sampler(self) -> Batches:
        """
        Where Lightning tells the number of the epoch: the object itself.

        Returns
        -------
        Batches
            Itself.
        """
        return self

    def set_epoch(self, epoch: int) -> None:
        """
        Choose the order of the next pass.

        Parameters
        ----------
        epoch : int
            Number of the epoch, from 0.
        """
        self._epoch = epoch

    def __len__(self) -> int:
        return -(-len(self._y) // self._batch_size)

    def __iter__(self) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        n = len(self._y)
        if self._seed is None:
            order = np.arange(n)
        else:
            order = rng_for(self._seed, "order", self._epoch).permutation(n)
        for start in range(0, n, self._batch_size):
            index = order[start : start + self._batch_size]
            # Indexing copies, so that torch gets an array of its own that may be written to.
            yield torch.from_numpy(self._X[index]), torch.from_numpy(self._y[index])

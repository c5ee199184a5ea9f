"""What a network learns: one genre an input, or all that an input has; its loss and its progress.

Targets say the task by their shape: class indices [shape=(n,)] of single-label learning, zeros and
ones [shape=(n, n_labels)] of multi-label learning. Of several labels each is a question of its own:
the loss is the binary cross-entropy, averaged over the labels, and what the history calls accuracy
is the mean average precision (mAP), since who gives no label at all is mostly right.

Public: `TASKS`, `loss_of`, `probabilities_of`, `Tally`.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from genrescope.labels import MULTI_LABEL, SINGLE_LABEL
from genrescope.metrics.multilabel import macro_average_precision

TASKS = (SINGLE_LABEL, MULTI_LABEL)


def loss_of(logits: torch.Tensor, y: torch.Tensor, *, reduction: str = "mean") -> torch.Tensor:
    """
    Compute the loss of a batch.

    Parameters
    ----------
    logits : torch.Tensor [shape=(n, n_labels)]
        What the network says.
    y : torch.Tensor [shape=(n,) or (n, n_labels)]
        Class indices, or zeros and ones.
    reduction : {"mean", "sum"}
        Over the inputs.

    Returns
    -------
    torch.Tensor
        Cross-entropy, or binary cross-entropy averaged over the labels, in nats.

    Examples
    --------
    >>> float(loss_of(torch.zeros(2, 3), torch.ones(2, 3))) == float(torch.log(torch.tensor(2.0)))
    True
    """
    if y.ndim == 1:
        return functional.cross_entropy(logits, y, reduction=reduction)
    loss = functional.binary_cross_entropy_with_logits(logits, y, reduction=reduction)
    return loss / y.shape[1] if reduction == "sum" else loss


def probabilities_of(task: str) -> nn.Module:
    """
    Give the last layer, from logits to probabilities.

    Parameters
    ----------
    task : str
        One of `TASKS`.

    Returns
    -------
    nn.Module
        A softmax; for several labels a sigmoid, whose rows need not sum to one.
    """
    return nn.Sigmoid() if task == MULTI_LABEL else nn.Softmax(dim=1)


class Tally:
    """
    Loss and accuracy of the inputs that were seen so far.

    Attributes
    ----------
    n : int
        How many they are.
    """

    def __init__(self) -> None:
        self.n = 0
        self._loss = self._right = 0.0
        self._ranked: list[tuple[np.ndarray, np.ndarray]] = []

    def add(self, logits: torch.Tensor, y: torch.Tensor, *, loss: float) -> None:
        """
        Count a batch.

        Parameters
        ----------
        logits : torch.Tensor [shape=(n, n_labels)]
            What the network says.
        y : torch.Tensor [shape=(n,) or (n, n_labels)]
            Class indices, or zeros and ones.
        loss : float
            Sum of the losses of its inputs.
        """
        self.n += len(y)
        self._loss += loss
        if y.ndim == 1:
            self._right += float((logits.argmax(1) == y).sum())
        else:
            self._ranked.append((y.bool().cpu().numpy(), logits.float().cpu().numpy()))

    @property
    def loss(self) -> float:
        """
        Mean loss of an input.

        Returns
        -------
        float
            In nats.
        """
        return self._loss / self.n

    @property
    def accuracy(self) -> float:
        """
        Fraction of inputs whose genre is right; of several labels, the mean average precision.

        Returns
        -------
        float
            In [0, 1].
        """
        if not self._ranked:
            return self._right / self.n
        Y_true, logits = (np.concatenate(part) for part in zip(*self._ranked, strict=True))
        # A network that diverged ranks nothing; its loss says so.
        finite = np.nan_to_num(logits, nan=0.0, posinf=np.inf, neginf=-np.inf)
        return macro_average_precision(Y_true, np.clip(finite, -1e30, 1e30))

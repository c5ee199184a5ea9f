"""A network of one hidden layer that learns vectors and changed copies of them.

Each step draws recordings of every genre alike, and of each the vector itself or one of its copies,
with mixup, dropout of inputs and hidden units, and label smoothing. What is kept is the exponential
moving average of the weights.

Public: `train`, `MixupSettings`, `Layers`.

References
----------
H. Zhang et al., "mixup: Beyond Empirical Risk Minimization", ICLR 2018.
B. T. Polyak and A. B. Juditsky, "Acceleration of Stochastic Approximation by Averaging", SIAM
Journal on Control and Optimization 30(4), 1992; a moving average is its common variant.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from genrescope.seeding import derived_seed, rng_for


@dataclass(frozen=True)
class MixupSettings:
    """
    Of the training; the defaults are those of the default model.

    Attributes
    ----------
    n_hidden : int
        Units of the hidden layer.
    input_dropout, hidden_dropout : float
        Dropout rates, in [0, 1).
    mixup_alpha : float
        Mixup: shares are drawn from Beta(mixup_alpha, mixup_alpha).
    label_smoothing : float
        Share of a target that is spread over all genres.
    unchanged : float
        How often a vector itself is drawn, not one of its copies.
    learning_rate, weight_decay : float
        The highest rate of AdamW, which rises and falls once, and its decay.
    epochs, batch_size : int
        Passes over the recordings, and recordings in a step.
    ema_decay : float
        Share of the moving average that each step keeps.
    """

    n_hidden: int = 512
    input_dropout: float = 0.5
    hidden_dropout: float = 0.5
    mixup_alpha: float = 0.3
    label_smoothing: float = 0.1
    unchanged: float = 0.25
    learning_rate: float = 2e-3
    weight_decay: float = 0.05
    epochs: int = 120
    batch_size: int = 64
    ema_decay: float = 0.99


@dataclass(frozen=True, eq=False)
class Layers:
    """
    A trained network: ``relu(z @ hidden + hidden_bias) @ out + out_bias``.

    Attributes
    ----------
    hidden : np.ndarray [shape=(n_features, n_hidden)]
        Weights of the hidden layer; float32 of half precision, so that they take half the room.
    hidden_bias : np.ndarray [shape=(n_hidden,)]
        Its biases.
    out : np.ndarray [shape=(n_hidden, n_classes)]
        Weights of the last layer.
    out_bias : np.ndarray [shape=(n_classes,)]
        Its biases.
    """

    hidden: np.ndarray
    hidden_bias: np.ndarray
    out: np.ndarray
    out_bias: np.ndarray

    def logits(self, Z: np.ndarray) -> np.ndarray:
        """
        Give the logits of vectors.

        Parameters
        ----------
        Z : np.ndarray [shape=(n, n_features)]
            Vectors, standardised.

        Returns
        -------
        np.ndarray [shape=(n, n_classes)]
            Before the softmax.
        """
        hidden = np.maximum(Z @ self.hidden + self.hidden_bias, 0)
        logits: np.ndarray = hidden @ self.out + self.out_bias
        return logits


def train(Z: np.ndarray, codes: np.ndarray, *, settings: MixupSettings, seed: int) -> Layers:
    """
    Train the network.

    Parameters
    ----------
    Z : np.ndarray [shape=(1 + n_copies, n, n_features)]
        Vectors, standardised, and behind them their copies; float32.
    codes : np.ndarray [shape=(n,)]
        The genre of each, as an index.
    settings : MixupSettings
        Of the training.
    seed : int
        Decides first weights, order, mixtures and dropout; the global generators stay as they were.

    Returns
    -------
    Layers
        The moving average of the weights after the last step.
    """
    n_classes = int(codes.max()) + 1
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(derived_seed(seed, "mixup mlp"))
        network = nn.Sequential(
            nn.Dropout(settings.input_dropout),
            nn.Linear(Z.shape[2], settings.n_hidden),
            nn.ReLU(),
            nn.Dropout(settings.hidden_dropout),
            nn.Linear(settings.n_hidden, n_classes),
        )
        mean = _learn(network, Z, codes, n_classes, settings, rng_for(seed, "mixup mlp"))
    first, last = mean[1], mean[4]
    arrays = [
        p.detach().numpy().copy() for p in (first.weight.T, first.bias, last.weight.T, last.bias)
    ]
    arrays[0] = arrays[0].astype(np.float16).astype(np.float32)
    return Layers(*arrays)


def _learn(
    network: nn.Sequential,
    Z: np.ndarray,
    codes: np.ndarray,
    n_classes: int,
    settings: MixupSettings,
    rng: np.random.Generator,
) -> nn.Sequential:
    """Learn, and give the network of the mean weights."""
    n_steps = settings.epochs * math.ceil(len(codes) / settings.batch_size)
    optimizer = torch.optim.AdamW(network.parameters(), weight_decay=settings.weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, settings.learning_rate, total_steps=n_steps, pct_start=0.1
    )
    kept = torch.optim.swa_utils.get_ema_multi_avg_fn(settings.ema_decay)
    averaged = torch.optim.swa_utils.AveragedModel(network, multi_avg_fn=kept)
    share = (1 / np.bincount(codes))[codes]
    targets = np.eye(n_classes, dtype=np.float32) * (1 - settings.label_smoothing)
    targets += settings.label_smoothing / n_classes
    for _ in range(n_steps):
        rows = rng.choice(len(codes), settings.batch_size, p=share / share.sum())
        x, t = _mixed(Z, rows, targets[codes[rows]], settings, rng)
        loss = functional.cross_entropy(network(x), t)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        averaged.update_parameters(network)
    mean: nn.Sequential = averaged.module
    return mean


def _mixed(
    Z: np.ndarray,
    rows: np.ndarray,
    targets: np.ndarray,
    settings: MixupSettings,
    rng: np.random.Generator,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Draw a copy of each recording, and mix it with another of the batch."""
    n = len(rows)
    copies = np.where(rng.random(n) < settings.unchanged, 0, rng.integers(len(Z), size=n))
    share = rng.beta(settings.mixup_alpha, settings.mixup_alpha, (n, 1)).astype(np.float32)
    other = rng.permutation(n)
    drawn = Z[copies, rows]
    x = share * drawn + (1 - share) * drawn[other]
    return torch.from_numpy(x), torch.from_numpy(share * targets + (1 - share) * targets[other])

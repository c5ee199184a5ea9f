"""A network of one hidden layer that learns vectors and changed copies of them.

Each step draws recordings of every genre alike, and of each the vector itself or one of its copies;
pairs of them are mixed (Zhang et al. 2018), inputs and hidden units are silenced, and targets are
smoothed. What is kept is the running mean of the weights (Polyak and Juditsky 1992).

Public: `train`, `MixupSettings`, `Layers`.
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
    silenced_inputs, silenced_hidden : float
        Shares that are silenced in each step, in [0, 1).
    mixing : float
        Parameter of the beta distribution that the shares of a mixture are drawn from.
    smoothing : float
        What of a target is spread over all genres.
    unchanged : float
        How often a vector itself is drawn, not one of its copies.
    learning_rate, weight_decay : float
        The highest rate of AdamW, which rises and falls once, and its decay.
    epochs, batch_size : int
        Passes over the recordings, and recordings in a step.
    averaging : float
        Share of the running mean that each step keeps.
    """

    n_hidden: int = 512
    silenced_inputs: float = 0.5
    silenced_hidden: float = 0.5
    mixing: float = 0.3
    smoothing: float = 0.1
    unchanged: float = 0.25
    learning_rate: float = 2e-3
    weight_decay: float = 0.05
    epochs: int = 120
    batch_size: int = 64
    averaging: float = 0.99


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
        Decides weights, order, mixtures and what is silenced; the global generators stay as they
        were.

    Returns
    -------
    Layers
        The mean of the weights over the last steps.
    """
    n_classes = int(codes.max()) + 1
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(derived_seed(seed, "mixup mlp"))
        network = nn.Sequential(
            nn.Dropout(settings.silenced_inputs),
            nn.Linear(Z.shape[2], settings.n_hidden),
            nn.ReLU(),
            nn.Dropout(settings.silenced_hidden),
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
    kept = torch.optim.swa_utils.get_ema_multi_avg_fn(settings.averaging)
    averaged = torch.optim.swa_utils.AveragedModel(network, multi_avg_fn=kept)
    share = (1 / np.bincount(codes))[codes]
    targets = np.eye(n_classes, dtype=np.float32) * (1 - settings.smoothing)
    targets += settings.smoothing / n_classes
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
    share = rng.beta(settings.mixing, settings.mixing, (n, 1)).astype(np.float32)
    other = rng.permutation(n)
    drawn = Z[copies, rows]
    x = share * drawn + (1 - share) * drawn[other]
    return torch.from_numpy(x), torch.from_numpy(share * targets + (1 - share) * targets[other])

"""Train the complex CNN of Joseph et al. (2024) the way it is written in most places.

    python plain_training.py --data lesson.npz --epochs 150 --workers 2

A `Dataset` that gives one item at a time, a `DataLoader` that shuffles, the layers in the order of
the paper, Adam, float32 and a look at the held-out part after each epoch. The file holds `X`
[shape=(n, height, width)], `y`, `X_test` and `y_test`. Prints one line of JSON: the median of the
seconds an epoch without the first, all seconds, and the accuracy of the last epoch.
"""

from __future__ import annotations

import argparse
import itertools
import json
import statistics
import sys
import time

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

LEARNING_RATE = 1e-4
BATCH_SIZE = 128
N_FILTERS, N_HIDDEN, DROPOUT = 16, 256, 0.5


class Pictures(Dataset[tuple[torch.Tensor, torch.Tensor]]):
    """Pictures and their class indices, one at a time."""

    def __init__(self, X: np.ndarray, y: np.ndarray) -> None:
        self.X, self.y = X, y

    def __len__(self) -> int:
        """Count the pictures."""
        return len(self.X)

    def __getitem__(self, i: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Give one picture with its channel, and its class."""
        picture = torch.tensor(self.X[i], dtype=torch.float32).unsqueeze(0)
        return picture, torch.tensor(self.y[i], dtype=torch.long)


def make_network(shape: tuple[int, int], n_classes: int) -> nn.Module:
    """Build the complex CNN: convolution, batch norm, ReLU, pooling, three times."""
    widths = [1, N_FILTERS, 2 * N_FILTERS, 4 * N_FILTERS]
    layers: list[nn.Module] = []
    for before, after in itertools.pairwise(widths):
        layers += [nn.Conv2d(before, after, 3), nn.BatchNorm2d(after), nn.ReLU(), nn.MaxPool2d(3)]
        shape = ((shape[0] - 2) // 3, (shape[1] - 2) // 3)
    return nn.Sequential(
        *layers,
        nn.Flatten(),
        nn.Linear(widths[-1] * shape[0] * shape[1], N_HIDDEN),
        nn.ReLU(),
        nn.Dropout(DROPOUT),
        nn.Linear(N_HIDDEN, n_classes),
    )


def train_epoch(network: nn.Module, loader: DataLoader, optimizer: torch.optim.Optimizer) -> float:
    """Learn from every batch once; gives the mean loss."""
    network.train()
    loss_of = nn.CrossEntropyLoss()
    total, n = 0.0, 0
    for X, y in loader:
        optimizer.zero_grad()
        loss = loss_of(network(X), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
        n += len(y)
    return total / n


@torch.no_grad()
def accuracy(network: nn.Module, loader: DataLoader) -> float:
    """Measure the share of right answers."""
    network.eval()
    correct, n = 0, 0
    for X, y in loader:
        correct += (network(X).argmax(1) == y).sum().item()
        n += len(y)
    return correct / n


@torch.no_grad()
def right_answers(network: nn.Module, loader: DataLoader) -> list[int]:
    """Give 1 for each right answer and 0 for each wrong one, in order."""
    network.eval()
    right = [network(X).argmax(1) == y for X, y in loader]
    return torch.cat(right).int().tolist()


def main() -> None:
    """Read the lesson, train, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", required=True, help="npz file with X, y, X_test, y_test")
    parser.add_argument("--epochs", type=int, default=150)
    parser.add_argument("--workers", type=int, default=2, help="workers of the DataLoader")
    parser.add_argument("--threads", type=int, help="threads of torch; all cores by default")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    if options.threads is not None:
        torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    with np.load(options.data) as data:
        X, y, X_test, y_test = (data[name] for name in ("X", "y", "X_test", "y_test"))
    classes, codes = np.unique(y, return_inverse=True)
    kw = {
        "batch_size": BATCH_SIZE,
        "num_workers": options.workers,
        "persistent_workers": options.workers > 0,
    }
    learn = DataLoader(Pictures(X, codes), shuffle=True, **kw)
    test = DataLoader(Pictures(X_test, np.searchsorted(classes, y_test)), **kw)
    network = make_network(X.shape[1:], len(classes))
    optimizer = torch.optim.Adam(network.parameters(), lr=LEARNING_RATE)
    seconds, final, loss = [], 0.0, 0.0
    for _ in range(options.epochs):
        start = time.perf_counter()
        loss = train_epoch(network, learn, optimizer)
        final = accuracy(network, test)
        seconds.append(time.perf_counter() - start)
    result = {
        "seconds_per_epoch": statistics.median(seconds[1:] or seconds),
        "seconds": sum(seconds),
        "epochs": options.epochs,
        "workers": options.workers,
        "threads": torch.get_num_threads(),
        "train_loss": loss,
        "accuracy": final,
        "n_test": len(y_test),
        "correct": right_answers(network, test),
    }
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()

"""The two members of the default model, on the same features: kernel machines and a network.

Both see features that are standardised over the recordings as they are, and clipped. The machines
learn from the recordings and the first copy of each, the network from all copies. Support vectors
and the weights of the hidden layer have half precision, and so take half the room.

Public: `Members`, `train`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.metrics.pairwise import rbf_kernel
from sklearn.svm import SVC

from genrescope.models import mixup_mlp

LIMIT = 3.0
"""Standard deviations at which features are clipped: a changed recording strays far in a few."""


@dataclass(frozen=True, eq=False)
class Members:
    """
    Machines and a network, trained on the same recordings.

    Attributes
    ----------
    mean, scale : np.ndarray [shape=(n_features,)]
        Of the standardisation.
    vectors : np.ndarray [shape=(n_vectors, n_features)]
        Support vectors, standardised; float32 of half precision.
    weights, biases : np.ndarray [shape=(n_vectors, n_classes)] and [shape=(n_classes,)]
        Of the machines.
    gamma : float
        Of the kernel.
    network : Layers
        The network.
    """

    mean: np.ndarray
    scale: np.ndarray
    vectors: np.ndarray
    weights: np.ndarray
    biases: np.ndarray
    gamma: float
    network: mixup_mlp.Layers

    def scores(self, X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """
        Give the decision values of the machines and the logits of the network.

        Parameters
        ----------
        X : np.ndarray [shape=(n, n_features)]
            Features.

        Returns
        -------
        of_machines, of_network : np.ndarray [shape=(n, n_classes)]
            The higher, the likelier.
        """
        Z = _standardised(X, self.mean, self.scale)
        kernel = rbf_kernel(Z, self.vectors, gamma=self.gamma)
        return kernel @ self.weights + self.biases, self.network.logits(Z)


def train(
    X: np.ndarray,
    codes: np.ndarray,
    copies: np.ndarray,
    *,
    C: float,
    gamma: float,
    mixup: mixup_mlp.MixupSettings,
    seed: int,
) -> Members:
    """
    Train both members.

    Parameters
    ----------
    X : np.ndarray [shape=(n, n_features)]
        Features.
    codes : np.ndarray [shape=(n,)]
        The genre of each, as an index.
    copies : np.ndarray [shape=(n_copies, n, n_features)]
        Features of changed copies.
    C : float
        Cost of an error of the machines.
    gamma : float
        Of their kernel.
    mixup : MixupSettings
        Of the training of the network.
    seed : int
        Decides the training of the network.

    Returns
    -------
    Members
        Trained on all items.
    """
    mean, scale = X.mean(axis=0, dtype=np.float64), X.std(axis=0, dtype=np.float64)
    scale[scale == 0] = 1.0
    Z = _standardised(np.concatenate([X[None], copies]), mean, scale)
    vectors = np.concatenate(Z[:2]).astype(np.float16).astype(np.float32)
    truths = np.tile(codes, len(Z[:2]))
    kernel = rbf_kernel(vectors, gamma=gamma)
    n_classes = int(codes.max()) + 1
    weights, biases = np.zeros((len(vectors), n_classes)), np.zeros(n_classes)
    for label in range(n_classes):
        machine = SVC(C=C, kernel="precomputed", cache_size=500).fit(kernel, truths == label)
        weights[machine.support_, label] = machine.dual_coef_[0]
        biases[label] = machine.intercept_[0]
    used = np.flatnonzero(weights.any(axis=1))
    network = mixup_mlp.train(Z, codes, settings=mixup, seed=seed)
    return Members(mean, scale, vectors[used], weights[used], biases, gamma, network)


def _standardised(X: np.ndarray, mean: np.ndarray, scale: np.ndarray) -> np.ndarray:
    Z: np.ndarray = np.clip((X - mean) / scale, -LIMIT, LIMIT).astype(np.float32)
    return Z

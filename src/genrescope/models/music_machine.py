"""A kernel machine that tells music from what is none, small enough to go into every bundle.

Statistics of a window are standardised and projected onto their strongest whitened components, in
which a support vector machine with an RBF kernel decides. The kernel is local: far from all that
was learned the machine's bias decides alone. Where the sounds learned lie around music on many
sides, the bias speaks against music, so that sounds of no known kind are turned away too; that is
a property of what was learned, and `MusicMachine.far` tells whether it holds. A logistic curve over
the decision values, fitted on held-out ones, makes them probabilities (Platt 1999).

Public: `MusicMachine`, `LogisticCurve`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from genrescope.models import kernel_graph

N_COMPONENTS = 48
C = 3.0
GAMMA_TIMES_COMPONENTS = 0.3


@dataclass(frozen=True)
class LogisticCurve:
    """
    From decision values to probabilities: ``1 / (1 + exp(-(slope * value + offset)))``.

    Attributes
    ----------
    slope, offset : float
        Of the curve.
    """

    slope: float
    offset: float

    @classmethod
    def fit(cls, values: np.ndarray, is_music: np.ndarray) -> LogisticCurve:
        """
        Fit the curve on held-out decision values; music and what is none weigh alike.

        Parameters
        ----------
        values : np.ndarray [shape=(n,)]
            Decision values from machines that did not learn from the item.
        is_music : np.ndarray [shape=(n,), dtype=bool]
            The truth.

        Returns
        -------
        LogisticCurve
            The curve.

        References
        ----------
        .. [1] Platt, J. (1999). Probabilistic outputs for support vector machines and comparisons
           to regularized likelihood methods.
        """
        model = LogisticRegression(class_weight="balanced").fit(values[:, None], is_music)
        return cls(float(model.coef_[0, 0]), float(model.intercept_[0]))

    def __call__(self, values: np.ndarray) -> np.ndarray:
        """Give probabilities of music [shape=(n,)]."""
        return np.asarray(1.0 / (1.0 + np.exp(-(self.slope * values + self.offset))))


class MusicMachine:
    """
    Tells music from what is none.

    Parameters
    ----------
    X : np.ndarray [shape=(n, n_features)]
        Features of windows.
    is_music : np.ndarray [shape=(n,), dtype=bool]
        Whether each is music.
    """

    def __init__(self, X: np.ndarray, is_music: np.ndarray) -> None:
        n_components = min(N_COMPONENTS, X.shape[1], len(X) - 1)
        self._scaler = StandardScaler().fit(X)
        Z = self._scaler.transform(X)
        pca = PCA(n_components, svd_solver="covariance_eigh").fit(Z)
        # Standardised features have no mean: the projection is all that is left of the whitening.
        self._projection = (pca.components_ / np.sqrt(pca.explained_variance_)[:, None]).T
        machine = SVC(C=C, gamma=GAMMA_TIMES_COMPONENTS / n_components, cache_size=500)
        self._machine = machine.fit(Z @ self._projection, is_music)

    def decision(self, X: np.ndarray) -> np.ndarray:
        """
        Decide; above 0 speaks for music.

        Parameters
        ----------
        X : np.ndarray [shape=(n, n_features)]
            Features.

        Returns
        -------
        np.ndarray [shape=(n,)]
            Decision values.
        """
        Z = self._scaler.transform(X) @ self._projection
        return np.asarray(self._machine.decision_function(Z))

    @property
    def far(self) -> float:
        """
        The decision on what lies far from all that was learned.

        Returns
        -------
        float
            Below 0 where such sounds are turned away.
        """
        return float(self._machine.intercept_[0])

    def to_onnx(self, curve: LogisticCurve, *, input_shape: tuple[int, ...]) -> bytes:
        """
        Write machine and curve as a graph.

        Parameters
        ----------
        curve : LogisticCurve
            From decision values to probabilities.
        input_shape : tuple of int
            Shape of one input, without the batch.

        Returns
        -------
        bytes
            From ``X`` to ``probabilities`` of no music and of music.
        """
        # A softmax over half the value, and its opposite, is the logistic curve.
        halves = np.array([[-0.5, 0.5]])
        return kernel_graph.kernel_machines(
            mean=self._scaler.mean_,
            scale=self._scaler.scale_,
            vectors=self._machine.support_vectors_,
            weights=curve.slope * self._machine.dual_coef_.T @ halves,
            biases=((curve.slope * self._machine.intercept_[0] + curve.offset) * halves)[0],
            gamma=float(self._machine.gamma),
            input_shape=input_shape,
            projection=self._projection,
        )

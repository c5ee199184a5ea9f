"""One ONNX graph, loaded once: features in, probabilities out.

A session may be called from several threads; each call runs on one core, so that as many files as
there are cores can be answered side by side.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from genrescope.errors import BundleError

BATCH_SIZE = 64
# What a network computes from a larger batch falls out of the cache: of pictures of 64 times 100
# numbers, it takes three times as long in batches of 64 as one by one.
MAX_BATCH_BYTES = 2**17
MAX_SUM_ERROR = 1e-3


class Session:
    """
    A graph of a model bundle.

    Parameters
    ----------
    graph : bytes
        ONNX, from ``X`` to ``probabilities``.
    n_labels : int
        How many probabilities it must give.
    folder : Path
        The bundle, for messages.
    sums_to_one : bool
        Whether the probabilities of a window must; those of several labels need not.

    Raises
    ------
    BundleError
        If the graph is damaged, or is none of genrescope.
    """

    def __init__(
        self, graph: bytes, *, n_labels: int, folder: Path, sums_to_one: bool = True
    ) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 4
        # It would keep the memory of the largest batch, and is no faster with batches this small.
        options.enable_cpu_mem_arena = False
        options.enable_mem_pattern = False
        try:
            self._session = onnxruntime.InferenceSession(
                graph, options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime's own exceptions share no narrower base class
            raise BundleError(
                f"{folder}: onnxruntime cannot load the graph ({str(error).splitlines()[0]}): "
                "export the model again, or install a newer onnxruntime"
            ) from error
        self._n_labels = n_labels
        self._sums_to_one = sums_to_one
        names = (
            [i.name for i in self._session.get_inputs()],
            [o.name for o in self._session.get_outputs()],
        )
        if names[0] != ["X"] or "probabilities" not in names[1]:
            raise BundleError(
                f"{folder}: the graph goes from {names[0]} to {names[1]}, but must go from ['X'] "
                "to 'probabilities': it is not a graph that genrescope exported"
            )

    def probabilities(self, X: np.ndarray) -> np.ndarray:
        """
        Run the graph, in batches that fit into the cache, of at most 64.

        Parameters
        ----------
        X : np.ndarray [shape=(n, ...)]
            Features, float32.

        Returns
        -------
        np.ndarray [shape=(n, n_labels)]
            Probabilities, float32.

        Raises
        ------
        BundleError
            If the graph does not take these features or gives something else than probabilities.
        """
        blocks = []
        size = max(1, min(BATCH_SIZE, MAX_BATCH_BYTES * len(X) // max(1, X.nbytes)))
        for start in range(0, len(X), size):
            try:
                (P,) = self._session.run(["probabilities"], {"X": X[start : start + size]})
            except Exception as error:  # onnxruntime's own exceptions share no narrower base class
                raise BundleError(
                    f"the graph does not take features of shape {X.shape[1:]} "
                    f"({str(error).splitlines()[0]}): bundle.json and model.onnx do not belong "
                    "together; export the model again"
                ) from error
            n = min(size, len(X) - start)
            if not isinstance(P, np.ndarray) or P.shape != (n, self._n_labels):
                raise BundleError(
                    f"the graph gave an answer of shape {np.shape(P)} for {n} windows and "
                    f"{self._n_labels} labels: export the model again"
                )
            self._check(P)
            blocks.append(P)
        return np.concatenate(blocks)

    def _check(self, P: np.ndarray) -> None:
        # NaN fails all comparisons.
        most = (
            np.abs(P.sum(axis=1) - 1).max() < MAX_SUM_ERROR if self._sums_to_one else P.max() <= 1
        )
        if not (P.min() >= 0 and most):
            rule = "rows do not sum to one" if self._sums_to_one else "some are above one"
            raise BundleError(
                f"the graph gave numbers that are no probabilities ({rule}, or are negative or not "
                "finite): export the model again"
            )

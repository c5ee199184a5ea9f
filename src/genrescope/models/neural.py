"""Networks with the manners of scikit-learn: `fit`, `predict_proba`, `clone`, `cross_validate`.

Inputs are float32 arrays [shape=(n, ...)] of features, labels are any values that sort, or names of
several labels an input. Lightning trains; the test set never ends a training nor chooses weights.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted
from torch import nn

from genrescope.labels import MULTI_LABEL, SINGLE_LABEL
from genrescope.models import _checkpoint, _fitting, _training_rules, architectures, checks, tasks
from genrescope.models.batches import Batches
from genrescope.models.checks import Data, Lesson
from genrescope.models.label_sets import checked_label_sets
from genrescope.models.lightning_seam import Keeper, Learner
from genrescope.models.precision import resolved_precision
from genrescope.seeding import derived_seed


class NetworkClassifier(ClassifierMixin, BaseEstimator):
    """
    A network that learns genres from features.

    Parameters
    ----------
    architecture : str
        Name of a network in `genrescope.models` (``"linear"``).
    settings : dict or None
        Its settings, by name; None takes the defaults.
    epochs : int
        Passes over the training data (at most, with `patience`).
    batch_size : int
        Items a step.
    optimizer : str
        ``"adam"``, ``"adamw"``, ``"sgd"``, ``"rmsprop"`` or ``"adadelta"``.
    learning_rate, weight_decay : float
        Of the optimiser.
    patience : int or None
        End after this many epochs without a lower validation loss and keep the best weights;
        needs `valid` in `fit`. None trains all epochs and keeps the last weights.
    seed : int
        Decides the first weights, the order of the batches and dropout.
    device : str
        ``"auto"`` (a GPU when there is one), ``"cpu"``, ``"gpu"``, ``"cuda"``, ``"mps"`` or
        ``"tpu"``.
    precision : str
        ``"float32"``, ``"bfloat16"`` (faster where the processor has it, by 8 significant bits), or
        ``"auto"``, bfloat16 where it is known to be faster: then figures depend on the machine.
    task : str
        ``"single-label"``, or ``"multi-label"``: inputs may be of several genres, or of none, and
        each genre is a question of its own (see `tasks`).
    folder : str or Path or None
        Where checkpoint, history (CSV) and TensorBoard logs go. A training that was stopped goes
        on from there; another training is refused there. None keeps nothing on disk.
    progress : bool
        Show a progress bar.

    Attributes
    ----------
    classes_ : np.ndarray [shape=(n_classes,)]
        The labels, sorted: the columns of `predict_proba`.
    network_ : nn.Module
        The trained network, from inputs to logits.
    history_ : list of Epoch
        Loss and accuracy after each epoch; multi-label, the accuracy is the mAP.
    n_parameters_ : int
        Trainable parameters.
    precision_ : str
        What the layers computed in, ``"float32"`` or ``"bfloat16"``.
    """

    def __init__(
        self,
        architecture: str = "linear",
        settings: dict[str, Any] | None = None,
        *,
        epochs: int = 150,
        batch_size: int = 128,
        optimizer: str = "adam",
        learning_rate: float = 1e-4,
        weight_decay: float = 0.0,
        patience: int | None = None,
        seed: int = 0,
        device: str = "auto",
        precision: str = "float32",
        task: str = SINGLE_LABEL,
        folder: str | Path | None = None,
        progress: bool = False,
    ) -> None:
        self.architecture = architecture
        self.settings = settings
        self.epochs = epochs
        self.batch_size = batch_size
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.patience = patience
        self.seed = seed
        self.device = device
        self.precision = precision
        self.task = task
        self.folder = folder
        self.progress = progress

    def fit(
        self,
        X: np.ndarray,
        y: Any,
        *,
        groups: np.ndarray | None = None,
        valid: tuple[np.ndarray, Any] | None = None,
        watch: tuple[np.ndarray, Any] | None = None,
    ) -> NetworkClassifier:
        """
        Train the network.

        Parameters
        ----------
        X : np.ndarray [shape=(n, ...)]
            Features, float32.
        y : np.ndarray [shape=(n,)]
            Labels; multi-label, a sequence of the names of each input's labels, or a matrix of
            zeros and ones [shape=(n, n_classes)].
        groups : np.ndarray or None
            Artists; a network does not need them.
        valid : tuple or None
            Features and labels that may end the training early and choose the weights.
        watch : tuple or None
            Features and labels measured for the curves only; they decide nothing.

        Returns
        -------
        NetworkClassifier
            Itself.

        Raises
        ------
        ParameterError
            If a setting or the data breaks a rule.
        ConfigError
            If the folder holds another training.
        """
        check = checked_label_sets if self.task == MULTI_LABEL else checks.checked_lesson
        lesson = check(X, y, groups=groups, valid=valid, watch=watch)
        _training_rules.check_training(self.get_params(), steered=valid is not None)
        self.classes_ = lesson.classes
        self.precision_ = resolved_precision(self.precision, self.device)
        self.input_shape_ = lesson.X.shape[1:]
        self.n_features_in_ = int(np.prod(self.input_shape_))
        devices = list(range(torch.cuda.device_count()))
        with torch.random.fork_rng(devices=devices):
            torch.manual_seed(derived_seed(self.seed, "weights"))
            network = architectures.build_network(
                self.architecture,
                self.settings,
                input_shape=self.input_shape_,
                n_classes=len(self.classes_),
            )
            keeper = self._train(network, lesson)
        if self.patience is not None and keeper.best_weights is not None:
            network.load_state_dict(keeper.best_weights)
        self.network_ = network.cpu().eval()
        self.history_ = keeper.history
        self.n_parameters_ = sum(p.numel() for p in network.parameters() if p.requires_grad)
        return self

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """
        Give the probability of each genre.

        Parameters
        ----------
        X : np.ndarray [shape=(n, ...)]
            Features, of the shape that was trained on.

        Returns
        -------
        np.ndarray [shape=(n, n_classes)]
            Float32; columns in the order of `classes_`. Rows sum to one, save multi-label.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ParameterError
            If the features are no finite numbers of that shape.
        """
        check_is_fitted(self, "network_")
        X = checks.checked_features(X, input_shape=self.input_shape_)
        rows = []
        last = tasks.probabilities_of(self.task)
        with torch.no_grad():
            for start in range(0, len(X), self.batch_size):
                # A copy: torch warns of arrays that may not be written to, such as mapped files.
                block = np.array(X[start : start + self.batch_size], dtype=np.float32, order="C")
                rows.append(last(self.network_(torch.from_numpy(block))).numpy())
        return np.concatenate(rows) if rows else np.empty((0, len(self.classes_)), np.float32)

    def predict(self, X: np.ndarray) -> np.ndarray:
        """
        Give the most probable genre; multi-label, all that are as probable as not.

        Parameters
        ----------
        X : np.ndarray [shape=(n, ...)]
            Features.

        Returns
        -------
        np.ndarray [shape=(n,)]
            Labels; multi-label, a matrix of truth [shape=(n, n_classes)].
        """
        P = self.predict_proba(X)
        if self.task == MULTI_LABEL:
            return np.asarray(P >= 0.5)
        labels: np.ndarray = self.classes_[P.argmax(axis=1)]
        return labels

    def to_onnx(self) -> bytes:
        """
        Write the trained network, its softmax or sigmoid included, as an ONNX graph.

        Returns
        -------
        bytes
            Input ``X`` [shape=(batch, ...)], output ``probabilities`` [shape=(batch, n_classes)].
        """
        from genrescope.models.onnx_graph import network_to_onnx

        check_is_fitted(self, "network_")
        last = tasks.probabilities_of(self.task)
        return network_to_onnx(self.network_, self.input_shape_, last=last)

    def _train(self, network: nn.Module, lesson: Lesson) -> Keeper:
        given = ((lesson.X, lesson.y), lesson.valid, lesson.watch)
        parts = [self._coded(part) for part in given]
        learn, held_out, watched = (
            None if part is None else Batches(*part, batch_size=self.batch_size, seed=seed)
            for part, seed in zip(parts, (self.seed, None, None), strict=True)
        )
        assert learn is not None
        folder = None if self.folder is None else Path(self.folder)
        keeper = Keeper(
            valid=held_out,
            watch=watched,
            patience=self.patience,
            folder=folder,
            training="" if folder is None else self._digest(parts),
        )
        learner = Learner(
            network,
            optimizer=self.optimizer,
            learning_rate=self.learning_rate,
            weight_decay=self.weight_decay,
            seed=self.seed,
            precision=self.precision_,
        )
        _fitting.run(
            learner,
            learn,
            keeper,
            epochs=self.epochs,
            device=self.device,
            folder=folder,
            progress=self.progress,
        )
        return keeper

    def _coded(self, part: Data | None) -> Data | None:
        if part is None:
            return None
        X, y = part
        targets = y if self.task == MULTI_LABEL else np.searchsorted(self.classes_, y)
        return np.ascontiguousarray(X, dtype=np.float32), targets

    def _digest(self, parts: list[Data | None]) -> str:
        # What decides the weights of an epoch, or when the training ends; not how many epochs are
        # asked for, so that a training can be taken further.
        names = ("batch_size", "optimizer", "learning_rate", "weight_decay", "patience", "seed")
        record = architectures.model_settings(self.architecture, self.settings)
        settings = {
            "model": [self.architecture.replace("-", "_"), dataclasses.asdict(record)],
            "labels": [str(label) for label in self.classes_],
            "precision": self.precision_,
            "parts": [part is not None for part in parts],
            **{name: getattr(self, name) for name in names},
            # Left out where it is what it always was, so that older trainings go on.
            **({"task": self.task} if self.task != SINGLE_LABEL else {}),
        }
        arrays = [array for part in parts if part is not None for array in part]
        return _checkpoint.training_digest(settings, arrays)

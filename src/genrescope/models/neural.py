"""Networks with the manners of scikit-learn: `fit`, `predict_proba`, `clone`, `cross_validate`.

Inputs are float32 arrays [shape=(n, ...)] of features, labels are any values that sort. Training is
done by Lightning; the test set never ends a training nor chooses its weights.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import lightning.pytorch as pl
import numpy as np
import torch
from lightning.pytorch.callbacks import RichProgressBar
from lightning.pytorch.loggers import CSVLogger, Logger, TensorBoardLogger
from sklearn.base import BaseEstimator, ClassifierMixin
from torch import nn

from genrescope.errors import ParameterError
from genrescope.models import architectures
from genrescope.models.batches import Batches
from genrescope.models.lightning_seam import OPTIMIZERS, Keeper, Learner
from genrescope.seeding import derived_seed

Data = tuple[np.ndarray, np.ndarray]


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
        ``"auto"`` takes a GPU when there is one; else ``"cpu"``, ``"gpu"`` ...
    folder : str or Path or None
        Where checkpoint, history and logs (CSV, TensorBoard) go. A training that was killed is
        resumed from there. None keeps nothing on disk.
    progress : bool
        Show a progress bar.

    Attributes
    ----------
    classes_ : np.ndarray [shape=(n_classes,)]
        The labels, sorted: the columns of `predict_proba`.
    network_ : nn.Module
        The trained network, from inputs to logits.
    history_ : list of Epoch
        Loss and accuracy after each epoch.
    n_parameters_ : int
        Trainable parameters.
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
        self.folder = folder
        self.progress = progress

    def fit(
        self,
        X: np.ndarray,
        y: np.ndarray,
        *,
        groups: np.ndarray | None = None,
        valid: Data | None = None,
        watch: Data | None = None,
    ) -> NetworkClassifier:
        """
        Train the network.

        Parameters
        ----------
        X : np.ndarray [shape=(n, ...)]
            Features, float32.
        y : np.ndarray [shape=(n,)]
            Labels.
        groups : np.ndarray or None
            Artists; a network does not need them.
        valid : tuple of np.ndarray or None
            Features and labels that may end the training early and choose the weights.
        watch : tuple of np.ndarray or None
            Features and labels measured for the curves only; they decide nothing.

        Returns
        -------
        NetworkClassifier
            Itself.

        Raises
        ------
        ParameterError
            If a setting or the data breaks a rule.
        """
        self._check(X, y, valid)
        self.classes_ = np.unique(y)
        self.n_features_in_ = int(np.prod(X.shape[1:]))
        folder = None if self.folder is None else Path(self.folder)
        devices = list(range(torch.cuda.device_count()))
        with torch.random.fork_rng(devices=devices), _quiet():
            torch.manual_seed(derived_seed(self.seed, "weights"))
            network = architectures.build_network(
                self.architecture,
                self.settings,
                input_shape=X.shape[1:],
                n_classes=len(self.classes_),
            )
            keeper = self._train(network, folder, self._batches(X, y, self.seed), valid, watch)
        if self.patience is not None and keeper.best_weights is not None:
            network.load_state_dict(keeper.best_weights)
        self.network_ = network.cpu().eval()
        self.history_ = keeper.history
        self.n_parameters_ = sum(p.numel() for p in network.parameters() if p.requires_grad)
        self.input_shape_ = X.shape[1:]
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
            Float32; rows sum to one; columns in the order of `classes_`.
        """
        rows = []
        with torch.no_grad():
            for start in range(0, len(X), self.batch_size):
                block = np.ascontiguousarray(X[start : start + self.batch_size], dtype=np.float32)
                rows.append(torch.softmax(self.network_(torch.from_numpy(block)), 1).numpy())
        return np.concatenate(rows) if rows else np.empty((0, len(self.classes_)), np.float32)

    def predict(self, X: np.ndarray) -> np.ndarray:
        """
        Give the most probable genre.

        Parameters
        ----------
        X : np.ndarray [shape=(n, ...)]
            Features.

        Returns
        -------
        np.ndarray [shape=(n,)]
            Labels.
        """
        labels: np.ndarray = self.classes_[self.predict_proba(X).argmax(axis=1)]
        return labels

    def to_onnx(self) -> bytes:
        """
        Write the trained network, softmax included, as an ONNX graph.

        Returns
        -------
        bytes
            Input ``X`` [shape=(batch, ...)], output ``probabilities`` [shape=(batch, n_classes)].
        """
        from genrescope.models.onnx_graph import network_to_onnx

        return network_to_onnx(self.network_, self.input_shape_)

    def _train(
        self,
        network: nn.Module,
        folder: Path | None,
        batches: Batches,
        valid: Data | None,
        watch: Data | None,
    ) -> Keeper:
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        keeper = Keeper(
            valid=self._batches(*valid, seed=None) if valid is not None else None,
            watch=self._batches(*watch, seed=None) if watch is not None else None,
            patience=self.patience,
            folder=folder,
        )
        learner = Learner(
            network,
            optimizer=self.optimizer,
            learning_rate=self.learning_rate,
            weight_decay=self.weight_decay,
            seed=self.seed,
        )
        trainer = pl.Trainer(
            max_epochs=self.epochs,
            accelerator=self.device,
            devices=1,
            callbacks=[keeper, *([RichProgressBar()] if self.progress else [])],
            logger=_loggers(folder),
            default_root_dir=folder,
            enable_checkpointing=False,
            enable_progress_bar=self.progress,
            enable_model_summary=False,
            log_every_n_steps=1,
        )
        resume = folder / "last.ckpt" if folder is not None else None
        found = resume is not None and resume.exists()
        trainer.fit(learner, batches, ckpt_path=resume if found else None, weights_only=False)
        return keeper

    def _batches(self, X: np.ndarray, y: np.ndarray, seed: int | None) -> Batches:
        codes = np.searchsorted(self.classes_, y)
        return Batches(X, codes, batch_size=self.batch_size, seed=seed)

    def _check(self, X: np.ndarray, y: np.ndarray, valid: Data | None) -> None:
        if len(X) != len(y) or len(y) == 0:
            raise ParameterError(f"{len(X)} inputs and {len(y)} labels: give as many of each, >= 1")
        if self.optimizer not in OPTIMIZERS:
            raise ParameterError(f"optimizer {self.optimizer!r} is not one of {list(OPTIMIZERS)}")
        if self.epochs < 1 or self.batch_size < 1 or not self.learning_rate > 0:
            raise ParameterError(
                f"epochs={self.epochs}, batch_size={self.batch_size} must be at least 1 and "
                f"learning_rate={self.learning_rate} positive"
            )
        if self.patience is not None and valid is None:
            raise ParameterError(
                f"patience={self.patience} ends the training by a validation part and none was "
                "given: choose a protocol with one (valid_fraction=0.1) or leave patience out"
            )
        if valid is not None and not np.isin(valid[1], np.unique(y)).all():
            strange = sorted(set(np.unique(valid[1])) - set(np.unique(y)))
            raise ParameterError(f"validation labels {strange} have no training example")


def _loggers(folder: Path | None) -> list[Logger] | bool:
    if folder is None:
        return False
    return [
        CSVLogger(folder, name="logs", version="csv"),
        TensorBoardLogger(folder, name="logs", version="tensorboard"),
    ]


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence what Lightning says about choices that are made on purpose here."""
    logger = logging.getLogger("lightning.pytorch")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)

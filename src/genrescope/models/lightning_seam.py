"""The seam between a network and Lightning: steps, history, checkpoints.

Everything that must survive a kill is in one checkpoint, written after each epoch by a move: the
weights, the optimiser, the history and the best weights so far. The random numbers of an epoch come
from (seed, epoch), so a resumed training equals an unbroken one.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import lightning.pytorch as pl
import torch
from lightning.pytorch.callbacks import Callback
from torch import nn

from genrescope.models import _checkpoint
from genrescope.models.batches import Batches
from genrescope.models.history import Epoch, write_history
from genrescope.models.tasks import Tally, loss_of
from genrescope.seeding import derived_seed

OPTIMIZERS = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW, "sgd": torch.optim.SGD,
              "rmsprop": torch.optim.RMSprop,
              # As in Keras; in PyTorch, rho is 0.9 where nothing is said.
              "adadelta": partial(torch.optim.Adadelta, rho=0.95, eps=1e-7)}  # fmt: skip


class Learner(pl.LightningModule):
    """
    A network with its loss, its optimiser and the tally of the running epoch.

    Parameters
    ----------
    network : nn.Module
        From inputs to logits.
    optimizer : str
        A name of `OPTIMIZERS`.
    learning_rate, weight_decay : float
        Of the optimiser.
    seed : int
        Seed of dropout and other noise within an epoch.
    precision : str
        ``"float32"`` or ``"bfloat16"``: what the layers compute in while they learn.
    """

    def __init__(
        self,
        network: nn.Module,
        *,
        optimizer: str,
        learning_rate: float,
        weight_decay: float,
        seed: int,
        precision: str = "float32",
    ) -> None:
        super().__init__()
        self.network = network
        self._optimizer = optimizer
        self._learning_rate = learning_rate
        self._weight_decay = weight_decay
        self._seed = seed
        self._bfloat16 = precision == "bfloat16"
        self.tally = Tally()

    def configure_optimizers(self) -> torch.optim.Optimizer:
        """
        Make the optimiser.

        Returns
        -------
        torch.optim.Optimizer
            Over all parameters of the network.
        """
        return OPTIMIZERS[self._optimizer](
            self.network.parameters(), lr=self._learning_rate, weight_decay=self._weight_decay
        )

    def on_train_epoch_start(self) -> None:
        """Start the tally afresh and draw this epoch's random numbers from (seed, epoch)."""
        self.tally = Tally()
        torch.manual_seed(derived_seed(self._seed, "noise", self.current_epoch))

    def training_step(self, batch: tuple[torch.Tensor, torch.Tensor], _index: int) -> torch.Tensor:
        """
        Give the loss of one batch.

        Parameters
        ----------
        batch : tuple of torch.Tensor
            Inputs and targets (see `tasks`).
        _index : int
            Number of the batch; unused.

        Returns
        -------
        torch.Tensor
            Mean loss, in nats, and the ``penalty()`` of a network that has one.
        """
        X, y = batch
        with torch.autocast(X.device.type, torch.bfloat16, enabled=self._bfloat16):
            logits = self.network(X)
        logits = logits.float()
        loss = loss_of(logits, y)
        self.tally.add(logits.detach(), y, loss=float(loss.detach()) * len(y))
        penalty = getattr(self.network, "penalty", None)
        return loss if penalty is None else loss + penalty()


def held_out_scores(
    network: nn.Module, batches: Batches, device: torch.device
) -> tuple[float, float]:
    """
    Measure loss and accuracy without learning.

    Parameters
    ----------
    network : nn.Module
        From inputs to logits; it is left in the mode it was in.
    batches : Batches
        The data.
    device : torch.device
        Where the network is.

    Returns
    -------
    loss : float
        Mean loss, in nats.
    accuracy : float
        In [0, 1]; of several labels, the mean average precision.
    """
    was_training = network.training
    network.eval()
    tally = Tally()
    with torch.no_grad():
        for inputs, targets in batches:
            y = targets.to(device)
            logits = network(inputs.to(device))
            tally.add(logits, y, loss=float(loss_of(logits, y, reduction="sum")))
    network.train(was_training)
    return tally.loss, tally.accuracy


class Keeper(Callback):
    """
    After each epoch: measure, write the history, keep the best weights, stop early, save.

    Parameters
    ----------
    valid : Batches or None
        Data that may end the training and choose the weights.
    watch : Batches or None
        Data that is measured for the curves and decides nothing.
    patience : int or None
        End after this many epochs without a lower validation loss; None never ends early.
    folder : Path or None
        Where ``last.ckpt`` and ``history.csv`` are written after each epoch; None writes nothing.
    training : str
        Digest of the training, for the checkpoint.

    Attributes
    ----------
    history : list of Epoch
        One record an epoch.
    best_loss, best_epoch, best_weights
        Of the epoch with the lowest validation loss, counted from 0; -1 where there is none.
    """

    def __init__(
        self, *, valid: Batches | None, watch: Batches | None, patience: int | None,
        folder: Path | None, training: str = "",
    ) -> None:  # fmt: skip
        self._valid, self._watch, self._patience, self._folder = valid, watch, patience, folder
        self.training = training
        self.history: list[Epoch] = []
        self.best_loss = float("inf")
        self.best_epoch = -1
        self.best_weights: dict[str, torch.Tensor] | None = None

    def state_dict(self) -> dict[str, Any]:
        """
        Give what a resumed training must know.

        Returns
        -------
        dict
            Whose training it is, history and best weights.
        """
        return {
            "training": self.training,
            "history": [epoch.to_dict() for epoch in self.history],
            "best_loss": self.best_loss,
            "best_epoch": self.best_epoch,
            "best_weights": self.best_weights,
        }

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """
        Take up what an earlier process had reached.

        Parameters
        ----------
        state_dict : dict
            As `state_dict` gave it.
        """
        self.history = [Epoch(**values) for values in state_dict["history"]]
        self.best_loss = state_dict["best_loss"]
        self.best_epoch = state_dict["best_epoch"]
        self.best_weights = state_dict["best_weights"]

    @property
    def lost_patience(self) -> bool:
        """
        Whether the validation loss has not fallen for as many epochs as there is patience for.

        Returns
        -------
        bool
            True ends the training.
        """
        return self._patience is not None and (
            len(self.history) - 1 - self.best_epoch >= self._patience
        )

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """
        Measure, keep and save.

        Parameters
        ----------
        trainer : pl.Trainer
            The trainer.
        pl_module : Learner
            The learner.
        """
        assert isinstance(pl_module, Learner)
        scores: dict[str, float | None] = {}
        for name, batches in ("valid", self._valid), ("watch", self._watch):
            if batches is not None:
                loss, accuracy = held_out_scores(pl_module.network, batches, pl_module.device)
                scores |= {f"{name}_loss": loss, f"{name}_accuracy": accuracy}
        tally = pl_module.tally
        epoch = Epoch(trainer.current_epoch + 1, tally.loss, tally.accuracy, **scores)
        self.history.append(epoch)
        pl_module.log_dict(
            {k: v for k, v in epoch.to_dict().items() if v is not None and k != "epoch"}
        )
        if epoch.valid_loss is not None and epoch.valid_loss < self.best_loss:
            self.best_loss, self.best_epoch = epoch.valid_loss, trainer.current_epoch
            weights = pl_module.network.state_dict()
            self.best_weights = {name: value.cpu().clone() for name, value in weights.items()}
        if self.lost_patience:
            trainer.should_stop = True
        if self._folder is not None:
            write_history(self._folder / "history.csv", self.history)
            part = self._folder / f"{_checkpoint.NAME}.part"
            trainer.save_checkpoint(part)
            part.replace(self._folder / _checkpoint.NAME)

"""Run one training by Lightning: from its checkpoint where there is one, in silence, to its end."""

from __future__ import annotations

import logging
import signal
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import lightning.pytorch as pl
from lightning.pytorch.callbacks import RichProgressBar
from lightning.pytorch.loggers import TensorBoardLogger

from genrescope.models import _checkpoint
from genrescope.models.batches import Batches
from genrescope.models.lightning_seam import Keeper, Learner


def run(
    learner: Learner,
    batches: Batches,
    keeper: Keeper,
    *,
    epochs: int,
    device: str,
    folder: Path | None,
    progress: bool,
) -> None:
    """
    Train until the epochs or the patience are spent.

    Parameters
    ----------
    learner : Learner
        The network with its loss; it is trained in place.
    batches : Batches
        What it learns from.
    keeper : Keeper
        Measures, stops and saves; it has the history in the end.
    epochs : int
        Passes over the data, at most.
    device : str
        An accelerator of Lightning.
    folder : Path or None
        Where the checkpoint is and the logs go.
    progress : bool
        Show a progress bar.

    Raises
    ------
    ConfigError
        If the folder holds the checkpoint of another training, or a damaged one.
    """
    found = None
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        found = _checkpoint.read_checkpoint(
            folder, keeper=keeper.state_key, training=keeper.training, epochs=epochs
        )
    if found is not None:
        learner.load_state_dict(found["state_dict"])
        keeper.load_state_dict(found["callbacks"][keeper.state_key])
        if keeper.lost_patience or len(keeper.history) == epochs:
            # Lightning would train one epoch more than the unbroken training had.
            return
    with _quiet():
        trainer = pl.Trainer(
            max_epochs=epochs,
            accelerator=device,
            devices=1,
            callbacks=[
                keeper,
                *([RichProgressBar(console_kwargs={"stderr": True})] if progress else []),
            ],
            # The history is kept as CSV by the keeper: Lightning's CSV logger deletes on resuming
            # what it wrote before.
            logger=folder is not None and TensorBoardLogger(folder, "logs", "tensorboard"),
            default_root_dir=folder,
            enable_checkpointing=False,
            enable_progress_bar=progress,
            enable_model_summary=False,
            log_every_n_steps=1,
        )
        resume = folder / _checkpoint.NAME if folder is not None and found is not None else None
        _fit(trainer, learner, batches, ckpt_path=resume, weights_only=True)


def _fit(trainer: pl.Trainer, *args: Any, **kwargs: Any) -> None:
    """Let Ctrl-C be what it is elsewhere: Lightning ends the process, and ignores it from then."""
    handler = signal.getsignal(signal.SIGINT)
    try:
        trainer.fit(*args, **kwargs)
    except SystemExit as end:
        if not isinstance(end.__context__, KeyboardInterrupt):
            raise
        signal.signal(signal.SIGINT, handler)
        raise KeyboardInterrupt from end


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

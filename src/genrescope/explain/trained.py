"""
Trained networks that shall be explained: what a run folder holds of one, and what it learned from.

Public: `TrainedRun`, `open_run`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from genrescope.bundle.format import Manifest, read_manifest, read_onnx
from genrescope.errors import BundleError, ConfigError, missing_extra, unknown_name
from genrescope.explain.run_folders import run_folder
from genrescope.prediction.session import Session
from genrescope.seeding import rng_for
from genrescope.splits.split import Split
from genrescope.training.inputs import Inputs
from genrescope.training.loading import Bar, load_inputs, no_bar
from genrescope.training.recipe import Recipe
from genrescope.training.segments import segmented

if TYPE_CHECKING:
    from genrescope.models.inside import Inside, Unit

MOST_APART = 1e-3
"""How far the probabilities of network and graph may lie apart."""


@dataclass(frozen=True, eq=False)
class TrainedRun:
    """
    One training, with its network.

    Attributes
    ----------
    folder : Path
        Holds ``bundle`` and ``training``.
    manifest : Manifest
        What the bundle says.
    recipe : Recipe
        What was trained.
    inside : Inside
        The network with the weights that the bundle was made of.
    """

    folder: Path
    manifest: Manifest
    recipe: Recipe
    inside: Inside

    def genre(self, label: str) -> Unit:
        """
        Give the output of a genre.

        Parameters
        ----------
        label : str
            The genre.

        Returns
        -------
        Unit
            Its unit.

        Raises
        ------
        UnknownNameError
            If the network knows no such genre.
        """
        from genrescope.models.inside import GENRE, Unit

        if label not in self.manifest.labels:
            raise unknown_name("genre of this network", label, self.manifest.labels)
        return Unit(GENRE, self.manifest.labels.index(label))

    def name(self, unit: Unit) -> str:
        """
        Name a unit for people.

        Parameters
        ----------
        unit : Unit
            The unit.

        Returns
        -------
        str
            The genre, or the layer and the number.
        """
        from genrescope.models.inside import GENRE

        if unit.layer == GENRE:
            return self.manifest.labels[unit.index]
        return f"{unit.layer}, {'filter' if unit.layer.startswith('conv') else 'unit'} {unit.index}"

    def probabilities(self, X: np.ndarray) -> np.ndarray:
        """
        Give what the network says inputs are.

        Parameters
        ----------
        X : np.ndarray [shape=(n, *input_shape)]
            Inputs, float32.

        Returns
        -------
        np.ndarray [shape=(n, n_labels)]
            Probabilities, in the order of the labels; where an input may have several labels, each
            is a question of its own and rows need not sum to one.
        """
        from genrescope.models.inside import GENRE, Unit, responses

        n_labels = len(self.manifest.labels)
        logits = np.stack([responses(self.inside, X, Unit(GENRE, i)) for i in range(n_labels)], 1)
        P: np.ndarray
        if self.manifest.label_thresholds is None:
            P = np.exp(logits - logits.max(1, keepdims=True))
            P /= P.sum(1, keepdims=True)
        else:
            # The logistic function, written so that it cannot overflow.
            P = (1 + np.tanh(logits / 2)) / 2
        return P

    def inputs(self, recipe: Recipe, store: Path, *, bar: Bar = no_bar) -> Inputs:
        """
        Load the windows that the network was trained and judged on, or others.

        Parameters
        ----------
        recipe : Recipe
            `recipe`, or the same with another data set.
        store : Path
            Where log-mels of sound files are kept.
        bar : callable
            Opens a progress bar.

        Returns
        -------
        Inputs
            In the segments of the split, where it has any.

        Raises
        ------
        ConfigError
            If they have another shape than the network takes.
        """
        found = load_inputs(recipe, store, bar=bar)
        return self.checked(segmented(found, self.split().n_segments))

    def checked(self, inputs: Inputs) -> Inputs:
        """
        Refuse inputs that are not of the shape that the network takes.

        Parameters
        ----------
        inputs : Inputs
            The windows.

        Returns
        -------
        Inputs
            The same.

        Raises
        ------
        ConfigError
            If they have another shape.
        """
        if inputs.X.shape[1:] != self.inside.input_shape:
            raise ConfigError(
                f"the data give inputs of shape {inputs.X.shape[1:]}, but the network takes "
                f"{self.inside.input_shape}: name data that are heard by the same front end, as "
                "those that it learned from"
            )
        return inputs

    def split(self) -> Split:
        """
        Read which tracks it learned and was judged on.

        Returns
        -------
        Split
            Of this training.

        Raises
        ------
        ConfigError
            If the run has none: it was stopped before it was judged.
        """
        path = self.folder / "split.json"
        if not path.is_file():
            raise ConfigError(
                f"there is no {path}: the run was stopped before its end; give the same command "
                "again, and it goes on from there"
            )
        return Split.load(path)


def open_run(folder: Path) -> TrainedRun:
    """
    Open the run folder of one training and load its network.

    Parameters
    ----------
    folder : Path
        Holds ``bundle`` and ``training``, or one folder below it does.

    Returns
    -------
    TrainedRun
        The training.

    Raises
    ------
    ConfigError
        If the folder holds no training, several, or a bundle alone; if its model is no network; or
        if bundle and checkpoint do not belong together.
    BundleError
        If the bundle is damaged.
    MissingExtraError
        If the extra [train] is not installed.
    """
    folder = run_folder(folder)
    manifest = read_manifest(folder / "bundle")
    if not manifest.recipe:
        raise BundleError(f"{folder / 'bundle'} carries no recipe: train the model again")
    recipe = Recipe.from_dict(manifest.recipe)
    try:
        from genrescope.models import architectures, inside
    except ImportError as error:
        raise missing_extra("train", "looking into a network", error) from error
    if architectures.MODELS.module(recipe.model.name).KIND != "network":
        raise ConfigError(
            f"the model {recipe.model.name!r} is no network, so it has no layers to look into; "
            "`genrescope report` says what it answers to and what not"
        )
    graph = read_onnx(folder / "bundle", manifest)
    run = TrainedRun(
        folder,
        manifest,
        recipe,
        inside.load_inside(
            recipe.model.name,
            recipe.model.settings,
            graph=graph,
            n_classes=len(manifest.labels),
            training=folder / "training",
            best=recipe.training.get("patience") is not None,
        ),
    )
    _check_same(run, graph)
    return run


def _check_same(run: TrainedRun, graph: bytes) -> None:
    """Refuse a checkpoint that answers otherwise than the graph that was made of it."""
    manifest, folder = run.manifest, run.folder / "bundle"
    one = manifest.label_thresholds is None
    session = Session(graph, n_labels=len(manifest.labels), folder=folder, sums_to_one=one)
    shape = (4, *run.inside.input_shape)
    X = rng_for(0, "check").standard_normal(shape).astype(np.float32)
    if np.abs(session.probabilities(X) - run.probabilities(X)).max() > MOST_APART:
        raise ConfigError(
            f"{run.folder}: the network in training/ answers otherwise than the graph in bundle/, "
            "so one of them is of another training: train it again"
        )

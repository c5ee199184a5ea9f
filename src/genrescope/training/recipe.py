"""A recipe: one experiment, with the figures that its paper published.

Sections ``[dataset] [selection] [front_end] [windows] [features] [augmentation] [model] [training]
[protocol]`` say what is done; ``[honest]`` the protocol that tells how new music fares;
``[[stand_in]]`` what serves where the data set of the paper is not at hand; ``[quick]`` what a
quick look changes; ``[[published]]`` what the paper reported; ``notes`` what the paper leaves open
and how it was decided. A key that nothing reads is an error. The resolved recipe is saved with each
run and can be fed back. Files of recipes are read by `recipe_files`.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from genrescope.errors import ConfigError, did_you_mean
from genrescope.features.feature_sets import FeatureChoice
from genrescope.features.front_end import FrontEnd
from genrescope.features.windows import WindowSettings
from genrescope.training import _recipe_rules
from genrescope.training.augmentation import Augmentation
from genrescope.training.selection import Selection


@dataclass(frozen=True)
class Published:
    """
    A figure that a paper reports.

    Attributes
    ----------
    metric : str
        ``"accuracy"`` ...
    value : float
        As a fraction in [0, 1]; a ``"loss"`` in nats, 0 or more.
    measured_on : str
        Data, split and part.
    source : str
        Where in the paper it stands.
    datasets : tuple of str
        Data sets of genrescope that hold the recordings it was measured on: with those alone its
        figures are set beside ours.
    """

    metric: str
    value: float
    measured_on: str
    source: str
    datasets: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Give metric and value in words: a loss is no per cent."""
        value = f"{self.value:.3f}" if "loss" in self.metric else f"{100 * self.value:.1f} %"
        return f"{self.metric} {value}"


@dataclass(frozen=True)
class Choice:
    """
    A named thing with settings: a dataset, a model, a protocol.

    Attributes
    ----------
    name : str
        Its name in its registry.
    settings : mapping
        Its settings, by name.
    """

    name: str
    settings: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """
        Give the choice as plain values.

        Returns
        -------
        dict
            ``name`` and the settings beside it.
        """
        return {"name": self.name, **self.settings}


@dataclass(frozen=True)
class StandIn:
    """
    Data that serve where those of the paper are not at hand.

    Attributes
    ----------
    dataset : Choice
        The data set.
    protocol, honest : Choice or None
        How it is split, where the protocols of the recipe do not fit it.
    selection : Selection or None
        Which of its tracks are used, where the selection of the recipe does not fit it.
    """

    dataset: Choice
    protocol: Choice | None = None
    honest: Choice | None = None
    selection: Selection | None = None

    def to_dict(self) -> dict[str, Any]:
        """
        Give the stand-in as plain values.

        Returns
        -------
        dict
            One section a choice; those that are none are left out.
        """
        found = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        return {key: choice.to_dict() for key, choice in found.items() if choice is not None}


@dataclass(frozen=True)
class Recipe:
    """
    One experiment.

    Attributes
    ----------
    name, title, summary : str
        What it is called and does.
    paper, citation : str or None
        The document it comes from.
    dataset, model, protocol : Choice
        Data, architecture, and how the data are split.
    front_end : FrontEnd
        From sound to log-mel (a dataset of computed features brings its own).
    windows : WindowSettings
        How recordings are cut.
    features : FeatureChoice
        From log-mel to model input.
    training : mapping
        Settings of the training of a network.
    selection : Selection
        Which tracks of the data set are used, and what they are labelled by.
    augmentation : Augmentation
        How many changed copies of each window are learned.
    honest : Choice
        The protocol under which it is judged beside that of its paper.
    stand_in : tuple of StandIn
        Data sets that serve where that of the paper is not at hand, the nearest first.
    quick : mapping
        Settings (``section.key``) that a quick look changes.
    n_parameters : int or None
        Trainable parameters, where their number is fixed.
    published : tuple of Published
        What the paper reports.
    notes : tuple of str
        What the paper leaves open, and how it was decided here.
    """

    name: str
    title: str
    summary: str
    dataset: Choice
    model: Choice
    protocol: Choice
    paper: str | None = None
    citation: str | None = None
    front_end: FrontEnd = field(default_factory=FrontEnd)
    windows: WindowSettings = field(default_factory=WindowSettings)
    features: FeatureChoice = field(default_factory=FeatureChoice)
    training: Mapping[str, Any] = field(default_factory=dict)
    selection: Selection = field(default_factory=Selection)
    augmentation: Augmentation = field(default_factory=Augmentation)
    honest: Choice = field(default_factory=lambda: Choice("artist-grouped"))
    stand_in: tuple[StandIn, ...] = ()
    quick: Mapping[str, Any] = field(default_factory=dict)
    n_parameters: int | None = None
    published: tuple[Published, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def comparable(self) -> tuple[Published, ...]:
        """
        What the paper reports on the recordings that this recipe now runs on.

        Returns
        -------
        tuple of Published
            Nothing where the data set was changed for another one.
        """
        return tuple(p for p in self.published if self.dataset.name in p.datasets)

    def to_dict(self) -> dict[str, Any]:
        """
        Give the recipe as plain values, every setting written out.

        Returns
        -------
        dict
            What `from_dict` takes.
        """
        plain = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        plain |= {
            "training": dict(self.training),
            "published": [dataclasses.asdict(p) for p in self.published],
            "notes": list(self.notes),
            # What says nothing is left out, as it is where a recipe is older than the key.
            "stand_in": [given.to_dict() for given in self.stand_in] or None,
            "quick": dict(self.quick) or None,
            "selection": self.selection.to_dict() or None,
            "augmentation": self.augmentation.to_dict() or None,
        }
        for name in ("dataset", "model", "protocol", "front_end", "windows", "features", "honest"):
            plain[name] = plain[name].to_dict()
        return {key: value for key, value in plain.items() if value is not None}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Recipe:
        """
        Make a recipe from plain values.

        Parameters
        ----------
        values : mapping
            As a recipe file holds them.

        Returns
        -------
        Recipe
            The recipe.

        Raises
        ------
        ConfigError
            If a key is unknown or missing, or a value breaks its rule.
        """
        known = [f.name for f in dataclasses.fields(cls)]
        for key in values:
            if key not in known:
                raise ConfigError(f"unknown recipe key {key!r}{did_you_mean(key, known)}")
        missing = [k for k in ("name", "dataset", "model", "protocol") if k not in values]
        if missing:
            raise ConfigError(f"the recipe lacks {', '.join(missing)}: every recipe says them")
        _recipe_rules.check_types(values)
        texts = {"title": values["name"], "summary": ""}
        plain = texts | dict(values)
        for key in ("dataset", "model", "protocol", "honest"):
            if key in plain:
                plain[key] = _choice(key, plain[key])
        plain["stand_in"] = tuple(map(_stand_in, plain.get("stand_in", ())))
        readers: dict[str, Callable[[Mapping[str, Any]], object]] = {
            "front_end": FrontEnd.from_dict,
            "windows": WindowSettings.from_dict,
            "features": FeatureChoice.from_dict,
            "selection": Selection.from_dict,
            "augmentation": Augmentation.from_dict,
        }
        for key, read in readers.items():
            if key in plain:
                plain[key] = read(plain[key])
        plain["published"] = tuple(_published(p) for p in plain.get("published", ()))
        plain["notes"] = tuple(plain.get("notes", ()))
        return cls(**plain)


def _choice(kind: str, values: Any) -> Choice:
    if not isinstance(values, Mapping) or not isinstance(values.get("name"), str):
        raise ConfigError(f"[{kind}] must be a section with a name, not {values!r}")
    return Choice(values["name"], {k: v for k, v in values.items() if k != "name"})


def _stand_in(values: Mapping[str, Any]) -> StandIn:
    known, kept = [f.name for f in dataclasses.fields(StandIn)], "selection"
    for key in values:
        if key not in known:
            raise ConfigError(f"[[stand_in]] has no key {key!r}{did_you_mean(key, known)}")
    if "dataset" not in values:
        raise ConfigError("[[stand_in]] lacks its dataset, a section with a name")
    found: dict[str, Any] = {k: _choice(f"stand_in: {k}", values[k]) for k in values if k != kept}
    if kept in values:
        found[kept] = Selection.from_dict(values[kept])
    return StandIn(**found)


def _published(values: Mapping[str, Any]) -> Published:
    known = [f.name for f in dataclasses.fields(Published)]
    if sorted(values) != sorted(known):
        raise ConfigError(f"[[published]] has keys {sorted(values)}, but must have {sorted(known)}")
    most, what = (math.inf, "loss") if values["metric"] == "loss" else (1, "fraction in [0, 1]")
    value = values["value"]
    if type(value) not in (int, float) or not 0 <= value <= most or value == math.inf:
        raise ConfigError(f"published value {value!r} is no {what}")
    names = values["datasets"]
    if not isinstance(names, (list, tuple)) or not all(isinstance(n, str) for n in names):
        raise ConfigError(f"published datasets are {names!r}, but must be a list of names")
    return Published(**{**values, "datasets": tuple(values["datasets"])})

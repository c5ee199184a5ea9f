"""A recipe: one experiment in one TOML file, with the figures that its paper published.

Sections ``[dataset] [front_end] [windows] [features] [model] [training] [protocol]`` say what is
done; ``[[published]]`` what the paper reported; ``notes`` what the paper leaves open and how it was
decided. A key that nothing reads is an error. The resolved recipe is saved with each run and can be
fed back.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from genrescope.errors import ConfigError, GenrescopeError, did_you_mean, unknown_name
from genrescope.features.feature_sets import FeatureChoice
from genrescope.features.front_end import FrontEnd
from genrescope.features.windows import WindowSettings
from genrescope.training import _recipe_rules
from genrescope.training.changes import changed

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

RECIPES = Path(__file__).parent.parent / "recipes"


@dataclass(frozen=True)
class Published:
    """
    A figure that a paper reports.

    Attributes
    ----------
    metric : str
        ``"accuracy"`` ...
    value : float
        As a fraction in [0, 1].
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
        }
        for name in ("dataset", "model", "protocol", "front_end", "windows", "features"):
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
        for key in ("dataset", "model", "protocol"):
            plain[key] = _choice(key, plain[key])
        readers: dict[str, Callable[[Mapping[str, Any]], object]] = {
            "front_end": FrontEnd.from_dict,
            "windows": WindowSettings.from_dict,
            "features": FeatureChoice.from_dict,
        }
        for key, read in readers.items():
            if key in plain:
                plain[key] = read(plain[key])
        plain["published"] = tuple(_published(p) for p in plain.get("published", ()))
        plain["notes"] = tuple(plain.get("notes", ()))
        return cls(**plain)


def recipe_names() -> list[str]:
    """
    List the recipes in the package.

    Returns
    -------
    list of str
        Sorted names.

    Examples
    --------
    >>> "joseph2024-linear" in recipe_names()
    True
    """
    return sorted(path.stem for path in RECIPES.glob("*.toml"))


def load_recipe(name: str | Path, changes: Sequence[str] = ()) -> Recipe:
    """
    Load a recipe by name or from a file.

    Parameters
    ----------
    name : str or Path
        A name of `recipe_names`, or the path of a TOML file, or of the ``recipe.json`` of a run.
    changes : sequence of str
        Settings to change, each ``section.key=value``; the value is read as TOML, else as text.

    Returns
    -------
    Recipe
        The recipe.

    Raises
    ------
    UnknownNameError
        If there is no such recipe.
    ConfigError
        If the file or a change breaks a rule.

    Examples
    --------
    >>> load_recipe("joseph2024-linear", ["training.epochs=2"]).training["epochs"]
    2
    """
    path = RECIPES / f"{name}.toml"
    if not path.is_file():
        path = Path(name)
        if path.suffix not in (".toml", ".json") or not path.is_file():
            raise unknown_name("recipe", str(name), recipe_names())
    loads, form = (json.loads, "JSON") if path.suffix == ".json" else (tomllib.loads, "TOML")
    try:
        values = loads(path.read_text(encoding="utf-8"))
        if not isinstance(values, dict):
            raise ConfigError("it holds no settings by name")
        return Recipe.from_dict(changed(values, changes))
    except (tomllib.TOMLDecodeError, json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not a {form} file in UTF-8 ({error})") from error
    except GenrescopeError as error:
        raise ConfigError(f"recipe {path.name}: {error}") from error


def _choice(kind: str, values: Any) -> Choice:
    if not isinstance(values, Mapping) or not isinstance(values.get("name"), str):
        raise ConfigError(f"[{kind}] must be a section with a name, not {values!r}")
    return Choice(values["name"], {k: v for k, v in values.items() if k != "name"})


def _published(values: Mapping[str, Any]) -> Published:
    known = [f.name for f in dataclasses.fields(Published)]
    if sorted(values) != sorted(known):
        raise ConfigError(f"[[published]] has keys {sorted(values)}, but must have {sorted(known)}")
    if type(values["value"]) not in (int, float) or not 0 <= values["value"] <= 1:
        raise ConfigError(f"published value {values['value']!r} is no fraction in [0, 1]")
    names = values["datasets"]
    if not isinstance(names, (list, tuple)) or not all(isinstance(n, str) for n in names):
        raise ConfigError(f"published datasets are {names!r}, but must be a list of names")
    return Published(**{**values, "datasets": tuple(values["datasets"])})

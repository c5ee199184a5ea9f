"""Settings that are changed on the command line: of recipes, of one model alone, of protocols."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from genrescope.errors import ConfigError, did_you_mean

SET_HELP = (
    "Change a setting of the recipe: section.key=value (training.epochs=20, "
    "training.precision=bfloat16, model.name=linear, dataset.n_tracks_per_label=5). May be given "
    "several times."
)
SETS_HELP = SET_HELP + " MODEL:section.key=value changes it for one of several models."
PROTOCOL_SET_HELP = (
    "A setting of the protocol: key=value (n_folds=5); of several protocols, PROTOCOL.key=value "
    "sets it for one (random.test_fraction=0.3)."
)
DATASET_SET_HELP = (
    "Change a setting of the data set: key=value (subset=medium). May be given several times."
)


def dataset_settings(pairs: Sequence[str]) -> dict[str, Any]:
    """
    Read the settings of a data set.

    Parameters
    ----------
    pairs : sequence of str
        Each ``key=value``, or ``dataset.key=value`` as for a recipe; the value is read as TOML,
        else as text.

    Returns
    -------
    dict of str to object
        Values by key.

    Raises
    ------
    ConfigError
        If a setting is not of that form.

    Examples
    --------
    >>> dataset_settings(["subset=medium", "dataset.ancestors=true"])
    {'subset': 'medium', 'ancestors': True}
    """
    from genrescope.training.changes import toml_value

    found: dict[str, Any] = {}
    for pair in pairs:
        key, sign, text = (part.strip() for part in pair.partition("="))
        plain = key.removeprefix("dataset.")
        if not sign or not plain:
            raise ConfigError(f"setting of the data set {pair!r} is not of the form key=value")
        found[plain] = toml_value(text)
    return found


def changes_for(model: str, settings: Sequence[str], *, models: Sequence[str]) -> list[str]:
    """
    Pick the changes of settings that are meant for one of several models.

    Parameters
    ----------
    model : str
        The model, as the user named it.
    settings : sequence of str
        Each ``section.key=value`` for all, or ``MODEL:section.key=value`` for one.
    models : sequence of str
        All models that the user named.

    Returns
    -------
    list of str
        Each ``section.key=value``, in the order given.

    Raises
    ------
    ConfigError
        If one is for a model that was not named.

    Examples
    --------
    >>> changes_for("svm", ["model.C=3", "cnn:training.epochs=2"], models=["svm", "cnn"])
    ['model.C=3']
    """
    found = []
    for change in settings:
        key, sign, value = change.partition("=")
        named, colon, plain = key.rpartition(":")
        if colon and named not in models:
            raise ConfigError(
                f"--set {change!r} is for the model {named!r}, which is not asked for"
                f"{did_you_mean(named, models)}"
            )
        if not colon or named == model:
            found.append(f"{plain}{sign}{value}")
    return found


def protocol_settings(pairs: Sequence[str], protocols: Sequence[str]) -> dict[str, dict[str, Any]]:
    """
    Read the settings of protocols.

    Parameters
    ----------
    pairs : sequence of str
        Each ``key=value``, for all protocols, or ``PROTOCOL.key=value``, for one; the value is read
        as TOML, else as text.
    protocols : sequence of str
        Names of the protocols.

    Returns
    -------
    dict of str to dict
        Settings of each protocol, by its name with hyphens.

    Raises
    ------
    UnknownNameError
        If there is no such protocol.
    ConfigError
        If a setting is not of that form, or not one of all protocols.

    Examples
    --------
    >>> protocol_settings(["seed=3", "random.n_folds=5"], ["random", "artist_grouped"])
    {'random': {'seed': 3, 'n_folds': 5}, 'artist-grouped': {'seed': 3}}
    """
    from genrescope.splits.split import registry
    from genrescope.training.changes import toml_value

    records = {name.replace("_", "-"): registry().module(name).Settings for name in protocols}
    found: dict[str, dict[str, Any]] = {name: {} for name in records}
    for pair in pairs:
        key, sign, text = (part.strip() for part in pair.partition("="))
        one, dot, plain = key.rpartition(".")
        if not sign or not plain:
            raise ConfigError(f"protocol setting {pair!r} is not of the form key=value")
        name = one.replace("_", "-")
        if dot and name not in records:
            raise ConfigError(
                f"setting {pair!r} is for the protocol {one!r}, which is not asked for"
                f"{did_you_mean(name, records)}"
            )
        owners = [n for n in records if plain in records[n].__dataclass_fields__]
        strangers = [n for n in records if n not in owners]
        if not dot and owners and strangers:
            raise ConfigError(
                f"protocol {strangers[0]!r} has no setting {plain!r}: write "
                f"{owners[0]}.{plain}={text} to set it for that protocol alone"
            )
        for n in [name] if dot else records:
            found[n][plain] = toml_value(text)
    return found


def check_protocol(name: str, settings: Mapping[str, Any]) -> None:
    """
    Refuse settings that a protocol does not have, before any work.

    Parameters
    ----------
    name : str
        Name of the protocol.
    settings : mapping
        Its settings.

    Raises
    ------
    ConfigError
        If a setting is missing, unknown or of the wrong type.
    """
    from genrescope.settings import make_settings
    from genrescope.splits.split import registry

    make_settings(registry().module(name).Settings, settings, what=f"protocol {name!r}")

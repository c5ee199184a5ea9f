"""
What the folder of a training is for: it is written down there, and another training is refused.

A training may be taken further: more epochs in the same folder go on from the checkpoint.

Public functions: `claim_folder`, `is_claimed`.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from genrescope.atomic import write_text
from genrescope.digests import settings_digest
from genrescope.errors import ConfigError

NAME = "settings.json"


def claim_folder(folder: Path, settings: Mapping[str, Any]) -> None:
    """
    Write down what a folder is for, or refuse a folder that is for something else.

    Where the training shall only have more epochs than it had, its answers and its model are
    removed, and its checkpoint is left to go on from.

    Parameters
    ----------
    folder : Path
        The folder of a training.
    settings : mapping
        What decides its outcome, as plain values; ``training`` may hold ``epochs``.

    Raises
    ------
    ConfigError
        If the folder holds a training with other settings, or its note of them is damaged.
    """
    path = folder / NAME
    if path.exists():
        try:
            found = dict(json.loads(path.read_text(encoding="utf-8")))
        except (ValueError, TypeError) as error:
            raise ConfigError(f"{path} is damaged ({error}): remove the folder") from error
        if settings_digest(found) == settings_digest(settings):
            return
        if not _goes_further(found, settings):
            raise ConfigError(
                f"{folder} holds a training with other settings ({_differences(found, settings)}): "
                "choose another --run-dir, or remove that folder"
            )
        # The answers go first: what is left when this is stopped half-way is no finished training.
        (folder / "predictions.csv").unlink(missing_ok=True)
        shutil.rmtree(folder / "bundle", ignore_errors=True)
    write_text(path, json.dumps(settings, indent=1) + "\n")


def is_claimed(folder: Path, settings: Mapping[str, Any]) -> bool:
    """
    Say whether a folder is for just that.

    Parameters
    ----------
    folder : Path
        The folder of a training.
    settings : mapping
        What decides its outcome, as plain values.

    Returns
    -------
    bool
        False also where nothing was written down, or what was is damaged.
    """
    try:
        found = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return settings_digest(found) == settings_digest(settings)


def _goes_further(found: Mapping[str, Any], settings: Mapping[str, Any]) -> bool:
    trainings = [values.get("training") for values in (found, settings)]
    if not all(isinstance(training, Mapping) for training in trainings):
        return False
    before, after = (training.get("epochs") for training in trainings if training is not None)
    if type(before) is not int or type(after) is not int or not before < after:
        return False
    grown = {**found, "training": {**found["training"], "epochs": after}}
    return settings_digest(grown) == settings_digest(settings)


def _differences(found: Mapping[str, Any], settings: Mapping[str, Any]) -> str:
    before, after = _flat(found), _flat(settings)
    return "; ".join(
        f"{key} {_shown(before.get(key))}, now {_shown(after.get(key))}"
        for key in {**after, **before}
        if settings_digest(before.get(key)) != settings_digest(after.get(key))
    )


def _flat(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in values.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{prefix}{key}.")
        else:
            flat[f"{prefix}{key}"] = value
    return flat


def _shown(value: Any) -> str:
    if value is None:
        return "not set"
    # A digest is known by its beginning.
    is_digest = isinstance(value, str) and len(value) == 64
    return f"{value[:12]}..." if is_digest else str(value)

"""``genrescope evaluate --protocol as-is``: models judged as they are, on labelled music."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from genrescope.cli import choices, console
from genrescope.cli.protocol_choices import AS_IS
from genrescope.errors import ConfigError

if TYPE_CHECKING:
    from genrescope.datasets.dataset import Dataset
    from genrescope.evaluation.record import ProtocolResult


def is_asked(protocols: Sequence[str]) -> bool:
    """
    Whether models shall be judged as they are.

    Parameters
    ----------
    protocols : sequence of str
        What the user named as protocols.

    Returns
    -------
    bool
        Whether it is among them; ``-`` and ``_`` are the same.
    """
    return any(name.replace("_", "-") == AS_IS for name in protocols)


def check_alone(protocols: Sequence[str], options: Sequence[str]) -> None:
    """
    Refuse what a model that is judged as it is has no use for.

    Parameters
    ----------
    protocols : sequence of str
        What the user named as protocols.
    options : sequence of str
        Options of training that the user gave.

    Raises
    ------
    ConfigError
        If there is another protocol, or such an option.
    """
    extra = [*(["other protocol beside it"] if len(protocols) > 1 else []), *options]
    if extra:
        raise ConfigError(
            f"--protocol {AS_IS} trains nothing and keeps no store, so it takes no "
            f"{' and no '.join(extra)}: leave out what it does not take"
        )


def judge_as_is(
    models: Sequence[str],
    *,
    dataset: str | None,
    settings: Sequence[str],
    runs: Path,
) -> tuple[list[ProtocolResult], list[Path]]:
    """
    Judge models on every track of a data set, without training.

    Parameters
    ----------
    models : sequence of str
        Bundles, run folders, or ``default``.
    dataset : str or None
        What the user named as a data set; None takes that of the model's recipe.
    settings : sequence of str
        Changes of the data set's settings.
    runs : Path
        Where reports go.

    Returns
    -------
    results : list of ProtocolResult
        One a model.
    reports : list of Path
        One a model.

    Raises
    ------
    ConfigError
        If a setting is not one of the data set, or no data set is named.
    BundleError
        If there is no such model.
    """
    from genrescope.bundle.locate import find_bundle
    from genrescope.evaluation.judge_model import judge_model

    command = shlex.join(["genrescope", *sys.argv[1:]])
    results, reports = [], []
    for model in models:
        folder = find_bundle(model)
        data = dataset_for(model, dataset=dataset, settings=settings)
        stages = (f"judging {model}", f"intervals of {model}")
        with console.progress_stages(*stages) as (advance, _):
            result, report = judge_model(folder, data, runs=runs, command=command, advance=advance)
        results.append(result)
        reports.append(report)
    return results, reports


def dataset_for(model: str, *, dataset: str | None, settings: Sequence[str]) -> Dataset:
    """
    Load what a model shall be judged on.

    Parameters
    ----------
    model : str
        A bundle, a run folder, or ``default``.
    dataset : str or None
        What the user named as a data set; None takes that of the model's recipe.
    settings : sequence of str
        Changes of the data set's settings.

    Returns
    -------
    Dataset
        The data set.

    Raises
    ------
    ConfigError
        If a setting is not one of the data set, or no data set is named.
    """
    from genrescope.bundle.format import read_manifest
    from genrescope.bundle.locate import find_bundle
    from genrescope.training.changes import changed

    recipe = dict(read_manifest(find_bundle(model)).recipe)
    for change in settings:
        if not change.strip().startswith("dataset."):
            raise ConfigError(
                f"--set {change}: a model that is judged as it is keeps its settings; only those "
                "of the data set can be changed (dataset.key=value)"
            )
    named = choices.dataset_changes(dataset) if dataset is not None else []
    values = changed({"dataset": recipe.get("dataset", {})}, [*named, *settings])["dataset"]
    if "name" not in values:
        raise ConfigError("the model names no data set: give --dataset")
    return choices.read_dataset(values.pop("name"), values)

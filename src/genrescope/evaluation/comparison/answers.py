"""
The answers of models about test tracks, found in the folders that runs leave behind.

A run is a folder with the report on it (``results.json`` and the pooled ``predictions.csv``), the
folder of one training (``predictions.csv`` and ``split.json``), its bundle, or a folder above
those. Trainings below a report are part of it.

Public functions: `read_answers`, `answers_of_results`.
"""

from __future__ import annotations

import csv
import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from genrescope.bundle.format import read_manifest
from genrescope.errors import BundleError, ConfigError, DatasetError, SplitError
from genrescope.evaluation.outcomes import TrackOutcome, read_pooled_csv, read_predictions_csv
from genrescope.evaluation.record import ProtocolResult, from_json, leakage_caveat
from genrescope.labels import SEPARATOR
from genrescope.splits.split import Split

PREDICTIONS, RESULTS, SPLIT = "predictions.csv", "results.json", "split.json"


@dataclass(frozen=True)
class Answers:
    """
    What one model answered under one protocol.

    Attributes
    ----------
    model, protocol : str
        Their names.
    leakage_label : str
        What is known about leakage; empty where nothing is.
    labels : tuple of str
        All labels.
    outcomes : tuple of TrackOutcome
        One a track and seed.
    source : str
        Where they were found.
    splits : mapping of (int, int) to Split
        Splits that are known, by (fold, seed).
    """

    model: str
    protocol: str
    leakage_label: str
    labels: tuple[str, ...]
    outcomes: tuple[TrackOutcome, ...]
    source: str = ""
    splits: Mapping[tuple[int, int], Split] = field(default_factory=dict)

    @property
    def caveat(self) -> str:
        """
        The word that must stand beside each number.

        Returns
        -------
        str
            ``"leaky"``, ``"unverified"`` or nothing.
        """
        return leakage_caveat(self.leakage_label)


def answers_of_results(
    results: Sequence[ProtocolResult],
    outcomes: Mapping[tuple[str, str], Sequence[TrackOutcome]],
    *,
    source: str = "",
) -> list[Answers]:
    """
    Put results and the answers that they come from together.

    Parameters
    ----------
    results : sequence of ProtocolResult
        What was measured.
    outcomes : mapping of (str, str) to sequence of TrackOutcome
        By model and protocol; results without are left out.
    source : str
        Where they stand.

    Returns
    -------
    list of Answers
        In the order of results.
    """
    found = []
    for r in results:
        own = tuple(outcomes.get((r.model, r.protocol), ()))
        if own:
            found.append(Answers(r.model, r.protocol, r.leakage_label, r.labels, own, source))
    return found


def read_answers(path: Path) -> list[Answers]:
    """
    Find and read the answers of a run.

    Parameters
    ----------
    path : Path
        A report folder, the folder of a training, a bundle in one, or a folder above those.

    Returns
    -------
    list of Answers
        One a model and protocol.

    Raises
    ------
    DatasetError
        If there are none, a file is damaged, one model has different answers under one protocol, or
        tracks have several labels.
    """
    folder = path.parent if path.name == PREDICTIONS and path.is_file() else path
    if not folder.is_dir():
        what = "is a file" if folder.exists() else "does not exist"
        raise DatasetError(
            f"run {str(path)!r} {what}: give the folder of a report or of a training, as "
            "`genrescope evaluate` names it"
        )
    if not (folder / PREDICTIONS).is_file() and (folder / "bundle.json").is_file():
        folder = folder.parent
    tables = sorted([folder / PREDICTIONS] if (folder / PREDICTIONS).is_file()
                    else folder.rglob(PREDICTIONS))  # fmt: skip
    pooled = [p for p in tables if _is_pooled(p)]
    above = {p.parent for p in pooled}
    single = [p for p in tables if p not in pooled and not above.intersection(p.parents)]
    found = [a for p in pooled for a in _read_report(p.parent)]
    # Several reports may tell of one training: what is known twice is kept once.
    kept: dict[tuple[str, str], Answers] = {}
    for answers in (*found, *_read_trainings(single)):
        other = kept.setdefault((answers.model, answers.protocol), answers)
        if _sorted(other.outcomes) != _sorted(answers.outcomes):
            raise DatasetError(
                f"{str(path)!r}: model {answers.model!r} has different answers under protocol "
                f"{answers.protocol!r} in {other.source} and {answers.source}: give one of them"
            )
    if not kept:
        raise DatasetError(
            f"{str(path)!r} holds no {PREDICTIONS}: give the folder of a report or of a training "
            "that came to its end, as `genrescope evaluate` names it"
        )
    several = [a.model for a in kept.values() if any(SEPARATOR in o.y_true for o in a.outcomes)]
    if several:
        raise DatasetError(
            f"{str(path)!r}: models of several labels a track ({', '.join(several)}) have no one "
            "answer to compare: set the intervals of their reports side by side"
        )
    return list(kept.values())


def _is_pooled(path: Path) -> bool:
    with path.open(encoding="utf-8", newline="", errors="replace") as file:
        return next(csv.reader(file), [])[:2] == ["model", "protocol"]


def _read_report(folder: Path) -> list[Answers]:
    path = folder / RESULTS
    try:
        tables = read_pooled_csv(folder / PREDICTIONS)
        results = from_json(path.read_text(encoding="utf-8")) if path.is_file() else ()
    except (ConfigError, UnicodeDecodeError, csv.Error) as error:
        raise DatasetError(f"report {str(folder)!r}: {error}") from error
    label_of = {(r.model, r.protocol): r.leakage_label for r in results}
    return [
        Answers(
            model,
            protocol,
            label_of.get((model, protocol), ""),
            labels,
            tuple(outcomes),
            str(folder),
            _splits(folder, model, protocol, outcomes),
        )
        for (model, protocol), (labels, outcomes) in tables.items()
    ]


def _read_trainings(paths: Iterable[Path]) -> list[Answers]:
    """Read the trainings of folds and seeds, those of a model and protocol as one."""
    found: dict[tuple[str, str], Answers] = {}
    for path in paths:
        one = _read_training(path)
        key = one.model, one.protocol
        other = found.get(key)
        if other is None:
            found[key] = one
            continue
        found[key] = dataclasses.replace(
            other,
            outcomes=(*other.outcomes, *one.outcomes),
            leakage_label=max(other.leakage_label, one.leakage_label, key=_severity),
            source=str(path.parent.parent),
            splits={**other.splits, **one.splits},
        )
    return list(found.values())


def _read_training(path: Path) -> Answers:
    folder = path.parent
    try:
        labels, outcomes = read_predictions_csv(path)
    except (UnicodeDecodeError, csv.Error) as error:
        raise DatasetError(f"{path}: {error}: give the predictions.csv of a run") from error
    model, protocol, leakage = folder.parent.parent.name, folder.parent.name, ""
    try:
        manifest = read_manifest(folder / "bundle")
        model = manifest.name
        protocol = str(manifest.training.get("protocol", protocol)).partition(", fold ")[0]
        leakage = str(manifest.training.get("leakage", ""))
    except BundleError:
        # The answers stand without the model: the folders name it, and its leakage is not known.
        pass
    splits = {(o.fold, o.seed): folder / SPLIT for o in outcomes}
    return Answers(
        model, protocol, leakage, labels, tuple(outcomes), str(folder), _loaded(splits, outcomes)
    )


def _splits(
    folder: Path, model: str, protocol: str, outcomes: Sequence[TrackOutcome]
) -> dict[tuple[int, int], Split]:
    """Find the splits of a report below it, or in the run directory that it belongs to."""
    places = [folder]
    if "reports" in folder.parts[:-1]:
        runs = next(p.parent for p in folder.parents if p.name == "reports")
        places.append(runs / model / protocol.partition(" (")[0])
    keys = {(o.fold, o.seed) for o in outcomes}
    paths = {key: place / "fold-{}-seed-{}".format(*key) / SPLIT for place in places for key in keys
             if (place / "fold-{}-seed-{}".format(*key) / SPLIT).is_file()}  # fmt: skip
    return _loaded(paths, outcomes)


def _loaded(
    paths: Mapping[tuple[int, int], Path], outcomes: Sequence[TrackOutcome]
) -> dict[tuple[int, int], Split]:
    """Read splits; one that cannot be read, or is of other test tracks, is as good as unknown."""
    found = {}
    for (fold, seed), path in paths.items():
        try:
            split = Split.load(path)
        except SplitError:
            continue
        if {o.track_id for o in outcomes if (o.fold, o.seed) == (fold, seed)} <= set(split.test):
            found[fold, seed] = split
    return found


def _severity(label: str) -> int:
    return ("", "unverified", "leaky").index(leakage_caveat(label))


def _sorted(outcomes: Iterable[TrackOutcome]) -> list[TrackOutcome]:
    return sorted(outcomes, key=lambda o: (o.track_id, o.fold, o.seed))

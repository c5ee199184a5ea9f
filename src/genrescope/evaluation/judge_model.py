"""
Judge a model as it is on labelled music: nothing is trained, and every track is a test.

The model hears sound files just as it does for users. What it learned already is looked up in its
bundle, and makes the figures leaky; genres that it does not know count as wrong. The base
installation is enough for all but the figures.

Public functions: `judge_model`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from genrescope.datasets.dataset import Dataset
from genrescope.digests import settings_digest
from genrescope.errors import ConfigError, DatasetError, GenrescopeError
from genrescope.evaluation.markdown import anchor, skipped_notes
from genrescope.evaluation.outcomes import TrackOutcome
from genrescope.evaluation.record import ProtocolResult
from genrescope.evaluation.report import write_run_report
from genrescope.evaluation.results import summarise
from genrescope.labels import label_key
from genrescope.prediction.aggregate import mean_probabilities
from genrescope.prediction.predictor import Predictor
from genrescope.records import Skipped, Track
from genrescope.training.learned import acquaintance

AS_IS = "as-is"

Heard = dict[str, float]


def judge_model(
    folder: Path,
    dataset: Dataset,
    *,
    runs: Path,
    command: str,
    advance: Callable[[int, int], None] | None = None,
) -> tuple[ProtocolResult, Path]:
    """
    Judge a model on every track of a data set, and write the report.

    Parameters
    ----------
    folder : Path
        The bundle.
    dataset : Dataset
        Labelled tracks.
    runs : Path
        Where run directories stand; the report goes to ``RUNS/reports/model/as-is``, with the
        beginnings of the digests of model and data.
    command : str
        What the user typed, for the report.
    advance : callable or None
        Called with (done, total) after each track.

    Returns
    -------
    result : ProtocolResult
        Labelled leaky where the model learned some of the tracks or of their artists.
    path : Path
        The report.

    Raises
    ------
    ConfigError
        If the data were prepared by another front end than that of the model, or the model gives
        a track several labels.
    DatasetError
        If not one track can be heard.
    """
    predictor = Predictor(folder)
    if predictor.manifest.task:
        raise ConfigError(
            f"model {predictor.name!r} gives a track several labels, and is not judged as it is: "
            "evaluate the recipe that it carries under a protocol"
        )
    own_name = {label_key(label): label for label in predictor.labels}
    said = {t.track_id: own_name.get(label_key(t.label), t.label) for t in dataset.tracks}
    labels = sorted({*predictor.labels, *said.values()})
    seed = predictor.manifest.training.get("seed", 0)
    outcomes: list[TrackOutcome] = []
    skipped = list(dataset.skipped)
    for done, (track, heard) in enumerate(_answers(predictor, dataset), start=1):
        if isinstance(heard, Skipped):
            skipped.append(heard)
        else:
            outcomes.append(_outcome(track, said[track.track_id], heard, labels, seed=seed))
        if advance is not None:
            advance(done, len(dataset.tracks))
    if not outcomes:
        raise DatasetError(
            f"data set {dataset.name!r}: not one of {len(dataset.tracks)} tracks can be heard; the "
            f"first reason: {skipped[-1].reason}"
        )
    result = _result(predictor, dataset, outcomes, labels)
    notes = [*_unknown_note(outcomes, predictor.labels), *skipped_notes(skipped)]
    return result, _write_report(runs, predictor, dataset, result, outcomes, notes, command)


def _answers(predictor: Predictor, dataset: Dataset) -> Iterator[tuple[Track, Heard | Skipped]]:
    """Hear each track, one after another, in the order of the data set."""
    if dataset.logmels is not None:
        yield from _answers_about_arrays(predictor, dataset)
        return
    paths = [track.path for track in dataset.tracks if track.path is not None]
    predictions = predictor.predict_many(paths)
    for track in dataset.tracks:
        if track.path is None:
            yield track, Skipped(track.track_id, "the track has no sound file")
            continue
        prediction = next(predictions)
        if prediction.error is not None:
            yield track, Skipped(track.track_id, prediction.error)
        else:
            yield track, {g.label: g.probability for g in prediction.genres}


def _answers_about_arrays(
    predictor: Predictor, dataset: Dataset
) -> Iterator[tuple[Track, Heard | Skipped]]:
    arrays = dataset.logmels
    assert arrays is not None
    if predictor.manifest.front_end != arrays.front_end:
        raise ConfigError(
            f"model {predictor.name!r} hears with {predictor.manifest.front_end}, but the data "
            f"were prepared with {arrays.front_end}: judge it on sound, or on its own log-mels"
        )
    for track in dataset.tracks:
        try:
            P = mean_probabilities(predictor.probabilities([arrays.get(track.track_id)]))
            yield track, dict(zip(predictor.labels, map(float, P), strict=True))
        except GenrescopeError as error:
            yield track, Skipped(track.track_id, str(error))


def _outcome(
    track: Track, label: str, heard: Heard, labels: Sequence[str], *, seed: int
) -> TrackOutcome:
    return TrackOutcome(
        track_id=track.track_id,
        fold=1,
        seed=seed,
        group=track.group,
        y_true=label,
        y_pred=max(heard, key=lambda name: heard[name]),
        probabilities=tuple(heard.get(name, 0.0) for name in labels),
    )


def _result(
    predictor: Predictor,
    dataset: Dataset,
    outcomes: Sequence[TrackOutcome],
    labels: Sequence[str],
) -> ProtocolResult:
    judged = {o.track_id for o in outcomes}
    tracks = [track for track in dataset.tracks if track.track_id in judged]
    label = acquaintance(predictor.manifest.training, tracks).label
    n_genres = len({o.y_true for o in outcomes})
    return summarise(
        outcomes,
        labels,
        model=predictor.name,
        protocol=AS_IS,
        leakage_label=label,
        honest=label.startswith("clean"),
        dataset=f"{dataset.name}, {len(tracks)} tracks of {n_genres} genres",
    )


def _unknown_note(outcomes: Sequence[TrackOutcome], known: Sequence[str]) -> list[str]:
    strange = [o.y_true for o in outcomes if o.y_true not in known]
    if not strange:
        return []
    return [
        f"{len(strange)} of {len(outcomes)} tracks are of genres that the model does not know "
        f"({', '.join(sorted(set(strange)))}): they count as wrong"
    ]


def _write_report(
    runs: Path,
    predictor: Predictor,
    dataset: Dataset,
    result: ProtocolResult,
    outcomes: Sequence[TrackOutcome],
    notes: Sequence[str],
    command: str,
) -> Path:
    manifest = predictor.manifest
    data = settings_digest([[t.track_id, t.sha256, t.label] for t in dataset.tracks])
    model = f"{anchor(manifest.name)}-{manifest.onnx_sha256[:8]}"
    return write_run_report(
        runs / "reports" / model / f"{AS_IS}-{data[:8]}",
        [result],
        title=f"{manifest.name} as it is: how far to trust it",
        command=command,
        settings_digest=settings_digest(manifest.to_dict()),
        answers={(result.model, result.protocol): outcomes},
        notes=notes,
    )

"""
What earlier evaluations left in their folders: results, answers about tracks, the horse test.

Public functions: `read_evaluation`, `evaluations_of_run`.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from genrescope.errors import ConfigError
from genrescope.evaluation import record
from genrescope.evaluation.horse import record as horse_record
from genrescope.evaluation.horse.record import HorseResult
from genrescope.evaluation.judge_model import AS_IS
from genrescope.evaluation.outcomes import TrackOutcome, read_pooled_csv, read_predictions_csv
from genrescope.evaluation.record import ProtocolResult

RESULTS, PREDICTIONS = "results.json", "predictions.csv"
HORSE, REPORT = "horse.json", "report.md"
_COMMAND = re.compile(
    r"^## To make these numbers again\n+```\n(.*?)\n```$", re.MULTILINE | re.DOTALL
)


@dataclass(frozen=True)
class Evaluation:
    """
    What was measured, and the answers that it comes from.

    Attributes
    ----------
    results : tuple of ProtocolResult
        One a model and protocol.
    answers : dict of (str, str) to list of TrackOutcome
        By model and protocol.
    horses : tuple of HorseResult
        What the horse test found.
    commands : tuple of str
        What measured it.
    notes : tuple of str
        What was found and left out.
    """

    results: tuple[ProtocolResult, ...]
    answers: dict[tuple[str, str], list[TrackOutcome]]
    horses: tuple[HorseResult, ...] = ()
    commands: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def models(self) -> list[str]:
        """
        The models.

        Returns
        -------
        list of str
            Their names, sorted.
        """
        return sorted({result.model for result in self.results})

    def of(self, model: str) -> Evaluation:
        """
        Keep what is about one model.

        Parameters
        ----------
        model : str
            Its name.

        Returns
        -------
        Evaluation
            Of this model alone.
        """
        return Evaluation(
            tuple(r for r in self.results if r.model == model),
            {key: said for key, said in self.answers.items() if key[0] == model},
            tuple(h for h in self.horses if h.model == model),
            self.commands,
            self.notes,
        )


def read_evaluation(folder: Path) -> Evaluation | None:
    """
    Read the folder of a report, or of a single training.

    Parameters
    ----------
    folder : Path
        Where ``results.json`` stands.

    Returns
    -------
    Evaluation or None
        None where no evaluation has been.

    Raises
    ------
    ConfigError
        If a file is damaged.
    DatasetError
        If the table of answers is damaged.
    """
    if not (folder / RESULTS).is_file():
        return None
    results = record.from_json(_text(folder / RESULTS))
    answers: dict[tuple[str, str], list[TrackOutcome]] = {}
    if (folder / PREDICTIONS).is_file():
        answers = _answers(folder / PREDICTIONS, results)
    horses: tuple[HorseResult, ...] = ()
    if (folder / HORSE).is_file():
        horses = horse_record.from_json(_text(folder / HORSE))
    report = folder / REPORT
    commands = _COMMAND.findall(_text(report)) if report.is_file() else []
    return Evaluation(results, answers, horses, tuple(commands))


def evaluations_of_run(folder: Path) -> Evaluation | None:
    """
    Read all evaluations of the run directory of one model on the data set of the newest one.

    Of two evaluations of the same protocol the newer counts. Judgements of the model as it is stand
    beside no other, so they are taken only where there is nothing else.

    Parameters
    ----------
    folder : Path
        ``RUNS/model``.

    Returns
    -------
    Evaluation or None
        None where it was never evaluated. Its notes say what was left out.
    """
    places = [*folder.glob(f"*/{RESULTS}"), *folder.parent.glob(f"reports/*/*/{RESULTS}")]
    places.sort(key=lambda path: (path.stat().st_mtime_ns, str(path)))
    read = [found for path in places if (found := read_evaluation(path.parent))]
    evaluations = [own for found in read if (own := found.of(folder.name)).results]
    measured = [result for found in evaluations for result in found.results]
    if not measured:
        return None
    trained = [result for result in measured if result.protocol != AS_IS]
    chosen = trained or measured
    kept = [result for result in chosen if result.data == chosen[-1].data]
    left = [result for result in measured if result not in kept]
    return dataclasses.replace(_merged(evaluations, kept), notes=_left_out(left))


def _merged(evaluations: Sequence[Evaluation], kept: Sequence[ProtocolResult]) -> Evaluation:
    """Put evaluations of one model together, oldest first, as far as their results are kept."""
    results: dict[str, ProtocolResult] = {}
    answers: dict[tuple[str, str], list[TrackOutcome]] = {}
    horses: dict[str, HorseResult] = {}
    commands: dict[str, tuple[str, ...]] = {}
    for found in evaluations:
        own = [result for result in found.results if result in kept]
        for result in own:
            results[result.protocol] = result
            # The answers must be those that the result comes from.
            key = (result.model, result.protocol)
            answers.pop(key, None)
            answers |= {key: found.answers[key]} if key in found.answers else {}
            commands[result.protocol] = found.commands
        if own:
            horses |= {horse.protocol: horse for horse in found.horses}
    told = dict.fromkeys(command for group in commands.values() for command in group)
    return Evaluation(tuple(results.values()), answers, tuple(horses.values()), tuple(told))


def _left_out(left: Sequence[ProtocolResult]) -> tuple[str, ...]:
    if not left:
        return ()
    told = dict.fromkeys(f"{result.protocol} on {result.dataset}" for result in left)
    return (
        "Left out, as figures of other music or of a finished model stand beside no others: "
        f"{'; '.join(told)}.",
    )


def _answers(
    path: Path, results: Sequence[ProtocolResult]
) -> dict[tuple[str, str], list[TrackOutcome]]:
    """Read the table of a report, or that of a training, which is of one model and protocol."""
    with path.open(encoding="utf-8") as file:
        is_pooled = file.readline().startswith('"model"')
    if is_pooled:
        return {key: said for key, (_, said) in read_pooled_csv(path).items()}
    (result,) = results
    labels, outcomes = read_predictions_csv(path)
    return {(result.model, result.protocol): outcomes} if labels == result.labels else {}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is damaged ({error}): evaluate the model again") from error

"""
Which figures belong to a run: accuracies, confusions, the curves of its trainings, and trust.

Public functions: `figures_of_run`, `figures_beside`, `example_spectrograms`, `save_figures`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from genrescope.errors import unknown_name
from genrescope.evaluation.drawing import curves, figures
from genrescope.evaluation.drawing.canvas import COLOURS, save_figure
from genrescope.evaluation.drawing.spectrograms import spectrograms
from genrescope.evaluation.drawing.trust_figures import reliability_diagram, risk_coverage_figure
from genrescope.evaluation.markdown import anchor
from genrescope.evaluation.outcomes import TrackOutcome
from genrescope.evaluation.papers import Paper
from genrescope.evaluation.record import ProtocolResult
from genrescope.models.history import Epoch

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from genrescope.training.inputs import Inputs


@dataclass(frozen=True)
class Captioned:
    """
    A figure with its words.

    Attributes
    ----------
    stem : str
        File name without ending, before it is made safe.
    caption : str
        What it shows.
    figure : Figure
        The figure.
    """

    stem: str
    caption: str
    figure: Figure


def figures_of_run(
    results: Sequence[ProtocolResult],
    *,
    papers: Mapping[str, Paper],
    histories: Mapping[tuple[str, str], Sequence[Epoch]],
) -> list[Captioned]:
    """
    Draw all figures of a run.

    Parameters
    ----------
    results : sequence of ProtocolResult
        At least one.
    papers : mapping of str to Paper
        What papers reported, by name of the model; the first accuracy of each is marked.
    histories : mapping of (str, str) to sequence of Epoch
        One training by (model, protocol) of its result.

    Returns
    -------
    list of Captioned
        Accuracies, confusion matrices, curves of each training, and curves of the models of each
        protocol together (as many as there are colours for).

    Raises
    ------
    UnknownNameError
        If a history belongs to no result.
    """
    bars = figures.accuracy_bars(results, papers=papers)
    found = [Captioned("accuracy", "Accuracy of all models and protocols", bars)]
    for r in results:
        drawn = figures.confusion_matrices([r])
        words = f"Confusion, {figures.describe(r)}"
        found.append(Captioned(f"confusion {r.model} {r.protocol}", words, drawn))
    by_key = {(r.model, r.protocol): r for r in results}
    for key, history in histories.items():
        if key not in by_key:
            known = [": ".join(known) for known in by_key]
            raise unknown_name("result of a training history", ": ".join(key), known)
        title = f"{key[0]}: {figures.measured_on(by_key[key])}"
        drawn = curves.training_curves(history, title=title)
        found.append(Captioned(f"curves {' '.join(key)}", f"Training of {title}", drawn))
    for protocol in dict.fromkeys(protocol for _, protocol in histories):
        together = {m: h for (m, p), h in histories.items() if p == protocol}
        if 1 < len(together) <= len(COLOURS):
            title = figures.measured_on(next(r for r in results if r.protocol == protocol))
            drawn = curves.compared_curves(together, title=title)
            words = f"Trainings together, {title}"
            found.append(Captioned(f"curves together {protocol}", words, drawn))
    return found


def figures_beside(
    results: Sequence[ProtocolResult],
    answers: Mapping[tuple[str, str], Sequence[TrackOutcome]],
    inputs: Inputs | None,
) -> list[Captioned]:
    """
    Draw what needs more than the results: the trust in single answers, and what the models see.

    Parameters
    ----------
    results : sequence of ProtocolResult
        What was measured.
    answers : mapping of (str, str) to sequence of TrackOutcome
        About single tracks, by model and protocol; those without probabilities are not drawn.
    inputs : Inputs or None
        The data set, for its spectrograms.

    Returns
    -------
    list of Captioned
        A reliability diagram for each result with probabilities, the risk against the coverage of
        the models of each protocol, and example spectrograms.
    """
    found = []
    sure = {
        (r.model, r.protocol): r
        for r in results
        if answers.get((r.model, r.protocol)) and answers[r.model, r.protocol][0].probabilities
    }
    for key, r in sure.items():
        words = f"Confidence against accuracy, {figures.describe(r)}"
        drawn = reliability_diagram(answers[key], r.labels, title=figures.describe(r))
        found.append(Captioned(f"reliability {r.model} {r.protocol}", words, drawn))
    for protocol in dict.fromkeys(protocol for _, protocol in sure):
        mine = [r for r in sure.values() if r.protocol == protocol][: len(COLOURS)]
        curves_of = {r.model: (answers[r.model, protocol], r.labels) for r in mine}
        title = figures.measured_on(mine[0])
        drawn = risk_coverage_figure(curves_of, title=f"Risk against coverage, {title}")
        words = f"Errors among the surest answers, {title}"
        found.append(Captioned(f"risk coverage {protocol}", words, drawn))
    return found + ([] if inputs is None else example_spectrograms(inputs))


def example_spectrograms(inputs: Inputs) -> list[Captioned]:
    """
    Draw what the models see: the log-mel of the first track of each genre, on one sheet.

    Parameters
    ----------
    inputs : Inputs
        The windows of a data set.

    Returns
    -------
    list of Captioned
        One.
    """
    first: dict[str, str] = {}
    for track in inputs.tracks:
        first.setdefault(track.label, track.track_id)
    front_end = inputs.front_end
    drawn = spectrograms(
        {
            f"{label}: {i}": front_end.logmel_of(inputs.logmels(i)[0])
            for label, i in sorted(first.items())
        },
        sr=front_end.sr,
        hop_length=front_end.hop_length,
        frequencies=front_end.band_centres(),
        unit="dB relative to the maximum" if front_end.scale == "db" else "level, 0 to 1",
    )
    return [Captioned("spectrograms", "Log-mel of the first track of each genre", drawn)]


def save_figures(folder: Path, items: Sequence[Captioned]) -> dict[str, str]:
    """
    Write figures below a run directory, each under a name of its own.

    Parameters
    ----------
    folder : Path
        The run directory.
    items : sequence of Captioned
        The figures.

    Returns
    -------
    dict
        Path relative to the run directory, by caption.
    """
    paths: dict[str, str] = {}
    for item in items:
        path = f"figures/{anchor(item.stem)}.png"
        while path in paths.values():
            path = path.replace(".png", "-x.png")
        save_figure(item.figure, folder / path)
        paths[item.caption] = path
    return paths

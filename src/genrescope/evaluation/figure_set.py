"""
Which figures belong to a run: accuracies, confusions and the curves of its trainings.

Public functions: `figures_of_run`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from genrescope.errors import unknown_name
from genrescope.evaluation import curves, figures
from genrescope.evaluation.canvas import COLOURS
from genrescope.evaluation.record import ProtocolResult
from genrescope.models.history import Epoch

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from genrescope.training.recipe import Published


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
    published: Mapping[str, Sequence[Published]],
    histories: Mapping[tuple[str, str], Sequence[Epoch]],
) -> list[Captioned]:
    """
    Draw all figures of a run.

    Parameters
    ----------
    results : sequence of ProtocolResult
        At least one.
    published : mapping of str to sequence of Published
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
    reported = {
        model: next(p.value for p in values if p.metric == "accuracy")
        for model, values in published.items()
        if any(p.metric == "accuracy" for p in values)
    }
    bars = figures.accuracy_bars(results, published=reported)
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

"""
Figures of how far to trust single answers: confidence against accuracy, risk against coverage.

Both are drawn from the answers about test tracks, those of all folds and seeds together.

Public functions: `reliability_diagram`, `risk_coverage_figure`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np

from genrescope.evaluation.drawing.canvas import COLOURS, new_figure
from genrescope.evaluation.outcomes import TrackOutcome
from genrescope.metrics.calibration import expected_calibration_error, reliability_curve
from genrescope.metrics.perfect_calibration import error_if_true
from genrescope.metrics.selective import area_under_risk_coverage, risk_coverage
from genrescope.seeding import rng_for

if TYPE_CHECKING:
    from matplotlib.figure import Figure

N_BINS = 15


def reliability_diagram(
    answers: Sequence[TrackOutcome], labels: Sequence[str], *, title: str
) -> Figure:
    """
    Draw how often the model is right at each confidence, and how often each confidence occurs.

    Parameters
    ----------
    answers : sequence of TrackOutcome
        About test tracks, with probabilities, at least one.
    labels : sequence of str
        In the order of the probabilities.
    title : str
        Model and protocol.

    Returns
    -------
    Figure
        Above, accuracy in bins of confidence beside the diagonal of true probabilities, as an area
        by the number of tracks; below, that number. The calibration error stands beside what chance
        alone gives.
    """
    y_true, P = _arrays(answers, labels)
    curve = reliability_curve(y_true, P, n_bins=N_BINS)
    error = expected_calibration_error(y_true, P, n_bins=N_BINS)
    chance = error_if_true(P, rng_for(0, "reliability diagram"), n_bins=N_BINS, n_draws=100)
    figure = new_figure(6.5, 7)
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    above.plot([0, 100], [0, 100], linestyle="--", color=COLOURS[6], label="true probabilities")
    sizes = 12 + 180 * curve.count / curve.count.max()
    above.plot(100 * curve.confidence, 100 * curve.accuracy, color=COLOURS[0], linewidth=1)
    above.scatter(
        100 * curve.confidence, 100 * curve.accuracy, s=sizes, color=COLOURS[0], label="measured"
    )
    above.set(ylabel="right answers (%)", xlim=(0, 100), ylim=(-2, 102))
    above.legend(frameon=False, loc="upper left")
    words = f"ECE {error:.3f}\n(by chance {chance.mean:.3f},\nat most {chance.high:.3f})"
    above.text(97, 4, words, ha="right", va="bottom")
    edges = np.linspace(0, 100, N_BINS + 1)
    below.hist(100 * P.max(axis=1), bins=list(edges), color=COLOURS[5], edgecolor=COLOURS[0])
    below.set(xlabel="confidence (%)", ylabel="tracks")
    figure.suptitle(fill(title, 60), fontsize=12)
    return figure


def risk_coverage_figure(
    answers: Mapping[str, tuple[Sequence[TrackOutcome], Sequence[str]]], *, title: str
) -> Figure:
    """
    Draw how wrong models are when they answer only where they are sure.

    Parameters
    ----------
    answers : mapping of str to (sequence of TrackOutcome, sequence of str)
        Answers with probabilities, and labels, by the name of the model; as many models as there
        are colours, at most.
    title : str
        Protocol.

    Returns
    -------
    Figure
        One curve a model; the area under it stands beside its name.
    """
    figure = new_figure(7.5, 5.5)
    axes = figure.subplots()
    styles = ("-", "--", "-.", ":")
    for i, (name, (outcomes, labels)) in enumerate(answers.items()):
        curve = risk_coverage(*_arrays(outcomes, labels))
        label = f"{name} (AURC {area_under_risk_coverage(curve):.3f})"
        (line,) = axes.plot(100 * curve.coverage, 100 * curve.risk, label=label)
        line.set(color=COLOURS[i % len(COLOURS)], linestyle=styles[i % len(styles)])
    axes.set(xlabel="tracks answered, surest first (%)", ylabel="wrong among these (%)")
    axes.set(xlim=(0, 100), ylim=(0, None))
    axes.grid(color="#dddddd", linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, loc="upper left")
    figure.suptitle(fill(title, 70), fontsize=12)
    return figure


def _arrays(
    answers: Sequence[TrackOutcome], labels: Sequence[str]
) -> tuple[np.ndarray, np.ndarray]:
    index = {label: i for i, label in enumerate(labels)}
    y_true = np.array([index[o.y_true] for o in answers])
    return y_true, np.array([o.probabilities for o in answers])

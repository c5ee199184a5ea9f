"""Figures of trust: what is drawn is what was answered."""

from __future__ import annotations

import numpy as np
import pytest

from genrescope.evaluation import results
from genrescope.evaluation.drawing.figure_set import figures_beside
from genrescope.evaluation.drawing.trust_figures import reliability_diagram, risk_coverage_figure
from genrescope.evaluation.outcomes import TrackOutcome

pytest.importorskip("matplotlib")

LABELS = ("blues", "jazz", "rock")


def answers(n: int = 300, *, with_probabilities: bool = True) -> list[TrackOutcome]:
    rng = np.random.default_rng(0)
    P = rng.dirichlet([1.0, 1.0, 1.0], n)
    truth = [LABELS[rng.choice(3, p=p)] for p in P]
    return [
        TrackOutcome(
            f"t{i}",
            1,
            0,
            f"artist {i // 3}",
            truth[i],
            LABELS[int(P[i].argmax())],
            tuple(P[i]) if with_probabilities else (),
        )
        for i in range(n)
    ]


def result_of(found: list[TrackOutcome], model: str = "svm", protocol: str = "artist-grouped"):
    return results.summarise(
        found,
        LABELS,
        model=model,
        protocol=protocol,
        leakage_label="clean",
        honest=True,
        train_labels={(1, 0): list(LABELS)},
        dataset="made",
        n_resamples=20,
    )


def test_the_reliability_diagram_shows_each_bin_and_what_chance_gives() -> None:
    figure = reliability_diagram(answers(), LABELS, title="svm: artist-grouped, n = 300")
    above, below = figure.axes
    points = above.collections[0].get_offsets()
    assert len(points) >= 8
    assert (np.abs(points[:, 0] - points[:, 1]) < 45).all()
    assert sum(bar.get_height() for bar in below.patches) == 300
    assert "by chance" in above.texts[0].get_text()


def test_the_risk_of_all_answers_is_the_error() -> None:
    found = answers()
    figure = risk_coverage_figure({"svm": (found, LABELS), "other": (found, LABELS)}, title="t")
    (axes,) = figure.axes
    x, y = axes.lines[0].get_data()
    assert (x[-1], y[-1]) == (100, pytest.approx(100 * np.mean([o.y_true != o.y_pred
                                                                for o in found])))  # fmt: skip
    assert len(axes.lines) == 2
    assert "AURC" in axes.get_legend().get_texts()[0].get_text()


def test_a_run_has_them_where_there_are_probabilities() -> None:
    sure, bare = answers(), answers(with_probabilities=False)
    both = [result_of(sure), result_of(bare, "bare")]
    captions = [
        item.caption
        for item in figures_beside(
            both, {("svm", "artist-grouped"): sure, ("bare", "artist-grouped"): bare}, None
        )
    ]
    assert len(captions) == 2
    assert "Confidence against accuracy, svm" in captions[0]
    assert "Errors among the surest answers" in captions[1]
    area = both[0].score("area_under_risk_coverage")
    assert 0 < area.value < 1 - both[0].score("accuracy").value
    assert figures_beside(both, {}, None) == []

"""Results: pooled folds and seeds by hand, what is refused, and the way to files and back."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genrescope.errors import ConfigError, DatasetError, ParameterError, UnknownNameError
from genrescope.evaluation import results as m
from genrescope.metrics import calibration, classification, intervals

LABELS = ("blues", "jazz", "rock")


def outcomes_of(
    n: int = 60, seeds: tuple[int, ...] = (0, 1, 2), n_folds: int = 3, n_groups: int = 25
) -> list[m.TrackOutcome]:
    rng = np.random.default_rng(0)
    y_true = rng.integers(0, 3, n)
    found = []
    for seed in seeds:
        for i in range(n):
            P = rng.dirichlet(np.ones(3) + 2 * np.eye(3)[y_true[i]])
            group = None if i % 10 == 0 else f"artist {i % n_groups}"
            found.append(
                m.TrackOutcome(
                    f"track {i:03}",
                    i % n_folds,
                    seed,
                    group,
                    LABELS[y_true[i]],
                    LABELS[int(P.argmax())],
                    tuple(P.tolist()),
                )
            )
    return found


def summary_of(outcomes: list[m.TrackOutcome], **changes: object) -> m.ProtocolResult:
    settings = {
        "model": "svm",
        "protocol": "artist 3-fold",
        "leakage_label": "clean",
        "honest": True,
        "n_resamples": 500,
    }
    return m.summarise(outcomes, LABELS, **{**settings, **changes})  # type: ignore[arg-type]


def arrays_of(outcomes: list[m.TrackOutcome], seed: int) -> tuple[np.ndarray, ...]:
    rows = [o for o in outcomes if o.seed == seed]
    return (
        np.array([LABELS.index(o.y_true) for o in rows]),
        np.array([LABELS.index(o.y_pred) for o in rows]),
        np.array([o.probabilities for o in rows]),
    )


def test_every_score_is_the_mean_over_seeds_of_the_metric() -> None:
    outcomes = outcomes_of()
    result = summary_of(outcomes)
    expected: dict[str, list[float]] = {}
    for seed in (0, 1, 2):
        y_true, y_pred, P = arrays_of(outcomes, seed)
        found = {
            **classification.evaluate(y_true, y_pred, P),
            **calibration.evaluate(y_true, P),
        }
        for name, value in found.items():
            expected.setdefault(name, []).append(value)
    assert {s.metric for s in result.scores} == set(expected)
    for score in result.scores:
        assert score.value == pytest.approx(np.mean(expected[score.metric]), abs=1e-12)
        assert score.n == 60
    assert result.accuracy_by_seed == pytest.approx(expected["accuracy"])
    assert (result.n, result.n_folds, result.seeds) == (60, 3, (0, 1, 2))
    assert (result.n_groups, result.n_ungrouped) == (25, 6)


def test_wilson_counts_tracks_not_trainings() -> None:
    result = summary_of(outcomes_of())
    wilson = result.score("accuracy", "wilson")
    expected = intervals.wilson(wilson.value * 60, 60)
    assert (wilson.low, wilson.high) == (expected.low, expected.high)


def test_same_answers_of_three_seeds_are_worth_those_of_one() -> None:
    one = outcomes_of(seeds=(0,))
    three = [dataclasses.replace(o, seed=s) for s in (0, 1, 2) for o in one]
    a, b = summary_of(one), summary_of(three)
    spread = b.score("accuracy", "t over seeds")
    assert spread.low == pytest.approx(spread.high)
    for score in a.scores:
        other = b.score(score.metric, score.interval_kind)
        assert other.n == score.n == 60
        assert other.value == pytest.approx(score.value)
        if score.low is not None:
            assert (other.low, other.high) == pytest.approx((score.low, score.high))


def test_bootstrap_of_accuracy_is_group_bootstrap_of_mean_correctness() -> None:
    outcomes = outcomes_of()
    score = summary_of(outcomes, n_resamples=4000).score("accuracy", "artist bootstrap")
    correct = np.mean([np.equal(*arrays_of(outcomes, s)[:2]) for s in (0, 1, 2)], axis=0)
    groups = [o.group for o in outcomes[:60]]
    plain = intervals.group_bootstrap(correct, groups, np.random.default_rng(9), n_resamples=4000)
    assert (score.low, score.high) == pytest.approx((plain.low, plain.high), abs=0.01)


def test_order_of_outcomes_does_not_count() -> None:
    outcomes = outcomes_of()
    shuffled = [outcomes[i] for i in np.random.default_rng(1).permutation(len(outcomes))]
    assert summary_of(outcomes) == summary_of(shuffled)


def test_confusion_and_classes_count_tracks() -> None:
    outcomes = outcomes_of()
    result = summary_of(outcomes)
    support = [sum(o.y_true == label for o in outcomes[:60]) for label in LABELS]
    np.testing.assert_allclose(np.sum(result.confusion, axis=1), support)
    assert [row.support for row in result.per_class] == support
    for row in result.per_class:
        assert row.recall_low is not None
        assert row.recall is not None
        assert row.recall_high is not None
        assert row.recall_low < row.recall < row.recall_high


def test_class_without_test_tracks_has_no_scores() -> None:
    outcomes = [o for o in outcomes_of() if o.y_true != "jazz"]
    row = summary_of(outcomes).per_class[1]
    assert row == m.ClassRow("jazz", 0.0, None, None, None, None, None)


def test_seeds_that_test_different_tracks() -> None:
    outcomes = [o for o in outcomes_of(n_folds=1) if int(o.track_id[-1]) % 3 != o.seed]
    result = summary_of(outcomes)
    assert result.n == 60
    assert result.score("accuracy").value == pytest.approx(np.mean(result.accuracy_by_seed))


def test_baselines_by_hand() -> None:
    outcomes = outcomes_of(n_folds=2, seeds=(0,))
    train = {(0, 0): ["rock", "rock", "jazz"], (1, 0): ["jazz"]}
    result = summary_of(outcomes, train_labels=train)
    right = sum(o.y_true == ("rock", "jazz")[o.fold] for o in outcomes)
    assert result.score("majority").value == pytest.approx(right / 60)
    assert result.score("chance").value == pytest.approx(1 / 3)
    expected = sum({"rock": 2 / 3, "jazz": 1 / 3}.get(o.y_true, 0) for o in outcomes if not o.fold)
    expected += sum(o.y_true == "jazz" for o in outcomes if o.fold)
    assert result.score("stratified_chance").value == pytest.approx(expected / 60)


def test_without_probabilities_and_with_one_artist() -> None:
    outcomes = [
        dataclasses.replace(o, probabilities=(), group="one") for o in outcomes_of(seeds=(0,))
    ]
    result = summary_of(outcomes)
    assert {s.metric for s in result.scores} == {"accuracy", "balanced_accuracy", "macro_f1"}
    assert {s.interval_kind for s in result.scores} == {"wilson", "none"}


@pytest.mark.parametrize(
    ("label", "caveat"),
    [
        ("clean", ""),
        ("Clean: artists disjoint", ""),
        ("unverified", "unverified"),
        ("", "unverified"),
        ("leaky: 63.8 % of test tracks share their artist", "leaky"),
        ("not clean", "leaky"),
    ],
)
def test_caveat(label: str, caveat: str) -> None:
    assert summary_of(outcomes_of(seeds=(0,)), leakage_label=label, honest=False).caveat == caveat


def _twice(rows: list[m.TrackOutcome]) -> list[m.TrackOutcome]:
    return [*rows, dataclasses.replace(rows[0], fold=2)]


def _relabelled(rows: list[m.TrackOutcome]) -> list[m.TrackOutcome]:
    other = LABELS[LABELS.index(rows[0].y_true) - 1]
    return [dataclasses.replace(rows[0], y_true=other), *rows[1:]]


def _half_probable(rows: list[m.TrackOutcome]) -> list[m.TrackOutcome]:
    return [*rows[:-1], dataclasses.replace(rows[-1], probabilities=())]


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda rows: [], "no outcomes"),
        (_twice, "tested twice with seed 0"),
        (_relabelled, "did the index change"),
        (_half_probable, "has 0 probabilities"),
        (lambda rows: [o for o in rows if (o.seed, o.fold) != (1, 2)], r"seed 1 lacks fold.*2"),
        (lambda rows: [dataclasses.replace(o, y_pred="jaz") for o in rows], "mean 'jazz'"),
    ],
)
def test_incomplete_outcomes_are_refused(
    spoil: Callable[[list[m.TrackOutcome]], list[m.TrackOutcome]], message: str
) -> None:
    with pytest.raises(ParameterError, match=message):
        summary_of(spoil(outcomes_of()))


def test_leaky_is_never_honest() -> None:
    with pytest.raises(ParameterError, match="cannot be called honest"):
        summary_of(outcomes_of(), leakage_label="leaky: artists shared")


def test_missing_training_labels_are_refused() -> None:
    with pytest.raises(ParameterError, match="fold 1, seed 0"):
        summary_of(outcomes_of(seeds=(0,)), train_labels={(0, 0): ["jazz"]})
    with pytest.raises(UnknownNameError, match="did you mean 'rock'"):
        summary_of(outcomes_of(seeds=(0,)), train_labels={(0, 0): ["rokc"]})


def test_unknown_score_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'macro_f1"):
        summary_of(outcomes_of()).score("makro_f1", "artist bootstrap")


def test_json_round_trip() -> None:
    outcomes = [o for o in outcomes_of() if o.y_true != "jazz"]
    results = (summary_of(outcomes), summary_of(outcomes, leakage_label="", honest=False))
    assert m.from_json(m.to_json(results)) == results


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "{}",
        '{"format": "other", "results": []}',
        '{"format": "genrescope-results-1", "results": [{"model": "a"}]}',
    ],
)
def test_foreign_json_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match=r"results\.json"):
        m.from_json(text)


def test_predictions_round_trip_gives_the_same_result(tmp_path: Path) -> None:
    outcomes = outcomes_of()
    m.write_predictions_csv(tmp_path / "predictions.csv", outcomes, labels=LABELS)
    labels, again = m.read_predictions_csv(tmp_path / "predictions.csv")
    assert labels == LABELS
    assert again == outcomes
    assert summary_of(again) == summary_of(outcomes)


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)


@given(
    st.lists(
        st.builds(
            m.TrackOutcome,
            TEXT,
            st.integers(0, 9),
            st.integers(0, 2**63),
            st.none() | TEXT,
            TEXT,
            TEXT,
            st.just(()) | st.tuples(st.floats(0, 1), st.floats(0, 1)),
        )
    ),
    st.tuples(TEXT, TEXT),
)
def test_any_predictions_round_trip(
    tmp_path_factory: pytest.TempPathFactory,
    outcomes: list[m.TrackOutcome],
    labels: tuple[str, str],
) -> None:
    path = tmp_path_factory.mktemp("any") / "predictions.csv"
    m.write_predictions_csv(path, outcomes, labels=labels)
    assert m.read_predictions_csv(path) == (labels, outcomes)


def test_damaged_predictions_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "predictions.csv"
    path.write_text("track,label\na,b\n")
    with pytest.raises(DatasetError, match="not those of a table of predictions"):
        m.read_predictions_csv(path)
    path.write_text("track_id,fold,seed,group,y_true,y_pred,p:a\nx,0,0,,a,a,0.5\ny,0,0\n")
    with pytest.raises(DatasetError, match="line 3: 3 cells where the header has 7"):
        m.read_predictions_csv(path)
    path.write_text("track_id,fold,seed,group,y_true,y_pred,p:a\nx,zero,0,,a,a,0.5\n")
    with pytest.raises(DatasetError, match="line 2"):
        m.read_predictions_csv(path)
    with pytest.raises(ParameterError, match="1 probabilities for 2 labels"):
        m.write_predictions_csv(
            path, [m.TrackOutcome("x", 0, 0, None, "a", "a", (1.0,))], labels=("a", "b")
        )

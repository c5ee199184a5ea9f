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
from genrescope.evaluation import record, scoring
from genrescope.evaluation import results as m
from genrescope.evaluation.outcomes import (
    TrackOutcome,
    read_predictions_csv,
    write_predictions_csv,
)
from genrescope.evaluation.pool import pool, track_weights
from genrescope.metrics import calibration, classification, intervals

LABELS = ("blues", "jazz", "rock")


def outcomes_of(
    n: int = 60, seeds: tuple[int, ...] = (0, 1, 2), n_folds: int = 3, n_groups: int = 25
) -> list[TrackOutcome]:
    rng = np.random.default_rng(0)
    y_true = rng.integers(0, 3, n)
    found = []
    for seed in seeds:
        for i in range(n):
            P = rng.dirichlet(np.ones(3) + 2 * np.eye(3)[y_true[i]])
            group = None if i % 10 == 0 else f"artist {i % n_groups}"
            found.append(
                TrackOutcome(
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


def summary_of(outcomes: list[TrackOutcome], **changes: object) -> record.ProtocolResult:
    settings = {
        "model": "svm",
        "protocol": "artist 3-fold",
        "leakage_label": "clean",
        "honest": True,
        "n_resamples": 500,
    }
    return m.summarise(outcomes, LABELS, **{**settings, **changes})  # type: ignore[arg-type]


def arrays_of(outcomes: list[TrackOutcome], seed: int) -> tuple[np.ndarray, ...]:
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
    # With three labels the top three hold every label: that would be no figure.
    del expected["top_3_accuracy"]
    assert {s.metric for s in result.scores} == {*expected, "top_2_accuracy"}
    for score in result.scores:
        if score.metric != "top_2_accuracy":
            assert score.value == pytest.approx(np.mean(expected[score.metric]), abs=1e-12)
        assert score.n == 60
    assert result.accuracy_by_seed == pytest.approx(expected["accuracy"])
    assert (result.n, result.n_folds, result.seeds) == (60, 3, (0, 1, 2))
    assert (result.n_groups, result.n_ungrouped) == (25, 6)


def test_wilson_counts_tracks_not_trainings() -> None:
    result = summary_of(outcomes_of())
    wilson = result.score("accuracy", "wilson")
    expected = intervals.wilson(wilson.value * 60, 60)
    assert (wilson.low, wilson.high) == pytest.approx((expected.low, expected.high))
    assert wilson.n_effective == pytest.approx(60)


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
    (plain,) = intervals.bootstrap_statistics(
        np.stack([correct, np.ones(60)], axis=1),
        groups,
        np.random.default_rng(9),
        statistics=lambda sums: sums[:, :1] / sums[:, 1:],
        n_resamples=4000,
        scales="logit",
    )
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
    assert row == record.ClassRow("jazz", 0.0, None, None, None, None, None)


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
    assert {s.interval_kind for s in result.scores} == {"wilson", "wilson by artists", "none"}
    # One artist is one draw, whatever the number of tracks.
    assert result.headline.interval_kind == "wilson by artists"
    assert result.headline.n_effective == 1
    assert _width(result.headline) > 0.5


def _answers(right: list[bool], groups: list[str | None], seed: int = 0) -> list[TrackOutcome]:
    return [
        TrackOutcome(f"t{i:03}", 0, seed, g, "jazz", "jazz" if ok else "rock")
        for i, (ok, g) in enumerate(zip(right, groups, strict=True))
    ]


def _width(score: scoring.Score) -> float:
    assert score.low is not None
    assert score.high is not None
    return score.high - score.low


@pytest.mark.parametrize("ok", [True, False])
def test_three_tracks_all_right_are_no_certainty(ok: bool) -> None:
    result = summary_of(_answers([ok] * 3, ["a", "b", "c"]))
    assert _width(result.score("accuracy", "artist bootstrap")) == 0
    assert result.headline.interval_kind == "wilson"
    assert _width(result.headline) > 0.5
    few = summary_of(_answers([ok] * 100, [f"artist {i // 10}" for i in range(100)]))
    assert few.headline.interval_kind == "wilson by artists"
    assert few.headline.n_effective == pytest.approx(10)
    assert _width(few.headline) > 0.2


def test_the_headline_is_the_bootstrap_where_it_can_tell() -> None:
    right = [i % 3 > 0 for i in range(60)]
    by_artist = summary_of(_answers(right, [f"artist {i // 2}" for i in range(60)]))
    assert by_artist.headline.interval_kind == "artist bootstrap"
    single = summary_of(_answers(right, [None] * 60), honest=False, leakage_label="")
    assert single.headline.interval_kind == "track bootstrap"
    mixed = summary_of(_answers(right, [None] * 30 + [f"a{i // 2}" for i in range(30)]))
    assert mixed.headline.interval_kind == "artist bootstrap"
    # Of sixty answers one is wrong: that is enough for an interval that is wide where it must be.
    nearly = summary_of(_answers([i > 0 for i in range(60)], [None] * 60)).headline
    assert nearly.interval_kind == "track bootstrap"
    assert nearly.low is not None
    assert nearly.high is not None
    assert nearly.low < 0.91
    assert 0.99 < nearly.high < 1


def test_wilson_covers_the_truth_where_seeds_test_different_tracks() -> None:
    rng = np.random.default_rng(0)
    tested = [rng.permutation(300)[:60] for _ in range(5)]
    drawn = [
        TrackOutcome(f"t{i:03}", 0, seed, None, "jazz", "jazz")
        for seed, part in enumerate(tested)
        for i in part
    ]
    weights = track_weights(pool(drawn, LABELS))
    size = intervals.effective_size(weights)
    assert weights.sum() == pytest.approx(1)
    assert summary_of(drawn).score("accuracy", "wilson").n_effective == pytest.approx(size)
    assert size < len(weights) - 20
    values = (rng.random((20_000, len(weights))) < 0.65) @ weights
    inside = {n: np.mean([_holds(0.65, v, n) for v in values]) for n in (size, len(weights))}
    assert 0.93 <= inside[size] <= 0.97
    assert inside[len(weights)] < inside[size] - 0.01, "distinct tracks would be too many"


def _holds(truth: float, value: float, n: float) -> bool:
    i = intervals.wilson(value * n, n)
    return i.low <= truth <= i.high


def test_the_top_k_are_those_that_leave_labels_out() -> None:
    labels = tuple("abcdefg")
    answers = [
        TrackOutcome(f"t{i}", 0, 0, None, labels[i % 7], "a", tuple(np.arange(7, 0, -1) / 28))
        for i in range(70)
    ]
    result = m.summarise(
        answers, labels, model="x", protocol="y", leakage_label="", honest=False, n_resamples=10
    )
    for k in (2, 3, 5):
        assert result.score(f"top_{k}_accuracy").value == pytest.approx(k / 7)


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


def _twice(rows: list[TrackOutcome]) -> list[TrackOutcome]:
    return [*rows, dataclasses.replace(rows[0], fold=2)]


def _relabelled(rows: list[TrackOutcome]) -> list[TrackOutcome]:
    other = LABELS[LABELS.index(rows[0].y_true) - 1]
    return [dataclasses.replace(rows[0], y_true=other), *rows[1:]]


def _half_probable(rows: list[TrackOutcome]) -> list[TrackOutcome]:
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
    spoil: Callable[[list[TrackOutcome]], list[TrackOutcome]], message: str
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
    assert record.from_json(record.to_json(results)) == results


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
        record.from_json(text)


def test_predictions_round_trip_gives_the_same_result(tmp_path: Path) -> None:
    outcomes = outcomes_of()
    write_predictions_csv(tmp_path / "predictions.csv", outcomes, labels=LABELS)
    labels, again = read_predictions_csv(tmp_path / "predictions.csv")
    assert labels == LABELS
    assert again == outcomes
    assert summary_of(again) == summary_of(outcomes)


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)


@given(
    st.lists(
        st.builds(
            TrackOutcome,
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
    outcomes: list[TrackOutcome],
    labels: tuple[str, str],
) -> None:
    path = tmp_path_factory.mktemp("any") / "predictions.csv"
    write_predictions_csv(path, outcomes, labels=labels)
    assert read_predictions_csv(path) == (labels, outcomes)


def test_damaged_predictions_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "predictions.csv"
    path.write_text("track,label\na,b\n")
    with pytest.raises(DatasetError, match="not those of a table of predictions"):
        read_predictions_csv(path)
    path.write_text("track_id,fold,seed,group,y_true,y_pred,p:a\nx,0,0,,a,a,0.5\ny,0,0\n")
    with pytest.raises(DatasetError, match="line 3: 3 cells where the header has 7"):
        read_predictions_csv(path)
    path.write_text("track_id,fold,seed,group,y_true,y_pred,p:a\nx,zero,0,,a,a,0.5\n")
    with pytest.raises(DatasetError, match="line 2"):
        read_predictions_csv(path)
    with pytest.raises(ParameterError, match="1 probabilities for 2 labels"):
        write_predictions_csv(
            path, [TrackOutcome("x", 0, 0, None, "a", "a", (1.0,))], labels=("a", "b")
        )

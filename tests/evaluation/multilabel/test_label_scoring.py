"""Scores of several labels: the metrics they are, intervals over artists, what a constant gets."""

import numpy as np
import pytest
from multilabel_answers import LABELS, drawn

from genrescope.errors import ConfigError, UnknownNameError
from genrescope.evaluation.multilabel.record import from_json, to_json
from genrescope.evaluation.multilabel.scoring import summarise
from genrescope.metrics import multilabel as m
from genrescope.metrics.label_ranking import average_precision, roc_auc
from genrescope.models.label_sets import multi_hot


def scored(outcomes, leakage="clean: none"):
    return summarise(outcomes, LABELS, model="m", protocol="p", leakage_label=leakage, honest=True)


def arrays(outcomes):
    P = np.array([o.probabilities for o in outcomes])
    return (multi_hot([o.labels for o in outcomes], LABELS),
            multi_hot([o.given for o in outcomes], LABELS), P)  # fmt: skip


@pytest.fixture(scope="module")
def result():
    return scored(drawn())


def test_the_scores_are_the_metrics_over_all_folds(result):
    Y, D, P = arrays(drawn())
    expected = m.evaluate(Y, D, P)
    names = {"mean_average_precision": "macro_average_precision"}
    found = {s.metric: s.value for s in result.scores}
    for name in ("mean_average_precision", "macro_roc_auc", "macro_f1", "micro_f1",
                 "micro_average_precision", "subset_accuracy",
                 "label_ranking_average_precision"):  # fmt: skip
        assert found[name] == pytest.approx(expected[names.get(name, name)])
    assert found["micro_precision"] == pytest.approx((Y & D).sum() / D.sum())
    assert found["micro_recall"] == pytest.approx((Y & D).sum() / Y.sum())
    assert (result.n, result.n_groups, result.n_folds, result.seeds) == (120, 30, 2, (0,))
    assert result.headline.metric == "mean_average_precision"
    with pytest.raises(UnknownNameError, match="did you mean 'macro_f1'"):
        result.score("macro_f2")


def test_each_label_by_itself(result):
    Y, D, P = arrays(drawn())
    scores = m.label_scores(Y, D)
    for k, row in enumerate(result.per_label[:3]):
        assert row.label == LABELS[k]
        assert row.average_precision == pytest.approx(average_precision(Y, P)[k])
        assert row.low < row.average_precision < row.high
        assert row.roc_auc == pytest.approx(roc_auc(Y, P)[k])
        assert row.f1 == pytest.approx(scores.f1[k])
        assert row.prevalence == pytest.approx(Y[:, k].mean())
    ska = result.per_label[3]
    assert (ska.support, ska.prevalence) == (0, 0)
    assert (ska.average_precision, ska.low, ska.roc_auc, ska.f1) == (None, None, None, None)


def test_intervals_are_those_of_resampled_artists(result):
    Y, _, P = arrays(drawn())
    rng = np.random.default_rng(1)
    values = []
    for _ in range(400):
        artists = rng.integers(0, 30, 30)
        rows = (4 * artists[:, None] + np.arange(4)).ravel()
        values.append(m.macro_average_precision(Y[rows], P[rows]))
    score = result.headline
    assert score.interval_kind == "artist bootstrap"
    width = 2 * 1.96 * np.std(values)
    assert score.high - score.low == pytest.approx(width, rel=0.3)


def test_a_constant_gets_the_prevalence_and_no_set_of_labels_is_better(result):
    Y, _, P = arrays(drawn())
    floor = {s.metric: s.value for s in result.baselines}
    constant = np.full(P.shape, 0.3)
    assert floor["mean_average_precision"] == pytest.approx(Y[:, :3].mean())
    assert floor["micro_average_precision"] == pytest.approx(Y.mean())
    assert floor["macro_roc_auc"] == m.macro_roc_auc(Y, constant) == 0.5
    everything = [m.micro_f1(Y, np.broadcast_to(np.array(bits, bool), Y.shape))
                  for bits in np.ndindex(2, 2, 2, 2)]  # fmt: skip
    assert floor["micro_f1"] == pytest.approx(max(everything))
    assert floor["macro_f1"] == pytest.approx(m.macro_f1(Y, np.ones_like(Y)))
    for name in floor:
        assert result.score(name).value > floor[name]


def test_no_skill_is_no_better_than_a_constant():
    score = scored(drawn(400, skill=0.0)).headline
    floor = scored(drawn(400, skill=0.0)).baseline("mean_average_precision")
    assert score.low < floor.value + 0.06
    assert score.value == pytest.approx(floor.value, abs=0.08)


def test_of_several_seeds_the_scores_are_averaged_and_no_track_counts_twice():
    apart = [scored(drawn(trained=s)) for s in (0, 1)]
    both = scored([*drawn(trained=0), *drawn(trained=1)])
    assert both.n == 120
    assert both.seeds == (0, 1)
    for k in range(6):
        mean = np.mean([r.scores[k].value for r in apart])
        assert both.scores[k].value == pytest.approx(mean)
    assert both.per_label[0].support == apart[0].per_label[0].support
    width = both.headline.high - both.headline.low
    assert width > 0.6 * (apart[0].headline.high - apart[0].headline.low)


def test_perfect_rankings_and_a_single_artist_have_no_interval():
    score = scored(drawn(skill=50.0)).headline
    assert (score.value, score.low, score.interval_kind) == (1.0, None, "none")
    one = [o for o in drawn() if o.group == "artist 1"]
    assert scored(one).headline.low is None


def test_results_are_read_back_equal(result):
    assert from_json(to_json([result])) == (result,)
    assert result.caveat == ""
    assert scored(drawn(), leakage="leaky: all").caveat == "leaky"
    with pytest.raises(ConfigError, match="results of several labels"):
        from_json('{"format": "genrescope-results-1", "results": []}')

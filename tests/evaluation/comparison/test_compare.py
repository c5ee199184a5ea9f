"""Comparisons: what is paired and what is refused, seeds that give no new music, and the words."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest

from genrescope.errors import DatasetError, ParameterError
from genrescope.evaluation.comparison import compare as m
from genrescope.evaluation.comparison.answers import Answers, answers_of_results, read_answers
from genrescope.evaluation.comparison.differences import differences_of_results, differences_section
from genrescope.evaluation.comparison.pairing import Pair, pair
from genrescope.evaluation.comparison.records import to_json
from genrescope.evaluation.outcomes import TrackOutcome, write_pooled_csv, write_predictions_csv
from genrescope.evaluation.record import to_json as results_to_json
from genrescope.evaluation.results import summarise
from genrescope.evaluation.scoring import accuracy_by_seed
from genrescope.metrics.paired_tests import mcnemar
from genrescope.splits.split import Split

LABELS = ("blues", "jazz", "rock")
FEW = {"n_resamples": 300}


def answers_of(
    model: str,
    skill: float,
    *,
    protocol: str = "artist-grouped",
    seeds: Sequence[int] = (0,),
    n: int = 90,
    n_folds: int = 3,
    leakage: str = "clean: artists apart",
) -> Answers:
    """Answers that are right with a chance; artists have one to four tracks."""
    rng = np.random.default_rng(len(model) + n)
    artists = np.repeat(np.arange(n), 1 + np.arange(n) % 4)[:n]
    luck = rng.random((max(seeds) + 1, n))
    outcomes = [
        TrackOutcome(
            f"track {i:03}", i % n_folds + 1, seed, f"artist {artists[i]}", LABELS[i % 3],
            LABELS[i % 3] if luck[seed, i] < skill else LABELS[(i + 1) % 3],
        )
        for seed in seeds
        for i in range(n)
    ]  # fmt: skip
    return Answers(model, protocol, leakage, LABELS, tuple(outcomes), f"runs/{model}")


GOOD, POOR = answers_of("good", 0.85), answers_of("mediocre", 0.4)


def paired(first: Answers, second: Answers) -> Pair:
    found = pair(first, second)
    assert isinstance(found, Pair), found
    return found


def test_a_clear_difference_is_real_and_the_better_model_comes_first() -> None:
    for given in ([GOOD, POOR], [POOR, GOOD]):
        (c,), refusals = m.compare(given, **FEW)
        assert refusals == []
        assert (c.first, c.second, c.n) == ("good", "mediocre", 90)
        assert c.verdict == "good is better"
        assert c.p_value == c.p_adjusted < 0.001
        assert c.accuracy.value == pytest.approx(c.accuracy_first - c.accuracy_second)
        assert 0 < c.accuracy.low < c.accuracy.value < c.accuracy.high
        assert c.p_mcnemar == mcnemar(c.n_only_first, c.n_only_second)
        assert c.corrected_t is not None
        assert c.corrected_t.df == 2
        assert c.corrected_t.mean == pytest.approx(c.accuracy.value)


def test_order_of_answers_and_models_does_not_count() -> None:
    shuffled = dataclasses.replace(GOOD, outcomes=GOOD.outcomes[::-1])
    assert m.compare([POOR, shuffled], **FEW) == m.compare([GOOD, POOR], **FEW)


def test_a_model_is_not_told_apart_from_itself() -> None:
    twin = dataclasses.replace(GOOD, model="twin")
    (c,), _ = m.compare([GOOD, twin], **FEW)
    assert c.verdict == "not told apart"
    assert (c.accuracy.value, c.macro_f1.value, c.p_value, c.p_mcnemar) == (0, 0, 1, 1)
    assert c.n_needed is None
    assert c.detectable is None
    json.loads(to_json([c], []))


def test_training_again_gives_no_new_tracks() -> None:
    seeds = answers_of("good", 0.85, seeds=(0, 1, 2))
    again = tuple(dataclasses.replace(o, seed=s) for s in (0, 1, 2) for o in GOOD.outcomes)
    repeated = dataclasses.replace(GOOD, outcomes=again)
    (c,), _ = m.compare([repeated, POOR], **FEW)
    (once,), _ = m.compare([GOOD, POOR], **FEW)
    assert (c.n, c.n_groups) == (once.n, once.n_groups)
    assert c.p_value == pytest.approx(once.p_value)
    assert c.p_mcnemar == once.p_mcnemar
    assert c.accuracy.value == pytest.approx(once.accuracy.value)
    # One seed against three: all of them count where each has the same folds.
    d = paired(seeds, POOR).differences()
    right = np.mean([[o.y_true == o.y_pred for o in seeds.outcomes if o.seed == s]
                     for s in (0, 1, 2)], axis=0)  # fmt: skip
    poor = np.array([o.y_true == o.y_pred for o in POOR.outcomes])
    np.testing.assert_allclose(d, right - poor, atol=1e-12)
    assert paired(seeds, POOR).notes == ("3 and 1 seeds used, of 3 and 1",)


def test_seeds_with_splits_of_their_own_are_paired_one_by_one() -> None:
    def drawn(model: str, seeds: Sequence[int]) -> Answers:
        whole = answers_of(model, 0.7, seeds=seeds, n_folds=1)
        rng = {s: np.random.default_rng(s).permutation(90)[:40] for s in seeds}
        kept = [o for o in whole.outcomes if int(o.track_id[-3:]) in rng[o.seed]]
        return dataclasses.replace(whole, outcomes=tuple(kept), protocol="random")

    found = paired(drawn("first", (0, 1, 2)), drawn("second one", (1, 2, 3)))
    assert found.first.seeds == found.second.seeds == (1, 2)
    means = [np.mean(accuracy_by_seed(p)) for p in (found.first, found.second)]
    assert found.differences().mean() == pytest.approx(means[0] - means[1])
    assert found.n_train is None
    assert "share no seed" in str(pair(drawn("first", (0, 1)), drawn("second one", (2, 3))))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"protocol": "random"}, "protocol 'artist-grouped' is not protocol 'random'"),
        ({"leakage_label": "leaky: 3 tracks"}, "good is clean, other is leaky"),
        ({"leakage_label": ""}, "other is unverified"),
        ({"outcomes": tuple(dataclasses.replace(o, track_id=f"x{i}")
                            for i, o in enumerate(POOR.outcomes))}, "different tracks"),
        ({"outcomes": tuple(dataclasses.replace(o, fold=o.fold % 3 + 1) for o in POOR.outcomes)},
         "the splits are not the same"),
        ({"outcomes": tuple(dataclasses.replace(o, y_true="rock") for o in POOR.outcomes)},
         "genre and artist of track"),
    ],
)  # fmt: skip
def test_what_is_not_comparable_is_refused_in_words(changes: dict[str, object], says: str) -> None:
    other = dataclasses.replace(POOR, model="other", **changes)  # type: ignore[arg-type]
    found = pair(GOOD, other)
    assert isinstance(found, str)
    assert says in found


def test_one_artist_is_no_sample() -> None:
    alone = [dataclasses.replace(a, outcomes=tuple(dataclasses.replace(o, group="x")
             for o in a.outcomes)) for a in (GOOD, POOR)]  # fmt: skip
    assert "all tracks are of one artist" in str(pair(*alone))


def split_of(test: Sequence[str], train: Sequence[str]) -> Split:
    return Split("artist-grouped", 1, 1, tuple(train), (), tuple(test))


def test_other_training_tracks_are_other_splits() -> None:
    ids = [o.track_id for o in GOOD.outcomes]
    one = dataclasses.replace(GOOD, splits={(1, 0): split_of(ids, ["a", "b"])})
    two = dataclasses.replace(POOR, splits={(1, 0): split_of(ids, ["a", "c"])})
    assert "the splits of fold 1, seed 0 differ (SHA-256" in str(pair(one, two))
    same = dataclasses.replace(POOR, splits=one.splits)
    assert paired(one, same).n_train == 2


def test_tracks_that_only_one_was_tested_on_are_left_out_and_told() -> None:
    fewer = dataclasses.replace(POOR, outcomes=POOR.outcomes[:60])
    (c,), _ = m.compare([GOOD, fewer], **FEW)
    assert c.n == 60
    assert c.notes == ("60 tracks in common; 30 and 0 that only one was tested on",)


def test_pairs_of_a_protocol_are_one_family() -> None:
    models = [answers_of(name, skill) for name, skill in
              (("a", 0.6), ("bb", 0.6), ("ccc", 0.75), ("dddd", 0.5))]  # fmt: skip
    comparisons, _ = m.compare(models, **FEW)
    assert len(comparisons) == 6
    by_p = sorted(comparisons, key=lambda c: c.p_value)
    assert by_p[0].p_adjusted == pytest.approx(min(1, 6 * by_p[0].p_value))
    assert by_p[-1].p_adjusted >= by_p[-1].p_value
    neighbours, _ = m.compare(models, neighbours=True, **FEW)
    assert len(neighbours) == 3
    assert all(a.second == b.first for a, b in pairwise(neighbours))


def test_leaky_models_are_compared_with_the_word() -> None:
    pairs = [dataclasses.replace(a, leakage_label="leaky: all") for a in (GOOD, POOR)]
    (c,), _ = m.compare(pairs, **FEW)
    assert c.verdict == "good is better (leaky)"
    assert "artist-grouped leaky" in differences_section([c])


def test_alpha_is_a_level() -> None:
    with pytest.raises(ParameterError, match="alpha is 5"):
        m.compare([GOOD, POOR], alpha=5)
    (strict,), _ = m.compare([GOOD, POOR], alpha=0.001, **FEW)
    (usual,), _ = m.compare([GOOD, POOR], **FEW)
    assert strict.accuracy.low < usual.accuracy.low


def results_of(*found: Answers):
    return [
        summarise(a.outcomes, LABELS, model=a.model, protocol=a.protocol,
                  leakage_label=a.leakage_label, honest=not a.caveat, n_resamples=100)
        for a in found
    ]  # fmt: skip


def report_in(folder, *found: Answers):
    folder.mkdir(parents=True)
    answers = {(a.model, a.protocol): a.outcomes for a in found}
    write_pooled_csv(folder / "predictions.csv", answers, labels=dict.fromkeys(answers, LABELS))
    text = results_to_json(results_of(*found))
    (folder / "results.json").write_text(text, encoding="utf-8")
    return folder


def test_a_report_has_the_section_where_models_share_a_protocol() -> None:
    answers = {(a.model, a.protocol): a.outcomes for a in (GOOD, POOR)}
    text = differences_of_results(results_of(GOOD, POOR), answers)
    assert text.startswith("## Which differences are real\n\n- good against mediocre")
    assert "**good is better**" in text
    assert "Only models that follow each other" in text
    assert differences_of_results(results_of(GOOD), answers) == ""
    assert differences_of_results(results_of(GOOD, POOR), {}) == ""
    assert answers_of_results(results_of(GOOD), answers)[0].outcomes == GOOD.outcomes


def test_runs_are_found_where_evaluate_leaves_them(tmp_path) -> None:
    report = report_in(tmp_path / "runs" / "reports" / "both" / "artist-grouped", GOOD, POOR)
    folder = tmp_path / "runs" / "good" / "artist-grouped"
    for fold in (1, 2, 3):
        own = [o for o in GOOD.outcomes if o.fold == fold]
        write_predictions_csv(
            folder / f"fold-{fold}-seed-0" / "predictions.csv", own, labels=LABELS
        )
    # The report names both; the trainings are those of one of them, and are not counted twice.
    assert {a.model for a in read_answers(tmp_path)} == {"good", "mediocre"}
    (trained,) = read_answers(tmp_path / "runs" / "good")
    assert (trained.model, trained.protocol) == ("good", "artist-grouped")
    assert (trained.leakage_label, trained.caveat) == ("", "unverified")
    assert sorted(trained.outcomes, key=lambda o: o.track_id) == list(GOOD.outcomes)
    one = read_answers(folder / "fold-2-seed-0" / "predictions.csv")
    assert len(one[0].outcomes) == 30
    from_report = {a.model: a for a in read_answers(report)}
    assert from_report["mediocre"].leakage_label == "clean: artists apart"
    (c,), refusals = m.read_and_compare([report, tmp_path / "runs" / "reports"])
    assert c.verdict == "good is better"
    assert refusals == []


def test_runs_of_one_name_are_told_apart_by_their_place(tmp_path) -> None:
    better = dataclasses.replace(GOOD, model="mediocre")
    paths = [report_in(tmp_path / "a", POOR), report_in(tmp_path / "b", better)]
    (c,), _ = m.read_and_compare(paths)
    assert c.first == f"mediocre [{paths[1]}]"
    with pytest.raises(DatasetError, match="has different answers under protocol"):
        read_answers(tmp_path)


def test_folders_that_are_no_runs_are_refused(tmp_path) -> None:
    with pytest.raises(DatasetError, match="does not exist"):
        read_answers(tmp_path / "nowhere")
    with pytest.raises(DatasetError, match=r"holds no predictions\.csv"):
        read_answers(tmp_path)
    (tmp_path / "notes.txt").write_text("x", encoding="utf-8")
    with pytest.raises(DatasetError, match="is a file"):
        read_answers(tmp_path / "notes.txt")
    table = tmp_path / "predictions.csv"
    table.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(DatasetError, match="are not those of a table of predictions"):
        read_answers(tmp_path)
    table.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DatasetError, match="predictions"):
        read_answers(tmp_path)
    table.unlink()
    folder = report_in(tmp_path / "report", GOOD)
    with pytest.raises(DatasetError, match="one set of answers only"):
        m.read_and_compare([folder])
    (folder / "results.json").write_text("{}", encoding="utf-8")
    with pytest.raises(DatasetError, match="not a file of results"):
        read_answers(folder)

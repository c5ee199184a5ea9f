"""How much a leaky protocol flatters: known answers, pairs of protocols, and the way to JSON."""

import dataclasses
import json
import math
import re

import numpy as np
import pytest

from genrescope.errors import ConfigError
from genrescope.evaluation.flattery import beside, flatteries, from_json, sentence
from genrescope.evaluation.outcomes import TrackOutcome
from genrescope.evaluation.record import to_json
from genrescope.evaluation.results import summarise
from genrescope.metrics.quantiles import t_quantile

LABELS = ("blues", "rock")
LEAKY = "leaky: 60.0 % of the test tracks have their artist in training"
CLEAN = "clean: none has"


def outcomes(right, *, first=0, group=None, seed=0, name="t{}"):
    """Answers about tracks: right or wrong, by an artist of their own or by `group`."""
    return [
        TrackOutcome(
            name.format(first + i), 1, seed, group(i) if group else f"g{first + i}",
            "rock", "rock" if ok else "blues",
        )
        for i, ok in enumerate(right)
    ]  # fmt: skip


def result(found, protocol, label, *, model="svm", unit="track"):
    return summarise(
        found, LABELS, model=model, protocol=protocol, leakage_label=label,
        honest=label.startswith("clean"), unit=unit, n_resamples=50,
    )  # fmt: skip


def compared(honest, leaky, **kwargs):
    """Compare answers under an honest protocol with those under a leaky one."""
    results = [result(leaky, "random", LEAKY, **kwargs), result(honest, "grouped", CLEAN)]
    answers = {("svm", "random"): leaky, ("svm", "grouped"): honest}
    (found,) = flatteries(results, answers)
    return found


def test_the_same_answers_flatter_nothing():
    same = outcomes([True, False] * 20)
    found = compared(same, same)
    assert (found.honest, found.leaky, found.difference) == (0.5, 0.5, 0.0)
    assert (found.low, found.high) == (0.0, 0.0)


def test_all_right_against_all_wrong():
    found = compared(outcomes([False] * 30), outcomes([True] * 30))
    assert (found.difference, found.low, found.high) == (1.0, 1.0, 1.0)


def test_other_tracks_vary_independently():
    """Var(p - q) is the sum of two binomial variances."""
    honest, leaky = outcomes([True, False] * 200), outcomes([True] * 320 + [False] * 80, first=400)
    found = compared(honest, leaky)
    half = 1.96 * math.sqrt(0.25 / 400 + 0.16 / 400)
    assert found.difference == pytest.approx(0.3)
    assert found.low == pytest.approx(0.3 - half, abs=0.008)
    assert found.high == pytest.approx(0.3 + half, abs=0.008)


def test_tracks_that_both_test_vary_together():
    """Of 400 tracks 40 more are right: the variance is that of the 40, not of both accuracies."""
    honest, leaky = outcomes([True] * 200 + [False] * 200), outcomes([True] * 240 + [False] * 160)
    found = compared(honest, leaky)
    half = 1.96 * math.sqrt(0.1 * 0.9 / 400)
    assert found.difference == pytest.approx(0.1)
    assert found.high - found.low == pytest.approx(2 * half, abs=0.008)


def test_artists_are_drawn_whole_and_over_both_test_parts():
    """Ten artists of forty tracks each: ten draws, not four hundred."""
    groups = [lambda i: f"artist {i % 10}"] * 2
    rights = [[(i % 10) < k for i in range(400)] for k in (5, 8)]
    honest = outcomes(rights[0], group=groups[0])
    leaky = outcomes(rights[1], group=groups[1], first=400)
    found = compared(honest, leaky)
    # The artists are the same ten, so the difference is the share of three of them.
    half = t_quantile(0.975, 9) * math.sqrt(0.3 * 0.7 / 9)
    assert found.high - found.low == pytest.approx(2 * half, abs=0.02)


def test_seeds_are_averaged_and_are_no_more_tracks():
    one = outcomes([True] * 30 + [False] * 10)
    honest = [*one, *outcomes([True] * 10 + [False] * 30, seed=1)]
    found = compared(honest, one)
    assert (found.honest, found.leaky) == (0.5, 0.75)
    once = compared(one, one[:20])
    twice = compared(
        [*one, *(dataclasses.replace(o, seed=1) for o in one)],
        [*one[:20], *(dataclasses.replace(o, seed=1) for o in one[:20])],
    )
    for field in ("difference", "low", "high"):
        assert getattr(twice, field) == pytest.approx(getattr(once, field), abs=1e-12)


def test_segments_count_as_their_recordings():
    honest = outcomes([True, False] * 20, group=lambda i: None if i < 4 else f"g{i}")
    cut = [
        dataclasses.replace(o, track_id=f"{o.track_id}#{k}", group=o.group or o.track_id)
        for o in honest
        for k in (1, 2, 3)
    ]
    found = compared(honest, cut, unit="segment")
    assert (found.difference, found.low, found.high) == (0.0, 0.0, 0.0)


def test_one_artist_alone_has_no_interval():
    found = compared(
        outcomes([True, False], group=lambda i: "a"), outcomes([True, True], group=lambda i: "a")
    )
    assert (found.difference, found.low, found.high) == (0.5, None, None)
    assert sentence(found) == "random would have said 100.0 %: 50.0 points more"


def test_each_leaky_result_finds_its_honest_one():
    rng = np.random.default_rng(0)
    labels = {
        "random": LEAKY,
        "fault-filtered": LEAKY,
        "unknown": "unverified: the artist is unknown",
        "grouped": CLEAN,
        "fault-filtered-strict": CLEAN,
    }
    answers, results = {}, []
    for model in ("svm", "cnn"):
        for protocol, label in labels.items():
            found = outcomes(rng.random(20) < 0.5)
            answers[model, protocol] = found
            results.append(result(found, protocol, label, model=model))
    found = flatteries(results, answers)
    assert [(f.model, f.leaky_protocol, f.honest_protocol) for f in found] == [
        (model, *pair)
        for model in ("svm", "cnn")
        for pair in (("random", "grouped"), ("fault-filtered", "fault-filtered-strict"))
    ]
    assert flatteries(results[:3], answers) == []
    assert flatteries(results, {("svm", "random"): answers["svm", "random"]}) == []
    assert flatteries(results, answers) == found
    (own, other) = (beside(r, found) for r in results[3:5])
    assert own.startswith("\n  - Leaky: random would have said")
    assert other.startswith("\n  - Leaky: fault-filtered would have said")
    assert beside(results[0], found) == ""


def test_a_leaky_protocol_may_say_less():
    honest, leaky = outcomes([True] * 90 + [False] * 10), outcomes([True] * 80 + [False] * 20)
    found = compared(honest, leaky)
    assert found.low < found.high < 0
    # Ten of a hundred tracks differ: 10 points, and 1.98 standard errors of 3.02 points.
    assert re.search(
        r"80\.0 %: 10\.0 points less \(95 % interval (3\.9|4\.0|4\.1) to (15\.9|16\.0|16\.1)\)",
        sentence(found),
    )


def test_comparisons_are_read_from_the_results_of_a_run():
    honest, leaky = outcomes([True, False] * 10), outcomes([True] * 20)
    found = compared(honest, leaky)
    results = [result(honest, "grouped", CLEAN)]
    text = to_json(results, flattery=[dataclasses.asdict(found)])
    assert from_json(text) == (found,)
    assert from_json(to_json(results)) == ()
    for broken in ("[]", "{", json.dumps({"flattery": [{"model": "x"}]})):
        with pytest.raises(ConfigError, match="not a file of results"):
            from_json(broken)


def test_other_music_is_no_honest_partner_but_the_same_in_segments_is():
    said = outcomes([True, False] * 20)
    leaky = dataclasses.replace(result(said, "segments", LEAKY), dataset="a, 40 tracks of 2 genres")
    honest = result(said, "grouped", CLEAN)
    answers = {("svm", "segments"): said, ("svm", "grouped"): said}
    for dataset, n in (
        ("a, 40 tracks of 2 genres", 1),
        ("a, 40 tracks in 5 segments each of 2 genres", 1),
        ("b, 40 tracks of 2 genres", 0),
        ("a, 41 tracks of 2 genres", 0),
        ("a, 40 tracks of 3 genres", 0),
    ):
        other = dataclasses.replace(honest, dataset=dataset)
        assert len(flatteries([leaky, other], answers)) == n, dataset

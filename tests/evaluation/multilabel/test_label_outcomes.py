"""Answers of several labels a track, as files: what is read back is what was written."""

import dataclasses

import pytest
from multilabel_answers import LABELS, drawn

from genrescope.errors import DatasetError
from genrescope.evaluation.comparison.answers import read_answers
from genrescope.evaluation.multilabel.outcomes import pooled, read_outcomes, write_outcomes
from genrescope.evaluation.multilabel.record import to_json
from genrescope.evaluation.outcomes import read_pooled_csv, write_pooled_csv


def test_answers_are_read_back_as_they_were(tmp_path):
    path = tmp_path / "predictions.csv"
    answers = drawn(20)
    none = dataclasses.replace(answers[0], track_id="none", given=(), group=None)
    write_outcomes(path, [*answers, none], labels=LABELS)
    assert read_outcomes(path) == (LABELS, [*answers, none])
    assert any(len(o.labels) > 1 for o in answers)


def test_the_pooled_table_of_a_report_holds_them_too(tmp_path):
    answers = drawn(20)
    write_pooled_csv(tmp_path / "predictions.csv", {("m", "p"): pooled(answers)},
                     labels={("m", "p"): LABELS})  # fmt: skip
    (found,) = read_pooled_csv(tmp_path / "predictions.csv").values()
    assert found == (LABELS, pooled(answers))


def test_they_are_not_compared_as_if_each_track_had_one_label(tmp_path):
    (tmp_path / "settings.json").write_text("{}", encoding="utf-8")
    path = tmp_path / "predictions.csv"
    write_pooled_csv(path, {("m", "p"): pooled(drawn(20))}, labels={("m", "p"): LABELS})
    (tmp_path / "results.json").write_text(to_json([]), encoding="utf-8")
    with pytest.raises(DatasetError, match="results of several labels a track"):
        read_answers(tmp_path)

"""``genrescope compare`` on runs of synthetic music and on tables written by hand."""

from __future__ import annotations

import dataclasses
import json
import shutil

import pytest

from genrescope.evaluation.outcomes import read_predictions_csv, write_predictions_csv
from genrescope.splits.split import Split

HEADER = "model,protocol,track_id,fold,seed,group,y_true,y_pred\n"


def rows(model, protocol, n_right, n=40):
    return "".join(
        f"{model},{protocol},t{i:02},1,0,a{i // 2},jazz,{'jazz' if i < n_right else 'rock'}\n"
        for i in range(n)
    )


@pytest.fixture
def by_hand(tmp_path):
    """Three models of which one is better, and one under another protocol."""
    folder = tmp_path / "by-hand"
    folder.mkdir()
    text = HEADER + rows("best", "official", 36) + rows("fair", "official", 14)
    text += rows("alike", "official", 15) + rows("best", "random", 38)
    (folder / "predictions.csv").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def oracle(run_dir, tmp_path):
    """Run directories with the trained model, and with a copy of it that is always right."""
    runs = tmp_path / "runs"
    shutil.copytree(run_dir, runs)
    (folder,) = (runs / "joseph2024-linear").rglob("fold-1-seed-0")
    other = runs / "oracle" / "artist-grouped" / "fold-1-seed-0"
    shutil.copytree(folder, other)
    for name in "results.json", "report.md":
        (other / name).unlink()
    manifest = other / "bundle" / "bundle.json"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace('"name": "joseph2024-linear"', '"name": "oracle"', 1))
    labels, outcomes = read_predictions_csv(other / "predictions.csv")
    right = [dataclasses.replace(o, y_pred=o.y_true) for o in outcomes]
    write_predictions_csv(other / "predictions.csv", right, labels=labels)
    return runs


def test_trainings_of_two_models_are_compared(genrescope, oracle):
    result = genrescope("compare", oracle)
    assert result.code == 0
    assert "oracle against joseph2024-linear, artist-grouped: oracle is better" in result.out
    # The answers come with what is known of leakage, and by folder or bundle they are the same.
    assert "unverified" not in result.out
    apart = genrescope(
        "compare", oracle / "joseph2024-linear", next(oracle.rglob("oracle/*/*/bundle"))
    )
    assert apart.out == result.out
    found = json.loads(genrescope("compare", oracle, "--format", "json", "--alpha", "0.01").out)
    (c,) = found["comparisons"]
    assert (c["first"], c["n"], c["caveat"], c["alpha"]) == ("oracle", 20, "", 0.01)
    assert c["corrected_t"] is None
    split = next(oracle.rglob("oracle/*/*/split.json"))
    changed = Split.load(split)
    dataclasses.replace(changed, train=changed.train[1:]).save(split)
    assert "the splits of fold 1, seed 0 differ" in genrescope("compare", oracle).error_line()


def test_tables_written_by_hand(genrescope, by_hand):
    result = genrescope("compare", by_hand)
    assert result.code == 0
    text = " ".join(result.out.split())
    assert "best against fair, official: best is better (unverified)" in text
    assert "alike against fair, official: not told apart (unverified); to see this" in text
    assert "Not compared: best under random: no other model" in result.err


def test_runs_that_cannot_be_compared_say_why(genrescope, by_hand, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "predictions.csv").write_text(
        HEADER + rows("elsewhere", "sturm-3fold", 20), encoding="utf-8"
    )
    table = by_hand / "predictions.csv"
    table.write_text(HEADER + rows("best", "official", 36), encoding="utf-8")
    result = genrescope("compare", by_hand, other)
    assert result.code == 3
    assert "best under official: no other model was tested under this" in result.error_line()
    alone = genrescope("compare", by_hand)
    assert alone.code == 3
    assert "give another run" in alone.error_line()
    assert "does not exist" in genrescope("compare", "nowhere").error_line()
    assert genrescope("compare", by_hand, other, "--alpha", "2").code == 2
    (other / "predictions.csv").write_text(
        HEADER + rows("elsewhere", "official", 20).replace(",t", ",other"), encoding="utf-8"
    )
    assert "tested on different tracks" in genrescope("compare", by_hand, other).error_line()

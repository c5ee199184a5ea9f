"""``genrescope compare`` on runs of synthetic music and on tables written by hand."""

from __future__ import annotations

import json

import pytest

TINY = ("--set", "dataset.n_tracks_per_label=4", "--set", "dataset.duration_s=3.0")
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


def test_models_of_an_evaluation_are_compared(genrescope, synthetic, tmp_path):
    done = genrescope(
        "evaluate", "joseph2024-linear", "joseph2024-simple-cnn",
        "--dataset", f"synthetic:{synthetic}", *TINY, "--set", "training.epochs=1",
        "--set", "joseph2024-linear:training.epochs=25",
    )  # fmt: skip
    assert done.code == 0
    (report,) = tmp_path.rglob("report.md")
    assert "## Which differences are real" in report.read_text(encoding="utf-8")
    result = genrescope("compare", "runs")
    assert result.code == 0
    assert "joseph2024-linear is better" in result.out
    assert "unverified" not in result.out
    # The folders of the trainings say the same as the report on them.
    apart = genrescope("compare", "runs/joseph2024-simple-cnn", "runs/joseph2024-linear")
    assert apart.out == result.out
    found = json.loads(
        genrescope("compare", "runs", "--format", "json", "--alpha", "0.01").out
    )["comparisons"]  # fmt: skip
    assert [(c["first"], c["n"], c["caveat"]) for c in found] == [("joseph2024-linear", 20, "")]
    assert found[0]["corrected_t"] is None
    assert found[0]["alpha"] == 0.01


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

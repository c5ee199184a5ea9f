"""``genrescope train`` and ``evaluate`` on synthetic music, end to end."""

from __future__ import annotations

import json

import pytest


@pytest.fixture
def tiny(synthetic):
    """A data set of forty short pieces, and two epochs to learn them."""
    return [
        "--dataset", f"synthetic:{synthetic}", "--set", "dataset.n_tracks_per_label=4",
        "--set", "dataset.duration_s=3.0", "--set", "training.epochs=2",
    ]  # fmt: skip


def test_training_writes_a_model_with_its_figure(genrescope, run_dir, bundle, songs):
    manifest = json.loads((bundle / "bundle.json").read_text(encoding="utf-8"))
    assert manifest["name"] == "joseph2024-linear"
    (figure,) = manifest["evaluation"]
    assert figure["protocol"] == "artist-grouped"
    assert figure["n"] == 20
    assert 0 <= figure["low"] <= figure["value"] <= figure["high"] <= 1
    assert "genrescope train joseph2024-linear" in figure["command"]
    recipe = manifest["recipe"]
    assert recipe["dataset"]["name"] == "synthetic"
    assert recipe["dataset"]["n_tracks_per_label"] == 4
    assert recipe["training"]["epochs"] == 2
    result = genrescope("predict", songs, "--model", bundle, "--format", "json")
    assert result.code == 0


def test_evaluate_writes_report_results_and_figures(genrescope, tiny, run_dir, tmp_path):
    result = genrescope("evaluate", "joseph2024-linear", *tiny, "--run-dir", tmp_path / "runs")
    assert result.code == 0
    assert "artist-grouped" in result.out
    assert "95 % interval" in result.out
    assert "clean" in result.out
    folder = tmp_path / "runs" / "joseph2024-linear" / "artist-grouped"
    assert str(folder / "report.md") in result.out
    report = (folder / "report.md").read_text(encoding="utf-8")
    assert "artist-grouped" in report
    assert json.loads((folder / "results.json").read_text(encoding="utf-8"))
    figures = sorted((folder / "figures").glob("*.png"))
    assert len(figures) >= 3
    assert all(f"figures/{path.name}" in report for path in figures)
    again = genrescope("evaluate", "joseph2024-linear", *tiny, "--run-dir", tmp_path / "runs")
    assert again.out == result.out


def test_a_leaky_protocol_is_labelled_wherever_it_is_printed(genrescope, tiny, tmp_path):
    result = genrescope(
        "evaluate", "joseph2024-linear", *tiny, "--protocol", "random",
        "--protocol-set", "test_fraction=0.25",
    )  # fmt: skip
    assert result.code == 0
    assert "leaky" in result.out
    (report,) = (tmp_path / "runs").rglob("report.md")
    assert "leaky" in report.read_text(encoding="utf-8")


def test_a_bundle_is_trained_anew_with_changes(genrescope, tiny, bundle, tmp_path):
    result = genrescope("evaluate", bundle, "--set", "training.epochs=1")
    assert result.code == 0
    (settings,) = (tmp_path / "runs").rglob("settings.json")
    assert json.loads(settings.read_text(encoding="utf-8"))["training"]["epochs"] == 1


def test_a_run_directory_of_other_settings_is_refused(genrescope, tiny, tmp_path):
    given = [*tiny, "--protocol", "artist-grouped"]
    assert genrescope("train", "joseph2024-linear", *given).code == 0
    result = genrescope("train", "joseph2024-linear", *given, "--set", "training.epochs=3")
    assert result.code == 2
    assert "holds a training with other training" in result.error_line()


def test_a_model_of_all_tracks_has_no_figure(genrescope, tiny, songs):
    result = genrescope("train", "joseph2024-linear", *tiny, "--protocol", "none")
    assert result.code == 0
    assert "no figure of its own" in result.err
    said = genrescope("predict", songs, "--model", "runs/joseph2024-linear/none/seed-0")
    assert "was not measured; do not rely on it" in said.out


def test_data_without_artists_are_refused_honestly(genrescope, songs, tmp_path):
    result = genrescope(
        "evaluate", "joseph2024-linear", "--dataset", songs, "--set", "training.epochs=1"
    )
    assert result.code == 3
    assert "artist" in result.error_line()

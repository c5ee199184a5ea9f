"""From a plan to a report: several models and protocols, and figures in the bundle."""

import dataclasses

import numpy as np
import pytest

from genrescope.bundle.format import read_manifest
from genrescope.errors import ConfigError
from genrescope.evaluation.campaign import evaluate, train_on_all, train_one_fold
from genrescope.evaluation.failures import Failures
from genrescope.evaluation.outcomes import read_pooled_csv, read_predictions_csv
from genrescope.evaluation.plan import Plan, report_folder
from genrescope.evaluation.run import run_folds
from genrescope.models.history import read_history
from genrescope.prediction.predictor import load
from genrescope.splits.split import make_splits
from genrescope.training.loading import recipe_of
from genrescope.training.recipe import Choice, Recipe

GROUPED = Choice("artist-grouped", {"test_fraction": 0.5})
RANDOM = Choice("random", {"test_fraction": 0.25})


@pytest.fixture
def plan(recipe, store, tmp_path):
    return Plan((recipe,), (GROUPED,), (0,), tmp_path, store, "genrescope evaluate small")


def test_an_evaluation_under_two_protocols_writes_one_report(plan, tmp_path):
    plan = dataclasses.replace(plan, protocols=(RANDOM, GROUPED))
    lines = []
    results, path = evaluate(plan, report=lines.append)
    assert [r.protocol for r in results] == ["random", "artist-grouped"]
    assert [r.caveat for r in results] == ["leaky", ""]
    assert [r.honest for r in results] == [False, True]
    assert path.parent == tmp_path / "reports" / "small" / "random+artist-grouped"
    text = path.read_text(encoding="utf-8")
    assert text.index("artist-grouped") < text.index("random")
    for part in ("leaky", "genrescope evaluate small", "95 %"):
        assert part in text
    assert len(lines) == 2
    again, _ = evaluate(plan)
    assert again == results


def test_reports_on_several_models_stand_above_them(plan, recipe, tmp_path):
    other = dataclasses.replace(recipe, name="other", training={**recipe.training, "epochs": 2})
    plan = dataclasses.replace(plan, recipes=(recipe, other))
    results, path = evaluate(plan)
    assert [r.model for r in results] == ["small", "other"]
    assert path.parent == tmp_path / "reports" / "small+other" / "artist-grouped"
    assert {p.name for p in tmp_path.iterdir()} >= {"small", "other"}


def test_reports_do_not_write_over_each_other(plan, recipe):
    """`train` wrote over the report of `evaluate`, and two sets of models over each other."""
    _, judged = evaluate(plan)
    before = judged.read_bytes()
    _, bundle, trained = train_one_fold(plan)
    assert trained.parent == bundle.parent
    assert judged.read_bytes() == before
    assert read_predictions_csv(bundle.parent / "predictions.csv")[1]
    assert train_one_fold(plan)[1] == bundle
    sets = [("a", "b"), ("a", "c"), tuple(f"model-{i}" for i in range(40)), ("a",)]
    folders = [report_folder(plan.runs, models, ["random"]) for models in sets]
    folders += [report_folder(plan.runs, ["a"], ["random", "file"])]
    assert len(set(folders)) == len(folders)
    assert max(len(part) for folder in folders for part in folder.parts) < 150


def test_a_network_judged_on_a_split_from_a_file(plan, recipe, store, inputs, tmp_path):
    """The training was done, then the report knew no result of that protocol's history."""
    (split,) = make_splits("artist-grouped", inputs.tracks, test_fraction=0.5)
    split.save(tmp_path / "split.json")
    quick = dataclasses.replace(recipe, name="quick", training={**recipe.training, "epochs": 1})
    protocol = Choice("file", {"path": str(tmp_path / "split.json")})
    plan = dataclasses.replace(plan, recipes=(quick,), protocols=(protocol, GROUPED))
    results, path = evaluate(plan)
    assert [r.protocol for r in results] == ["file (artist-grouped)", "artist-grouped"]
    assert results[0].honest
    assert "file (artist-grouped)" in path.read_text(encoding="utf-8")
    names = {p.name for p in (path.parent / "figures").iterdir()}
    assert "curves-quick-file-artist-grouped.png" in names
    assert "spectrograms.png" in names
    _, bundle, _ = train_one_fold(dataclasses.replace(plan, protocols=(protocol,)))
    assert read_manifest(bundle).evaluation[0]["protocol"] == "file (artist-grouped)"


def test_the_saved_recipe_can_be_fed_back(plan, recipe, tmp_path):
    evaluate(plan)
    again = recipe_of(str(tmp_path / "small" / "recipe.json"))
    assert again == recipe
    assert recipe_of(str(tmp_path / "small" / "recipe.json"), ["training.epochs=3"]) != recipe
    other = dataclasses.replace(plan, recipes=(again,), runs=tmp_path / "again")
    evaluate(other)
    found = sorted(
        path.relative_to(tmp_path / "small") for path in tmp_path.glob("small/**/settings.json")
    )
    assert found
    for name in found:
        texts = [(tmp_path / runs / "small" / name).read_text() for runs in (".", "again")]
        assert texts[0] == texts[1]


def test_one_table_of_answers_stands_beside_the_results(plan, recipe):
    plan = dataclasses.replace(plan, protocols=(RANDOM, GROUPED), seeds=(0, 1))
    results, path = evaluate(plan)
    pooled = read_pooled_csv(path.parent / "predictions.csv")
    for r in results:
        _, outcomes = pooled[r.model, r.protocol]
        right = [np.mean([o.y_true == o.y_pred for o in outcomes if o.seed == s]) for s in (0, 1)]
        assert np.mean(right) == pytest.approx(r.headline.value)
        tested = {o.track_id for o in outcomes}
        assert len(tested) == r.n
        assert f" {r.n} test tracks" in r.leakage_label


def test_a_trained_model_carries_its_figure_and_its_recipe(plan, recipe, tmp_path):
    result, bundle, report = train_one_fold(plan)
    manifest = read_manifest(bundle)
    (figure,) = manifest.evaluation
    assert figure["protocol"] == "artist-grouped"
    assert figure["n"] == result.n == 20
    assert figure["value"] == pytest.approx(result.score("accuracy", "wilson").value, abs=1e-4)
    assert figure["low"] < figure["value"] < figure["high"]
    assert figure["leakage"] == ""
    assert figure["command"] == "genrescope evaluate small"
    assert "n = 20" in (bundle / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert manifest.model["n_parameters"] == 16 * 16 * 10 + 10
    assert Recipe.from_dict(manifest.recipe) == recipe
    assert recipe_of(str(bundle)) == recipe
    assert load(bundle).labels == manifest.labels
    assert report.is_file()
    history = read_history(bundle.parent / "training" / "history.csv")
    assert len(history) == 8
    assert history[-1].watch_loss is not None


def test_a_leaky_figure_is_labelled_in_the_bundle(plan):
    _, bundle, _ = train_one_fold(dataclasses.replace(plan, protocols=(RANDOM,)))
    (figure,) = read_manifest(bundle).evaluation
    assert figure["leakage"].startswith("leaky")
    assert "leaky" in (bundle / "MODEL_CARD.md").read_text(encoding="utf-8")


def test_a_classical_model_and_no_curves(plan, recipe):
    svm = dataclasses.replace(recipe, name="svm", model=Choice("svm"), training={})
    result, bundle, _ = train_one_fold(
        dataclasses.replace(plan, recipes=(svm,), protocols=(RANDOM,))
    )
    assert not (bundle.parent / "training").exists()
    assert read_manifest(bundle).model["n_parameters"] is None
    assert result.n == 10


def test_a_model_trained_on_everything_has_no_figure(plan, recipe):
    bundle = train_on_all(plan)
    manifest = read_manifest(bundle)
    assert manifest.evaluation == ()
    assert manifest.training["n_tracks"] == 40
    assert "every track was learned" in manifest.training["protocol"]
    assert "Not measured" in (bundle / "MODEL_CARD.md").read_text(encoding="utf-8")


def test_a_valid_part_ends_the_training_of_who_has_patience_and_is_learned_by_others(plan, recipe):
    protocol = Choice("random", {"test_fraction": 0.25, "valid_fraction": 0.3})
    patient = dataclasses.replace(
        recipe, name="patient", training={**recipe.training, "patience": 2, "epochs": 40}
    )
    plan = dataclasses.replace(plan, protocols=(protocol,))
    _, bundle, _ = train_one_fold(dataclasses.replace(plan, recipes=(patient,)))
    history = read_history(bundle.parent / "training" / "history.csv")
    assert len(history) < 40
    assert history[0].valid_loss is not None
    _, bundle, _ = train_one_fold(plan)
    history = read_history(bundle.parent / "training" / "history.csv")
    assert history[0].valid_loss is None
    assert read_manifest(bundle).training["n_tracks"] == 30
    bundle = train_on_all(dataclasses.replace(plan, recipes=(patient,)))
    history = read_history(bundle.parent / "training" / "history.csv")
    assert history[0].valid_loss is not None
    assert read_manifest(bundle).training["n_tracks"] == 40


def test_a_model_that_fails_does_not_lose_the_results_of_others(plan, recipe, monkeypatch):
    def run(chosen, *args, **kwargs):
        if chosen.name == "bad":
            raise ConfigError("cannot be trained")
        return run_folds(chosen, *args, **kwargs)

    monkeypatch.setattr("genrescope.evaluation.campaign.run_folds", run)
    bad = dataclasses.replace(recipe, name="bad")
    failures = Failures()
    results, path = evaluate(dataclasses.replace(plan, recipes=(bad, recipe)), failures=failures)
    assert [r.model for r in results] == ["small"]
    assert path.is_file()
    assert failures.lines == ["model 'bad' under 'artist-grouped': cannot be trained"]
    with pytest.raises(ConfigError, match="model 'bad' under 'artist-grouped': cannot be"):
        evaluate(dataclasses.replace(plan, recipes=(bad,)), failures=Failures())

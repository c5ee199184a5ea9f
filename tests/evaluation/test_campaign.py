"""From a plan to a report: several models and protocols, and figures in the bundle."""

import dataclasses

import pytest

from genrescope.bundle.format import read_manifest
from genrescope.errors import ParameterError
from genrescope.evaluation.campaign import Plan, evaluate, train_on_all, train_one_fold
from genrescope.models.history import read_history
from genrescope.prediction.predictor import load
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
    assert path.is_relative_to(tmp_path / "small")
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
    assert path.is_relative_to(plan.report_folder)
    assert tmp_path in plan.report_folder.parents
    assert {p.name for p in tmp_path.iterdir()} >= {"small", "other"}


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
    with pytest.raises(ParameterError, match="choose a protocol with one"):
        train_on_all(dataclasses.replace(plan, recipes=(patient,)))

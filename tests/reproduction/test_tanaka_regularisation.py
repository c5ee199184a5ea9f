"""What made the big network of Tanaka fail: said from results that are there."""

from types import SimpleNamespace

import pytest
import torch

from genrescope.evaluation.scoring import Score
from genrescope.models.history import Epoch
from genrescope.models.six_block_cnn import FILTERS, Settings, build
from genrescope.reproduction.experiments import tanaka_regularisation as experiment
from genrescope.reproduction.workbench import Workbench
from genrescope.training.recipe_files import load_recipe

FAILED = "tanaka2019.large-adam-l2"


class Bench(Workbench):
    """Results without trainings: the big network at 0.005 says rock to all, the others learn."""

    def recipe(self, name, changes=()):
        return load_recipe(name, changes)

    def measure(self, recipe, protocol, *, seeds=None):
        assert protocol == recipe.protocol
        assert recipe.name not in self._datasets, "two networks share a run directory"
        self._datasets[recipe.name] = recipe
        value = 0.1 if recipe.name == FAILED else 0.4
        score = Score("accuracy", value, 168, value - 0.05, value + 0.05, "artist bootstrap")
        result = SimpleNamespace(
            headline=score, caveat="leaky", labels=tuple("abcdefghij"), dataset="10 genres",
            protocol="random",
        )  # fmt: skip
        said = ["rock"] * 4 if recipe.name == FAILED else ["rock", "jazz", "jazz", "pop"]
        return SimpleNamespace(
            result=result,
            answers=lambda: [SimpleNamespace(y_pred=genre) for genre in said],
            history=lambda: [Epoch(n, 2.0, 0.25, watch_loss=2.2, watch_accuracy=value)
                             for n in (1, 2)],
        )  # fmt: skip


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    return Bench(tmp_path_factory.mktemp("bench"))


@pytest.fixture(scope="module")
def section(bench):
    return experiment.run(bench)


def test_each_change_is_of_one_setting(bench, section):
    trained = list(bench._datasets.values())
    assert len(trained) == len(experiment.VARIANTS) == 7
    row = load_recipe(experiment.SMALL)
    for recipe in trained[4:]:
        changed = [k for k, v in recipe.model.settings.items() if row.model.settings[k] != v]
        assert len(changed) == 1
        assert recipe.training == row.training
    assert [r.training["learning_rate"] for r in trained[:4]] == [0.005, 0.0001, 0.005, 0.0001]
    assert [r.model.settings["filters"] for r in trained[:4]] == ["big"] * 2 + ["small"] * 2


def test_the_words_are_those_of_the_numbers(section):
    lines = section.text.splitlines()
    failed = "| 10.0 % leaky | 5.0 to 15.0 % | 168 | 25.0 % | 2.20 | rock, 100.0 % |"
    assert f"| big, 0.005 (row 3) {failed}" in lines
    assert any(line.endswith("| jazz, 50.0 % |") for line in lines)
    assert "accuracy changes by +30.0 points: +30.0 by the learning rate" in section.text
    assert "and +0.0 by the filters" in section.text
    assert "Row 4 without L2: 40.0 %, +0.0 points." in section.text
    (figure,) = section.figures.values()
    assert figure.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("filters", FILTERS)
def test_the_penalty_at_the_start_is_that_of_the_network(filters):
    torch.manual_seed(0)
    network = build(Settings(filters=filters), input_shape=(3, 64, 64), n_classes=10)
    expected = experiment.start_penalty(filters, n_classes=10)
    assert network.penalty().item() == pytest.approx(expected, rel=0.02)

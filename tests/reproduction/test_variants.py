"""What single causes did: said from results that are there."""

from types import SimpleNamespace

import pytest

from genrescope.evaluation.scoring import Score
from genrescope.models.history import Epoch
from genrescope.reproduction.experiments import conv1d_training, poltronieri_training
from genrescope.reproduction.variants import measured
from genrescope.reproduction.workbench import Workbench
from genrescope.training.recipe_files import load_recipe


class Bench(Workbench):
    """Results without trainings: an accuracy a run directory, in the order of asking."""

    def recipe(self, name, changes=()):
        return load_recipe(name, changes)

    def measure(self, recipe, protocol, *, seeds=None):
        assert protocol == recipe.protocol
        self._datasets[recipe.name] = SimpleNamespace(recipe=recipe, seeds=seeds)
        value = 0.2 + 0.05 * len(self._datasets)
        score = Score("accuracy", value, 168, value - 0.05, value + 0.05, "artist bootstrap")
        result = SimpleNamespace(headline=score, caveat="leaky", dataset="10 genres",
                                 protocol="segments")  # fmt: skip
        epochs = [Epoch(n, 2.0, 0.25 * n, watch_loss=2.2, watch_accuracy=value) for n in (1, 2)]
        return SimpleNamespace(result=result, history=lambda: epochs)


@pytest.fixture
def bench(tmp_path):
    return Bench(tmp_path)


def test_each_set_of_changes_has_its_own_run_directory(bench):
    plain = measured(bench, "conv1d-blog")
    slow = measured(bench, "conv1d-blog", ["training.learning_rate=0.001"])
    names = [one.recipe.name for one in (plain, slow)]
    assert names == ["conv1d-blog", "conv1d-blog-learning_rate-0.001"]
    assert [one.accuracy for one in (plain, slow)] == pytest.approx([0.25, 0.3])


def test_the_post_is_trained_in_four_ways_on_as_many_tracks_of_each_genre(bench):
    section = conv1d_training.run(bench)
    trained = [one.recipe for one in bench._datasets.values()]
    assert len(trained) == 4
    assert {recipe.selection.at_most for recipe in trained} == {14}
    assert [r.training["learning_rate"] for r in trained].count(0.001) == 2
    assert [r.features.settings["std"] for r in trained].count(1.0) == 2
    assert "25.0 %" in section.text
    assert "40.0 %" in section.text
    assert all(path.is_file() for path in section.figures.values())


def test_the_report_is_trained_with_other_rates_lengths_and_scales(bench):
    section = poltronieri_training.run(bench)
    assert len(bench._datasets) == len(poltronieri_training.VARIANTS) == 10
    of = bench._datasets
    assert of["poltronieri-cnn-mfcc.512-256-40"].seeds == (0, 1, 2)
    assert of["poltronieri-cnn.4-epochs-50-patience-15"].recipe.training["epochs"] == 50
    scaled = [one.recipe for one in of.values() if one.recipe.model.settings.get("scaled")]
    assert len(scaled) == 3
    assert section.text.count("leaky") >= 8
    assert "in training" in section.text
    assert all(path.is_file() for path in section.figures.values())

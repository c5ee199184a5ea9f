"""What single causes did: said from results that are there."""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest

from genrescope.evaluation.scoring import Score
from genrescope.models.history import Epoch
from genrescope.reproduction.experiments import conv1d_training, poltronieri_training
from genrescope.reproduction.variants import measured
from genrescope.reproduction.workbench import Workbench
from genrescope.training.recipe_files import load_recipe


@dataclasses.dataclass(frozen=True)
class Few:
    """Inputs, as far as experiments turn them."""

    X: np.ndarray


class Bench(Workbench):
    """Results without trainings: an accuracy a run directory, in the order of asking."""

    def recipe(self, name, changes=()):
        return load_recipe(name, changes)

    def inputs(self, recipe):
        return Few(np.random.default_rng(0).normal(3, 2, (20, 40, 6)).astype(np.float32))

    def measure(self, recipe, protocol, *, seeds=None, inputs=None):
        assert protocol == recipe.protocol
        self._datasets[recipe.name] = SimpleNamespace(recipe=recipe, seeds=seeds, inputs=inputs)
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
    turned = measured(bench, "conv1d-blog", inputs=("halved", lambda i: Few(i.X / 2)))
    names = [one.recipe.name for one in (plain, slow, turned)]
    assert names == ["conv1d-blog", "conv1d-blog-learning_rate-0.001", "conv1d-blog-halved"]
    assert bench._datasets["conv1d-blog"].inputs is None
    given = bench._datasets["conv1d-blog-halved"].inputs.X
    np.testing.assert_allclose(given, bench.inputs(plain.recipe).X / 2)
    assert [one.accuracy for one in (plain, slow, turned)] == pytest.approx([0.25, 0.3, 0.35])


def test_the_post_is_trained_in_four_ways_on_as_many_tracks_of_each_genre(bench):
    section = conv1d_training.run(bench)
    trained = [one.recipe for one in bench._datasets.values()]
    assert len(trained) == 4
    assert {recipe.selection.at_most for recipe in trained} == {14}
    assert [r.training["learning_rate"] for r in trained].count(0.001) == 1
    assert [r.features.settings["std"] for r in trained].count(1.0) == 1
    assert "25.0 %" in section.text
    assert "40.0 %" in section.text
    assert "'powers, not levels'" not in section.text.split("|")[0]
    assert all(path.is_file() for path in section.figures.values())


def test_powers_are_of_the_window_as_it_was():
    levels = np.array([[[0.0, -10.0], [-80.0, -3.0]]])
    got = conv1d_training.powers((levels + 30) / 15, -30.0, 15.0)
    np.testing.assert_allclose(got, 10 ** (levels / 10), rtol=1e-4)


def test_the_report_is_trained_with_other_rates_lengths_and_scales(bench):
    section = poltronieri_training.run(bench)
    assert len(bench._datasets) == len(poltronieri_training.VARIANTS) == 8
    of = bench._datasets
    assert of["poltronieri-cnn-mfcc.512-256-40"].seeds == (0, 1, 2)
    assert of["poltronieri-cnn.4-epochs-50-patience-15"].recipe.training["epochs"] == 50
    scaled = of["poltronieri-cnn.4-standardised"].inputs.X
    np.testing.assert_allclose(scaled.mean(axis=(0, 2)), 0, atol=1e-5)
    np.testing.assert_allclose(scaled.std(axis=(0, 2)), 1, atol=1e-4)
    assert section.text.count("leaky") >= 8
    assert "in training" in section.text
    assert all(path.is_file() for path in section.figures.values())

"""The tables of Poltronieri beside ours, made of results that are there."""

from types import SimpleNamespace

import pytest

from genrescope.evaluation.scoring import Score
from genrescope.reproduction.experiments import poltronieri_grid
from genrescope.reproduction.workbench import Workbench
from genrescope.training.recipe_files import load_recipe


class Bench(Workbench):
    """Results without trainings: 70 % leaky on segments, 50 % honest."""

    def recipe(self, name, changes=()):
        self._datasets[name] = None
        return load_recipe(name, changes)

    def measure(self, recipe, protocol, *, seeds=None):
        leaky = protocol.name == "segments"
        assert protocol in (recipe.protocol, recipe.honest)
        value, n = (0.7, 1648) if leaky else (0.5, 186)
        score = Score("accuracy", value, n, value - 0.05, value + 0.05, "artist bootstrap")
        caveat = "leaky" if leaky else ""
        return SimpleNamespace(result=SimpleNamespace(headline=score, caveat=caveat))


@pytest.fixture(scope="module")
def section(tmp_path_factory):
    bench = Bench(tmp_path_factory.mktemp("bench"))
    found = poltronieri_grid.run(bench)
    # Ten settings by two networks, eleven architectures, four with other features.
    assert len(bench._datasets) == 20 + 11 + 4
    return found


def test_the_grid_stands_beside_the_report(section):
    lines = section.text.splitlines()
    ours = "70.0 % leaky (65.0 to 75.0 %; n = 1648) | 50.0 % (45.0 to 55.0 %; n = 186)"
    assert f"| 2048 | 1024 | 128 | 56.0 % | {ours} | 87.0 % | {ours} |" in lines
    assert f"| 2048 | 1024 | 13 | - | {ours} | 83.0 % | {ours} |" in lines
    assert f"| 512 | 256 | 40 | 29.0 % | {ours} | 80.0 % | {ours} |" in lines
    assert sum(line.startswith(("| 2048 |", "| 1024 |", "| 512 |")) for line in lines) == 10


def test_the_architectures_stand_beside_the_report(section):
    ours = "70.0 % leaky (65.0 to 75.0 %; n = 1648) | 50.0 % (45.0 to 55.0 %; n = 186) |"
    lines = section.text.splitlines()
    for network, published in (
        ("CNN 128-64-32, dense 128-64", "85.0 %"),
        ("LSTM 128-64-32, dense 128-64", "88.0 %"),
        ("CNN on chroma", "55.0 %"),
        ("LSTM on MFCC, chroma, centroid and contrast", "78.0 %"),
    ):
        assert f"| {network} | {published} | {ours}" in lines
    assert "20.0 points above the honest accuracy" in section.text
    assert "from 29.0 % to 64.0 %" in section.text


def test_the_figures_are_there(section):
    assert len(section.figures) == 3
    for path in section.figures.values():
        assert path.read_bytes().startswith(b"\x89PNG")


def test_the_data_of_the_report_alone_have_its_figures():
    recipe = load_recipe("poltronieri-cnn-mfcc.2048-1024-40", ["dataset.name=folder"])
    assert poltronieri_grid.Row(recipe, None, None).published is None

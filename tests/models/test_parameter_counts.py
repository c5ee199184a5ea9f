"""The networks have as many parameters as their papers say."""

import numpy as np
import pytest

from genrescope.errors import ConfigError, ParameterError
from genrescope.features.feature_sets import FeatureChoice
from genrescope.models import architectures
from genrescope.training.recipe_files import load_recipe, recipe_names

FIXED = [name for name in recipe_names() if load_recipe(name).n_parameters is not None]
N_CLASSES = 10


def n_parameters(recipe):
    width = recipe.front_end.n_frames(recipe.windows.length)
    S = np.zeros((recipe.front_end.n_mels, width), dtype=np.float32)
    shape = FeatureChoice.from_dict(recipe.features.to_dict()).compute([S], recipe.front_end).shape
    network = architectures.build_network(
        recipe.model.name, recipe.model.settings, input_shape=shape[1:], n_classes=N_CLASSES
    )
    return sum(p.numel() for p in network.parameters() if p.requires_grad)


@pytest.mark.parametrize(
    ("name", "published"),
    [
        ("joseph2024-linear", 64_010),
        ("joseph2024-simple-cnn", 15_610),
        ("joseph2024-complex-cnn", 59_114),
    ],
)
def test_the_networks_of_joseph_2024(name, published):
    recipe = load_recipe(name)
    assert recipe.n_parameters == published
    assert n_parameters(recipe) == published


def test_every_recipe_with_a_count_builds_a_network_of_that_count():
    assert len(FIXED) >= 3
    for name in FIXED:
        recipe = load_recipe(name)
        assert n_parameters(recipe) == recipe.n_parameters, name


@pytest.mark.parametrize("name", recipe_names())
def test_every_recipe_names_models_and_settings_that_exist(name):
    recipe = load_recipe(name)
    architectures.model_settings(recipe.model.name, recipe.model.settings)
    assert type(recipe).from_dict(recipe.to_dict()) == recipe


def test_pictures_that_are_too_small_or_no_pictures():
    def build(shape):
        return architectures.build_network("three-block-cnn", None, input_shape=shape, n_classes=3)

    assert build((53, 53))
    with pytest.raises(ParameterError, match="52 x 53 is too small"):
        build((52, 53))
    with pytest.raises(ParameterError, match="choose a feature set that gives pictures"):
        build((100,))
    with pytest.raises(ParameterError, match="not a network"):
        architectures.build_network("svm", None, input_shape=(4,), n_classes=3)


@pytest.mark.parametrize(
    ("name", "settings", "match"),
    [
        ("three-block-cnn", {"n_filters": 0}, "n_filters"),
        ("three-block-cnn", {"dropout": 1.0}, "dropout"),
        ("svm-one-vs-rest", {"C": float("inf")}, "C is inf"),
        ("svm", {"C": 0.0}, "C"),
        ("svm", {"gamma": -1.0}, "gamma"),
    ],
)
def test_settings_out_of_range_are_refused_before_training(name, settings, match):
    with pytest.raises(ParameterError, match=match):
        architectures.model_settings(name, settings)


def test_a_setting_of_the_wrong_type_is_refused():
    with pytest.raises(ConfigError, match=r"model 'svm': C is 'much', a str; it must be float"):
        architectures.model_settings("svm", {"C": "much"})

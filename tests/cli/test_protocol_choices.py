"""Which protocols are evaluated, and with which settings."""

import pytest

from genrescope.cli.protocol_choices import honest_and_leaky, named
from genrescope.errors import ConfigError
from genrescope.training.recipe_files import load_recipe

LINEAR = load_recipe("joseph2024-linear")
GROUPED = load_recipe("joseph2024-linear", ["protocol.name=artist-grouped", "protocol.n_folds=4"])


@pytest.mark.parametrize(
    ("given", "honest", "leaky"),
    [
        ([], {}, {}),
        (["n_folds=5"], {"n_folds": 5}, {"n_folds": 5}),
        (["artist-grouped.n_folds=5"], {"n_folds": 5}, {"n_folds": 5}),
        (["random.test_fraction=0.3"], {}, {"test_fraction": 0.3}),
    ],
)
def test_the_leaky_protocol_is_drawn_as_the_honest_one(given, honest, leaky):
    """The recipe's own settings of random would not fit folds."""
    choices = honest_and_leaky(given, [LINEAR])
    assert [c.name for c in choices] == ["artist-grouped", "random"]
    assert [dict(c.settings) for c in choices] == [honest, leaky]


def test_the_settings_of_a_recipe_made_for_the_honest_protocol_count_for_both():
    assert [dict(c.settings) for c in honest_and_leaky([], [GROUPED])] == [{"n_folds": 4}] * 2
    (own,) = named(["random"], [], [LINEAR])
    assert own.settings == {"test_fraction": 0.2}


@pytest.mark.parametrize("setting", ["seed=3", "artist-grouped.seed=3", "random.seed=3"])
def test_a_seed_of_a_protocol_is_refused(setting):
    with pytest.raises(ConfigError, match="seeded by the seed of each training"):
        honest_and_leaky([setting], [LINEAR])

"""Recipes: what a file may say, and that a resolved recipe can be fed back."""

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genrescope.errors import ConfigError, GenrescopeError, UnknownNameError
from genrescope.training.recipe import Recipe
from genrescope.training.recipe_files import load_recipe, recipe_names
from genrescope.training.selection import Selection

LEAST = {
    "name": "mine",
    "dataset": {"name": "synthetic"},
    "model": {"name": "linear"},
    "protocol": {"name": "random"},
}


@pytest.mark.parametrize("name", recipe_names())
def test_a_resolved_recipe_can_be_fed_back(name):
    recipe = load_recipe(name)
    assert recipe.name == name
    assert recipe.title
    assert recipe.summary
    plain = json.loads(json.dumps(recipe.to_dict()))
    assert Recipe.from_dict(plain) == recipe


def test_the_least_recipe_takes_all_defaults():
    recipe = Recipe.from_dict(LEAST)
    assert recipe.title == "mine"
    assert recipe.training == {}
    assert recipe.front_end.sr == 22050
    for key in LEAST:
        with pytest.raises(ConfigError, match=f"the recipe lacks {key}"):
            Recipe.from_dict({k: v for k, v in LEAST.items() if k != key})


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"modle": {}}, "unknown recipe key 'modle'; did you mean 'model'"),
        ({"name": "../elsewhere"}, "its run directory is named so"),
        ({"name": ""}, "its run directory is named so"),
        ({"name": ".."}, "its run directory is named so"),
        ({"name": 7}, "its run directory is named so"),
        ({"title": 7}, "title is 7, but must be text"),
        ({"model": "linear"}, r"\[model\] must be a section"),
        ({"model": {}}, r"\[model\] must be a section with a name"),
        ({"training": 3}, r"\[training\] must be a section, not 3"),
        ({"front_end": "db"}, r"\[front_end\] must be a section"),
        ({"front_end": {"sr": "high"}}, "sr is 'high'"),
        ({"windows": {"hop": 0}}, "hop must be from 1"),
        ({"features": {"name": "mfcc", "n_mfcc": 0}}, "at least 1"),
        ({"features": {"n_mfcc": 3}}, "features need a name"),
        ({"notes": "one"}, "notes is 'one', but must be a list, each item text"),
        ({"notes": [1]}, "notes is"),
        ({"published": [7]}, "published is"),
        ({"published": [{"metric": "accuracy"}]}, "has keys"),
        ({"n_parameters": "many"}, "counts the parameters"),
        ({"n_parameters": True}, "counts the parameters"),
    ],
)
def test_values_that_break_a_rule(change, match):
    with pytest.raises(GenrescopeError, match=match):
        Recipe.from_dict({**LEAST, **change})


@pytest.mark.parametrize("value", ["most", None, True, 1.5, -0.1, float("nan"), 65])
def test_a_published_value_is_a_fraction(value):
    published = load_recipe("joseph2024-linear").to_dict()["published"][0] | {"value": value}
    with pytest.raises(ConfigError, match=r"published value .* fraction"):
        Recipe.from_dict({**LEAST, "published": [published]})


def test_a_published_loss_may_be_above_one():
    published = load_recipe("joseph2024-linear").to_dict()["published"][0] | {"metric": "loss"}
    found = Recipe.from_dict({**LEAST, "published": [published | {"value": 8.666}]})
    assert found.published[0].value == 8.666
    for value in (-0.1, float("inf"), float("nan"), "much", True):
        with pytest.raises(ConfigError, match=r"published value .* is no loss"):
            Recipe.from_dict({**LEAST, "published": [published | {"value": value}]})


def test_a_stand_in_may_be_selected_in_a_way_of_its_own():
    given = {"dataset": {"name": "synthetic"}, "selection": {"at_most": 3}}
    recipe = Recipe.from_dict({**LEAST, "selection": {"at_most": 9}, "stand_in": [given]})
    assert recipe.stand_in[0].selection == Selection(at_most=3)
    assert recipe.to_dict()["stand_in"] == [given]
    assert Recipe.from_dict(recipe.to_dict()) == recipe
    with pytest.raises(ConfigError, match="selection has no setting 'at_mots'"):
        Recipe.from_dict({**LEAST, "stand_in": [given | {"selection": {"at_mots": 3}}]})


def test_a_published_figure_names_its_data_sets():
    published = load_recipe("joseph2024-linear").to_dict()["published"][0]
    for names in ("gtzan", 7, [7]):
        with pytest.raises(ConfigError, match="must be a list of names"):
            Recipe.from_dict({**LEAST, "published": [published | {"datasets": names}]})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)


@given(st.sampled_from([f.name for f in dataclasses.fields(Recipe)]), JSON)
def test_no_value_gives_an_error_that_is_not_ours(key, value):
    try:
        Recipe.from_dict({**LEAST, key: value})
    except GenrescopeError as error:
        assert str(error)  # noqa: PT017 - that it may pass is part of the test


def test_files(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('name = "mine"\n[dataset]\nname = "synthetic"\n[model]\nname = "linear"\n'
                    '[protocol]\nname = "random"\n[training]\nepochs = 3\n')  # fmt: skip
    assert load_recipe(path).training == {"epochs": 3}
    assert load_recipe(str(path), ["training.epochs=4"]).training == {"epochs": 4}
    path.write_text("name = ")
    with pytest.raises(ConfigError, match="not a TOML file"):
        load_recipe(path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="not a TOML file"):
        load_recipe(path)
    saved = tmp_path / "recipe.json"
    saved.write_text(json.dumps(load_recipe("joseph2024-linear").to_dict()))
    assert load_recipe(saved) == load_recipe("joseph2024-linear")
    for text in ("{", "[1]"):
        saved.write_text(text)
        with pytest.raises(ConfigError, match=r"not a JSON file|no settings by name"):
            load_recipe(saved)
    with pytest.raises(UnknownNameError, match="did you mean 'joseph2024-linear'"):
        load_recipe("joseph2024-liner")


TABLE = """
name = "sweep"
title = "A sweep"
notes = ["of the table"]
[dataset]
name = "synthetic"
[model]
name = "svm"
C = 1.0
[protocol]
name = "random"
[[row]]
name = "soft"
title = "A soft margin"
set = {"model.C" = 0.1}
notes = ["of the row"]
[[row]]
name = "linear"
set = {"model.name" = "linear", "training.epochs" = 3}
n_parameters = 10
"""


def test_rows_of_a_table(tmp_path):
    path = tmp_path / "sweep.toml"
    path.write_text(TABLE)
    soft = load_recipe(f"{path}.soft")
    assert (soft.name, soft.title) == ("sweep.soft", "A soft margin")
    assert soft.model.settings == {"C": 0.1}
    assert soft.notes == ("of the table", "of the row")
    linear = load_recipe(f"{path}.linear", ["training.epochs=4"])
    assert linear.model.to_dict() == {"name": "linear"}
    assert linear.training == {"epochs": 4}
    assert linear.n_parameters == 10
    with pytest.raises(ConfigError, match=r"holds 2 recipes, name one: sweep\.soft"):
        load_recipe(path)
    with pytest.raises(UnknownNameError, match="unknown recipe"):
        load_recipe(f"{path}.hard")


@pytest.mark.parametrize(
    ("row", "match"),
    [
        ("[[row]]\ntitle = 'no name'", "must have a name of its own"),
        ("[[row]]\nname = 'soft'", "must have a name of its own"),
        ("[[row]]\nname = 'x'\nsett = {}", "may have name, .* not sett"),
        ("[[row]]\nname = 'x'\nset = 3", "set is a table"),
    ],
)
def test_rows_that_break_a_rule(tmp_path, row, match):
    path = tmp_path / "sweep.toml"
    path.write_text(TABLE + row)
    with pytest.raises(ConfigError, match=match):
        load_recipe(path)


def test_rows_must_be_a_list(tmp_path):
    path = tmp_path / "sweep.toml"
    path.write_text('row = "many"\n' + TABLE.partition("[[row]]")[0])
    with pytest.raises(ConfigError, match=r"write \[\[row\]\]"):
        load_recipe(path)

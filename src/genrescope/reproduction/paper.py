"""
The papers whose systems are reproduced: one TOML file each, and the recipes that name it.

A file says ``title``, ``citation`` and ``about`` (Markdown: what the paper did, and what stands
here beside it), and which trainings are drawn: ``curves``, ``confusion`` and ``spectrograms`` are
lists of names of recipes.

Public: `Paper`, `paper_names`, `load_paper`, `systems`.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, fields
from pathlib import Path

from genrescope.errors import ConfigError, did_you_mean, unknown_name
from genrescope.training.recipe_files import load_recipe, recipe_names

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PAPERS = Path(__file__).parent / "papers"


@dataclass(frozen=True)
class Paper:
    """
    A paper.

    Attributes
    ----------
    name : str
        As recipes name it.
    title, citation : str
        What it is called, and how it is cited.
    about : str
        Markdown: what it did, and how that is done here.
    curves, confusion : tuple of str
        Recipes whose training, and whose confusions, are drawn.
    spectrograms : str
        The recipe whose log-mels are drawn, one a genre; empty for none.
    """

    name: str
    title: str
    citation: str
    about: str
    curves: tuple[str, ...] = ()
    confusion: tuple[str, ...] = ()
    spectrograms: str = ""


def paper_names() -> list[str]:
    """
    List the papers.

    Returns
    -------
    list of str
        Sorted names.

    Examples
    --------
    >>> "joseph2024" in paper_names()
    True
    """
    return sorted(path.stem for path in PAPERS.glob("*.toml"))


def load_paper(name: str) -> Paper:
    """
    Load a paper by name.

    Parameters
    ----------
    name : str
        A name of `paper_names`.

    Returns
    -------
    Paper
        The paper.

    Raises
    ------
    UnknownNameError
        If there is no such paper.
    ConfigError
        If its file breaks a rule.
    """
    path = PAPERS / f"{name}.toml"
    if not path.is_file():
        raise unknown_name("paper", name, paper_names())
    values = tomllib.loads(path.read_text(encoding="utf-8"))
    known = [field.name for field in fields(Paper)]
    for key in values:
        if key not in known:
            raise ConfigError(f"{path.name}: unknown key {key!r}{did_you_mean(key, known)}")
    lists = {key: tuple(values.get(key, ())) for key in ("curves", "confusion")}
    return Paper(**{"name": name, **values, **lists})


def systems(paper: str) -> list[str]:
    """
    List the recipes of a paper.

    Parameters
    ----------
    paper : str
        Its name.

    Returns
    -------
    list of str
        Names of recipes, sorted by file; the rows of a file in its order.
    """
    return [name for name in recipe_names() if load_recipe(name).paper == paper]

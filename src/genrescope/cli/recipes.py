"""``genrescope recipes``: what can be trained, and what its papers reported."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from genrescope.cli import choices, commands, console

SECTIONS = (
    *("dataset", "selection", "front_end", "windows", "features", "model", "training"),
    *("protocol", "honest", "quick"),
)

app = typer.Typer(cls=commands.Group, no_args_is_help=True, help="List and show the recipes.")


@app.command("list")
def list_recipes(
    format: console.HowToPrint = console.Format.table,
) -> None:
    """List the recipes with the figures that their papers published."""
    from genrescope.training.recipe_files import load_recipe, recipe_names

    recipes = [load_recipe(name) for name in recipe_names()]
    if format is console.Format.json:
        print(json.dumps([_brief(recipe.to_dict()) for recipe in recipes], indent=1))
        return
    from rich.table import Table

    table = Table(
        "name", "paper", "what it is", "parameters", "published", box=None, pad_edge=False
    )
    for recipe in recipes:
        figures = ", ".join(map(str, recipe.published))
        count = "" if recipe.n_parameters is None else f"{recipe.n_parameters:,}"
        table.add_row(recipe.name, recipe.paper or "", recipe.title, count, figures)
    console.out().print(table)


@app.command("show")
def show(
    name: Annotated[str, typer.Argument(help="Name of a recipe, or a TOML file.")],
    format: console.HowToPrint = console.Format.table,
) -> None:
    """Show one recipe: its settings, what its paper reported and what the paper leaves open."""
    recipe = choices.recipe(name)
    if format is console.Format.json:
        print(json.dumps(_brief(recipe.to_dict()) | recipe.to_dict(), indent=1))
        return
    out = console.out()
    out.print(f"{recipe.name}: {recipe.title}", style="bold", markup=False)
    for text in (recipe.summary, recipe.citation):
        if text:
            out.print(text, markup=False)
    plain = recipe.to_dict()
    for section in SECTIONS:
        values = plain.get(section) or {}
        text = ", ".join(f"{key} = {value!r}" for key, value in values.items() if value is not None)
        out.print(f"[{section}] {text or 'nothing to set'}", markup=False)
    for given in plain.get("stand_in") or ():
        out.print(f"[[stand_in]] {given}", markup=False)
    for p in recipe.published:
        out.print(f"published: {p} on {p.measured_on} ({p.source})", markup=False)
    for note in recipe.notes:
        out.print(f"note: {note}", markup=False)


def _brief(recipe: dict[str, Any]) -> dict[str, Any]:
    keys = ("name", "title", "paper", "citation", "published", "n_parameters")
    return {key: recipe.get(key) for key in keys}

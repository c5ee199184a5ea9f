"""The commands that there are; the module of one is imported only when that command is called.

The list of commands, completion and "did you mean" need names and one-line helps alone, so these
stand here, and a test holds them equal to what the modules say.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup

if TYPE_CHECKING:
    # typer brings its own copy of click, or (older typer) needs the installed one.
    from typer._click import Command, HelpFormatter

# Loads no Markdown renderer and no highlighter, which take longer than all else that --help does.
PLAIN: Any = None


class Known(NamedTuple):
    """
    A command that is not loaded yet.

    Attributes
    ----------
    name : str
        As it is called.
    module : str
        Module of ``genrescope.cli`` that holds it: an ``app`` of several commands, or a function of
        the command's name.
    help : str
        What it does, in one sentence.
    """

    name: str
    module: str
    help: str


COMMANDS = (
    Known("predict", "predict", "Hear the genre of sound files."),
    Known("data", "data", "Get data sets; make, check, split and summarise track indexes."),
    Known("features", "features", "Fill and inspect the store of log-mels."),
    Known(
        "train",
        "evaluate",
        "Train a recipe, judge it on the test part of its protocol, and write a model bundle.",
    ),
    Known(
        "evaluate",
        "evaluate",
        "Measure models under protocols, with intervals, baselines, figures and a report.",
    ),
    Known(
        "compare",
        "compare",
        "Tell which differences between models are real, and what n would show the others.",
    ),
    Known(
        "report",
        "report",
        "Write the report card of a model: how far to trust it, for people who look.",
    ),
    Known(
        "reproduce",
        "reproduce",
        "Reproduce the systems of the papers: what they report, ours as they did it, ours "
        "honestly.",
    ),
    Known(
        "explain",
        "explain",
        "Look into a trained network: its filters, what excites them, and their maps as sound.",
    ),
    Known("recipes", "recipes", "List and show the recipes."),
    Known("model", "model", "Inspect and export model bundles."),
    Known(
        "demo",
        "demo",
        "Compose a piece in each of ten genres, write it as WAV and say what the model hears.",
    ),
    Known(
        "doctor",
        "doctor",
        "Check the installation: packages, decoders, GPU, cache, the model, a prediction.",
    ),
)
"""In the order in which ``--help`` lists them."""


class Group(TyperGroup):
    """A group of commands whose list gives the first sentence of each, uncut."""

    def format_commands(self, ctx: Any, formatter: HelpFormatter) -> None:
        """
        Write the list of commands.

        Parameters
        ----------
        ctx : Context
            Of the group.
        formatter : HelpFormatter
            Where to.
        """
        whole = 1000
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, one.get_short_help_str(whole)) for name, one in self.commands.items()]
            )


class Commands(Group):
    """All commands: each a name and a sentence until it is called, and loaded then."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        for known in COMMANDS:
            self.add_command(TyperCommand(known.name, help=known.help))

    def resolve_command(
        self, ctx: Any, args: list[str]
    ) -> tuple[str | None, Command | None, list[str]]:
        """
        Find the command that was called, and load it.

        Parameters
        ----------
        ctx : Context
            Of the whole command line.
        args : list of str
            The words from the name of the command on.

        Returns
        -------
        tuple
            Its name, the command, and the words after it; None and None (while completing) where
            there is no such command.
        """
        name, found, rest = super().resolve_command(ctx, args)
        return name, None if found is None or name is None else load(name), rest


def load(name: str) -> Command:
    """
    Import the module of a command.

    Parameters
    ----------
    name : str
        Of one of `COMMANDS`.

    Returns
    -------
    Command
        Complete with its parameters, or with its commands.
    """
    (known,) = (one for one in COMMANDS if one.name == name)
    module = importlib.import_module(f"genrescope.cli.{known.module}")
    holder = typer.Typer(add_completion=False, rich_markup_mode=PLAIN)
    holder.callback()(_nothing)
    if hasattr(module, "app"):
        holder.add_typer(module.app, name=name)
    else:
        holder.command(name)(getattr(module, name))
    found: Command = typer.main.get_command(holder).commands[name]  # type: ignore[attr-defined]
    return found


def _nothing() -> None:
    """Make a group of a single command."""

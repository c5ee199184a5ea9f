"""The command ``genrescope``: its commands are found here, and loaded only when they are used."""

from __future__ import annotations

import io
import sys
from typing import Annotated

import typer

from genrescope import __version__
from genrescope.cli import console, data, demo, doctor, evaluate, features, model, predict, recipes
from genrescope.errors import GenrescopeError

# What typer raises about wrong usage, be it of its own copy of click or of the installed click.
ClickError: type[Exception] = typer.BadParameter.__mro__[2]

app = typer.Typer(
    name="genrescope",
    help="Hear what genre a recording is, see why, and know how far to trust it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    epilog=(
        "Exit codes: 0 all went well; 1 some inputs failed, the others were answered; 2 wrong "
        "usage or settings; 3 unusable data (or not one input could be answered); 4 unusable "
        "model; 5 a missing extra; 130 interrupted."
    ),
)
app.command("predict")(predict.predict)
app.add_typer(data.app, name="data")
app.add_typer(features.app, name="features")
app.command("train")(evaluate.train)
app.command("evaluate")(evaluate.evaluate)
app.add_typer(recipes.app, name="recipes")
app.add_typer(model.app, name="model")
app.command("demo")(demo.demo)
app.command("doctor")(doctor.doctor)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"genrescope {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Hear what genre a recording is, see why, and know how far to trust it."""


def main() -> None:
    """Run the command line; every error becomes one line on standard error and an exit code."""
    for stream in sys.stdout, sys.stderr:
        if isinstance(stream, io.TextIOWrapper):
            # The name of a file may hold what the terminal cannot show: that must not end a batch.
            stream.reconfigure(errors="backslashreplace")
    try:
        code = app(standalone_mode=False)
    except (KeyboardInterrupt, typer.Abort):
        code = console.INTERRUPTED
    except GenrescopeError as error:
        console.say_error(str(error))
        code = console.exit_code(error)
    except ClickError as error:
        code = _tell_usage(error)
    except BrokenPipeError:
        # The reader of our output (head, less) has gone: that is no error.
        sys.stderr.close()
        code = console.OK
    except OSError as error:
        console.say_error(str(error))
        code = console.DATA
    if code == console.INTERRUPTED:
        console.say_error("interrupted")
    sys.exit(code)


def _tell_usage(error: Exception) -> int:
    context = getattr(error, "ctx", None)
    message = error.format_message() if hasattr(error, "format_message") else str(error)
    if not message.strip() or "\n" in message:
        # No command was named: the help stands above, or (with older typer) is the message.
        console.say(message.strip())
        message = "a command is missing"
    hint = f" (see: {context.command_path} --help)" if context is not None else ""
    console.say_error(message.replace("Value error, ", "") + hint)
    return console.USAGE

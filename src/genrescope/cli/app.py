"""The command ``genrescope``: options, errors and exit codes."""

from __future__ import annotations

import atexit
import gc
import io
import os
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from genrescope import __version__
from genrescope.cli import commands, console
from genrescope.errors import GenrescopeError, ParameterError

# What typer raises about wrong usage, be it of its own copy of click or of the installed click.
ClickError: type[Exception] = typer.BadParameter.__mro__[2]

app = typer.Typer(
    name="genrescope",
    cls=commands.Commands,
    help="Hear what genre a recording is, see why, and know how far to trust it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=commands.PLAIN,
    epilog=(
        "Exit codes: 0 all went well; 1 some inputs failed, the others were answered; 2 wrong "
        "usage or settings, or an output that cannot be written; 3 unusable data (or not one input "
        "could be answered); 4 unusable model; 5 a missing extra; 130 interrupted."
    ),
)


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
    if _asks_for_help(sys.argv[1:]):
        # Nothing is open then, and a last search for garbage would take a seventh of the time.
        atexit.register(gc.freeze)
    for stream in sys.stdout, sys.stderr:
        if isinstance(stream, io.TextIOWrapper):
            # The name of a file may hold what the terminal cannot show: that must not end a batch.
            stream.reconfigure(errors="backslashreplace")
    try:
        code = _run()
        sys.stdout.flush()
    except (BrokenPipeError, SystemExit) as error:
        # The reader of our output (head, less) has gone: that is no error, of whatever was asked.
        if not _reader_is_gone(error):
            raise
        _discard_output()
        code = console.OK
    sys.exit(code)


def _asks_for_help(arguments: Sequence[str]) -> bool:
    is_help = not arguments or "--help" in arguments or "--version" in arguments
    return is_help or "_GENRESCOPE_COMPLETE" in os.environ


def _run() -> int | None:
    try:
        _refuse_empty(sys.argv[1:])
        code: int | None = app(standalone_mode=False)
    except (KeyboardInterrupt, typer.Abort):
        code = console.INTERRUPTED
    except GenrescopeError as error:
        console.say_error(str(error))
        code = console.exit_code(error)
    except ClickError as error:
        code = _tell_usage(error)
    except BrokenPipeError:
        raise
    except OSError as error:
        reason = f"{error.filename}: {error.strerror}" if error.filename else str(error)
        console.say_error(reason)
        code = console.DATA
    if code == console.INTERRUPTED:
        console.say_error("interrupted")
    return code


def _refuse_empty(arguments: Sequence[str]) -> None:
    """Refuse ``predict "$MUSIC"`` of an unset variable, which would be the current folder."""
    for text in arguments:
        option, sign, value = text.partition("=")
        if not text or (option.startswith("--") and sign and not value):
            what = f"the value of {option}" if text else "an argument"
            raise ParameterError(
                f"{what} is empty: most likely it came from a variable that is not set; name the "
                "current folder by a dot (.)"
            )


def _reader_is_gone(error: BaseException | None) -> bool:
    """Tell a broken pipe, also where click or rich made an exit of it."""
    while error is not None and not isinstance(error, BrokenPipeError):
        error = error.__context__
    return error is not None


def _discard_output() -> None:
    """Point both streams where writing never fails, for Python flushes them when it ends."""
    sink = os.open(os.devnull, os.O_WRONLY)
    for stream in sys.stdout, sys.stderr:
        try:
            stream.flush()
        except BrokenPipeError:
            os.dup2(sink, stream.fileno())
    os.close(sink)


def _tell_usage(error: Exception) -> int:
    context = getattr(error, "ctx", None)
    message = error.format_message() if hasattr(error, "format_message") else str(error)
    if not message.strip() or "\n" in message:
        # No command was named: the help stands above, or (with older typer) is the message.
        print(message.strip(), file=sys.stderr, flush=True)
        message = "a command is missing"
    hint = f" (see: {context.command_path} --help)" if context is not None else ""
    console.say_error(message.replace("Value error, ", "") + hint)
    return console.USAGE

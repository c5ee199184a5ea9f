"""``genrescope predict``: the genre of files and folders, as a table, JSON or CSV."""

from __future__ import annotations

import atexit
import csv
import enum
import gc
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from genrescope.cli import console, limits
from genrescope.cores import keep_freed_memory, keep_matrices_on_one_core

if TYPE_CHECKING:
    from genrescope.bundle.format import Manifest
    from genrescope.records import GenreProbability, Prediction


N_SHOWN = 3


class Format(str, enum.Enum):
    """How answers are printed."""

    table = "table"
    json = "json"
    csv = "csv"


def predict(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILES_OR_FOLDERS",
            help="Sound files, videos with sound, or folders of them (searched to the bottom).",
        ),
    ],
    format: Annotated[
        Format,
        typer.Option(help="How to print the answers: for reading, or for another program."),
    ] = Format.table,
    top: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="How many genres to show for each file; else 3 in table and csv, all in json.",
        ),
    ] = None,
    timeline: Annotated[
        bool,
        typer.Option("--timeline", help="Show each window too, in table and csv (json has them)."),
    ] = False,
    model: Annotated[
        str, typer.Option(help="'default', or the folder of a model bundle or run.")
    ] = "default",
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Files at a time; else one per core.")
    ] = None,
    max_windows: limits.MaxWindows = None,
    max_duration_s: limits.MaxDuration = None,
    max_decode_s: limits.MaxDecode = None,
) -> None:
    """
    Hear the genre of sound files.

    The answers come in the order of the inputs. A file that cannot be read is reported and the
    others go on; the exit code is then 1, or 3 where not one file could be answered. Interrupted,
    it shows the answers that it has.
    """
    keep_matrices_on_one_core()
    keep_freed_memory()
    # To search all that was imported for garbage when it ends anyway takes 30 ms.
    atexit.register(gc.freeze)
    from genrescope.prediction.predictor import load

    allowed = limits.chosen(max_duration_s=max_duration_s, max_decode_s=max_decode_s)
    predictor = load(model)
    files = list(_files(paths))
    n_answered = 0
    failed: list[Prediction] = []

    def watched(advance: console.Advance) -> Iterator[Prediction]:
        nonlocal n_answered
        for prediction in predictor.predict_many(
            files, jobs=jobs, limits=allowed, max_windows=max_windows
        ):
            if prediction.error is not None:
                failed.append(prediction)
            for warning in prediction.warnings:
                console.say(f"warning: {prediction.path}: {warning}")
            n_answered += 1
            advance(n_answered, len(files))
            yield prediction

    try:
        _show(format, watched, top, timeline, predictor.manifest)
    except KeyboardInterrupt:
        console.say(f"{n_answered} of {len(files)} files were answered")
        raise
    finally:
        for prediction in failed:
            console.say(f"failed: {prediction.error}")
    if failed:
        console.say(f"{len(failed)} of {len(files)} files could not be answered")
    if len(failed) == len(files):
        raise typer.Exit(console.DATA)
    if failed:
        raise typer.Exit(console.SOME_FAILED)


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            from genrescope.datasets._scan import sound_files

            found, _ = sound_files(path)
            if not found:
                console.say(f"{path}: no sound file in this folder (by extension)")
            yield from found
        else:
            yield path


def _show(
    format: Format,
    answers: Callable[[console.Advance], Iterator[Prediction]],
    top: int | None,
    timeline: bool,
    manifest: Manifest,
) -> None:
    if format is Format.table:
        _show_table(answers, top or N_SHOWN, timeline, manifest)
        return
    with console.progress_bar("listening", beside_results=True) as advance:
        if format is Format.json:
            _print_json(answers(advance), top)
        else:
            _print_csv(answers(advance), top or N_SHOWN, timeline)


def _show_table(
    answers: Callable[[console.Advance], Iterator[Prediction]],
    top: int,
    timeline: bool,
    manifest: Manifest,
) -> None:
    """Print the table when all is answered, or what there is of it when that is cut short."""
    from genrescope.bundle.card import trust_text

    held: list[Prediction] = []
    try:
        with console.progress_bar("listening") as advance:
            for prediction in answers(advance):
                held.append(prediction)
    finally:
        if held:
            _print_table(held, top, timeline, several=bool(manifest.task))
            console.out().print(trust_text(manifest), markup=False)


def _print_json(answers: Iterable[Prediction], top: int | None) -> None:
    # Each answer is a whole line as soon as it is there, so the comma stands before the next.
    separator = ""
    sys.stdout.write("[\n")
    try:
        for prediction in answers:
            sys.stdout.write(f"{separator}{json.dumps(prediction.to_dict(top=top))}\n")
            sys.stdout.flush()
            separator = ","
    finally:
        # Whenever it was cut short, what was written is a whole text of JSON.
        sys.stdout.write("]\n")
        sys.stdout.flush()


def _print_csv(answers: Iterable[Prediction], top: int, timeline: bool) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    ranks = [f"{what}_{k}" for k in range(1, top + 1) for what in ("genre", "probability")]
    told = ["abstained", "music", "likely", "error", "warnings"]
    writer.writerow(["path", "model", "start_s", "end_s", *ranks, *told])

    def write(
        p: Prediction,
        start: float,
        end: float | None,
        genres: Iterable[GenreProbability],
        music: float | None,
    ) -> None:
        cells = [cell for g in genres for cell in (g.label, f"{g.probability:.6f}")][: 2 * top]
        cells += [""] * (2 * top - len(cells))
        span = ("", "") if end is None else (f"{start:.3f}", f"{end:.3f}")
        writer.writerow(
            [p.path, p.model, *span, *cells, p.abstained or "",
             "" if music is None else f"{music:.6f}", "; ".join(p.likely), p.error or "",
             "; ".join(p.warnings)]
        )  # fmt: skip

    for prediction in answers:
        write(prediction, 0.0, prediction.duration_s, prediction.genres, prediction.music)
        if timeline:
            for window in prediction.windows:
                write(prediction, window.start_s, window.end_s, window.genres, window.music)
        sys.stdout.flush()


def _print_table(
    answers: list[Prediction], top: int, timeline: bool, *, several: bool = False
) -> None:
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    likely = ["likely"] if any(p.likely for p in answers) and not several else []
    columns = ["genres", "then"] if several else ["genre", "probability", "then", *likely]
    for name in ("file", "length", *columns):
        table.add_column(name, justify="right" if name in ("length", "probability") else "left",
                         overflow="fold")  # fmt: skip
    for prediction in answers:
        if prediction.error is not None:
            none = ["[red]no answer[/red]", *([] if several else [""]), "see below"]
            table.add_row(escape(console.one_line(prediction.path)), "", *none)
            continue
        if several:
            cells: tuple[str, ...] = _given_cells(
                prediction.genres, prediction.likely, top, prediction.abstained
            )
        else:
            cells = _ranked_cells(prediction.genres, top, prediction.abstained)
        table.add_row(
            escape(console.one_line(prediction.path)),
            _clock(prediction.duration_s or 0.0),
            *cells,
            *([", ".join(prediction.likely)] if likely else []),
        )
        if timeline:
            for window in prediction.windows:
                span = f"  {_clock(window.start_s)} to {_clock(window.end_s)}"
                if several:
                    table.add_row(span, "", "", _joined(window.genres[:top]))
                else:
                    table.add_row(span, "", *_ranked_cells(window.genres, top, None))
    console.out().print(table)


def _ranked_cells(
    genres: tuple[GenreProbability, ...], top: int, abstained: str | None
) -> tuple[str, str, str]:
    first = genres[0]
    rest = _joined(genres[1:top])
    name = first.label if abstained is None else f"{abstained.replace('_', ' ')} ({first.label}?)"
    return name, f"{100 * first.probability:.0f} %", rest


def _given_cells(
    genres: tuple[GenreProbability, ...], given: tuple[str, ...], top: int, abstained: str | None
) -> tuple[str, str]:
    """Say which genres a model of several labels gives, and which come next."""
    named = _joined(tuple(g for g in genres if g.label in given))
    rest = tuple(g for g in genres if g.label not in given)[:top]
    return named or (abstained or "none").replace("_", " "), _joined(rest)


def _joined(genres: Iterable[GenreProbability]) -> str:
    return ", ".join(f"{g.label} {100 * g.probability:.0f} %" for g in genres)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"

"""``genrescope explain``: look into a trained network, and listen to what it hears."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from genrescope.cli import choices, commands, console
from genrescope.errors import ConfigError

if TYPE_CHECKING:
    from genrescope.explain.excitement import Excitement, StrongWindow
    from genrescope.explain.trained import TrainedRun
    from genrescope.models.inside import Unit
    from genrescope.training.inputs import Inputs

app = typer.Typer(
    cls=commands.Group,
    no_args_is_help=True,
    help="Look into a trained network: its filters, what excites them, and their maps as sound.",
)

RUN_HELP = "Folder of one training, such as runs/NAME/PROTOCOL/fold-1-seed-0."
Run = Annotated[Path, typer.Argument(metavar="RUN", help=RUN_HELP)]
Output = Annotated[Path, typer.Option("--output", "-o", help="Folder for what is written.")]
Seed = Annotated[int, typer.Option(help="Decides all that is random.")]
HERE = Path("explained")
SHOWN = 3


@app.command("layers")
def layers(run: Run, format: console.HowToPrint = console.Format.table) -> None:
    """List the layers of a network, with the shape of what each answers."""
    opened = _open(run)
    shapes = opened.inside.shapes()
    if format is console.Format.json:
        console.out().print_json(data={name: list(shape) for name, shape in shapes.items()})
        return
    from rich.table import Table

    table = Table("layer", "answers of shape", box=None, pad_edge=False)
    for name, shape in shapes.items():
        table.add_row(name, " x ".join(map(str, shape)))
    console.out().print(table)


@app.command("filters")
def filters(
    run: Annotated[
        Path, typer.Argument(metavar="RUN", help=f"{RUN_HELP} A model bundle serves too.")
    ],
    output: Output = HERE,
) -> None:
    """Draw the filters of the first convolution on one sheet."""
    from genrescope.evaluation.drawing.canvas import save_figure
    from genrescope.explain.drawing import filter_sheet
    from genrescope.explain.first_layer import first_layer

    with console.progress_bar("reading the network"):
        weights, source = first_layer(run)
    path = output / "filters.png"
    save_figure(filter_sheet(weights, title=f"First convolution of {source}"), path)
    size = " x ".join(map(str, weights.shape[2:]))
    console.say(f"{len(weights)} filters of {size}, {weights.shape[1]} channel(s); {source}")
    console.out().print(str(path), markup=False, soft_wrap=True)


@app.command("excite")
def excite(
    run: Run,
    layer: Annotated[
        str | None, typer.Option(help="A layer that `explain layers` lists; else genres.")
    ] = None,
    unit: Annotated[
        list[int] | None,
        typer.Option(help="Filter or unit of the layer, from 0; may be given several times."),
    ] = None,
    genre: Annotated[
        list[str] | None, typer.Option(help="A genre; may be given several times; else all.")
    ] = None,
    data: Annotated[
        str | None, typer.Option("--dataset", metavar="DATASET", help=choices.DATA_HELP)
    ] = None,
    n_windows: Annotated[
        int, typer.Option(min=1, help="How many real windows to name, one a track at most.")
    ] = 5,
    n_steps: Annotated[int, typer.Option(min=1, help="Steps of gradient ascent.")] = 100,
    blur: Annotated[
        float | None,
        typer.Option(
            min=0.0,
            help="Cells by which the gradient is blurred; else 0 for the first convolution, 1 for "
            "others.",
        ),
    ] = None,
    store: Annotated[Path, typer.Option("--store", help="Folder of the feature store.")] = Path(
        "store"
    ),
    seed: Seed = 0,
    output: Output = HERE,
    format: console.HowToPrint = console.Format.table,
) -> None:
    """Draw the input that excites a unit or genre most, and name the windows that do."""
    from genrescope.explain.excitement import Range, excitement, strongest_windows

    opened = _open(run)
    units = _units(opened, layer, unit or [], genre or [])
    inputs = _inputs(opened, data, store)
    within = Range.of(inputs.X)
    found = []
    with console.progress_bar("climbing") as advance:
        for done, one in enumerate(units, start=1):
            excited = excitement(opened, one, within, seed=seed, n_steps=n_steps, blur=blur)
            found.append((excited, strongest_windows(opened, inputs, one, n=n_windows)))
            advance(done, len(units))
    paths = _draw_excited(opened, found, inputs, within, output)
    rows = [_excited_row(opened, *pair) for pair in found]
    _write_json(output / "excite.json", {"model": opened.manifest.name, "seed": seed,
                                         "n_steps": n_steps, "units": rows})  # fmt: skip
    if format is console.Format.json:
        console.out().print_json(data=rows)
    else:
        _print_excited(rows)
    for path in paths:
        console.say(str(path))


@app.command("listen")
def listen(
    run: Run,
    sound: Annotated[Path, typer.Argument(metavar="SOUND", help="A sound file.")],
    layer: Annotated[str, typer.Option(help="A layer that `explain layers` lists.")] = "conv-1",
    filter: Annotated[
        list[int] | None,
        typer.Option(
            help="Filter of the layer, from 0; may be given several times; else the three that "
            "answer most."
        ),
    ] = None,
    window: Annotated[int, typer.Option(min=0, help="Which window of the sound, from 0.")] = 0,
    method: Annotated[
        str,
        typer.Option(help="Way back to the input: deconvolution (Zeiler and Fergus) or gradient."),
    ] = "deconvolution",
    phase: Annotated[
        str, typer.Option(help="Phase of the sound: original or griffin-lim.")
    ] = "original",
    seed: Seed = 0,
    output: Output = HERE,
) -> None:
    """Turn the maps of filters back into sound: WAV files, and a sheet of their spectra."""
    from genrescope.audio.write import write_wav
    from genrescope.evaluation.drawing.canvas import save_figure
    from genrescope.evaluation.drawing.spectrograms import spectrograms
    from genrescope.evaluation.markdown import anchor
    from genrescope.explain.auralisation import auralise, strongest_filters, window_of
    from genrescope.models.inside import Unit

    opened = _open(run)
    front_end = opened.manifest.front_end
    y = window_of(opened, sound, window)
    units = [Unit(layer, i) for i in filter or []] or strongest_filters(opened, y, layer)
    if not units:
        raise ConfigError(f"no unit of {layer} answers anything positive to this window of {sound}")
    start = f"{anchor(sound.stem)}-window-{window}"
    pictures = {"the sound itself": front_end.to_db(front_end.compute(y))}
    written = []
    for one in units:
        with console.progress_bar(f"listening to {opened.name(one)}"):
            heard = auralise(opened, y, one, method=method, phase=phase, seed=seed)
        written.append(output / f"{start}-{layer}-{one.index}.wav")
        write_wav(written[-1], heard.y, sr=front_end.sr)
        pictures[f"{heard.name}, brought back"] = heard.levels
    written.append(output / f"{start}-{layer}.png")
    sheet = spectrograms(
        pictures, sr=front_end.sr, hop_length=front_end.hop_length,
        frequencies=front_end.band_centres(),
    )  # fmt: skip
    save_figure(sheet, written[-1])
    for path in written:
        console.out().print(str(path), markup=False, soft_wrap=True)


def _open(run: Path) -> TrainedRun:
    from genrescope.explain.trained import open_run

    with console.progress_bar("loading the network"):
        return open_run(run)


def _inputs(run: TrainedRun, data: str | None, store: Path) -> Inputs:
    from genrescope.training.changes import changed
    from genrescope.training.recipe import Recipe

    recipe = run.recipe
    if data is not None:
        plain = {k: v for k, v in recipe.to_dict().items() if k not in ("dataset", "selection")}
        name, *rest = choices.dataset_changes(data)
        recipe = Recipe.from_dict(changed({**plain, "dataset": {}}, [name, *rest]))
    choices.check_dataset(recipe.dataset.name, recipe.dataset.settings)
    return run.inputs(recipe, store, bar=console.progress_bar)


def _units(
    run: TrainedRun, layer: str | None, units: Sequence[int], genres: Sequence[str]
) -> list[Unit]:
    from genrescope.models.inside import Unit

    if layer is None and units:
        raise ConfigError("--unit says which unit of a layer: name the layer by --layer")
    if layer is not None and (genres or not units):
        raise ConfigError(
            f"--layer {layer}: name its units by --unit, and no genres; `genrescope explain "
            "layers RUN` says how many there are"
        )
    if layer is not None:
        return [Unit(layer, index) for index in units]
    return [run.genre(label) for label in genres or run.manifest.labels]


def _draw_excited(
    run: TrainedRun,
    found: Sequence[tuple[Excitement, Sequence[StrongWindow]]],
    inputs: Inputs,
    within: Any,
    output: Path,
) -> list[Path]:
    from genrescope.evaluation.drawing.canvas import save_figure
    from genrescope.explain.drawing import as_picture, input_sheet

    away = {e.name: as_picture(within.deviation(e.x)) for e, _ in found}
    real = {
        f"{e.name}: {w.track_id}": as_picture(inputs.X[w.row])
        for e, windows in found
        for w in windows[:SHOWN]
    }
    limit = max(float(abs(picture).max()) for picture in away.values())
    name = run.manifest.name
    sheets = {
        "excite.png": input_sheet(
            away, title=f"{name}: what excites most, in deviations from the mean (±{limit:.1f})",
            limit=limit,
        ),
        "excite-windows.png": input_sheet(
            real, title=f"{name}: the real windows that excite most", n_columns=SHOWN
        ),
    }  # fmt: skip
    for file, sheet in sheets.items():
        save_figure(sheet, output / file)
    return [output / file for file in sheets]


def _excited_row(run: TrainedRun, e: Excitement, windows: Sequence[StrongWindow]) -> dict[str, Any]:
    best = int(e.P.argmax())
    return {
        "unit": e.name,
        "layer": e.unit.layer,
        "index": e.unit.index,
        "answer": e.answer,
        "blur": e.blur,
        "heard_as": run.manifest.labels[best],
        "probability": float(e.P[best]),
        "windows": [w.to_dict() for w in windows],
    }


def _print_excited(rows: Sequence[dict[str, Any]]) -> None:
    from rich.markup import escape
    from rich.table import Table

    table = Table("unit", box=None, pad_edge=False)
    table.add_column("answer", justify="right")
    table.add_column("heard as")
    table.add_column("real windows that excite it most (answer, part)")
    for row in rows:
        heard = f"{row['heard_as']} ({100 * row['probability']:.0f} %)"
        real = ", ".join(
            f"{w['track_id']} ({w['answer']:.2f}, {w['part'] or 'no part'})"
            for w in row["windows"][:SHOWN]
        )
        table.add_row(escape(row["unit"]), f"{row['answer']:.2f}", escape(heard), escape(real))
    console.out().print(table)


def _write_json(path: Path, data: Any) -> None:
    from genrescope.atomic import write_text

    write_text(path, json.dumps(data, indent=1) + "\n")

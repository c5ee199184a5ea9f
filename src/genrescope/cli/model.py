"""``genrescope model``: what a model bundle says of itself, and copies of it to take away."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from genrescope.cli import commands, console

app = typer.Typer(
    cls=commands.Group, no_args_is_help=True, help="Inspect and export model bundles."
)

Model = Annotated[
    str, typer.Argument(metavar="MODEL", help="'default', or the folder of a bundle or run.")
]


@app.command("info")
def info(
    model: Model = "default",
    format: Annotated[
        console.Format,
        typer.Option(help="How to print: the card for reading, or the whole bundle.json."),
    ] = console.Format.table,
) -> None:
    """Show what a model is, what it learned from and how far to trust it."""
    from genrescope.bundle.format import CARD_NAME, read_manifest
    from genrescope.bundle.locate import find_bundle

    folder = find_bundle(model)
    manifest = read_manifest(folder)
    if format is console.Format.json:
        console.out().print_json(data=manifest.to_dict())
    else:
        from rich.markdown import Markdown

        console.out().print(Markdown((folder / CARD_NAME).read_text(encoding="utf-8")))


@app.command("export")
def export(
    model: Model,
    destination: Annotated[Path, typer.Argument(help="Folder to write; it must not exist.")],
) -> None:
    """Write the bundle of a model (graphs, JSON, cards) to a folder of its own, checked."""
    from genrescope.atomic import check_writable
    from genrescope.bundle.format import CARD_NAME, read_manifest, read_onnx, write_bundle
    from genrescope.bundle.locate import find_bundle
    from genrescope.bundle.music_graph import read_music_onnx, write_abstention
    from genrescope.errors import ParameterError
    from genrescope.evaluation.card.evidence_file import read_evidence, write_evidence

    if destination.exists():
        raise ParameterError(f"{destination} exists already: give a new folder for the bundle")
    folder = find_bundle(model)
    manifest = read_manifest(folder)
    card = (folder / CARD_NAME).read_text(encoding="utf-8")
    check_writable(destination / CARD_NAME)
    evidence = read_evidence(folder)
    detector = read_music_onnx(folder, manifest.thresholds)
    write_bundle(destination, manifest, onnx=read_onnx(folder, manifest), card=card)
    if detector is not None:
        write_abstention(destination, manifest.thresholds, music_onnx=detector)
    if evidence is not None:
        write_evidence(destination, evidence)
    console.say(f"{manifest.name} written to {destination}")

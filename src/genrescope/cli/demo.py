"""``genrescope demo``: ten pieces that the package composes, and what the model hears in them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from genrescope.cli import console


def demo(
    folder: Annotated[Path, typer.Option(help="Where the pieces are written.")] = Path(
        "genrescope-demo"
    ),
    duration_s: Annotated[float, typer.Option(min=3.0, help="Length of a piece, in s.")] = 30.0,
    model: Annotated[str, typer.Option(help="'default', or the folder of a model.")] = "default",
) -> None:
    """Compose a piece in each of ten genres, write it as WAV and say what the model hears."""
    from rich.table import Table

    from genrescope.audio.write import write_wav
    from genrescope.bundle.card import trust_text
    from genrescope.prediction.predictor import load
    from genrescope.synthesis.render import kinds, render_track

    predictor = load(model)
    paths, answers = [], []
    with console.progress_stages("composing", "listening") as (composed, listened):
        for done, kind in enumerate(kinds(), start=1):
            path = folder / f"{kind}.wav"
            write_wav(path, render_track(kind, duration_s=duration_s), sr=22050)
            paths.append(path)
            composed(done, len(kinds()))
        for answer in predictor.predict_many(paths):
            answers.append(answer)
            listened(len(answers), len(kinds()))
    table = Table("composed as", "heard as", "probability", "then", box=None, pad_edge=False)
    for kind, answer in zip(kinds(), answers, strict=True):
        first, *rest = answer.genres[:3]
        then = ", ".join(f"{g.label} {100 * g.probability:.0f} %" for g in rest)
        table.add_row(kind, first.label, f"{100 * first.probability:.0f} %", then)
    out = console.out()
    out.print(table)
    out.print(
        f"\nThe pieces are in {folder}: listen to them, then try your own music:\n"
        f"  genrescope predict FILES_OR_FOLDERS\n\n"
        "These pieces are made by a program. The model learned from real recordings, so what it "
        "hears here says nothing about its accuracy.",
        markup=False,
    )
    out.print(trust_text(predictor.manifest), markup=False)

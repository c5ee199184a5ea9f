"""``genrescope doctor``: what is installed and whether it works."""

from __future__ import annotations

import os
import platform
from importlib import metadata
from typing import Annotated

import typer

from genrescope.cli import console

BASE = (
    "numpy",
    "soundfile",
    "av",
    "soxr",
    "onnxruntime",
    "mutagen",
    "typer",
    "rich",
    "platformdirs",
)
EXTRAS = {
    "train": ("torch", "lightning", "scikit-learn", "librosa", "matplotlib", "onnx", "skl2onnx"),
    "serve": ("fastapi", "uvicorn"),
}


def doctor(
    model: Annotated[str, typer.Option(help="The model to try.")] = "default",
) -> None:
    """Check the installation: packages, decoders, the model, and a prediction from end to end."""
    out = console.out()
    out.print(f"genrescope on Python {platform.python_version()}, {platform.platform()}")
    missing = [name for name in BASE if not _version(name)]
    out.print("base: " + ", ".join(f"{name} {_version(name) or 'MISSING'}" for name in BASE))
    for extra, names in EXTRAS.items():
        absent = [name for name in names if not _version(name)]
        state = "installed" if not absent else f"not installed (lacks {', '.join(absent)})"
        out.print(f"extra {extra}: {state}", markup=False)
    data = os.environ.get("GENRESCOPE_DATA")
    out.print(f"GENRESCOPE_DATA: {data or 'not set (only recipes that name it need it)'}")
    if missing:
        console.say(f"missing: {', '.join(missing)}; run: pip install --force-reinstall genrescope")
        raise typer.Exit(console.EXTRA)
    out.print(_try_prediction(model), markup=False)


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _try_prediction(model: str) -> str:
    import tempfile
    from pathlib import Path

    from genrescope.audio.write import write_wav
    from genrescope.prediction.predictor import load
    from genrescope.synthesis.render import render_track

    predictor = load(model)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "test.wav"
        write_wav(path, render_track("blues", duration_s=5.0), sr=22050)
        answer = predictor.predict_file(path)
    assert answer.top is not None
    return f"model {predictor.name}: loads, and answers about a test sound ({answer.top.label})"

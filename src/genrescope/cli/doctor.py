"""``genrescope doctor``: what is installed and whether it works."""

from __future__ import annotations

import importlib
import os
import platform
import re
import tempfile
from importlib import metadata
from pathlib import Path
from typing import Annotated

import typer

from genrescope.cli import console
from genrescope.errors import OutputError


def doctor(
    model: Annotated[str, typer.Option(help="The model to try.")] = "default",
) -> None:
    """
    Check the installation: packages, decoders, GPU, cache, the model, a prediction.

    A second of sound is written and decoded in each format that the installed encoders can write.
    """
    _print(f"genrescope on Python {platform.python_version()}, {platform.platform()}")
    base, extras = _required()
    missing = [name for name in base if not _version(name)]
    _print("base: " + ", ".join(f"{name} {_version(name) or 'MISSING'}" for name in base))
    for extra, names in extras.items():
        absent = [name for name in names if not _version(name)]
        found = ", ".join(f"{name} {_version(name)}" for name in names if name not in absent)
        state = f"not installed (lacks {', '.join(absent)})" if absent else "installed"
        _print(f"extra {extra}: {state}{f': {found}' if found else ''}")
    data = os.environ.get("GENRESCOPE_DATA")
    _print(f"GENRESCOPE_DATA: {data or 'not set (only recipes that name it need it)'}")
    if missing:
        console.say(f"missing: {', '.join(missing)}; run: pip install --force-reinstall genrescope")
        raise typer.Exit(console.EXTRA)
    _print(_gpu())
    faults = [*_try_cache(), *_try_formats()]
    _print(_try_prediction(model))
    for fault in faults:
        console.say(fault)
    if faults:
        raise typer.Exit(console.SOME_FAILED)


def _print(text: str) -> None:
    console.out().print(text, markup=False)


def _required() -> tuple[list[str], dict[str, list[str]]]:
    """Give the packages that the base and each extra ask for, as the package itself says."""
    base: list[str] = []
    extras: dict[str, list[str]] = {}
    for line in metadata.requires("genrescope") or []:
        requirement, _, marker = line.partition(";")
        found = re.match(r"[\w.-]+", requirement)
        assert found is not None, line
        extra = re.search(r"extra\s*==\s*['\"]([^'\"]+)", marker)
        if extra is not None:
            extras.setdefault(extra[1], []).append(found[0])
        elif not marker or _version(found[0]):
            # With a marker of another kind it is needed on some machines only, and maybe not here.
            base.append(found[0])
    return base, extras


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _gpu() -> str:
    """Say what a training would run on; torch is loaded only where it is installed."""
    if not _version("torch"):
        return "GPU: not looked for (training needs the extra [train]; predictions need none)"
    try:
        torch = importlib.import_module("torch")
        names = [torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count())]
        apple = torch.backends.mps.is_available()
    except Exception as error:  # whatever is wrong with a driver is what is to be told
        return f"GPU: torch is installed, but fails ({type(error).__name__}: {error})"
    found = names or (["that of this Mac (mps)"] if apple else [])
    return f"GPU: {', '.join(found) or 'none that torch can use; networks learn on the CPU'}"


def _try_cache() -> list[str]:
    import platformdirs

    from genrescope.atomic import check_writable

    folder = Path(platformdirs.user_cache_dir("genrescope"))
    try:
        check_writable(folder / "doctor")
    except OutputError as error:
        _print(f"cache: {folder} cannot be written")
        return [f"cache: {error}; synthetic music needs it, or synthetic:FOLDER"]
    _print(f"cache: {folder} can be written")
    return []


def _try_formats() -> list[str]:
    from genrescope.audio.self_check import check_formats

    with tempfile.TemporaryDirectory() as folder:
        checks = list(check_formats(Path(folder)))
    good = [check.name for check in checks if check.decodes]
    unknown = [check.name for check in checks if check.decodes is None]
    text = f"decoders: {', '.join(good) or 'none'} work"
    if unknown:
        text += f"; cannot make a test file of {', '.join(unknown)}"
    _print(text)
    return [f"{c.name} does not decode: {c.reason}" for c in checks if c.decodes is False]


def _try_prediction(model: str) -> str:
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

"""What is imported, and what is not: a prediction needs no training, ``--help`` almost nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from genrescope.audio.write import write_wav
from genrescope.synthesis.render import render_track

# What typer loads, by its version: to say what it is, to check parameters.
TYPER = {"typer", "click", "shellingham", "annotated_doc", "typing_extensions", "colorama"}
CHECKING = TYPER | {"pydantic", "pydantic_core", "annotated_types", "typing_inspection"}
RICH = {"rich", "attr"}
DECODING = {"numpy", "av", "soundfile", "cffi"}
PREDICTING = DECODING | {"soxr", "onnxruntime"}

TRAINING = {"torch", "lightning", "sklearn", "librosa", "matplotlib", "pandas", "scipy"}
WORKING = {"numpy", "onnxruntime", "soundfile", "av", "soxr", "mutagen"}

REPORT = """
import json, sys
started = set(sys.modules)
def report():
    print(json.dumps(sorted(set(sys.modules) - started)), file=sys.stderr)
"""


def modules(code: str, *args: object, env: dict[str, str] | None = None) -> set[str]:
    """Run some lines in a fresh process and give the modules that it imported."""
    done = subprocess.run(
        [sys.executable, "-c", f"{REPORT}\n{code}\nreport()", *map(str, args)],
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    names = set(json.loads(done.stderr.splitlines()[-1]))
    assert "genrescope" in names
    return names


def packages(names: set[str]) -> set[str]:
    """Give the packages of modules."""
    return {name.partition(".")[0] for name in names}


def others(names: set[str]) -> set[str]:
    """Give the packages that neither Python brings nor genrescope is."""
    found = packages(names) - set(sys.stdlib_module_names) - {"genrescope"}
    # Compiled modules leave such names.
    return {n for n in found if not n.startswith(("_", "cython_runtime"))}


def commands(names: set[str]) -> set[str]:
    """Give the modules of the command line, without those that every call needs."""
    own = {name.removeprefix("genrescope.cli.") for name in names if "genrescope.cli." in name}
    assert own >= {"app", "commands", "console"}
    return own - {"app", "commands", "console"}


def imported(code: str, *args: object) -> set[str]:
    """Run some lines in a fresh process and give the packages that it imported."""
    return packages(modules(code, *args))


@pytest.fixture(scope="module")
def songs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of two genres."""
    folder = tmp_path_factory.mktemp("songs")
    for kind in "metal", "classical":
        write_wav(folder / kind / "a.wav", render_track(kind, duration_s=3.0), sr=22050)
    return folder


COMMAND = """
from genrescope.cli.app import main
try:
    main()
except SystemExit as left:
    assert not left.code, left.code
"""


@pytest.mark.parametrize("code", ["import genrescope", "from genrescope import *"])
def test_importing_the_package_needs_no_training(code):
    names = imported(code)
    assert not names & TRAINING
    if code == "import genrescope":
        assert not names & WORKING


TRAINING_COMMANDS = {"evaluate", "as_is", "changes", "choices", "horse", "protocol_choices"}
FEATURES_COMMANDS = {"features", "changes", "choices", "images", "limits", "outputs"}
DATA_COMMANDS = {
    *("data", "audit", "changes", "choices", "genres", "get", "labels", "limits", "outputs"),
}


@pytest.mark.parametrize(
    ("args", "loaded"),
    [
        ("--help", set()),
        ("--version", set()),
        ("predict --help", {"predict", "limits"}),
        ("train --help", TRAINING_COMMANDS),
        ("evaluate --help", TRAINING_COMMANDS),
        ("compare --help", {"compare"}),
        ("report --help", {"report", "choices"}),
        ("data --help", DATA_COMMANDS),
        ("data index --help", DATA_COMMANDS),
        (
            "features extract --help",
            {"features", "changes", "choices", "images", "limits", "outputs"},
        ),
        ("recipes --help", {"recipes", "choices"}),
        ("model info --help", {"model"}),
        ("demo --help", {"demo"}),
        ("doctor --help", {"doctor"}),
    ],
)
def test_help_loads_the_command_that_is_asked_about_alone(args, loaded):
    names = modules(COMMAND, *args.split())
    assert commands(names) == loaded
    assert others(names) <= (CHECKING if loaded else TYPER)
    assert not names & {"asyncio", "rich.markdown", "genrescope.registry", "genrescope.records"}


@pytest.mark.parametrize(
    ("words", "loaded", "offers"),
    [
        ("genrescope ", set(), "predict"),
        ("genrescope pre", set(), "predict"),
        ("genrescope predict --fo", {"predict", "limits"}, "--format"),
        ("genrescope data su", DATA_COMMANDS, "summary"),
    ],
)
def test_completion_loads_the_command_that_is_completed_alone(words, loaded, offers, tmp_path):
    env = {
        "_GENRESCOPE_COMPLETE": "complete_bash",
        "COMP_WORDS": words,
        "COMP_CWORD": str(words.count(" ")),
    }
    told = tmp_path / "told"
    code = f"sys.argv = ['genrescope']; sys.stdout = open({str(told)!r}, 'w'){COMMAND}"
    names = modules(code, env=env)
    assert offers in told.read_text(encoding="utf-8").split()
    assert commands(names) == loaded
    assert others(names) <= CHECKING


@pytest.mark.parametrize(
    ("args", "allowed"),
    [
        ("predict SONGS --format json", PREDICTING),
        ("predict SONGS --format csv", PREDICTING),
        ("predict SONGS", PREDICTING | RICH),
        ("data index SONGS", DECODING | {"mutagen"}),
        ("data summary SONGS", DECODING | RICH | {"mutagen"}),
        ("features extract SONGS", PREDICTING - {"onnxruntime"} | {"mutagen"}),
        ("recipes list", {"numpy"} | RICH),
        ("recipes list --format json", {"numpy"}),
        ("model info --format json", {"numpy"} | RICH),
        ("model info", {"numpy", "markdown_it", "mdurl", "pygments"} | RICH),
    ],
)
def test_a_command_loads_what_it_needs_alone(args, allowed, songs, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = modules(COMMAND, *(songs if arg == "SONGS" else arg for arg in args.split()))
    assert others(names) <= allowed | CHECKING
    assert len(commands(names)) <= len(DATA_COMMANDS)
    assert not names & {"genrescope.evaluation", "genrescope.audit", "genrescope.synthesis"}


OPENED = """
import sys
opened = []
sys.addaudithook(lambda event, args: event == "open" and opened.append(str(args[0])))
"""


def test_a_prediction_opens_what_it_needs_alone(songs):
    """Of the package: modules of a prediction, and of the bundle what it computes with."""
    code = f"{OPENED}{COMMAND}\nprint(json.dumps(opened), file=sys.stderr)\nreport = lambda: None"
    (song, *_) = sorted(songs.rglob("*.wav"))
    for format in "table", "json":
        done = subprocess.run(
            [sys.executable, "-c", code.replace("import sys", "import json, sys", 1),
             "predict", str(song), "--format", format],
            capture_output=True, text=True, encoding="utf-8", timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        paths = [Path(name) for name in json.loads(done.stderr.splitlines()[-1])]
        assets = {path.name for path in paths if "assets" in path.parts}
        assert assets == {"bundle.json", "model.onnx", "music.onnx"}
        assert song in paths
        own = {path.parent.name for path in paths if path.suffix in (".py", ".pyc")}
        assert not own & {"recipes", "evaluation", "audit", "synthesis", "styles", "models"}
        assert "datasets" not in own
        written = [path for path in paths if song.parent in path.parents and path != song]
        assert not written


def test_a_prediction_needs_no_training(tmp_path):
    write_wav(tmp_path / "a.wav", render_track("disco", duration_s=3.0), sr=22050)
    for format in "table", "json":
        names = imported(COMMAND, "predict", tmp_path / "a.wav", "--format", format)
        assert names >= {"numpy", "onnxruntime"}
        assert not names & TRAINING


def test_the_card_of_a_model_that_carries_its_evidence_needs_no_training(tmp_path):
    names = imported(COMMAND, "report", "default", "--no-sound", "-o", tmp_path / "card")
    assert not names & (TRAINING | {"onnxruntime", "soundfile", "av"})
    assert (tmp_path / "card" / "report.html").is_file()


@pytest.mark.parametrize("args", [["recipes", "list"], ["model", "info"]], ids=" ".join)
def test_looking_things_up_loads_no_model(args):
    assert not imported(COMMAND, *args) & (TRAINING | {"onnxruntime", "soundfile", "av"})


def test_every_public_name_is_there():
    import genrescope

    assert len(genrescope.__all__) >= 15
    for name in genrescope.__all__:
        assert getattr(genrescope, name) is not None
    assert dir(genrescope) == genrescope.__all__
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = genrescope.nothing

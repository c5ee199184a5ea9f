"""What is imported, and what is not: a prediction needs no training, ``--help`` almost nothing."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

TRAINING = {"torch", "lightning", "sklearn", "librosa", "matplotlib", "pandas", "scipy"}
WORKING = {"numpy", "onnxruntime", "soundfile", "av", "soxr", "mutagen"}

REPORT = """
import json, sys
def report():
    names = {name.partition(".")[0] for name in sys.modules}
    print(json.dumps(sorted(names)), file=sys.stderr)
"""


def imported(code: str, *args: object) -> set[str]:
    """Run some lines in a fresh process and give the packages that it imported."""
    done = subprocess.run(
        [sys.executable, "-c", f"{REPORT}\n{code}\nreport()", *map(str, args)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    names = set(json.loads(done.stderr.splitlines()[-1]))
    assert "genrescope" in names
    return names


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


@pytest.mark.parametrize(
    "args",
    [
        ["--help"],
        ["--version"],
        ["predict", "--help"],
        ["train", "--help"],
        ["evaluate", "--help"],
        ["report", "--help"],
        ["data", "index", "--help"],
        ["features", "extract", "--help"],
        ["recipes", "--help"],
        ["model", "info", "--help"],
        ["demo", "--help"],
        ["doctor", "--help"],
    ],
    ids=" ".join,
)
def test_help_imports_nothing_that_works(args):
    names = imported(COMMAND, *args)
    assert "typer" in names
    assert not names & (TRAINING | WORKING)


def test_a_prediction_needs_no_training(tmp_path):
    from genrescope.audio.write import write_wav
    from genrescope.synthesis.render import render_track

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

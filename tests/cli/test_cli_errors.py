"""What the command line says, and how it ends, when something is wrong."""

from __future__ import annotations

import csv
import io
import itertools
import json
import os
import signal
import subprocess
import sys
import time

import pytest
from typer.main import get_command

from genrescope.cli import commands, console, predict
from genrescope.cli.app import app
from genrescope.prediction.predictor import Predictor


@pytest.mark.parametrize(
    ("code", "args", "says"),
    [
        (2, ["predct", "a.wav"], "Did you mean 'predict'"),
        (2, ["predict", "a.wav", "--fromat", "json"], "--format"),
        (2, ["predict"], "FILES_OR_FOLDERS"),
        (2, ["predict", "a.wav", "--format", "xml"], "'xml' is not one of"),
        (2, ["predict", "a.wav", "--jobs", "0"], "--jobs"),
        (2, ["recipes", "show", "joseph-linear"], "did you mean 'joseph2024-linear'?"),
        (2, ["train", "joseph2024-linaer"], "did you mean 'joseph2024-linear'?"),
        (2, ["train", "joseph2024-linear", "--protocol", "randm"], "did you mean 'random'?"),
        (2, ["train", "joseph2024-linear", "--set", "model.name=linaer"], "did you mean 'linear'?"),
        (2, ["train", "joseph2024-linear", "--set", "training.epoch=2"], "did you mean 'epochs'?"),
        (2, ["train", "joseph2024-linear", "--set", "training.precision=bfloat"],
         "did you mean 'bfloat16'?"),
        (2, ["train", "joseph2024-linear", "--set", "modle.name=svm"], "did you mean 'model'?"),
        (2, ["train", "joseph2024-linear", "--set", "epochs"], "not of the form"),
        (2, ["train", "joseph2024-linear", "--dataset", "nothing"], "is no data set"),
        (2, ["evaluate", "default", "--protocol", "artist-groupd"], "'artist-grouped'"),
        (2, ["data", "split", "synthetic", "--protocol", "randm"], "did you mean 'random'?"),
        (3, ["data", "summary", "missing.csv"], "missing.csv"),
        (3, ["data", "index", "missing"], "missing"),
        (3, ["data", "validate", "gtzan:missing"], "missing"),
        (3, ["features", "import", "missing.npz"], "missing.npz"),
        (4, ["predict", "a.wav", "--model", "nowhere"], "no model 'nowhere'"),
        (4, ["model", "info", "nowhere"], "no model 'nowhere'"),
        (4, ["doctor", "--model", "nowhere"], "no model 'nowhere'"),
        (4, ["demo", "--model", "nowhere"], "no model 'nowhere'"),
    ],
)  # fmt: skip
def test_each_error_is_one_line_and_an_exit_code(genrescope, code, args, says):
    result = genrescope(*args)
    assert result.code == code
    if args[0] == "doctor":
        assert says in result.err
    else:
        assert says in result.error_line()
        assert result.out == ""


def test_a_damaged_model_is_exit_code_4(genrescope, bundle, tmp_path):
    import shutil

    shutil.copytree(bundle, tmp_path / "damaged")
    (tmp_path / "damaged" / "bundle.json").write_text("{", encoding="utf-8")
    result = genrescope("predict", "a.wav", "--model", tmp_path / "damaged")
    assert result.code == 4
    assert "bundle.json" in result.error_line()


@pytest.mark.parametrize(
    "args",
    [
        ["data", "index", "SONGS", "--output", "file/index.csv"],
        ["data", "index", "SONGS", "--output", "folder"],
        ["demo", "--duration-s", "3", "--folder", "file/demo"],
        ["model", "export", "default", "file/model"],
    ],
    ids=" ".join,
)
def test_a_place_that_cannot_be_written_is_named(genrescope, songs, tmp_path, args):
    (tmp_path / "file").write_text("", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    result = genrescope(*(songs if arg == "SONGS" else arg for arg in args))
    assert result.code == 2
    assert result.error_line().startswith("genrescope: cannot write f")
    assert "choose another place" in result.error_line()
    assert ".tmp-" not in result.err
    assert result.out == ""


def test_a_group_without_a_command_shows_its_help(genrescope):
    for args in ([], ["data"], ["recipes"]):
        result = genrescope(*args)
        assert result.code == 2
        assert "a command is missing" in result.err
        assert "Usage" in result.out + result.err


def test_interrupted_is_130(genrescope, songs, monkeypatch):
    def interrupted(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(predict, "_print_csv", interrupted)
    result = genrescope("predict", songs, "--format", "csv")
    assert result.code == 130
    assert result.err.splitlines() == [
        "0 of 4 files were answered", "genrescope: interrupted",
    ]  # fmt: skip


@pytest.mark.parametrize("format", ["table", "json", "csv"])
def test_what_was_answered_before_an_interrupt_is_not_lost(
    genrescope, songs, tmp_path, monkeypatch, format
):
    whole = Predictor.predict_many

    def interrupted(self, paths, **options):
        yield from itertools.islice(whole(self, paths, **options), 3)
        raise KeyboardInterrupt

    monkeypatch.setattr(Predictor, "predict_many", interrupted)
    (tmp_path / "broken.wav").write_bytes(b"no sound at all")
    result = genrescope("predict", tmp_path / "broken.wav", songs, "--format", format)
    assert result.code == 130
    assert result.out.count("classical.") == 2
    assert "failed: " in result.err
    assert "3 of 5 files were answered" in result.err
    assert result.err.splitlines()[-1] == "genrescope: interrupted"
    if format == "json":
        assert len(json.loads(result.out)) == 3


# Tests that a shell runs in the background inherit an ignored SIGINT, and so would the command.
INTERRUPTIBLE = (
    sys.executable,
    "-c",
    "import signal\n"
    "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    "from genrescope.cli.app import main\n"
    "main()",
)


@pytest.mark.skipif(sys.platform == "win32", reason="has no SIGINT for another process")
@pytest.mark.parametrize(
    ("format", "jobs", "n_first"), [("csv", 1, 3), ("json", 1, 3), ("json", 2, 100)]
)
def test_ctrl_c_ends_a_prediction_after_whole_answers(songs, tmp_path, format, jobs, n_first):
    command = [
        *INTERRUPTIBLE, "predict",
        *[str(songs)] * 500, "--format", format, "--jobs", str(jobs),
    ]  # fmt: skip
    said = tmp_path / "said.txt"
    with (
        said.open("w") as stderr,
        subprocess.Popen(
            command,
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            start_new_session=True,
        ) as process,
    ):
        assert process.stdout is not None
        begin = "".join(process.stdout.readline() for _ in range(n_first))
        # As a terminal does it: to all processes of the group.
        os.killpg(process.pid, signal.SIGINT)
        rest = process.stdout.read()
        code = process.wait(timeout=60)
    err = said.read_text()
    assert code == 130, err
    assert "Traceback" not in err
    assert err.splitlines()[-1] == "genrescope: interrupted"
    if format == "json":
        n_answers = len(json.loads(begin + rest))
    else:
        n_answers = len(list(csv.DictReader(io.StringIO(begin + rest))))
    assert n_first - 1 <= n_answers < 2000
    assert f"{n_answers} of 2000 files were answered" in err


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="has no SIGINT for another process")
def test_ctrl_c_ends_a_training(synthetic, run_dir, tmp_path):
    command = [
        *INTERRUPTIBLE, "train", "joseph2024-linear", "--protocol", "artist-grouped",
        "--dataset", f"synthetic:{synthetic}", "--set", "dataset.n_tracks_per_label=4",
        "--set", "dataset.duration_s=3.0", "--set", "training.epochs=1000000",
    ]  # fmt: skip
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 120
        while not list(tmp_path.rglob("last.ckpt")) and time.monotonic() < deadline:
            assert process.poll() is None, process.stderr and process.stderr.read()
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "Traceback" not in err
    assert err.splitlines()[-1] == "genrescope: interrupted"


BLOCK = """
import sys
class Block:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {blocked}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Block())
"""
TRAIN = ("torch", "lightning", "sklearn", "scipy", "librosa", "matplotlib", "onnx", "skl2onnx")


@pytest.mark.parametrize(
    "args",
    [
        ["train", "joseph2024-linear"],
        ["train", "joseph2024-svm"],
        ["evaluate", "default"],
        ["train", "default", "--protocol", "none"],
    ],
)
def test_without_the_extra_it_says_what_to_install(shell, args, tmp_path):
    result = shell(*args, cwd=tmp_path, before=BLOCK.format(blocked=TRAIN))
    assert result.code == 5
    assert "pip install 'genrescope[train]'" in result.error_line()
    assert list(tmp_path.iterdir()) == []


def test_without_the_extra_the_base_works(shell, songs, tmp_path):
    for args in (
        ["predict", songs],
        ["recipes", "list"],
        ["recipes", "show", "joseph2024-svm"],
        ["data", "summary", songs],
        ["features", "extract", songs],
        ["model", "info"],
        ["doctor"],
    ):
        result = shell(*args, cwd=tmp_path, before=BLOCK.format(blocked=TRAIN))
        assert result.code == 0, result.err


def test_every_command_and_option_says_what_it_is():
    n_commands = 0
    waiting = [("genrescope", get_command(app))]
    waiting += [(f"genrescope {k.name}", commands.load(k.name)) for k in commands.COMMANDS]
    while waiting:
        name, command = waiting.pop()
        n_commands += 1
        assert (command.help or "").strip().endswith("."), f"{name} has no help"
        for parameter in command.params:
            if parameter.name not in ("install_completion", "show_completion", "help"):
                assert getattr(parameter, "help", None), f"{name} {parameter.name} has no help"
        if name != "genrescope":
            waiting += [(f"{name} {k}", c) for k, c in getattr(command, "commands", {}).items()]
    assert n_commands >= 24


def test_help_names_the_exit_codes_that_exist(genrescope):
    text = " ".join(genrescope("--help").out.split())
    codes = (console.OK, console.SOME_FAILED, console.USAGE, console.DATA, console.MODEL,
             console.EXTRA, console.INTERRUPTED)  # fmt: skip
    for code in codes:
        assert f" {code} " in text


def test_version(genrescope):
    from genrescope import __version__

    assert genrescope("--version").out == f"genrescope {__version__}\n"

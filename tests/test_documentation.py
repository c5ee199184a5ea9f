"""The examples of docs/ do what the text says: a file in a folder is an entry of its registry."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

import genrescope.datasets
import genrescope.models
from genrescope.audio.write import write_wav
from genrescope.bundle.card import trust_text
from genrescope.bundle.format import read_manifest
from genrescope.bundle.locate import find_bundle
from genrescope.synthesis.render import render_track

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


def example(document: str, name: str) -> str:
    """The code that a document gives for a file."""
    text = (ROOT / "docs" / document).read_text(encoding="utf-8")
    pattern = rf"<!-- file: \S*{re.escape(name)} -->\n```\w+\n(.*?)```"
    (code,) = re.findall(pattern, text, re.DOTALL)
    return code


@pytest.fixture
def added(monkeypatch, tmp_path):
    """Put an example into a registry, as if its file stood in the folder."""

    def add(document, name, package):
        folder = tmp_path / package.__name__
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(example(document, name), encoding="utf-8")
        monkeypatch.setattr(package, "__path__", [*package.__path__, str(folder)])

    yield add
    for module in "genrescope.models.band_net", "genrescope.datasets.named_files":
        sys.modules.pop(module, None)


@pytest.fixture
def cli(monkeypatch, tmp_path, capsys):
    from genrescope.cli.app import main

    monkeypatch.chdir(tmp_path)

    def call(*args):
        monkeypatch.setattr(sys, "argv", ["genrescope", *map(str, args)])
        with pytest.raises(SystemExit) as left:
            main()
        out, err = capsys.readouterr()
        assert not left.value.code, err
        return out

    return call


def test_an_added_model_gets_the_honest_table(added, cli, tmp_path):
    added("add_a_model.md", "band_net.py", genrescope.models)
    recipe = tmp_path / "band-net.toml"
    recipe.write_text(example("add_a_model.md", "band-net.toml"), encoding="utf-8")
    out = cli(
        "evaluate", recipe, "--dataset", "synthetic:music", "--set", "training.epochs=1",
        "--set", "dataset.n_tracks_per_label=4", "--set", "dataset.duration_s=3.0",
    )  # fmt: skip
    assert re.search(r"band-net +artist-grouped +\d", out)
    assert "clean" in out
    report = tmp_path / "runs" / "reports" / "band-net" / "artist-grouped+random" / "report.md"
    assert report.is_file()


def test_an_added_data_set_is_split_by_artist(added, cli, tmp_path):
    added("add_a_dataset.md", "named_files.py", genrescope.datasets)
    folder = tmp_path / "flat"
    for kind in "jazz", "metal":
        for number in range(4):
            name = f"{kind} artist {number // 2} - piece {number} ({kind}).wav"
            write_wav(folder / name, render_track(kind, number=number, duration_s=1.0), sr=22050)
    out = cli("data", "summary", f"named-files:{folder}")
    assert re.search(r"jazz +4 +2", out)
    out = cli("data", "split", f"named-files:{folder}", "--set", "test_fraction=0.5")
    assert "clean" in out


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: p.name)
def test_links_lead_somewhere(path):
    links = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", path.read_text(encoding="utf-8"))
    missing = [link for link in links if not (path.parent / link).exists()]
    assert not missing


def test_documents_were_found():
    assert {"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "glossary.md"} <= {
        path.name for path in DOCUMENTS
    }


def test_every_command_that_a_document_shows_exists():
    from typer.main import get_command

    from genrescope.cli.app import app

    known = set(get_command(app).commands)
    shown = set()
    for path in DOCUMENTS:
        blocks = re.findall(r"```bash\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL)
        shown |= set(re.findall(r"(?:^|&& )genrescope (\w+)", "\n".join(blocks), re.MULTILINE))
    assert len(shown) >= 5
    assert shown <= known


def test_every_protocol_is_told_with_what_its_module_says():
    from genrescope.evaluation.markdown import plain
    from genrescope.splits.split import registry

    text = (ROOT / "docs" / "protocols.md").read_text(encoding="utf-8")
    names = registry().names()
    assert len(names) >= 10
    for name in names:
        module = registry().module(name)
        row = next(line for line in text.splitlines() if line.startswith(f"| `{name}` |"))
        for said in (module.DESCRIPTION, module.SOURCE, module.LICENCE):
            assert plain(said) in row
        assert row.split(" | ")[2].startswith("yes") is module.HONEST
        assert f"**`{name}`**" in text


def test_the_readme_gives_the_figures_of_the_model_in_the_package():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    table = text.split("<!-- table: default -->")[1].split("<!-- end -->")[0]
    manifest = read_manifest(find_bundle("default"))
    assert len(manifest.evaluation) >= 5
    for figure in manifest.evaluation:
        value, low, high = (f"{100 * figure[key]:.1f}" for key in ("value", "low", "high"))
        row = rf"\| {figure['protocol']} \| {value} %( leaky)? \| {low} to {high} \| {figure['n']} "
        assert re.search(row, table), figure["protocol"]
    for line in trust_text(manifest).splitlines():
        assert line in text

"""``genrescope report``: from a name to the files of a card, on the base installation too."""

import json
import shutil
from pathlib import Path

import pytest

import markup
from genrescope.bundle.locate import find_bundle


def test_the_default_model_has_a_card_without_any_data(genrescope, tmp_path, monkeypatch):
    monkeypatch.delenv("GENRESCOPE_DATA", raising=False)
    done = genrescope("report", "default")
    assert done.code == 0
    assert done.out.splitlines() == [
        "report: report-default/report.html",
        "report: report-default/report.md",
        "report: report-default/report.json",
    ]
    assert done.err == "no players: the recordings that the model was measured on are not here\n"
    page = (tmp_path / "report-default" / "report.html").read_text(encoding="utf-8")
    assert not markup.parsed(page).all("audio")
    assert "default: how far to trust it" in page
    document = json.loads((tmp_path / "report-default" / "report.json").read_text("utf-8"))
    assert document["headline"]["honest"] is True
    quiet = genrescope("report", "--no-sound", "--format", "markdown", "-o", "only")
    assert (quiet.code, quiet.err) == (0, "")
    assert [p.name for p in (tmp_path / "only").iterdir()] == ["report.md"]


def test_a_run_has_a_card_with_players(genrescope, run_dir, tmp_path):
    (folder,) = run_dir.glob("*/artist-grouped/fold-1-seed-0")
    done = genrescope("report", folder, "--output", "card.html")
    assert (done.code, done.err) == (0, "")
    assert {p.name for p in tmp_path.iterdir()} == {"card.html", "card.md", "card.json"}
    page = (tmp_path / "card.html").read_text(encoding="utf-8")
    assert len(markup.parsed(page).all("audio")) >= 5
    assert "genrescope train joseph2024-linear" in page
    without = genrescope("report", folder, "--no-sound", "-o", "quiet")
    assert without.code == 0
    assert "<audio" not in (tmp_path / "quiet" / "report.html").read_text(encoding="utf-8")


def test_a_recipe_is_evaluated_honestly_and_leakily(genrescope, synthetic, tmp_path, monkeypatch):
    recipe = tmp_path / "quick.toml"
    text = (
        'name = "quick"\n[dataset]\nname = "synthetic"\nn_tracks_per_label = 4\nduration_s = 1.0\n'
        f"sr = 8000\nfolder = {json.dumps(str(synthetic / 'quick'))}\n"
        "[front_end]\nsr = 8000\nn_fft = 512\nhop_length = 256\nn_mels = 32\n"
        "[windows]\nlength = 8000\nhop = 8000\nmin_tail = 2000\n"
        '[features]\nname = "mel-picture"\nheight = 8\nwidth = 8\n[model]\nname = "linear"\n'
        '[training]\nepochs = 1\nbatch_size = 32\ndevice = "cpu"\n[protocol]\nname = "random"\n'
    )
    recipe.write_text(text, encoding="utf-8")
    done = genrescope("report", recipe, "-o", "card")
    assert done.code == 0, done.err
    document = json.loads((tmp_path / "card" / "report.json").read_text("utf-8"))
    protocols = [r["protocol"] for r in document["results"]["results"]]
    assert protocols == ["artist-grouped", "random"]
    assert document["headline"]["protocol"] == "artist-grouped"
    assert document["commands"] == [f"genrescope report {recipe} -o card"]
    page = (tmp_path / "card" / "report.html").read_text(encoding="utf-8")
    assert len(page) < 3_000_000
    assert "<audio" in page
    again = genrescope("report", "runs/quick", "-o", "again", "--format", "json")
    assert again.code == 0, again.err
    same = json.loads((tmp_path / "again" / "report.json").read_text("utf-8"))
    assert same["headline"] == document["headline"]
    more = genrescope("report", "runs/quick", "--protocol", "random", "-o", "more")
    assert more.code == 2
    assert "runs/quick is a folder, which shows what was measured" in more.error_line()


def test_a_card_does_not_write_over_the_report_of_an_evaluation(genrescope, run_dir):
    (folder,) = run_dir.glob("*/artist-grouped/fold-1-seed-0")
    before = (folder / "report.md").read_bytes()
    done = genrescope("report", folder, "--output", folder)
    assert done.code == 2
    assert "holds the report of an evaluation" in done.error_line()
    assert (folder / "report.md").read_bytes() == before
    results = (folder / "results.json").read_bytes()
    assert genrescope("report", folder, "--output", folder / "results.json").code == 2
    assert (folder / "results.json").read_bytes() == results
    beside = genrescope("report", folder, "--output", folder / "card.html", "--format", "html")
    assert beside.code == 0
    (folder / "card.html").unlink()


@pytest.mark.parametrize(
    "args", [("--protocol", "random"), ("--seeds", "2"), ("--dataset", "synthetic")], ids=str
)
def test_a_run_folder_shows_what_was_measured_and_measures_no_more(genrescope, run_dir, args):
    (folder,) = run_dir.glob("*/artist-grouped")
    done = genrescope("report", folder, *args)
    assert done.code == 2
    assert f"{folder} is a folder, which shows what was measured" in done.error_line()
    assert "genrescope evaluate RECIPE --protocol" in done.error_line()


@pytest.mark.parametrize("name", ["card.json", "card.md", "CARD.JSON"])
def test_a_file_of_one_format_is_written_alone(genrescope, tmp_path, name):
    done = genrescope("report", "default", "--no-sound", "-o", name)
    assert (done.code, done.err) == (0, "")
    (path,) = tmp_path.iterdir()
    assert path.is_file()
    assert path.name.lower() == name.lower()
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        assert text.startswith("# ")
    else:
        assert json.loads(text)["headline"]["honest"] is True


def test_a_named_format_counts_more_than_the_name_of_the_file(genrescope, tmp_path):
    done = genrescope("report", "--no-sound", "-o", "card.json", "--format", "markdown")
    assert done.code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["card.md"]


@pytest.mark.parametrize(
    ("args", "code", "what"),
    [
        (["nothing"], 2, "unknown recipe 'nothing'"),
        (["nothing.toml"], 2, "does not exist"),
        (["default", "--format", "pdf"], 2, "pdf"),
        (["default", "--protocol", "artist-groupd"], 2, "did you mean 'artist-grouped'"),
        (["default", "--dataset", "nowhere"], 2, "is no data set"),
    ],
    ids=str,
)
def test_what_cannot_be_reported_is_told_in_a_line(genrescope, args, code, what):
    done = genrescope("report", *args)
    assert done.code == code
    assert what in done.error_line()


def test_a_place_that_cannot_be_written_is_told_before_the_work(genrescope, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = genrescope("report", "default", "-o", tmp_path / "file" / "card")
    assert done.code == 2
    assert "cannot write" in done.error_line()


def test_a_model_that_is_taken_away_takes_its_card_along(genrescope):
    assert genrescope("model", "export", "default", "mine").code == 0
    pages = []
    for model in ("default", "mine"):
        done = genrescope("report", model, "-o", f"{model}.html", "--no-sound")
        assert done.code == 0
        pages.append(Path(f"{model}.html").read_bytes())
    assert pages[0] == pages[1]


def test_evidence_about_another_model_is_refused(genrescope, tmp_path):
    shutil.copytree(find_bundle("default"), tmp_path / "copy")
    path = tmp_path / "copy" / "evidence.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    document["model"]["onnx_sha256"] = "0" * 64
    path.write_text(json.dumps(document), encoding="utf-8")
    done = genrescope("report", tmp_path / "copy")
    assert done.code == 2
    assert "about the graph 000000000000..." in done.error_line()

"""``genrescope train`` and ``evaluate`` on synthetic music, end to end."""

from __future__ import annotations

import json

import pytest


@pytest.fixture
def tiny(synthetic):
    """A data set of forty short pieces, and two epochs to learn them."""
    return [
        "--dataset", f"synthetic:{synthetic}", "--set", "dataset.n_tracks_per_label=4",
        "--set", "dataset.duration_s=3.0", "--set", "training.epochs=2",
    ]  # fmt: skip


def test_training_writes_a_model_with_its_figure(genrescope, run_dir, bundle, songs):
    manifest = json.loads((bundle / "bundle.json").read_text(encoding="utf-8"))
    assert manifest["name"] == "joseph2024-linear"
    (figure,) = manifest["evaluation"]
    assert figure["protocol"] == "artist-grouped"
    assert figure["n"] == 20
    assert 0 <= figure["low"] <= figure["value"] <= figure["high"] <= 1
    assert "genrescope train joseph2024-linear" in figure["command"]
    recipe = manifest["recipe"]
    assert recipe["dataset"]["name"] == "synthetic"
    assert recipe["dataset"]["n_tracks_per_label"] == 4
    assert recipe["training"]["epochs"] == 2
    result = genrescope("predict", songs, "--model", bundle, "--format", "json")
    assert result.code == 0


def test_evaluate_writes_report_results_and_figures(genrescope, tiny, run_dir, tmp_path):
    result = genrescope("evaluate", "joseph2024-linear", *tiny, "--run-dir", tmp_path / "runs")
    assert result.code == 0
    assert "95 % interval" in result.out
    assert "clean" in result.out
    folder = tmp_path / "runs" / "reports" / "joseph2024-linear" / "artist-grouped+random"
    assert str(folder / "report.md") in result.out
    report = (folder / "report.md").read_text(encoding="utf-8")
    assert "artist-grouped" in report
    assert json.loads((folder / "results.json").read_text(encoding="utf-8"))
    figures = sorted((folder / "figures").glob("*.png"))
    assert len(figures) >= 3
    assert all(f"figures/{path.name}" in report for path in figures)
    again = genrescope("evaluate", "joseph2024-linear", *tiny, "--run-dir", tmp_path / "runs")
    assert again.out == result.out
    # The honest one first, and beside it what the leaky one would have said.
    assert result.out.index("artist-grouped") < result.out.index("random")
    (flattery,) = json.loads((folder / "results.json").read_text(encoding="utf-8"))["flattery"]
    assert (flattery["honest_protocol"], flattery["leaky_protocol"]) == ("artist-grouped", "random")
    said = f"random would have said {100 * flattery['leaky']:.1f} %: "
    assert f"leaky {said}" in result.out
    assert report.index(f"Leaky: {said}") < report.index("## Accuracy")


def test_a_leaky_protocol_is_labelled_wherever_it_is_printed(genrescope, tiny, tmp_path):
    result = genrescope(
        "evaluate", "joseph2024-linear", *tiny, "--protocol", "random",
        "--protocol-set", "test_fraction=0.25",
    )  # fmt: skip
    assert result.code == 0
    assert "leaky" in result.out
    (report,) = (tmp_path / "runs").rglob("report.md")
    assert "leaky" in report.read_text(encoding="utf-8")


def test_one_model_that_fails_does_not_stop_the_others(genrescope, tiny, tmp_path):
    # Its calibration holds artists out, of whom half the genres have one in training.
    args = [("joseph2024-linear:" if a == "training.epochs=2" else "") + a for a in tiny]
    result = genrescope(
        "evaluate", "joseph2024-svm", "joseph2024-linear", *args, "--protocol", "artist-grouped"
    )
    assert result.code == 1
    (line,) = (line for line in result.err.splitlines() if line.startswith("failed: "))
    assert "model 'joseph2024-svm' under 'artist-grouped': label " in line
    assert "leave the label out" in line
    assert "joseph2024-linear" in result.out
    assert len(list((tmp_path / "runs").rglob("report.md"))) == 1


def test_a_bundle_is_trained_anew_with_changes(genrescope, tiny, bundle, tmp_path):
    result = genrescope(
        "evaluate", bundle, "--protocol", "artist-grouped", "--set", "training.epochs=1"
    )
    assert result.code == 0
    assert "would have said" not in result.out
    (settings,) = (tmp_path / "runs").rglob("settings.json")
    assert json.loads(settings.read_text(encoding="utf-8"))["training"]["epochs"] == 1


def test_a_run_directory_of_other_settings_is_refused(genrescope, tiny, tmp_path):
    given = [*tiny, "--protocol", "artist-grouped"]
    assert genrescope("train", "joseph2024-linear", *given).code == 0
    result = genrescope("train", "joseph2024-linear", *given, "--set", "training.epochs=1")
    assert result.code == 2
    assert "(training.epochs 2, now 1)" in result.error_line()
    assert genrescope("train", "joseph2024-linear", *given, "--set", "training.epochs=3").code == 0


@pytest.mark.parametrize("protocol", ["random", "none"])
def test_curves_are_drawn_live_where_asked(genrescope, tiny, tmp_path, protocol):
    result = genrescope(
        "train", "joseph2024-linear", *tiny, "--live-plot", "--protocol", protocol,
        "--run-dir", tmp_path / "runs",
    )  # fmt: skip
    assert result.code == 0
    (history,) = (tmp_path / "runs").rglob("history.csv")
    assert history.with_name("curves.png").read_bytes().startswith(b"\x89PNG")


def test_a_model_of_all_tracks_has_no_figure(genrescope, tiny, songs):
    result = genrescope("train", "joseph2024-linear", *tiny, "--protocol", "none")
    assert result.code == 0
    assert "no figure of its own" in result.err
    said = genrescope("predict", songs, "--model", "runs/joseph2024-linear/none/seed-0")
    assert "was not measured; do not rely on it" in said.out


def test_data_without_artists_are_refused_honestly(genrescope, songs, tmp_path):
    result = genrescope(
        "evaluate", "joseph2024-linear", "--dataset", songs, "--set", "training.epochs=1"
    )
    assert result.code == 3
    assert "artist" in result.error_line()


def test_a_seed_of_a_protocol_is_refused_not_ignored(genrescope, tiny, tmp_path):
    for command in "train", "evaluate":
        for how in "seed=7", "random.seed=7":
            result = genrescope(
                command, "joseph2024-linear", *tiny, "--protocol", "random", "--protocol-set", how
            )
            assert result.code == 2
            assert "--seed N of `train` or --seeds N of `evaluate`" in result.error_line()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["--protocol-set", "n_folds=2"], "write random.n_folds=2 to set it"),
        (["--protocol-set", "file.n_folds=2"], "protocol 'file' has no setting 'n_folds'"),
        (["--protocol-set", "random.n_fold=2"], "did you mean 'n_folds'?"),
        (["--protocol-set", "randm.n_folds=2"], "did you mean 'random'?"),
        (["--protocol-set", "random.n_folds=two"], "must be int"),
        (["--protocol-set", "n_folds"], "is not of the form key=value"),
    ],
)
def test_settings_of_every_protocol_are_checked_before_any_training(
    genrescope, tiny, tmp_path, given, says
):
    protocols = ["--protocol", "random", "--protocol", "file"]
    result = genrescope("evaluate", "joseph2024-linear", *tiny, *protocols, *given)
    assert result.code == 2
    assert says in result.error_line()
    assert list(tmp_path.iterdir()) == []


def test_a_last_protocol_that_cannot_be_made_ends_it_before_any_training(
    genrescope, tiny, tmp_path
):
    for name, given in ("random", ["random.test_fraction=1.5"]), ("file", []):
        settings = [text for pair in given for text in ("--protocol-set", pair)]
        protocols = ["--protocol", "artist-grouped", "--protocol", name]
        result = genrescope("evaluate", "joseph2024-linear", *tiny, *protocols, *settings)
        assert result.code == 2
        assert "test_fraction" in result.err if given else "'file'" in result.err
    assert not list((tmp_path / "runs").rglob("settings.json"))


def test_a_setting_that_one_model_lacks_names_it_and_the_way_out(genrescope, tiny, tmp_path):
    models = ["joseph2024-linear", "joseph2024-svm"]
    result = genrescope("evaluate", *models, *tiny)
    assert result.code == 2
    assert "model 'joseph2024-svm'" in result.error_line()
    assert "--set MODEL:dataset.n_tracks_per_label=4" not in result.error_line()
    assert "--set MODEL:training.epochs=2" in result.error_line()
    unknown = genrescope("evaluate", *models, "--set", "joseph2024-svn:model.C=1")
    assert unknown.code == 2
    assert "did you mean 'joseph2024-svm'?" in unknown.error_line()
    assert list(tmp_path.iterdir()) == []


def test_a_setting_reaches_the_one_model_that_it_is_for(genrescope, synthetic, tmp_path):
    result = genrescope(
        "evaluate", "joseph2024-linear", "joseph2024-svm",
        "--dataset", f"synthetic:{synthetic}", "--set", "dataset.n_tracks_per_label=6",
        "--set", "dataset.duration_s=3.0", "--set", "joseph2024-linear:training.epochs=1",
    )  # fmt: skip
    assert result.code == 0
    said = {
        path.relative_to(tmp_path / "runs").parts[0]: json.loads(path.read_text(encoding="utf-8"))
        for path in (tmp_path / "runs").rglob("settings.json")
    }
    assert set(said) == {"joseph2024-linear", "joseph2024-svm"}
    assert said["joseph2024-linear"]["training"]["epochs"] == 1
    assert "epochs" not in said["joseph2024-svm"]["training"]
    (report,) = (tmp_path / "runs" / "reports").rglob("report.md")
    assert "## Which differences are real" in report.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("model", "changes", "protocol"),
    [
        ("default", [], "fault-filtered-strict"),
        ("default", ["dataset.tracks_csv=a.csv"], "fault-filtered-strict"),
        ("default", ["dataset.path=other.npz"], "artist-grouped"),
        ("default", ["dataset.name=synthetic"], "artist-grouped"),
        ("default", ["dataset.name=synthetic", "protocol.name=random"], "random"),
    ],
)
def test_train_holds_artists_apart_on_data_that_are_not_the_recipes(model, changes, protocol):
    from genrescope.cli.evaluate import _own_protocol
    from genrescope.training.recipe_files import load_recipe

    assert _own_protocol(model, changes, load_recipe(model, changes)) == protocol


def test_train_and_evaluate_have_the_same_protocol_on_other_data(genrescope, tiny, tmp_path):
    result = genrescope("train", "joseph2024-linear", *tiny)
    assert result.code == 0
    assert "artist-grouped" in result.out
    assert (tmp_path / "runs" / "joseph2024-linear" / "artist-grouped").is_dir()


def test_train_on_data_without_artists_says_the_way_on(genrescope, songs):
    for command in "train", "evaluate":
        result = genrescope(command, "joseph2024-linear", "--dataset", songs)
        assert result.code == 3
        assert "--protocol random, whose number is then marked unverified" in result.error_line()


def test_a_model_is_judged_as_it_is(genrescope, tiny, bundle, synthetic, tmp_path):
    before = (bundle / "bundle.json").read_bytes()
    data = ["--dataset", f"synthetic:{synthetic}", "--set", "dataset.n_tracks_per_label=4",
            "--set", "dataset.duration_s=3.0"]  # fmt: skip
    result = genrescope("evaluate", bundle, *data, "--protocol", "as-is")
    assert result.code == 0
    assert "leaky: the model learned 20 of these 40 tracks" in " ".join(result.out.split())
    assert (bundle / "bundle.json").read_bytes() == before
    assert not list((tmp_path / "runs").rglob("settings.json"))
    (report,) = (tmp_path / "runs").rglob("report.md")
    assert "as-is" in report.read_text(encoding="utf-8")
    result = genrescope("evaluate", bundle, *tiny, "--protocol", "as-is")
    assert result.code == 2
    assert "only those of the data set can be changed" in result.error_line()
    result = genrescope("evaluate", bundle, *data, "--protocol", "as-is", "--seeds", "2")
    assert result.code == 2
    assert "trains nothing" in result.error_line()


@pytest.fixture
def others(songs, tmp_path):
    """Three recordings of someone else, of which one is of a genre of its own."""
    folder = tmp_path / "others"
    places = {
        "Classical": "classical/classical.0",
        "polka": "metal/metal.0",
        "heavy": "metal/metal.1",
    }
    for genre, name in places.items():
        (folder / genre).mkdir(parents=True)
        data = bytearray((songs / f"{name}.wav").read_bytes())
        data[-1] ^= 1
        (folder / genre / "song.wav").write_bytes(data)
    return folder


def test_a_model_is_tested_on_another_data_set(genrescope, songs, others, tmp_path):
    given = ["evaluate", "joseph2024-linear", "--dataset", songs, "--test-dataset", others,
             "--set", "training.epochs=1"]  # fmt: skip
    result = genrescope(*given)
    assert result.code == 0, result.err
    folder = tmp_path / "runs" / "joseph2024-linear" / "cross-dataset"
    (found,) = json.loads((folder / "results.json").read_text(encoding="utf-8"))["results"]
    assert (found["n"], found["labels"]) == (1, ["classical", "metal"])
    report = (folder / "report.md").read_text(encoding="utf-8")
    assert "the data set left 2 tracks out: its genre 'heavy' is none that is learned" in report
    assert "protocol cross-dataset tests no track of metal; who answers so is wrong" in report
    assert f"{songs} to learn and {others} to test".replace("_", "\\_") in report
    (tmp_path / "map.csv").write_text("from,to\nheavy,metal\n", encoding="utf-8")
    result = genrescope(*given, "--label-map", "map.csv", "--run-dir", tmp_path / "again")
    assert result.code == 0, result.err
    (path,) = (tmp_path / "again").rglob("results.json")
    (found,) = json.loads(path.read_text(encoding="utf-8"))["results"]
    assert (found["n"], found["honest"]) == (2, True)
    assert found["leakage_label"].startswith("unverified: the artist is unknown of 2 of the 2")


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--protocol", "random", "--test-dataset", "."], "leave --protocol random out, or --test"),
        (["--protocol", "as-is", "--test-dataset", "."], "so it takes no --test-dataset"),
        (["--protocol", "as_is", "--seeds", "2"], "so it takes no --seeds"),
        (["--protocol", "as-is", "--label-map", "map.csv"], "so it takes no --label-map"),
        (["--protocol", "as-is", "--store", "x"], "so it takes no --store"),
        (["--protocol", "as-is", "--protocol", "random"], "takes no other protocol beside it"),
        (["--protocol", "bogus"], "known: album, artist-grouped, as-is,"),
        (["--label-map", "map.csv"], "what the genres of --test-dataset are called"),
        (["--test-dataset", ".", "--set", "dataset.seed=1"], "`genrescope data index`"),
        (["--test-dataset", "nowhere"], "'nowhere' is no data set"),
        (["--test-dataset", "csv"], "data set 'csv' needs its path"),
    ],
)
def test_what_does_not_go_with_another_data_set_is_told(genrescope, songs, more, message):
    result = genrescope("evaluate", "joseph2024-linear", "--dataset", songs, *more)
    assert result.code == 2
    assert message in result.error_line()

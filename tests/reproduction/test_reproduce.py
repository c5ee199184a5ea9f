"""From names to a page: what is asked for, what is measured, what is told where nothing can be."""

import re

import pytest

from genrescope.errors import UnknownNameError
from genrescope.evaluation.judged import Judged
from genrescope.reproduction import workbench
from genrescope.reproduction.paper import load_paper, paper_names, systems
from genrescope.reproduction.reproduce import EXPERIMENTS, Asked, asked_for, reproduce
from genrescope.reproduction.tables import difference, table_of
from genrescope.reproduction.workbench import Workbench
from genrescope.training.recipe_files import recipe_names

LINEAR = Asked("joseph2024", ("joseph2024-linear",), ())


def test_every_paper_has_systems_and_every_system_a_paper():
    assert set(paper_names()) == {
        "tanaka2019", "joseph2024", "conv1d_blog", "poltronieri", "mersy2019",
    }  # fmt: skip
    found = [name for paper in paper_names() for name in systems(paper)]
    assert len(found) == len(set(found)) >= 45
    assert set(found) == set(recipe_names()) - {"default", "statistics-svm"}


def test_papers_draw_systems_that_they_have():
    for name in paper_names():
        paper = load_paper(name)
        assert paper.title
        assert paper.citation
        assert paper.about
        drawn = {
            *paper.curves,
            *paper.confusion,
            *([paper.spectrograms] * bool(paper.spectrograms)),
        }
        assert drawn <= set(systems(name)), name
    with pytest.raises(UnknownNameError, match="did you mean 'joseph2024'"):
        load_paper("joseph2025")


def test_names_mean_papers_files_rows_and_experiments():
    (one,) = asked_for(["joseph2024"])
    assert set(one.systems) >= {"joseph2024-linear", "joseph2024-svm"}
    (rows,) = asked_for(["poltronieri-cnn-mfcc"])
    assert len(rows.systems) == 10
    assert rows.experiments == ()
    (row,) = asked_for(["poltronieri-cnn-mfcc.2048-1024-40"])
    assert row.systems == ("poltronieri-cnn-mfcc.2048-1024-40",)
    (tried,) = asked_for(["poltronieri_grid"])
    assert tried == Asked("poltronieri", (), ("poltronieri-grid",))
    everything = asked_for([])
    assert [one.paper for one in everything] == paper_names()
    assert sum(len(one.experiments) for one in everything) == len(EXPERIMENTS.names()) >= 1
    with pytest.raises(UnknownNameError, match="did you mean 'joseph2024-linear'"):
        asked_for(["joseph2024-liner"])


def test_experiments_say_their_paper_and_title():
    for name in EXPERIMENTS.names():
        module = EXPERIMENTS.module(name)
        assert module.PAPER in paper_names()
        assert module.TITLE
        assert callable(module.run)


def test_a_system_is_measured_both_ways_and_read_back(log_mels, tmp_path, monkeypatch):
    bench = Workbench(tmp_path / "runs", quick=True)
    page = tmp_path / "docs" / "page.md"
    (system,), failures = reproduce(bench, [LINEAR], page=page, command="genrescope reproduce")
    assert failures == []
    assert system.theirs.judged.result.protocol == "random"
    assert system.theirs.judged.result.n == 8
    assert system.honest.judged.result.protocol == "fault-filtered-strict"
    text = page.read_text(encoding="utf-8")
    assert "few tracks and epochs" in text
    assert "| 50.5 % [1] |" in text
    assert "\n1. The paper: GTZAN, stratified random split" in text
    assert re.search(r"% \([\d.]+ to [\d.]+ %\) \[2\] \| 8 tracks \|", text)
    assert "\n2. Ours: `random`, on arrays, 36 tracks of 3 genres.\n" in text
    links = re.findall(r"\]\((page/[^)]+\.png)\)", text)
    assert len(links) >= 3
    for link in links:
        assert (page.parent / link).read_bytes().startswith(b"\x89PNG")
    monkeypatch.setattr(workbench, "run_folds", _only_read(workbench.run_folds))
    again = Workbench(tmp_path / "runs", quick=True, read_only=True)
    (second,), _ = reproduce(again, [LINEAR], page=page, command="genrescope reproduce")
    assert second.theirs.judged.result == system.theirs.judged.result


def _only_read(run_folds):
    def run(recipe, inputs, folds, **more):
        assert all((fold.folder / "predictions.csv").is_file() for fold in folds)
        return run_folds(recipe, inputs, folds, **more)

    return run


def test_figures_that_are_shown_no_more_are_removed(log_mels, tmp_path):
    page = tmp_path / "page.md"
    (tmp_path / "page").mkdir()
    old, foreign = (tmp_path / "page" / name for name in ("old.png", "holiday.png"))
    old.write_bytes(b"old")
    foreign.write_bytes(b"of the user")
    page.write_text("![what was shown](page/old.png)\n", encoding="utf-8")
    reproduce(Workbench(tmp_path / "runs", quick=True), [LINEAR], page=page, command="again")
    assert not old.exists()
    assert foreign.exists()


def test_a_workbench_that_only_reads_trains_nothing(log_mels, tmp_path):
    bench = Workbench(tmp_path / "runs", quick=True, read_only=True)
    page = tmp_path / "page.md"
    (system,), failures = reproduce(bench, [LINEAR], page=page, command="genrescope reproduce")
    assert failures == []
    assert system.honest.judged is None
    assert "not measured: not trained yet" in page.read_text(encoding="utf-8")
    with pytest.raises(workbench.NotMeasuredError, match="times was not computed yet"):
        bench.kept("times", {}, lambda: 1 / 0)


def test_a_workbench_that_only_reads_takes_no_training_further(log_mels, tmp_path):
    changes = ["training.epochs=2"]
    bench = Workbench(tmp_path)
    recipe = bench.recipe("joseph2024-linear", ["training.epochs=1"])
    right = bench.measure(recipe, recipe.protocol).result.headline.value
    again = Workbench(tmp_path, read_only=True)
    assert again.measure(recipe, recipe.protocol).result.headline.value == right
    with pytest.raises(workbench.NotMeasuredError, match="of other settings or data"):
        again.measure(again.recipe("joseph2024-linear", changes), recipe.protocol)
    assert len(list((tmp_path / "runs").rglob("predictions.csv"))) == 1


def test_what_takes_time_is_kept(tmp_path):
    bench, told = Workbench(tmp_path), []
    for settings in (1, 1, 2):
        assert bench.kept("times", settings, lambda: [told.append(0), 0.5][1:]) == [0.5]
    assert len(told) == 2


def test_metadata_without_sound_are_no_data(log_mels, tmp_path):
    (tmp_path / "data" / "fma" / "fma_metadata").mkdir(parents=True)
    bench = Workbench(tmp_path / "runs")
    assert bench.recipe("tanaka2019.small-adam-l2").dataset.name == "arrays"
    (tmp_path / "data" / "fma" / "fma_small").mkdir()
    assert bench.recipe("tanaka2019.small-adam-l2").dataset.name == "fma"


def test_without_data_a_system_says_what_it_needs(tmp_path, monkeypatch):
    monkeypatch.delenv("GENRESCOPE_DATA", raising=False)
    page = tmp_path / "page.md"
    (system,), failures = reproduce(
        Workbench(tmp_path / "runs"), [LINEAR], page=page, command="genrescope reproduce"
    )
    assert failures == []
    assert system.theirs.judged is None
    assert "not measured: recipe 'joseph2024-linear' needs arrays" in table_of([system])
    assert difference(system) == "-"


def test_what_fails_is_told_and_the_others_go_on(log_mels, tmp_path, monkeypatch):
    def measure(self, recipe, protocol, *, seeds=None):
        if protocol.name == "random":
            raise workbench.DatasetError("no such luck")
        return Judged(*measured(self, recipe, protocol))

    def measured(bench, recipe, protocol):
        judged = original(bench, recipe, protocol)
        return judged.result, judged.folds

    original = Workbench.measure
    monkeypatch.setattr(Workbench, "measure", measure)
    bench = Workbench(tmp_path / "runs", quick=True)
    (system,), failures = reproduce(bench, [LINEAR], page=tmp_path / "p.md", command="again")
    assert failures == ["joseph2024-linear, as the paper: no such luck"]
    assert system.honest.judged is not None

"""Several genres a track by the page on papers: measured where FMA is, told where it is not."""

import dataclasses

import pytest

from genrescope.reproduction.experiments import tanaka2019_multilabel
from genrescope.reproduction.reproduce import asked_for
from genrescope.reproduction.workbench import DataNotHereError, NotMeasuredError, Workbench
from genrescope.training.recipe import Choice
from genrescope.training.recipe_files import load_recipe
from several_labels import write_collection

SMALL = [
    *("front_end.sr=8000", "front_end.n_fft=512", "front_end.hop_length=256"),
    *("front_end.n_mels=32", "windows.length=8000", "windows.hop=8000", "windows.min_tail=2000"),
    *("features.height=16", "features.width=16", "training.epochs=1"),
]


class Bench(Workbench):
    """The recipe on a small collection, by a small network."""

    def recipe(self, name, changes=()):
        index = self.folder / "index.csv"
        return dataclasses.replace(
            load_recipe(name, SMALL),
            dataset=Choice("csv", {"path": str(index)}),
            model=Choice("linear"),
            honest=Choice("artist-grouped", {"n_folds": 2}),
        )


@pytest.fixture
def folder(tmp_path):
    write_collection(tmp_path)
    return tmp_path


def test_the_figures_stand_with_their_intervals(folder):
    section = tanaka2019_multilabel.run(Bench(folder))
    assert "| mean average precision (mAP) |" in section.text
    assert "macro ROC-AUC" in section.text
    assert "artist-grouped" in section.text
    again = tanaka2019_multilabel.run(Bench(folder, read_only=True))
    assert again.text == section.text


def test_what_is_not_there_is_told(folder, monkeypatch):
    with pytest.raises(NotMeasuredError, match="not trained yet"):
        tanaka2019_multilabel.run(Bench(folder, read_only=True))
    monkeypatch.delenv("GENRESCOPE_DATA", raising=False)
    with pytest.raises(DataNotHereError, match="fma"):
        tanaka2019_multilabel.run(Workbench(folder))


def test_the_recipe_and_the_section_go_by_one_name():
    (asked,) = asked_for(["tanaka2019-multilabel"])
    assert asked.systems == ("tanaka2019-multilabel",)
    assert asked.experiments == ("tanaka2019-multilabel",)

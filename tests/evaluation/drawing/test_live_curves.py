"""Curves that are redrawn while a training runs: whole, last epoch included, never in its way."""

import io
import logging
import time

import pytest
from matplotlib import image

from genrescope.evaluation.drawing import live_curves as live
from genrescope.evaluation.drawing.curves import training_curves
from genrescope.models.history import Epoch, write_history

EPOCHS = [Epoch(n, 2.0 / n, n / 10, watch_loss=2.1 / n, watch_accuracy=n / 12) for n in (1, 2, 3)]


@pytest.fixture(autouse=True)
def looking_often(monkeypatch):
    monkeypatch.setattr(live, "LOOK_S", 0.01)
    monkeypatch.setattr(live, "REST", 0.0)


def drawn(path):
    return image.imread(io.BytesIO(path.read_bytes()), format="png")


def waited_for(condition):
    for _ in range(3000):
        if condition():
            return True
        time.sleep(0.01)
    return False


def test_the_picture_follows_the_history(tmp_path):
    folder = tmp_path / "training"
    with live.live_curves(folder, title="small") as path:
        assert path == folder / "curves.png"
        write_history(folder / "history.csv", EPOCHS[:1])
        assert waited_for(path.is_file)
        first = path.read_bytes()
        write_history(folder / "history.csv", EPOCHS[:2])
        assert waited_for(lambda: path.read_bytes() != first)
        drawn(path)
        write_history(folder / "history.csv", EPOCHS)
    last = io.BytesIO()
    training_curves(EPOCHS, title="small").savefig(last, format="png", dpi=150)
    last.seek(0)
    assert (drawn(path) == image.imread(last, format="png")).all()
    assert sorted(p.name for p in folder.iterdir()) == ["curves.png", "history.csv"]


def test_what_cannot_be_drawn_is_told_and_stops_nothing(tmp_path, caplog):
    with caplog.at_level(logging.WARNING), live.live_curves(tmp_path, title="small") as path:
        (tmp_path / "history.csv").write_text("no history\n", encoding="utf-8")
    assert "cannot be drawn live" in caplog.text
    assert not path.exists()


def test_an_error_of_the_training_stays_what_it_is(tmp_path):
    with pytest.raises(KeyError, match="mine"), live.live_curves(tmp_path, title="small"):
        raise KeyError("mine")


def test_nothing_is_drawn_unasked(tmp_path):
    with live.live_curves(tmp_path, title="small", asked=False):
        write_history(tmp_path / "history.csv", EPOCHS)
    assert [p.name for p in tmp_path.iterdir()] == ["history.csv"]

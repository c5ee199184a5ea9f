"""The map of genres: measured on a small set, and drawn."""

import numpy as np
import pytest

from genrescope.metrics.average_linkage import average_linkage
from genrescope.reproduction.experiments import mersy_map
from genrescope.reproduction.genre_map import genre_map
from genrescope.reproduction.workbench import Workbench


@pytest.fixture
def bench(log_mels, tmp_path):
    return Workbench(tmp_path / "bench", quick=True)


def test_pieces_are_every_other_two_seconds_of_a_track(bench):
    recipe = mersy_map._recipe(bench)
    assert recipe.dataset.name == "arrays"
    whole = bench.inputs(recipe)
    pieces = mersy_map._pieces(whole)
    assert pieces.n_segments == 1
    assert pieces.tracks == whole.tracks
    assert np.bincount(pieces.track_of_window).tolist() == [8] * len(whole.tracks)
    assert pieces.X.shape[1:] == (64, 25)
    track = whole.tracks[2].track_id
    S = whole.logmels(track)[0]
    heard = pieces.logmels(track)
    assert len(heard) == 8
    np.testing.assert_array_equal(heard[0], whole.front_end.cropped(S, start=0, stop=25))
    start = (387 - 25) * 14 // 14
    np.testing.assert_array_equal(heard[-1], whole.front_end.cropped(S, start=start, stop=387))
    np.testing.assert_array_equal(
        recipe.features.compute(heard, pieces.front_end), pieces.X[pieces.track_of_window == 2]
    )
    of_two = mersy_map._of_labels(pieces, ("blues", "rock"))
    assert {t.label for t in of_two.tracks} == {"blues", "rock"}
    first = of_two.tracks[-1].track_id
    np.testing.assert_array_equal(of_two.X[of_two.rows([first])], pieces.X[pieces.rows([first])])


def test_all_pairs_are_measured_and_read_back(bench, monkeypatch):
    section = mersy_map.run(bench)
    lines = section.text.splitlines()
    for pair in ("blues and classical", "blues and rock", "classical and rock"):
        assert sum(line.startswith(f"| {pair} |") for line in lines) == 1
    assert "Spearman's correlation" in section.text or "no correlation" in section.text
    (path,) = section.figures.values()
    assert path.read_bytes().startswith(b"\x89PNG")
    again = Workbench(bench.folder, quick=True, read_only=True)
    assert mersy_map.run(again).text == section.text


def test_the_map_is_drawn_in_the_order_of_the_leaves():
    accuracy = np.array([[0.5, 0.95, 0.6], [0.95, 0.5, 0.9], [0.6, 0.9, 0.5]])
    joints = average_linkage(accuracy - 0.5)
    figure = genre_map(accuracy, joints, ["blues", "metal", "rock"], title="map")
    top, below = figure.axes[:2]
    names = [text.get_text() for text in below.get_xticklabels()]
    assert names.index("blues") in (names.index("rock") - 1, names.index("rock") + 1)
    assert len(top.lines) == 2
    assert {text.get_text() for text in below.texts} == {"60", "90", "95"}

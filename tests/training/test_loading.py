"""Loading the data of a recipe, and the bars that it shows."""

from contextlib import contextmanager

from genrescope.training.loading import load_inputs
from genrescope.training.recipe import Recipe


def test_reading_and_computing_each_show_a_bar(tmp_path):
    music = {"n_tracks_per_label": 1, "duration_s": 1.5, "sr": 8000}
    recipe = Recipe.from_dict(
        {
            "name": "small",
            "dataset": {"name": "synthetic", "folder": str(tmp_path / "music"), **music},
            "front_end": {"sr": 8000, "n_fft": 512, "hop_length": 256, "n_mels": 32},
            "windows": {"length": 8000, "hop": 8000, "min_tail": 2000},
            "model": {"name": "linear"},
            "protocol": {"name": "artist-grouped"},
        }
    )
    shown = {}

    @contextmanager
    def bar(description):
        calls = shown.setdefault(description, [])
        yield lambda done, total: calls.append((done, total))

    load_inputs(recipe, tmp_path / "store", bar=bar)
    # Of sound each track counts twice: its log-mel is stored, then the features are made of it.
    assert shown == {
        "reading synthetic": [(done, 10) for done in range(1, 11)],
        "features of small": [(done, 20) for done in range(1, 21)],
    }
    assert len(load_inputs(recipe, tmp_path / "store").tracks) == 10

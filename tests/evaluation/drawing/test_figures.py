"""Figures: what they say, that labels keep clear of each other, and how they are saved."""

from __future__ import annotations

import io
import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from genrescope.errors import ParameterError
from genrescope.evaluation import results
from genrescope.evaluation.drawing import figures as m
from genrescope.evaluation.drawing.canvas import save_figure
from genrescope.evaluation.drawing.curves import compared_curves, training_curves
from genrescope.evaluation.drawing.spectrograms import spectrograms
from genrescope.evaluation.outcomes import TrackOutcome
from genrescope.evaluation.papers import Paper
from genrescope.models.history import Epoch
from genrescope.training.recipe import Published

pytest.importorskip("matplotlib")

GENRES = ("blues", "classical", "country", "disco", "hiphop")
GENRES += ("jazz", "metal", "pop", "reggae", "rock")
PUBLISHED = (Published("accuracy", 0.505, "GTZAN", "Table 1"),)
MODELS = ("linear", "simple-cnn", "complex-cnn", "svm", "logmel-statistics-svm", "embedding-svm")


def result_of(model: str, leakage_label: str = "clean", n_seeds: int = 1) -> Any:
    rng = np.random.default_rng(len(model))
    y_true = rng.integers(0, 10, 200)
    outcomes = [
        TrackOutcome(
            f"track {i}",
            0,
            seed,
            f"artist {i // 3}",
            GENRES[y],
            GENRES[y] if rng.random() < 0.6 else GENRES[rng.integers(0, 10)],
        )
        for seed in range(n_seeds)
        for i, y in enumerate(y_true)
    ]
    return results.summarise(
        outcomes,
        GENRES,
        model=model,
        protocol="random 80/20 as in the paper",
        leakage_label=leakage_label,
        honest=False,
        n_resamples=200,
    )


def history_of(n: int, part: str = "watch") -> list[Epoch]:
    epochs = np.arange(1, n + 1)
    return [
        Epoch(int(e), 2 / e, 1 - 1 / e, **{f"{part}_loss": 2.5 / e, f"{part}_accuracy": 0.5})
        for e in epochs
    ]


def texts_of(figure: Any) -> list[str]:
    from matplotlib.text import Text

    return [t.get_text() for t in figure.findobj(Text) if t.get_text() and t.get_visible()]


def assert_no_overlap(figure: Any, labels: list[Any]) -> None:
    figure.draw_without_rendering()
    boxes = [t.get_window_extent() for t in labels if t.get_text()]
    assert len(boxes) > 1
    for a, b in itertools.combinations(boxes, 2):
        assert not a.padded(-0.5).overlaps(b.padded(-0.5))


def test_curves_draw_every_epoch_of_what_was_recorded() -> None:
    figure = training_curves(history_of(150), title="linear: random, n = 200 (LEAKY)")
    loss, accuracy = figure.axes
    assert [line.get_label() for line in loss.get_lines()] == ["train", "test (only watched)"]
    assert len(accuracy.get_lines()[0].get_xdata()) == 150
    assert accuracy.get_lines()[1].get_ydata() == pytest.approx([50] * 150)
    assert "linear: random, n = 200 (LEAKY)" in texts_of(figure)
    assert (loss.get_ylabel(), accuracy.get_ylabel()) == ("cross-entropy (nats)", "accuracy (%)")


def test_one_epoch_is_visible() -> None:
    figure = training_curves(history_of(1, "valid"), title="x")
    assert {line.get_marker() for line in figure.axes[0].get_lines()} == {"."}


def test_six_models_together_have_six_colours() -> None:
    histories = {model: history_of(20, "valid") for model in MODELS}
    figure = compared_curves(histories, title="random, n = 200")
    solid = [x for x in figure.axes[0].get_lines() if x.get_label() in MODELS]
    assert len({line.get_color() for line in solid}) == 6
    legend = [t.get_text() for t in figure.legends[0].get_texts()]
    assert legend == [*MODELS, "held-out", "train"]


def test_more_models_than_colours_are_refused() -> None:
    with pytest.raises(ParameterError, match="8 models in one figure"):
        compared_curves({str(i): history_of(2) for i in range(8)}, title="x")


def test_bars_say_what_is_leaky_and_keep_their_labels_apart() -> None:
    bars = [r for x in MODELS for r in (result_of(x, n_seeds=2), result_of(x, "leaky: artists"))]
    papers = {"linear": Paper(bars[0].protocol, PUBLISHED), "svm": Paper("another", PUBLISHED)}
    figure = m.accuracy_bars(bars, papers=papers)
    beside = [x for x in figure.axes[0].get_lines() if x.get_marker() == "v"]
    assert [x.get_xdata()[0] for x in beside] == [50.5, 50.5]
    axes = figure.axes[0]
    marked = [t.get_text() for t in axes.texts]
    assert len(marked) == 12
    assert [t.endswith(" % leaky") for t in marked] == [False, True] * 6
    assert [bool(p.get_hatch()) for p in axes.patches] == [False, True] * 6
    for bar, r in zip(axes.patches, bars, strict=True):
        assert bar.get_width() == pytest.approx(100 * r.score("accuracy").value)
    assert all(f"n = {r.n}" in t for t, r in zip(_tick_texts(axes), bars, strict=True))
    legend = [t.get_text() for t in figure.legends[0].get_texts()]
    assert legend == ["clean split", "leaky split", "best baseline", "paper, on its own split"]
    assert_no_overlap(figure, [*axes.get_yticklabels(), *axes.texts])
    assert_no_overlap(figure, list(figure.legends[0].get_texts()))


def test_confusion_matrix_holds_the_counts_and_labels_keep_apart() -> None:
    r = result_of("svm", "unverified")
    figure = m.confusion_matrices([r])
    axes = figure.axes[0]
    found = np.zeros((10, 10))
    for text in axes.texts:
        column, row = map(int, text.get_position())
        found[row, column] = float(text.get_text().split("\n")[0])
    np.testing.assert_array_equal(found, r.confusion)
    assert axes.get_title().endswith("n = 200 (UNVERIFIED)")
    assert_no_overlap(figure, [*axes.get_yticklabels(), *axes.texts])


def test_text_on_every_shade_is_readable() -> None:
    figure = m.confusion_matrices([result_of("svm")])
    image = figure.axes[0].images[0]
    checked = 0
    for value in np.linspace(0, 100, 101):
        background = _luminance(image.cmap(image.norm(value)))
        ink = {"black": 0.0, "white": 1.0}[_ink_at(image, value)]
        contrast = (max(ink, background) + 0.05) / (min(ink, background) + 0.05)
        assert contrast >= 4.5
        checked += 1
    assert checked == 101


def test_several_confusions_and_mean_counts() -> None:
    figure = m.confusion_matrices([result_of("svm", n_seeds=3)] * 3)
    assert len([a for a in figure.axes if a.get_title()]) == 3
    assert all("." in t.get_text().split("\n")[0] for t in figure.axes[0].texts)


def test_a_sheet_has_one_spectrogram_a_genre_in_seconds_and_hertz() -> None:
    S = np.linspace(-80, 0, 128 * 1291, dtype=np.float32).reshape(128, 1291)
    hz = np.geomspace(30, 10_000, 128)
    ways = {"sr": 22050, "hop_length": 512, "frequencies": hz}
    figure = spectrograms({g: S / (1 + i) for i, g in enumerate(GENRES)}, **ways)
    panels = [axes for axes in figure.axes if axes.get_title()]
    assert [axes.get_title() for axes in panels] == list(GENRES)
    assert {axes.images[0].get_clim() for axes in panels} == {(-80.0, 0.0)}
    for axes in panels:
        assert axes.get_xlim()[1] == pytest.approx(1291 * 512 / 22050)
        for position, text in zip(axes.get_yticks(), _tick_texts(axes), strict=True):
            assert np.interp(position, np.arange(128), hz) == pytest.approx(float(text), rel=1e-3)
    assert {"time (s)", "frequency (Hz)"} <= set(texts_of(figure))
    assert_no_overlap(figure, [axes.title for axes in panels])
    with pytest.raises(ParameterError, match="one row for each of 3 bands"):
        spectrograms({"x": S}, sr=22050, hop_length=512, frequencies=hz[:3])


def test_saved_figure_is_the_same_png_each_time(tmp_path: Path) -> None:
    for name in ("a", "b"):
        figure = training_curves(history_of(3), title="x")
        save_figure(figure, tmp_path / "figures" / f"{name}.png")
    a, b = ((tmp_path / "figures" / f"{name}.png").read_bytes() for name in ("a", "b"))
    assert a[:8] == b"\x89PNG\r\n\x1a\n"
    assert a == b
    assert len(list((tmp_path / "figures").iterdir())) == 2


def test_no_pyplot_state() -> None:
    from matplotlib import _pylab_helpers

    training_curves(history_of(2), title="x").savefig(io.BytesIO())
    assert not _pylab_helpers.Gcf.figs


def _tick_texts(axes: Any) -> list[str]:
    return [t.get_text() for t in axes.get_yticklabels()]


def _luminance(color: tuple[float, ...]) -> float:
    weights = (0.2126, 0.7152, 0.0722)
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in color[:3]]
    return float(np.dot(linear, weights))


def _ink_at(image: Any, value: float) -> str:
    from genrescope.evaluation.drawing.figures import _ink

    return _ink(image.cmap(image.norm(value)))

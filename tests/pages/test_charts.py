"""Charts: what is drawn stands where the values say, is named for all, and nothing gets out."""

from __future__ import annotations

import re

import numpy as np
import pytest

import markup
from genrescope.pages.bars import Bar, interval_bars, interval_dots
from genrescope.pages.curves import reliability_diagram, risk_coverage_curve
from genrescope.pages.heat import confusion_heat
from genrescope.pages.html import join
from genrescope.pages.scales import place, round_up, shortened, ticks
from genrescope.pages.swings import Swing, swing_bars

EVIL = """"><script>x</script>'&"""
BARS = [
    Bar("honest", 0.68, 0.58, 0.78),
    Bar("leaky", 0.875, 0.82, 0.92, "leaky"),
    Bar("unknown", 0.5, kind="unverified"),
    Bar("guess", 0.1, kind="floor"),
]
COUNTS = np.array([[8, 2, 0], [0, 3, 1], [0, 0, 0]])
SWINGS = [Swing("noise", -0.3, -0.4, -0.2), Swing("gain", 0.1)]


def _charts(text):
    bars = [Bar(text, 0.5, 0.4, 0.6, kind) for kind in ("good", "leaky", "unverified", "floor")]
    return (
        interval_bars(bars, label=text, name="one", mark=0.2, mark_label=text),
        interval_dots(bars, label=text),
        confusion_heat([text, "b"], np.array([[3, 1], [0, 4]]), label=text),
        reliability_diagram([0.2, 0.9], [0.3, 0.8], [2, 9], label=text),
        risk_coverage_curve([0.5, 1.0], [0.1, 0.2], label=text, marks=[(0.5, 0.1, text)]),
        swing_bars([Swing(text, -0.1, -0.2, 0.1), Swing(text, 0.2)], label=text, name="two"),
    )


def test_each_is_a_picture_with_a_name_and_escapes_all_text():
    charts = _charts(EVIL)
    assert len(charts) == 6
    for chart in charts:
        tree = markup.parsed(chart)
        (picture,) = tree.all("svg")
        assert picture["role"] == "img"
        assert picture["aria-label"].startswith(EVIL)
        assert not tree.all("script")
        assert "http" not in chart


def test_ids_of_charts_with_names_of_their_own_do_not_meet():
    both = join(
        *(interval_bars(BARS, label="x", name=n) for n in ("a", "b")),
        *(swing_bars(SWINGS, label="x", name=n) for n in ("c", "d")),
    )
    defined = {a["id"] for _, a in markup.parsed(both).tags if "id" in a}
    used = set(re.findall(r"url\(#([^)]+)\)", both))
    assert used
    assert used <= defined


def test_bars_are_as_long_as_their_values():
    tree = markup.parsed(interval_bars(BARS, label="x", name="x"))
    tips = [i for i, (tag, _) in enumerate(tree.tags) if tag == "title"]
    widths = [tree.tags[i - 1][1]["width"] for i in tips]
    assert widths == ["68%", "87.5%", "50%", "10%"]
    lines = [(a["x1"], a["x2"]) for a in tree.all("line")]
    assert lines.count(("58%", "78%")) == 2
    assert ("82%", "92%") in lines


def test_what_leaks_is_told_without_colour():
    tree = markup.parsed(interval_bars(BARS, label="x", name="x"))
    for word in ("leaky", "unverified"):
        assert word in tree.texts
        assert any(f"url(#x-{word})" in (a["style"] or "") for a in tree.all("rect"))
    (picture,) = tree.all("svg")
    assert "87.5 % leaky (82.0 to 92.0 %)" in picture["aria-label"]
    dots = markup.parsed(interval_dots(BARS, label="x")).all("circle")
    hollow = ["fill:var(--paper)" in dot["style"] for dot in dots]
    assert hollow == [False, True, True, True]


def test_a_mark_runs_through_all_bars():
    chart = interval_bars(BARS, label="x", name="x", mark=0.25, mark_label="guessing")
    tree = markup.parsed(chart)
    dashed = [a for a in tree.all("line") if "stroke-dasharray" in a]
    assert [(a["x1"], a["x2"]) for a in dashed] == [("25%", "25%")]
    assert "guessing" in tree.texts


def test_cells_of_a_confusion_are_as_dark_as_their_share_of_the_row():
    tree = markup.parsed(confusion_heat(["a", "b", "c"], COUNTS, label="x"))
    shades = [float(a["fill-opacity"]) for a in tree.all("rect") if "fill-opacity" in a]
    assert shades == [0.8, 0.2, 0, 0, 0.75, 0.25, 0, 0, 0]
    assert {"8", "2", "3", "1"} <= set(tree.texts)
    assert "0" not in tree.texts
    assert "a taken for b: 2 (20.0 %)" in tree.texts
    framed = [a for a in tree.all("rect") if "stroke:" in a["style"]]
    assert len(framed) == 3


def test_means_over_seeds_keep_a_digit_and_many_classes_lose_their_counts():
    halves = markup.parsed(confusion_heat(["a", "b"], np.array([[1.5, 1], [0, 2]]), label="x"))
    assert "1.5" in halves.texts
    many = confusion_heat([f"genre {i}" for i in range(40)], np.eye(40), label="x")
    assert "1" not in markup.parsed(many).texts
    assert len(many) < 600_000


def test_reliability_shows_each_bin_with_its_number():
    tree = markup.parsed(reliability_diagram([0.2, 0.9], [0.2, 0.6], [2, 31], label="x"))
    assert {"2", "31"} <= set(tree.texts)
    dots = tree.all("circle")
    heights = [float(dot["cy"]) for dot in dots]
    widths = [float(dot["cx"]) for dot in dots]
    assert heights[1] < heights[0]
    assert widths[0] < widths[1]
    assert float(dots[0]["r"]) < float(dots[1]["r"])
    assert "31 answers of 90.0 % confidence: 60.0 % right" in tree.texts


def test_a_curve_without_any_error_can_be_drawn():
    tree = markup.parsed(risk_coverage_curve([0.5, 1], [0, 0], label="x"))
    assert len(tree.all("polyline")) == 1


def test_losses_go_left_and_gains_right():
    tree = markup.parsed(swing_bars(SWINGS, label="x", name="x"))
    loss, gain = (a for a in tree.all("rect"))
    assert float(loss["x"][:-1]) + float(loss["width"][:-1]) == pytest.approx(
        float(gain["x"][:-1]), abs=0.01
    )
    assert float(loss["width"][:-1]) == pytest.approx(3 * float(gain["width"][:-1]), rel=1e-3)
    assert "url(#x-loss)" in loss["style"]
    assert "url(" not in gain["style"]
    (picture,) = tree.all("svg")
    assert "noise −30.0 (−40.0 to −20.0); gain +10.0" in picture["aria-label"]


@pytest.mark.parametrize("value", [0.001, 0.0999, 0.1, 0.2, 0.35, 1, 7.3, 100])
def test_the_end_of_an_axis_is_at_or_above_its_values_and_not_far(value):
    assert value <= round_up(value) <= 1.6 * value


@pytest.mark.parametrize(("low", "high"), [(0, 1), (-0.4, 0.08), (-1, 1), (0, 0.05)])
def test_ticks_are_round_and_on_the_axis(low, high):
    found = ticks(low, high)
    assert 3 <= len(found) <= 8
    assert low - 1e-9 <= found[0]
    assert found[-1] <= high + 1e-9
    assert 0.0 in found
    assert np.allclose(np.diff(found), found[1] - found[0])


def test_places_stay_on_the_chart():
    assert [place(v) for v in (-1, 0, 0.5, 1, 2)] == ["0%", "0%", "50%", "100%", "100%"]
    assert shortened("x" * 30, 10) == "x" * 9 + "…"

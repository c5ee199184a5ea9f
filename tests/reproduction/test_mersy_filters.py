"""The experiment that looks into a CNN, on a small set of log-mels."""

import re

from genrescope.reproduction.experiments import mersy_filters
from genrescope.reproduction.workbench import Workbench


def test_a_quick_look_draws_filters_and_what_excites_them(log_mels, tmp_path):
    section = mersy_filters.run(Workbench(tmp_path / "bench", quick=True))
    assert len(section.figures) == 3
    for path in section.figures.values():
        assert path.read_bytes().startswith(b"\x89PNG")
    rows = re.findall(
        r"^\| (\w+) \| [\d.]+ % \| (\d+) of (\d+) \| \S+ \(\w+\) \|$", section.text, re.M
    )
    assert [genre for genre, _, _ in rows] == ["blues", "classical", "rock"]
    # Of nine test tracks, one window each; at most ten are asked for.
    assert {n for _, _, n in rows} == {"9"}
    assert sum(int(own) for _, own, _ in rows) == 9
    (least,) = re.findall(r"correlation of the two is ([\d.]+) at least", section.text)
    assert float(least) > 0.9
    assert "fault-filtered-strict" in section.text
    assert "a quick look" in section.text

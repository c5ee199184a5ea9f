"""The report of models of several labels: every number labelled, every figure there."""

import dataclasses

from multilabel_answers import LABELS, drawn

from genrescope.evaluation.drawing.label_bars import label_bars
from genrescope.evaluation.multilabel.outcomes import pooled
from genrescope.evaluation.multilabel.record import from_json
from genrescope.evaluation.multilabel.report import markdown_report, write_report
from genrescope.evaluation.multilabel.scoring import summarise
from genrescope.evaluation.outcomes import read_pooled_csv
from genrescope.models.history import Epoch

CLEAN = summarise(drawn(), LABELS, model="m_1", protocol="official", leakage_label="clean: none",
                  honest=True, dataset="tones, 120 tracks of 4 genres")  # fmt: skip
LEAKY = dataclasses.replace(CLEAN, protocol="random", leakage_label="leaky: 73 %", honest=False)
ASKED = {"title": "how far to trust it", "command": "genrescope evaluate x",
         "settings_digest": "0" * 64}  # fmt: skip


def test_the_honest_number_comes_first_and_the_others_are_labelled():
    text = markdown_report([LEAKY, CLEAN], **ASKED, notes=["2 tracks could not be used"])
    first = text.splitlines()[2]
    value = f"mAP {100 * CLEAN.headline.value:.1f} %"
    assert first.startswith(f"**m\\_1: {value}**")
    assert f"a constant gets {100 * CLEAN.baselines[0].value:.1f} %" in first
    assert "n = 120 tracks of 30 artists" in first
    assert "- Note: 2 tracks could not be used" in text
    clean, leaky = text.split("## m\\_1, random (leaky)")
    assert "leaky" not in clean.split("## m\\_1, official")[1]
    numbers = [cell for line in leaky.splitlines() if line.startswith("| mean")
               for cell in line.split("|")[2:4]]  # fmt: skip
    assert len(numbers) == 2
    assert all(cell.strip().endswith("leaky") for cell in numbers)
    assert "| ska | 0 | 0.0 % | - | - | - | - | - | - |" in text


def test_a_report_is_written_with_its_figures_answers_and_digits(tmp_path):
    key = ("m_1", "official")
    history = [Epoch(1, 0.5, 0.4, 0.6, 0.3), Epoch(2, 0.4, 0.5, 0.5, 0.4)]
    path = write_report(
        tmp_path, [CLEAN, LEAKY], **ASKED, answers={key: drawn()}, histories={key: history}
    )
    text = path.read_text(encoding="utf-8")
    figures = sorted((tmp_path / "figures").glob("*.png"))
    assert len(figures) == 3
    assert all(f"figures/{figure.name}" in text for figure in figures)
    assert from_json((tmp_path / "results.json").read_text(encoding="utf-8")) == (CLEAN, LEAKY)
    assert read_pooled_csv(tmp_path / "predictions.csv")[key] == (LABELS, pooled(drawn()))


def test_the_figure_has_a_bar_a_genre_the_best_on_top():
    axes = label_bars(LEAKY).axes[0]
    names = [text.get_text().split(",")[0] for text in axes.get_yticklabels()]
    values = {r.label: r.average_precision for r in LEAKY.per_label if r.average_precision}
    assert names == sorted(values, key=lambda label: -values[label])
    widths = [bar.get_width() for bar in axes.patches]
    assert widths == [100 * values[name] for name in names]
    assert all(bar.get_hatch() for bar in axes.patches)
    assert not any(bar.get_hatch() for bar in label_bars(CLEAN).axes[0].patches)

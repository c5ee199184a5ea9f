"""The report: honest first, leaky never without the word, and everything to make it again."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import numpy as np
import pytest

from genrescope.errors import ParameterError, UnknownNameError
from genrescope.evaluation import markdown, results
from genrescope.evaluation import report as m
from genrescope.evaluation.outcomes import TrackOutcome, read_pooled_csv
from genrescope.evaluation.papers import Paper
from genrescope.evaluation.record import ProtocolResult, from_json
from genrescope.models.history import Epoch
from genrescope.training.recipe import Published

LABELS = ("blues", "jazz", "rock|roll")
WAYS = {"title": "A run", "command": "genrescope reproduce x", "settings_digest": "ab12"}


def outcomes_of(*, seeds: tuple[int, ...] = (0,)) -> list[TrackOutcome]:
    rng = np.random.default_rng(0)
    outcomes = []
    for seed in seeds:
        for i in range(90):
            P = rng.dirichlet(np.ones(3) + 3 * np.eye(3)[i % 3])
            outcomes.append(
                TrackOutcome(
                    f"t{i}",
                    0,
                    seed,
                    f"a{i // 2}",
                    LABELS[i % 3],
                    LABELS[P.argmax()],
                    tuple(P.tolist()),
                )
            )
    return outcomes


def result_of(
    model: str, protocol: str, leakage_label: str, *, honest: bool, seeds: tuple[int, ...] = (0,)
) -> ProtocolResult:
    return results.summarise(
        outcomes_of(seeds=seeds),
        LABELS,
        model=model,
        protocol=protocol,
        leakage_label=leakage_label,
        honest=honest,
        train_labels={(0, s): ["jazz"] for s in seeds},
        n_resamples=200,
    )


LEAKY = result_of("svm", "random", "leaky: 60 % of artists shared", honest=False)
HONEST = result_of("svm", "artist-grouped", "clean", honest=True, seeds=(0, 1))
PAPERS = {
    "svm": Paper("random", (Published("accuracy", 0.57, "GTZAN, random 80/20", "Section 4"),))
}


def test_honest_number_comes_first_with_all_that_it_needs() -> None:
    text = m.markdown_report([LEAKY, HONEST], **WAYS)
    first = next(line for line in text.splitlines() if line.startswith("- "))
    score = HONEST.score("accuracy", "artist bootstrap")
    for part in (
        f"**{100 * score.value:.1f} %**",
        "90 test tracks",
        "artist-grouped",
        f"95 % interval {100 * (score.low or 0):.1f} to {100 * (score.high or 0):.1f} %",
        "majority 33.3 %",
        "chance 33.3 %",
        "mean of 2 seeds",
    ):
        assert part in first
    assert text.index("artist-grouped") < text.index("random")


def test_every_leaky_score_says_so() -> None:
    text = m.markdown_report([LEAKY], **WAYS)
    assert "No honest number was measured" in text
    overview, others = text.split("## Other metrics")
    row = next(line for line in overview.splitlines() if line.startswith("| svm"))
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert [cell.endswith(" % leaky") for cell in cells[3:6]] == [True] * 3
    assert cells[7] == "artist bootstrap; 45 artists"
    row = next(line for line in others.splitlines() if line.startswith("| svm"))
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert len(cells) == 9
    assert all(re.search(r"\d leaky|% leaky", cell) for cell in cells[2:])
    assert "## By genre: svm: random, n = 90 (LEAKY)" in text


def test_unverified_honest_number_says_so() -> None:
    text = m.markdown_report([result_of("svm", "folds", "unverified: x", honest=True)], **WAYS)
    first = next(line for line in text.splitlines() if line.startswith("- "))
    assert re.match(r"- \*\*\d+\.\d % unverified\*\* of 90 test tracks \(unverified: x\)", first)
    assert "not heard in training" not in text


def test_paper_stands_beside_ours() -> None:
    text = m.markdown_report([LEAKY, HONEST], papers=PAPERS, **WAYS)
    section = text.split("## Beside what papers reported")[1]
    row = next(line for line in section.splitlines() if line.startswith("| svm"))
    cells = [cell.strip() for cell in row.strip("|").split(" | ")]
    assert cells[1:5] == ["accuracy", "GTZAN, random 80/20", "Section 4", "57.0 %"]
    assert "% leaky (" in cells[5]
    assert "random" in cells[5]
    assert "leaky" not in cells[6]
    assert "artist-grouped" in cells[6]
    assert cells[7] == "-"
    assert "Beside what papers" not in m.markdown_report([HONEST], **WAYS)


def test_only_the_protocol_of_the_paper_stands_beside_it() -> None:
    other = result_of("svm", "fault-filtered", "leaky: 3 tracks", honest=False)
    text = m.markdown_report([other, LEAKY, HONEST], papers=PAPERS, **WAYS)
    row = next(x for x in text.split("## Beside what")[1].splitlines() if x.startswith("| svm"))
    cells = [cell.strip() for cell in row.strip("|").split(" | ")]
    for cell, protocol in zip(
        cells[5:8], ("random", "artist-grouped", "fault-filtered"), strict=True
    ):
        assert protocol in cell
        assert cell.count("n = ") == 1


def test_artists_that_are_not_known_are_told() -> None:
    unknown = dataclasses.replace(HONEST, n_groups=0, n_ungrouped=90)
    assert "no artist is known" in m.markdown_report([unknown], **WAYS)
    mixed = dataclasses.replace(HONEST, n_ungrouped=7)
    text = m.markdown_report([mixed], notes=["2 tracks <odd>"], **WAYS)
    assert "7 tracks of unknown artists, each drawn alone" in text
    assert "- Note: 2 tracks \\<odd\\>" in text


def test_every_figure_can_be_recomputed_from_one_table(tmp_path: Path) -> None:
    answers = {(r.model, r.protocol): outcomes_of(seeds=r.seeds) for r in (LEAKY, HONEST)}
    path = m.write_run_report(tmp_path, [LEAKY, HONEST], answers=answers, draw=False, **WAYS)
    assert "`predictions.csv`" in path.read_text(encoding="utf-8")
    pooled = read_pooled_csv(tmp_path / "predictions.csv")
    assert list(pooled) == list(answers)
    for recorded in from_json((tmp_path / "results.json").read_text(encoding="utf-8")):
        labels, outcomes = pooled[recorded.model, recorded.protocol]
        assert labels == recorded.labels
        by_seed = [
            np.mean([o.y_pred == o.y_true for o in outcomes if o.seed == s]) for s in recorded.seeds
        ]
        assert np.mean(by_seed) == pytest.approx(recorded.headline.value, abs=1e-12)
        assert outcomes == answers[recorded.model, recorded.protocol]


def test_every_table_is_rectangular_and_every_class_is_in_it() -> None:
    text = m.markdown_report([LEAKY, HONEST], papers=PAPERS, **WAYS)
    tables = re.findall(r"(?:^\|.*\n)+", text, flags=re.MULTILINE)
    assert len(tables) == 5
    for found in tables:
        assert len({len(re.findall(r"(?<!\\)\|", row)) for row in found.splitlines()}) == 1
    assert text.count("rock\\|roll") == 2


def test_command_and_digest_close_the_report() -> None:
    text = m.markdown_report([HONEST], **WAYS)
    assert "```\ngenrescope reproduce x\n```" in text
    assert "SHA-256 `ab12`" in text


def test_no_results_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="no results to report"):
        m.markdown_report([], **WAYS)
    with pytest.raises(ParameterError, match="no results to report"):
        m.write_run_report(tmp_path, [], **WAYS)
    assert not list(tmp_path.iterdir())


def test_run_directory_without_figures(tmp_path: Path) -> None:
    path = m.write_run_report(tmp_path, [LEAKY, HONEST], draw=False, **WAYS)
    assert path == tmp_path / "report.md"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["report.md", "results.json"]
    again = from_json((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert again == (LEAKY, HONEST)
    assert "## Figures" not in path.read_text(encoding="utf-8")


def test_run_directory_with_figures(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    history = [Epoch(e, 1 / e, 0.5, watch_loss=1.0, watch_accuracy=0.4) for e in (1, 2, 3)]
    other = result_of("cnn", "random", "leaky: artists", honest=False)
    path = m.write_run_report(
        tmp_path,
        [LEAKY, HONEST, other],
        papers=PAPERS,
        histories={("svm", "random"): history, ("cnn", "random"): history},
        **WAYS,
    )
    linked = re.findall(r"!\[(.*)\]\((.*)\)", path.read_text(encoding="utf-8"))
    assert len(linked) == 7
    assert {f"figures/{p.name}" for p in (tmp_path / "figures").iterdir()} == {x for _, x in linked}
    assert sum("(LEAKY)" in caption for caption, _ in linked) == 5


def test_history_of_no_result_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    with pytest.raises(UnknownNameError, match="did you mean 'svm: artist-grouped'"):
        m.write_run_report(
            tmp_path,
            [HONEST],
            histories={("svm", "artist-groupd"): [Epoch(1, 1.0, 0.5)]},
            **WAYS,
        )


def test_names_that_look_like_marks_are_escaped() -> None:
    assert markdown.plain("a|b\n<script>*x*") == "a\\|b \\<script\\>\\*x\\*"
    assert markdown.anchor("../../etc: Größe") == "etc-gr-e"
    assert markdown.number("recall", None) == "-"

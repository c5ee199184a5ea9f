"""The arithmetic of the benchmarks, and that each says what it does; no time is asserted."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench import harness, record, report, scaling

ROOT = Path(__file__).parent.parent

PROGRAMS = sorted(
    path.stem
    for path in (ROOT / "bench").glob("*.py")
    if "def main()" in path.read_text(encoding="utf-8")
)


def test_spread_of_many_gives_quartiles():
    found = harness.spread([5.0, 1.0, 2.0, 4.0, 3.0])
    assert (found.median, found.low, found.high, found.n) == (3.0, 2.0, 4.0, 5)


def test_spread_of_few_gives_the_extremes():
    assert harness.spread([3.0, 1.0]) == harness.Spread(2.0, 1.0, 3.0, 2)


def test_spread_of_nothing_is_refused():
    with pytest.raises(ValueError, match="nothing was measured"):
        harness.spread([])


def test_ratio_pairs_the_rounds():
    # The second round was slow for both: paired, the ratio does not see it.
    assert harness.ratio([2.0, 20.0, 4.0], [1.0, 10.0, 2.0]) == harness.Spread(2.0, 2.0, 2.0, 3)


def test_ratio_refuses_unequal_rounds():
    with pytest.raises(ValueError, match="must pair"):
        harness.ratio([1.0], [1.0, 2.0])


def test_turns_rotate():
    assert list(harness.turns(["a", "b", "c"], 3)) == [*"abc", *"bca", *"cab"]


def test_interleaved_calls_in_turns_and_forgets_the_warm_up():
    called = []
    contenders = {name: (lambda name=name: called.append(name)) for name in "ab"}
    taken = harness.interleaved(contenders, n=2, warm_up=1)
    assert called == [*"ab", *"ab", *"ba"]
    assert {name: len(times) for name, times in taken.items()} == {"a": 2, "b": 2}


def test_interleaved_keeps_the_figure_of_each_round():
    figures = {"a": iter([0.0, 1.0, 2.0]), "b": iter([9.0, 8.0, 7.0])}
    contenders = {name: (lambda name=name: next(figures[name])) for name in figures}
    taken = harness.interleaved(contenders, n=2, measure=lambda call: call())
    assert taken == {"a": [1.0, 2.0], "b": [8.0, 7.0]}


@pytest.mark.skipif(not hasattr(os, "wait4"), reason="needs wait4")
def test_run_measures_a_command_and_reads_its_answer():
    code = "import json; print('hello'); print(json.dumps({'n': 3})); print('goodbye')"
    finished = harness.run([sys.executable, "-c", code])
    assert harness.answer(finished) == {"n": 3}
    assert min(finished.wall_s, finished.cpu_s) > 0
    assert finished.peak_bytes > 1e6


@pytest.mark.skipif(not hasattr(os, "wait4"), reason="needs wait4")
def test_run_tells_what_a_failed_command_said():
    with pytest.raises(RuntimeError, match="no such track"):
        harness.run([sys.executable, "-c", "raise SystemExit('no such track')"])


@pytest.mark.parametrize(
    ("value", "target", "met"),
    [
        (2.0, {"most": 2.0}, True),
        (2.1, {"most": 2.0}, False),
        (5.0, {"least": 5.0}, True),
        (4.9, {"least": 5.0}, False),
        (4.9, {}, None),
    ],
)
def test_a_row_says_whether_its_target_is_met(value, target, met):
    found = record.Record("front_end")
    found.row("log-mel", value, **target)
    assert found.values["rows"][0]["met"] is met


def test_a_record_is_saved_and_shown_in_the_report(tmp_path):
    found = record.Record("front_end", quick=True)
    found.row("log-mel, hop 512: faster than essentia", harness.Spread(6.0, 5.5, 6.5, 9), least=5)
    found.note("settings are the same")
    found.save(tmp_path / "results")
    results = report.read(tmp_path / "results")
    text = "\n".join(report.report(results, {}))
    assert "6x (5.5 to 6.5, n=9)" in text
    assert "settings are the same" in text
    assert "at least 5x" in text
    assert "these numbers say nothing" in text
    # A measure that has no result is not left out.
    assert text.count("not measured") == len(report.MEASURES) - 1


def test_the_last_report_stands_in_for_what_was_not_repeated(tmp_path):
    results = tmp_path / "results"
    results.mkdir()
    last = {name: {"ended": "2026-01-02"} for name in ("front_end", "memory")}
    (tmp_path / "results.json").write_text(json.dumps(last), encoding="utf-8")
    for name, ended in (("front_end", "2026-01-03"), ("memory", "2026-01-01")):
        (results / f"{name}.json").write_text(json.dumps({"ended": ended}), encoding="utf-8")
    found = report.read(results)
    assert found["front_end"]["ended"] == "2026-01-03"
    assert found["memory"]["ended"] == "2026-01-02"


def test_an_unknown_benchmark_is_refused_with_a_hint():
    done = subprocess.run(
        [sys.executable, "-m", "bench.all", "--quick", "--only", "trainin"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert "did you mean training?" in done.stderr


# Names of rows as the benchmarks make them.
ROWS = (
    ("answer_vs_decode", "MP3, one core: answer / PyAV: frames decoded"),
    ("throughput", "500 files, 2 cores: throughput / decoding alone (whole process)"),
    ("throughput", "500 files, default model: faster than librosa and torch, plain loop"),
    ("throughput", "200 files, complex CNN: faster than librosa and torch, plain loop"),
    ("transformers_pipeline", "30 s, from MP3 file: faster than the pipeline"),
    ("front_end", "log-mel, hop 512: faster than essentia, standard"),
    ("start_up", "cold: genrescope predict FILE.mp3"),
    ("start_up", "cold: genrescope --help"),
    ("start_up", 'cold: python -c "import genrescope"'),
    ("start_up", "base install, pip left out"),
    ("memory", "120-minute MP3: time per minute / 4-minute"),
    ("memory", "120-minute MP3: peak memory over idle"),
    ("memory", "10,000 files: memory growth after the first 500"),
    ("training", "complex CNN, 150 epochs: faster than plain script, no workers"),
    ("training", "accuracy: ours minus plain, seeds pooled"),
    ("extraction", "extraction, 1,000 WAV: faster than librosa, pool of 2 (whole process)"),
    ("extraction", "10,000 tracks: time over a line through 100 and 1,000"),
)


@pytest.mark.parametrize("measure", report.MEASURES, ids=lambda measure: measure[0])
def test_each_measure_finds_a_row_of_its_own(measure):
    _, _, name, begins = measure
    found = [row for where, row in ROWS if where == name and re.match(begins, row)]
    assert len(found) == 1


def test_every_measure_belongs_to_a_benchmark():
    assert {name for _, _, name, _ in report.MEASURES} == set(report.BENCHMARKS)
    assert set(report.BENCHMARKS) <= set(PROGRAMS)


def test_scaling_is_worked_out_from_facts_alone():
    facts = {"answer_mp3_s": 0.036, "svm_fit_s": 2.0, "svm_fit_n": 1000}
    text = "\n".join(scaling.tables({"answer_vs_decode": {"facts": facts}}))
    (hearing,) = [x for x in text.splitlines() if x.startswith("| hearing")]
    assert "10.0 h" in hearing
    assert "41.7 days" in hearing
    (fit,) = [x for x in text.splitlines() if x.startswith("| fit of the kernel machine, time")]
    assert "at least 23.1 days" in fit


def test_scaling_is_put_between_the_markers():
    document = f"before\n{scaling.BEGIN}\nold\n{scaling.END}\nafter\n"
    found = scaling.replaced(document, "new")
    assert found == f"before\n{scaling.BEGIN}\nnew\n{scaling.END}\nafter\n"


def test_the_document_has_the_markers():
    document = (ROOT / "docs" / "scaling.md").read_text(encoding="utf-8")
    assert scaling.BEGIN in document
    assert scaling.END in document


def test_programs_were_found():
    assert len(PROGRAMS) >= 10


@pytest.mark.skipif(sys.platform == "win32", reason="the benchmarks pin cores and fork")
@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_says_what_it_does_without_its_peers(name, tmp_path):
    # A finder that refuses the peers stands in for an install that lacks them.
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\n"
        "class Refuse:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name in ('librosa', 'torch', 'essentia', 'transformers', 'sklearn'):\n"
        "            raise ModuleNotFoundError(name)\n"
        "sys.meta_path.insert(0, Refuse())\n",
        encoding="utf-8",
    )
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", f"bench.{name}", "--help"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert f"bench.{name}" in done.stdout or "--results" in done.stdout


def test_raw_numbers_are_plain_json(tmp_path):
    found = record.Record("memory")
    found.curve("growth", {"resident": ([100, 200], [1.0, 2.0])}, x="files", y="MB")
    kept = json.loads(found.save(tmp_path).read_text(encoding="utf-8"))
    assert kept["curves"]["growth"]["lines"]["resident"] == [[100.0, 200.0], [1.0, 2.0]]
    assert kept["machine"]["cores"] >= 1


def test_musicnn_has_the_published_number_of_parameters():
    if importlib.util.find_spec("torch") is None:
        pytest.skip("needs torch")
    from bench.peers import musicnn

    assert musicnn.n_parameters(musicnn.Musicnn()) == (787_159, 792_079)

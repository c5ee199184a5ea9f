"""
Five hundred MP3s of 30 s on two cores: over decoding alone, and over the common script.

Whole processes, from start to end, imports included. genrescope hears them by predict_many;
decoding alone is PyAV in a pool of two forked processes (frames decoded, samples left where they
are); the common script is librosa.load, melspectrogram, power_to_db and the same model in torch.
The target over that script is held to its plain loop, as most people run it; the same script in a
pool of two processes stands beside it in each table, for a loop leaves a core idle. The ceiling
is decoding alone over the same loop: no program that decodes by FFmpeg can be further ahead.
The plain loop has two threads of torch, and one where that is faster (a first round tells). The
model is the default one, and the complex CNN of Joseph et al. (2024) on fewer files. Warm
seconds per file leave out the first tenth of the files. CPU seconds are user and system time of
all processes; threads of OpenMP that wait in a loop count in them.
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
import statistics
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

import genrescope
from bench.harness import Spread, answer, arguments, module, ratio, run, turns
from bench.record import Record
from bench.sound import copies, data_folder, digest

NAME = "throughput"
Taken = dict[str, list[float]]
OURS, DECODE = "genrescope", "PyAV: decoding alone"
LOOP, POOL = "librosa and torch, plain loop", "librosa and torch, pool of 2"


def main() -> None:
    """Measure both models and save."""
    given = arguments(NAME, __doc__, rounds=3, files=500, network_files=200)
    rounds = 1 if given.quick else given.rounds
    # The two that take least have more rounds: the first target is a ratio of theirs.
    short_rounds = 1 if given.quick else given.rounds + 2
    n_files, n_network = (20, 10) if given.quick else (given.files, given.network_files)
    record = Record(NAME, quick=given.quick)
    paths = copies(n_files, data_folder() / "many-30s", n_distinct=5 if given.quick else 50)
    lists = written_list(paths), written_list(paths[:n_network])
    peers = all(importlib.util.find_spec(name) for name in ("librosa", "torch", "onnx"))
    default_model(record, lists[0], n_files, (rounds, short_rounds), peers=peers)
    if peers:
        network(record, lists[1], n_network, min(2, rounds))
    else:
        record.note("librosa, torch or onnx is not installed: the common script was not measured.")
    n_distinct = min(n_files, 5 if given.quick else 50)
    record.note(
        f"{n_distinct} tracks, each under {n_files // n_distinct} names with its own tags; "
        "two cores; all "
        "files were read once before (the disk cache is warm)."
    )
    record.save(given.out)


def default_model(
    record: Record, files: Path, n: int, rounds: tuple[int, int], *, peers: bool
) -> None:
    """Let genrescope, decoding alone and the common script take turns on the default model."""
    bundle = Path(genrescope.__file__).parent / "assets" / "default"
    commands: dict[str, tuple[list[str], int]] = {
        OURS: (module("bench.peers.hear_many", files), 1),
        DECODE: (module("bench.peers.decoders", files), 1),
    }
    if peers:
        commands |= script_commands(record, files, bundle)
    whole, warm, cpu, firsts = taken(commands, rounds[0], more={OURS: rounds[1], DECODE: rounds[1]})
    record.times(f"{n} files, default model: whole process", whole)
    record.times(f"{n} files, default model: CPU seconds, all processes", cpu)
    record.times(f"{n} files, default model: warm", ms(warm), unit="ms a file")
    speed = ratio(whole[DECODE], whole[OURS])
    record.row(f"{n} files, 2 cores: throughput / decoding alone (whole process)", speed, least=0.5)
    warm_speed = ratio(warm[DECODE], warm[OURS])
    record.row(f"{n} files, 2 cores: throughput / decoding alone (warm)", warm_speed)
    work = ratio(cpu[DECODE], cpu[OURS])
    record.row(f"{n} files: CPU seconds of decoding alone / of genrescope", work)
    record.fact("files_per_s_2_cores", n / statistics.median(whole["genrescope"]))
    if peers:
        rows_against_script(record, f"{n} files, default model", whole, warm)
        compare_answers(record, firsts, "default model, files to answers")
        compare_models(record, bundle)


def network(record: Record, files: Path, n: int, rounds: int) -> None:
    """Let genrescope and the common script take turns on the complex CNN."""
    bundle = network_bundle()
    commands = {
        "genrescope": (module("bench.peers.hear_many", files, "--bundle", bundle), 1),
        DECODE: (module("bench.peers.decoders", files), 1),
        **script_commands(record, files, bundle),
    }
    whole, warm, cpu, firsts = taken(commands, rounds)
    record.times(f"{n} files, complex CNN: whole process", whole)
    record.times(f"{n} files, complex CNN: CPU seconds, all processes", cpu)
    record.times(f"{n} files, complex CNN: warm", ms(warm), unit="ms a file")
    rows_against_script(record, f"{n} files, complex CNN", whole, warm)
    compare_answers(record, firsts, "complex CNN, files to answers")
    compare_models(record, bundle)


def script_commands(record: Record, files: Path, bundle: Path) -> dict[str, tuple[list[str], int]]:
    """Give the two ways to run the common script, the loop with the better number of threads."""
    script = module("bench.peers.librosa_script", files, "--bundle", bundle)
    loops = {n: ([*script, "--threads", str(n)], n) for n in (1, 2)}
    # Forty files tell which; both are warm, for the list was read.
    few = files.with_name(f"few-{files.name}")
    few.write_text("\n".join(files.read_text().splitlines()[:40]) + "\n", encoding="utf-8")
    tried = {}
    for n in loops:
        trial = module("bench.peers.librosa_script", few, "--bundle", bundle, "--threads", n)
        tried[n] = answer(run(trial, n_cores=2, threads=n))["warm_s_per_file"]
    best = min(tried, key=lambda n: tried[n])
    record.note(
        f"{bundle.name}: the plain loop takes {1e3 * tried[1]:.1f} ms a file with one thread of "
        f"torch and {1e3 * tried[2]:.1f} ms with two; it runs with {best}"
    )
    return {LOOP: loops[best], POOL: ([*script, "--processes", "2"], 1)}


def taken(
    commands: Mapping[str, tuple[list[str], int]],
    rounds: int,
    *,
    more: Mapping[str, int] | None = None,
) -> tuple[Taken, Taken, Taken, dict[str, np.ndarray]]:
    """
    Run in turns; give whole seconds, warm seconds a file, CPU seconds, and first answers.

    Those in ``more`` have that many rounds in all: the last ones are theirs alone.
    """
    whole, warm, cpu = ({name: [] for name in commands} for _ in range(3))
    firsts = {}
    extra = list(more or ())
    n_extra = max((more or {}).values(), default=rounds) - rounds
    order = [*turns(list(commands), rounds), *(turns(extra, n_extra) if extra else ())]
    for name in order:
        command, threads = commands[name]
        finished = run(command, n_cores=2, threads=threads)
        told = answer(finished)
        whole[name].append(finished.wall_s)
        cpu[name].append(finished.cpu_s)
        warm[name].append(told["warm_s_per_file"])
        if "first" in told:
            firsts[name] = np.array(told["first"])
        print(f"{NAME:17} {name}: {finished.wall_s:.2f} s", flush=True)
    return whole, warm, cpu, firsts


def rows_against_script(
    record: Record,
    what: str,
    whole: Mapping[str, list[float]],
    warm: Mapping[str, list[float]],
) -> None:
    """Add how many times faster than the common script genrescope is."""
    n = len(whole[LOOP])  # the rounds that all had; later ones are not pairs
    for script, least in ((LOOP, 5.0), (POOL, None)):
        faster: Spread = ratio(whole[script], whole[OURS][:n])
        record.row(f"{what}: faster than {script} (whole process)", faster, least=least)
        record.row(f"{what}: faster than {script} (warm)", ratio(warm[script], warm[OURS][:n]))
    ceiling = ratio(whole[LOOP], whole[DECODE][:n])
    record.row(f"{what}: ceiling, decoding alone faster than {LOOP} (whole process)", ceiling)
    ceiling = ratio(warm[LOOP], warm[DECODE][:n])
    record.row(f"{what}: ceiling, decoding alone faster than {LOOP} (warm)", ceiling)


def compare_answers(record: Record, firsts: Mapping[str, np.ndarray], what: str) -> None:
    """Say how far the answers of the script are from ours: other decoder, other resampler."""
    ours, theirs = firsts["genrescope"], firsts[LOOP]
    far = float(np.abs(ours - theirs).max())
    same = int(np.sum(ours.argmax(axis=1) == theirs.argmax(axis=1)))
    record.note(
        f"{what}: genrescope and the script differ by at most {far:.2g} in a probability "
        f"(decoders and resamplers differ), and name the same genre for {same} of {len(ours)}."
    )


def compare_models(record: Record, bundle: Path) -> None:
    """Check that the model in torch gives the answers of the bundle for the same pictures."""
    import torch

    from bench.peers import torch_models

    predictor = genrescope.load(bundle)
    front_end = predictor.manifest.front_end
    sounds = [genrescope.render_track(kind) for kind in ("jazz", "metal", "pop")]
    pictures = [front_end.compute(y[: predictor.manifest.windows.length]) for y in sounds]
    X = predictor.manifest.features.compute(pictures, front_end)
    with torch.inference_mode():
        theirs = torch_models.load(bundle)(torch.from_numpy(X)).numpy()
    far = float(np.abs(predictor.probabilities(pictures) - theirs).max())
    if not far < 1e-4:
        raise SystemExit(f"{bundle.name}: torch gives another answer, by {far:.2g}: not a peer")
    record.note(f"{bundle.name}: torch and genrescope differ by {far:.1e} on the same pictures.")


def network_bundle() -> Path:
    """Make a bundle of the complex CNN; one epoch on noise, for speed does not ask for more."""
    recipe = genrescope.load_recipe("joseph2024-complex-cnn")
    # Named by what it is made of, so that a change of the recipe or the package makes a new one.
    folder = data_folder() / f"complex-cnn-{digest(recipe, genrescope.__version__)}"
    if (folder / "network.pt").exists():
        return folder
    import torch

    from genrescope.bundle.export import export_bundle
    from genrescope.bundle.format import Manifest

    rng = np.random.default_rng(0)
    X = rng.standard_normal((40, 64, 100)).astype(np.float32)
    y = np.array(genrescope.load("default").labels * 4)
    classifier: Any = quietly(
        lambda: genrescope.make_classifier(
            recipe.model.name, recipe.model.settings, training={"epochs": 1}
        ).fit(X, y)
    )
    manifest = Manifest(
        name="joseph2024-complex-cnn, trained on noise",
        version="1",
        labels=tuple(map(str, classifier.classes_)),
        front_end=recipe.front_end,
        windows=recipe.windows,
        features=recipe.features,
    )
    export_bundle(
        folder,
        manifest,
        onnx=quietly(classifier.to_onnx),
        card="Trained on noise, to measure speed.\n",
        predict_proba=classifier.predict_proba,
        examples=X,
    )
    torch.save(classifier.network_.state_dict(), folder / "network.pt")
    return folder


def quietly(task: Callable[[], Any]) -> Any:
    """Run what prints and warns."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        return task()


def written_list(paths: list[Path]) -> Path:
    """Write a list of files, one path a line."""
    path = data_folder() / f"list-{len(paths)}.txt"
    path.write_text("\n".join(map(str, paths)) + "\n", encoding="utf-8")
    return path


def ms(taken: Mapping[str, list[float]]) -> dict[str, list[float]]:
    """Give milliseconds."""
    return {name: [1e3 * t for t in times] for name, times in taken.items()}


if __name__ == "__main__":
    main()

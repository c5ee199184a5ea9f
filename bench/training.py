"""
Training: the complex CNN of Joseph et al. (2024) over the plain DataLoader script, on two cores.

150 epochs on the same pictures of 64 x 100 (799 to learn from, 200 held out, a random split that is
leaky: artists cross it), the held-out part measured after each epoch on both sides; two seeds, and
accuracies compared track by track. The plain script runs all epochs without DataLoader workers, and
ten with two workers that persist, torch with two threads on both sides; the target is held to the
faster of the two. Seconds are those of the training itself on each side: of `fit`, what it prepares
included, and of the plain script's epochs; imports and reading the data are left out.
The kernel machine of genrescope stands beside scikit-learn's SVC on statistics of the log-mel. With
GENRESCOPE_DATA the log-mels of real music are used, else composed ones.
"""

from __future__ import annotations

import json
import os
import statistics
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

import genrescope
from bench.harness import (
    ROOT,
    Spread,
    answer,
    arguments,
    interleaved,
    module,
    ratio,
    run,
    seconds,
    spread,
    turns,
)
from bench.record import Record
from bench.sound import KINDS, data_folder, digest

NAME = "training"
OURS, ALONE = "genrescope", "plain script, no workers"
HALF, WORKERS = "genrescope, bfloat16", "plain script, 2 workers"
SHORT_EPOCHS = 10
PLAIN = ROOT / "bench" / "peers" / "plain_training.py"


def main() -> None:
    """Measure the network and the kernel machine, and save."""
    given = arguments(NAME, __doc__, epochs=150, seeds=2, child="")
    if given.child == "svm":
        child_svm(Path(os.environ["BENCH_FILE"]))
        return
    record = Record(NAME, quick=given.quick)
    try:
        import sklearn  # noqa: F401
        import torch  # noqa: F401
    except ImportError:
        record.note("torch or scikit-learn is not installed: not measured.")
        record.save(given.out)
        return
    epochs, seeds = (2, 1) if given.quick else (given.epochs, given.seeds)
    pictures, labels, where = logmels(150 if given.quick else 999)
    record.note(f"log-mels: {where}")
    network(record, lesson(pictures, labels), epochs, seeds)
    kernel_machine(record, pictures, labels)
    record.save(given.out)


def logmels(n: int) -> tuple[np.ndarray, np.ndarray, str]:
    """Give log-mels on the scale unit [shape=(n, 128, t)], their genres, and their source."""
    path = Path(os.environ.get("GENRESCOPE_DATA", "")) / "gtzan" / "logmel.npz"
    if path.is_file():
        with np.load(path) as data:
            chosen = np.random.default_rng(0).permutation(len(data["X"]))[:n]
            X, genres = data["X"][chosen].astype(np.float32) / 255.0, data["genre"][chosen]
        return X, genres, f"{len(X)} tracks of GTZAN"
    front_end = genrescope.load("default").manifest.front_end
    kept = data_folder() / f"logmels-{n}-{digest(front_end, genrescope.__version__)}.npz"
    if not kept.exists():
        labels = [KINDS[k % len(KINDS)] for k in range(n)]
        sounds = (genrescope.render_track(kind, number=k // 10) for k, kind in enumerate(labels))
        X = np.stack([front_end.compute(y[:660_000]) for y in sounds])
        np.savez(kept, X=X, genre=np.array(labels))
    with np.load(kept) as data:
        return data["X"], data["genre"], f"{n} composed tracks"


def lesson(pictures: np.ndarray, labels: np.ndarray) -> Path:
    """Write the pictures of the CNN, four fifths to learn from: X, y, X_test, y_test."""
    recipe = genrescope.load_recipe("joseph2024-complex-cnn")
    in_db = 80.0 * pictures - 80.0
    X = recipe.features.compute(in_db, recipe.front_end)
    order = np.random.default_rng(0).permutation(len(X))
    learn, test = np.split(order, [round(0.8 * len(X))])
    path = data_folder() / f"lesson-{len(X)}.npz"
    np.savez(path, X=X[learn], y=labels[learn], X_test=X[test], y_test=labels[test])
    return path


def network(record: Record, data: Path, epochs: int, seeds: int) -> None:
    """Let genrescope and the plain script take turns, one seed a round."""
    if not PLAIN.is_file():
        record.note(f"{PLAIN.name} is missing: the network was not measured")
        return
    names = [OURS, ALONE]
    told: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for name in turns(names, seeds):
        told[name].append(one_training(name, data, epochs, seed=len(told[name])))
    short = min(SHORT_EPOCHS, epochs)
    told[HALF] = [one_training(HALF, data, short, seed=0)]
    full = one_training(OURS, data, short, seed=0)  # beside bfloat16, as many epochs
    told[WORKERS] = [one_training(WORKERS, data, short, seed=0)]
    per_epoch = {name: [t["seconds"] / t["epochs"] for t in found] for name, found in told.items()}
    # The first epoch starts the workers: of few epochs, the median is fairer to them.
    per_epoch[WORKERS] = [told[WORKERS][0]["seconds_per_epoch"]]
    record.times("Complex CNN: seconds an epoch", per_epoch)
    taken = {name: [t["seconds"] for t in told[name]] for name in names}
    record.times(f"Complex CNN, {epochs} epochs", taken)
    best = min((ALONE, WORKERS), key=lambda name: statistics.median(per_epoch[name]))
    faster = ratio(per_epoch[ALONE], per_epoch[OURS])
    what = f"complex CNN, {epochs} epochs: faster than {ALONE}"
    record.row(what, faster, least=3.0 if best == ALONE else None)
    ours = statistics.median(per_epoch[OURS])
    what = f"complex CNN, an epoch (of {short}): faster than {WORKERS}"
    record.row(what, per_epoch[WORKERS][0] / ours, least=3.0 if best == WORKERS else None)
    gained = full["seconds"] / told[HALF][0]["seconds"]
    record.row(f"{HALF}, {short} epochs: seconds of float32 / of bfloat16, one seed", gained)
    compare_accuracies(record, told)
    with np.load(data) as held:
        n_learned = len(held["X"])
    record.fact("cnn_train_s_per_window_and_epoch", ours / n_learned)


def one_training(name: str, data: Path, epochs: int, *, seed: int) -> dict[str, Any]:
    """Train once in a process of its own; give seconds, accuracy, and what was right."""
    common = ["--data", data, "--epochs", epochs, "--seed", seed]
    if name in (OURS, HALF):
        precision = ["--precision", "bfloat16" if name == HALF else "float32"]
        command = module("bench.peers.fit_network", *common, *precision)
    else:
        workers = 2 if name == WORKERS else 0
        command = module("bench.peers.plain_training", *common, "--workers", workers)
    found = answer(run(command, n_cores=2, threads=2))
    print(f"{NAME:17} {name}: {found['seconds']:.1f} s, {found['accuracy']:.3f}", flush=True)
    return {"epochs": epochs, **found}


def compare_accuracies(record: Record, told: Mapping[str, list[dict[str, Any]]]) -> None:
    """Set accuracies on the same held-out tracks side by side, with an interval."""
    n_test = int(told[OURS][0]["n_test"])
    split = f"{n_test} held out, random split: leaky"
    for name in (OURS, ALONE):
        accuracies = spread([100 * t["accuracy"] for t in told[name]])
        record.row(f"accuracy, {name} ({split})", accuracies, unit="%")
    right = {
        name: np.array([t["correct"] for t in told[name]], dtype=float) for name in (OURS, ALONE)
    }
    gained = paired_interval(right[OURS], right[ALONE])
    record.row(
        f"accuracy: ours minus plain, seeds pooled, 95 % interval by tracks ({split})",
        gained,
        unit="points",
    )
    record.values["rows"][-1]["met"] = gained.high >= 0.0
    verdict = "holds 0 or better" if gained.high >= 0.0 else "is below 0: ours is less accurate"
    record.note(
        f"same accuracy within noise: the interval {verdict}. Its ends stand where quartiles stand "
        "in other rows; weights start from different numbers on the two sides"
    )


def paired_interval(ours: np.ndarray, plain: np.ndarray, *, n: int = 10_000) -> Spread:
    """
    Bootstrap the tracks, all seeds of a track together.

    Parameters
    ----------
    ours, plain : np.ndarray [shape=(n_seeds, n_tracks)]
        1 where the answer was right.
    n : int
        Resamples.

    Returns
    -------
    Spread
        The difference of the accuracies in points, and its 95 % interval.
    """
    per_track = 100 * (ours.mean(axis=0) - plain.mean(axis=0))
    rng = np.random.default_rng(0)
    drawn = per_track[rng.integers(0, len(per_track), (n, len(per_track)))].mean(axis=1)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Spread(float(per_track.mean()), float(low), float(high), len(per_track))


def kernel_machine(record: Record, pictures: np.ndarray, labels: np.ndarray) -> None:
    """Let our kernel machine and those of scikit-learn take turns on statistics of the log-mel."""
    manifest = genrescope.load("default").manifest
    X = manifest.features.compute(pictures, manifest.front_end)
    path = data_folder() / f"statistics-{len(X)}.npz"
    np.savez(path, X=X, y=labels)
    command = module("bench.training", "--child", "svm")
    told = answer(run(command, environment={"BENCH_FILE": str(path)}))
    record.times(f"Kernel machines on {len(X)} x {X.shape[1]}, one core", told["taken"])
    taken = told["taken"]
    for what in ("fit", "predict"):
        for peer in ("SVC, calibrated", "SVC alone"):
            faster = ratio(taken[f"{peer}: {what}"], taken[f"genrescope: {what}"])
            record.row(f"kernel machine: {what}, faster than {peer}", faster)
    record.note(
        "genrescope's machine is one against the rest, its probabilities calibrated on folds of "
        "held-out tracks; the peer that does the same is CalibratedClassifierCV (five folds, "
        "ensemble=False) over SVC, which is one against one. SVC alone gives no probabilities."
    )
    record.fact("svm_fit_s", statistics.median(taken["genrescope: fit"]))
    record.fact("svm_fit_n", len(X))
    record.fact("svm_kept_share", told["kept_share"])
    exponent = float(np.polyfit(np.log(told["sizes"]), np.log(told["fit_s"]), 1)[0])
    record.fact("svm_fit_exponent", exponent)
    record.row(f"kernel machine: fit grows with n to the power of, {told['sizes']}", exponent,
               unit="")  # fmt: skip
    record.fact("n_statistics", int(X.shape[1]))


def child_svm(path: Path) -> None:
    """Fit and predict with both machines in this process, and print the seconds."""
    from sklearn.base import clone
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC

    with np.load(path) as data:
        X, y = data["X"], data["y"]
    recipe = genrescope.load_recipe("default")
    gamma = 0.5 / X.shape[1]
    ours = genrescope.make_classifier(recipe.model.name, recipe.model.settings)
    alone = make_pipeline(StandardScaler(), SVC(C=3.0, gamma=gamma, cache_size=500))
    calibrated = CalibratedClassifierCV(clone(alone), cv=5, ensemble=False)
    contenders = {
        "genrescope: fit": lambda: ours.fit(X, y),
        "SVC, calibrated: fit": lambda: calibrated.fit(X, y),
        "SVC alone: fit": lambda: alone.fit(X, y),
    }
    for fit in contenders.values():
        fit()
    contenders |= {
        "genrescope: predict": lambda: ours.predict_proba(X),
        "SVC, calibrated: predict": lambda: calibrated.predict_proba(X),
        "SVC alone: predict": lambda: alone.predict(X),
    }
    taken = interleaved(contenders, n=3, warm_up=0)
    sizes = [len(X) // 4, len(X) // 2, len(X)]
    order = np.random.default_rng(0).permutation(len(X))
    fits = [seconds(lambda n=n: ours.fit(X[order[:n]], y[order[:n]])) for n in sizes[:-1]]
    fits.append(statistics.median(taken["genrescope: fit"]))
    # One machine a genre against the rest; the graph keeps each vector that any of them needs.
    codes = y[:, None] == np.unique(y)
    machines = [
        SVC(C=3.0, gamma=gamma).fit(StandardScaler().fit_transform(X), codes[:, k])
        for k in range(codes.shape[1])
    ]
    kept = set().union(*(set(machine.support_) for machine in machines))
    share = len(kept) / len(X)
    print(json.dumps({"taken": taken, "sizes": sizes, "fit_s": fits, "kept_share": share}))


if __name__ == "__main__":
    main()

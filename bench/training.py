"""
Training: the complex CNN of Joseph et al. (2024) over the plain DataLoader script, on two cores.

150 epochs on the same pictures of 64 x 100 (799 to learn from, 200 held out), the held-out part
measured after each epoch on both sides; several seeds, so that accuracies can be compared. The
plain script runs without DataLoader workers and with two, torch with two threads on both sides, and
the target is held to the faster of the two. The kernel machine of genrescope stands beside
scikit-learn's SVC on statistics of the log-mel. With GENRESCOPE_DATA the log-mels of real music are
used, else composed ones.
"""

from __future__ import annotations

import json
import os
import statistics
from pathlib import Path

import numpy as np

import genrescope
from bench.harness import ROOT, answer, arguments, interleaved, module, ratio, run, spread, turns
from bench.record import Record
from bench.sound import KINDS, data_folder

NAME = "training"
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
    kept = data_folder() / f"logmels-{n}.npz"
    if not kept.exists():
        front_end = genrescope.load("default").manifest.front_end
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
    names = ["genrescope", "plain script, no workers", "plain script, 2 workers"]
    told: dict[str, list[dict[str, float]]] = {name: [] for name in names}
    common = ["--data", data, "--epochs", epochs]
    for name in turns(names, seeds):
        seed = ["--seed", len(told[name])]
        if name == "genrescope":
            command = module("bench.peers.fit_network", *common, *seed)
        else:
            workers = 2 if "2" in name else 0
            plain = module("bench.peers.plain_training", *common, *seed)
            command = [*plain, "--workers", str(workers)]
        found = answer(run(command, n_cores=2, threads=2))
        told[name].append(found)
        print(f"{NAME:17} {name}: {found['seconds']:.1f} s, {found['accuracy']:.3f}", flush=True)
    taken = {name: [t["seconds"] for t in found] for name, found in told.items()}
    record.times(f"Complex CNN, {epochs} epochs", taken)
    for name in names[1:]:
        faster = ratio(taken[name], taken["genrescope"])
        best = min(names[1:], key=lambda other: statistics.median(taken[other]))
        least = 3.0 if name == best else None  # held against the better of the two
        record.row(f"complex CNN, {epochs} epochs: faster than {name}", faster, least=least)
    for name, found in told.items():
        accuracies = spread([100 * t["accuracy"] for t in found])
        n_test = int(found[0]["n_test"])
        record.row(f"accuracy, {name} ({n_test} held out)", accuracies, unit="%")
    pairs = zip(told["genrescope"], told[names[1]], strict=True)
    gained = spread([100 * (a["accuracy"] - b["accuracy"]) for a, b in pairs])
    record.row(f"accuracy, genrescope less {names[1]}, by seed", gained, unit="points")
    record.note(
        f"one of the {n_test} held-out tracks is {100 / n_test:.2g} points; weights start from "
        "different numbers on the two sides, so accuracies differ by chance"
    )
    with np.load(data) as held:
        n_learned = len(held["X"])
    per_item = statistics.median(taken["genrescope"]) / epochs / n_learned
    record.fact("cnn_train_s_per_window_and_epoch", per_item)


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
    print(json.dumps({"taken": interleaved(contenders, n=3, warm_up=0)}))


if __name__ == "__main__":
    main()

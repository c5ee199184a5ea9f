"""Measure calibration and abstention of the default recipe on held-out artists and sounds.

    python scripts/abstention.py                    # everything; needs GENRESCOPE_DATA
    python scripts/abstention.py --only calibration # or: detector, demo
    python scripts/abstention.py --model runs/default/none/seed-0 --only demo

Every figure about music comes from models that had not learned from its artist, every figure about
other sounds from machines that had not learned from their family (or kind). The demo recordings are
looked at with a finished model, whose thresholds they had no part in. Sounds that are made are kept
in --work, so that a second run is quick.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import numpy as np

from genrescope.bundle.abstention import Abstention
from genrescope.datasets.dataset import load_dataset
from genrescope.evaluation.folds import plan_folds
from genrescope.metrics import calibration, classification, conformal, selective
from genrescope.metrics.perfect_calibration import error_if_true
from genrescope.models.classifier import make_classifier
from genrescope.models.music_machine import MusicMachine
from genrescope.prediction.predictor import load
from genrescope.seeding import rng_for
from genrescope.synthesis.not_music import noise_kinds
from genrescope.training.augmentation import with_copies
from genrescope.training.fit import parts_for
from genrescope.training.loading import load_inputs
from genrescope.training.music_detector import LOST, held_out_noises
from genrescope.training.music_examples import (
    N_PER_KIND,
    N_PER_TRACK,
    SHORT_S,
    Examples,
    detector_features,
    first_logmel,
    music_of,
    no_music,
    played_music,
)
from genrescope.training.recipe_files import load_recipe
from genrescope.training.thresholds import fit_thresholds
from genrescope.training.worn import eight_bits

PROTOCOLS = (("artist-grouped", {"n_folds": 5}), ("fault-filtered-strict", {}))
CROPS_S = (3.0, 10.0, 30.0)


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=("calibration", "detector", "demo"))
    parser.add_argument("--model", default="default", help="bundle that hears the demo recordings")
    parser.add_argument("--work", type=Path, default=Path("runs/abstention"))
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    if options.only != "demo":
        recipe = load_recipe("default")
        inputs = load_inputs(recipe, options.work / "store")
        for protocol, settings in PROTOCOLS:
            folds = plan_folds(inputs, protocol, settings, [0], options.work)
            fitted = [_fit(recipe, inputs, fold) for fold in folds]
            if options.only != "detector":
                _calibration(protocol, fitted)
                _selective(fitted)
            if protocol == "artist-grouped" and options.only != "calibration":
                _detector(inputs, fitted, options.work)
    if options.only in (None, "demo"):
        _demo(options.model)
    return 0


def _fit(recipe, inputs, fold):  # type: ignore[no-untyped-def]
    parts = parts_for(recipe, train=fold.split.train, valid=fold.split.valid)
    learn, test = inputs.rows(parts.learn), inputs.rows(fold.split.test)
    model = make_classifier(recipe.model.name, recipe.model.settings, seed=0)
    learned, X, apart = with_copies(recipe, inputs, learn)
    labels = inputs.labels(learned)
    model.fit(X, labels, groups=inputs.groups(learned), **apart)
    held_out = model.held_out_
    y_held = np.searchsorted(model.classes_, labels[held_out.rows])
    return {
        "model": model,
        "learn": set(parts.learn),
        "test": set(fold.split.test),
        "y": np.searchsorted(model.classes_, inputs.labels(test)),
        "P": model.predict_proba(inputs.X[test]),
        "T": model.estimator_[-1].temperatures_[-1],
        "held_out": (y_held, held_out.P),
        "thresholds": fit_thresholds(y_held, held_out.P, source="calibration folds"),
    }


def _calibration(protocol: str, fitted: list[dict]) -> None:  # type: ignore[type-arg]
    y = np.concatenate([f["y"] for f in fitted])
    after = np.concatenate([f["P"] for f in fitted])
    before = np.concatenate(
        [calibration.apply_temperature(f["T"] * np.log(f["P"]), 1.0) for f in fitted]
    )
    temperatures = ", ".join(f"{f['T']:.3f}" for f in fitted)
    print(f"\n## Calibration, {protocol}, n = {len(y)} (temperatures {temperatures})\n")
    print("| | before (T = 1) | after |\n| --- | ---: | ---: |")
    rows = {
        "accuracy": lambda P: np.mean(P.argmax(axis=1) == y),
        "mean confidence": lambda P: P.max(axis=1).mean(),
        "ECE, 15 bins of equal width": lambda P: calibration.expected_calibration_error(y, P),
        "ECE, 15 bins of equal mass": lambda P: calibration.expected_calibration_error(
            y, P, binning="mass"
        ),
        "ECE by chance alone (width), mean": lambda P: _chance(P).mean,
        "ECE by chance alone (width), 95th percentile": lambda P: _chance(P).high,
        "Brier": lambda P: calibration.brier(y, P),
        "log loss": lambda P: classification.log_loss(y, P),
    }
    for name, value in rows.items():
        print(f"| {name} | {value(before):.3f} | {value(after):.3f} |")


def _chance(P: np.ndarray):  # type: ignore[no-untyped-def]
    return error_if_true(P, rng_for(0, "chance"))


def _selective(fitted: list[dict]) -> None:  # type: ignore[type-arg]
    y, P = (np.concatenate([f[k] for f in fitted]) for k in ("y", "P"))
    curve = selective.risk_coverage(y, P)
    print(f"\nAURC {selective.area_under_risk_coverage(curve):.3f}\n")
    print("| answered | accuracy | least confidence |\n| ---: | ---: | ---: |")
    for coverage in (1.0, 0.9, 0.8, 0.7, 0.5):
        right = 1.0 - selective.risk_at_coverage(curve, coverage)
        least = selective.threshold_for_coverage(curve, coverage)
        print(f"| {100 * coverage:.0f} % | {100 * right:.1f} % | {least:.2f} |")
    unsure = [f["P"].max(axis=1) < f["thresholds"].confidence_below for f in fitted]
    share = np.concatenate(unsure)
    right = (P.argmax(axis=1) == y)[share]
    print(
        f"\nNot sure: {100 * share.mean():.1f} % of the tracks (threshold of each fold from its "
        f"training part), of whose first genres {100 * right.mean() if len(right) else 0:.0f} % "
        "are right"
    )
    print("\n| conformal sets | asked | held the truth | mean size |\n| --- | ---: | ---: | ---: |")
    for name, scores in (("LAC", conformal.lac_scores), ("APS", conformal.aps_scores)):
        for coverage in (0.8, 0.9, 0.95):
            inside = []
            for f in fitted:
                y_held, P_held = f["held_out"]
                limit = conformal.conformal_quantile(y_held, scores(P_held), coverage=coverage)
                inside.append(conformal.sets(f["P"], scores(f["P"]), threshold=limit))
            together = np.concatenate(inside)
            print(
                f"| {name} | {100 * coverage:.0f} % | "
                f"{100 * conformal.set_coverage(y, together):.1f} % | "
                f"{conformal.mean_set_size(together):.2f} |"
            )


def _detector(inputs, fitted: list[dict], work: Path) -> None:  # type: ignore[no-untyped-def, type-arg]
    everything = {t.track_id for t in inputs.tracks}
    music = music_of(inputs, everything, seed=0)
    ids = np.repeat([t.track_id for t in inputs.tracks], N_PER_TRACK)
    played = _kept(work / "played.npz", lambda: played_music(inputs, seed=0, advance=_count))
    noises = _kept(work / "noises.npz", lambda: no_music(inputs, seed=0, advance=_count))
    crops, crop_ids = _crops(inputs, work / "crops.npz")
    values, values_crops = np.full(len(ids), np.nan), np.full(len(crop_ids), np.nan)
    unsure = np.zeros(len(crop_ids), dtype=bool)
    for f in fitted:
        learn = np.isin(ids, list(f["learn"]))
        X = np.concatenate([music.X[learn], played.X, noises.X])
        machine = MusicMachine(X, np.arange(len(X)) < len(X) - len(noises.X))
        test, test_crops = (np.isin(i, list(f["test"])) for i in (ids, crop_ids))
        values[test] = machine.decision(music.X[test])
        if test_crops.any():
            values_crops[test_crops] = machine.decision(crops.X[test_crops])
            confidence = f["model"].predict_proba(crops.X[test_crops]).max(axis=1)
            unsure[test_crops] = confidence < f["thresholds"].confidence_below
    known, known_crops = np.isfinite(values), np.isfinite(values_crops)
    below = float(np.quantile(values[known], LOST, method="lower"))
    lost, lost_crops = values < below, values_crops < below
    print(f"\n## Music that is declined, by held-out artists (threshold: {100 * LOST:g} %)\n")
    print("| stored log-mels | n | as not music |\n| --- | ---: | ---: |")
    which = np.arange(len(ids)) % N_PER_TRACK
    short = f"1 to {SHORT_S:.0f} s"
    names = ("whole", short, f"{short}, worn", "1 to 25 s, worn", "whole, worn")
    for k, name in enumerate(names):
        mine = known & (which == k)
        print(f"| {name} | {mine.sum()} | {100 * lost[mine].mean():.1f} % |")
    print("\n| sound | n | as not music | not sure | either |\n| --- | ---: | ---: | ---: | ---: |")
    for length in CROPS_S:
        mine = known_crops & (crops.duration_s == length)
        either = lost_crops | unsure
        shares = " | ".join(f"{100 * a[mine].mean():.1f} %" for a in (lost_crops, unsure, either))
        print(f"| {length:.0f} s | {mine.sum()} | {shares} |")
    shares = [f"{100 * a[known_crops].mean():.1f} %" for a in (lost_crops, unsure, either)]
    print(f"| all | {known_crops.sum()} | {' | '.join(shares)} |")
    _by_genre(inputs, ids, which, known, lost)
    _by_kind(inputs, music, played, noises, fitted, below)


def _by_genre(inputs, ids, which, known, lost) -> None:  # type: ignore[no-untyped-def]
    genre = {t.track_id: t.label for t in inputs.tracks}
    labels = np.array([genre[i] for i in ids])
    print("\n| genre | whole | short | short, worn |\n| --- | ---: | ---: | ---: |")
    for label in sorted(set(labels)):
        shares = [lost[known & (labels == label) & (which == k)].mean() for k in (0, 1, 2)]
        print(f"| {label} | {' | '.join(f'{100 * s:.1f} %' for s in shares)} |")


def _by_kind(inputs, music, played, noises, fitted, below: float) -> None:  # type: ignore[no-untyped-def]
    kinds = np.repeat(noise_kinds(), N_PER_KIND)
    by_family = held_out_noises(music, played, noises) < below
    alone = Examples(noises.X, kinds, noises.duration_s)
    by_kind = held_out_noises(music, played, alone) < below
    model = fitted[0]["model"]
    unsure = model.predict_proba(noises.X).max(axis=1) < fitted[0]["thresholds"].confidence_below
    print("\n## Sounds that are not music, by held-out kinds\n")
    print("| kind | family | family held out | kind held out | either reason |")
    print("| --- | --- | ---: | ---: | ---: |")
    rows = [(k, noises.groups[kinds == k][0], kinds == k) for k in noise_kinds()]
    for kind, family, mine in (*rows, ("all", "", kinds == kinds)):
        either = (by_family | unsure)[mine].mean()
        print(
            f"| {kind} | {family} | {100 * by_family[mine].mean():.0f} % | "
            f"{100 * by_kind[mine].mean():.0f} % | {100 * either:.0f} % |"
        )
    short = noises.duration_s < SHORT_S
    print(f"\nShorter than {SHORT_S:.0f} s (n = {short.sum()}), family held out: "
          f"{100 * by_family[short].mean():.1f} % declined; all {100 * by_family.mean():.1f} %, "
          f"kind held out {100 * by_kind.mean():.1f} %")  # fmt: skip


def _crops(inputs, path: Path):  # type: ignore[no-untyped-def]
    """Cut stretches of three lengths out of the sound of every track that has sound."""
    from genrescope.audio.decode import open_audio

    sounds = {t.track_id: t.path for t in load_dataset("gtzan").tracks if t.path is not None}
    ids = [i for i in (t.track_id for t in inputs.tracks) if i in sounds]

    def make() -> Examples:
        logmels = []
        sr = inputs.front_end.sr
        for done, track_id in enumerate(ids, start=1):
            with open_audio(sounds[track_id], sr=sr) as reader:
                y = np.concatenate(list(reader))
            for length in CROPS_S:
                n = min(len(y), round(length * sr))
                start = int(rng_for(0, track_id, length).integers(len(y) - n + 1))
                S = first_logmel(y[start : start + n], inputs.front_end, inputs.windows)
                logmels.append(eight_bits(S, front_end=inputs.front_end))
            _count(done, len(ids))
        X = detector_features(inputs.features).compute(logmels, inputs.front_end)
        return Examples(X, np.repeat(ids, len(CROPS_S)), np.tile(CROPS_S, len(ids)))

    crops = _kept(path, make)
    return crops, crops.groups


def _kept(path: Path, make) -> Examples:  # type: ignore[no-untyped-def]
    if not path.exists():
        made = make()
        np.savez(path, X=made.X, groups=made.groups, duration_s=made.duration_s)
    with np.load(path) as found:
        return Examples(found["X"], found["groups"], found["duration_s"])


def _demo(model: str) -> None:
    predictor = load(model)
    thresholds: Abstention = predictor.manifest.thresholds
    print(f"\n## The demo recordings, heard by {predictor.name} (none of them fitted anything)\n")
    print(f"music_below {thresholds.music_below}, confidence_below {thresholds.confidence_below}\n")
    print("| recording | length | music | first genre | likely | declined |")
    print("| --- | ---: | ---: | --- | --- | --- |")
    for path in sorted((Path(os.environ["GENRESCOPE_DATA"]) / "demo").glob("*.ogg")):
        p = predictor.predict_file(path)
        first = p.genres[0]
        music = "-" if p.music is None else f"{p.music:.3f}"
        print(
            f"| {path.stem} | {p.duration_s:.0f} s | {music} | {first.label} "
            f"{100 * first.probability:.0f} % | {', '.join(p.likely)} | {p.abstained or ''} |"
        )


def _count(done: int, total: int) -> None:
    if done % 50 == 0 or done == total:
        print(f"  {done} of {total}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())

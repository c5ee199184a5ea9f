"""Evidence for tests: answers that are drawn, judged by the package itself."""

import dataclasses

import numpy as np

from genrescope.evaluation.card.evidence import Evidence, ModelFacts, Speed
from genrescope.evaluation.card.gather import gather
from genrescope.evaluation.horse.record import HorseResult, HorseRow
from genrescope.evaluation.outcomes import TrackOutcome
from genrescope.evaluation.results import summarise

LABELS = ("blues", "classical", "jazz", "metal", "rock")
EVIL = "<i>\"'&</i>"


def outcomes(n=100, *, skill=3.0, seed=0, labels=LABELS):
    """Answers of a model that is right more often the greater its skill."""
    rng = np.random.default_rng(seed)
    found = []
    for i in range(n):
        truth = i % len(labels)
        z = rng.normal(size=len(labels))
        z[truth] += skill
        p = np.exp(z) / np.exp(z).sum()
        found.append(
            TrackOutcome(
                track_id=f"{labels[truth]}.{i:05d}",
                fold=1,
                seed=0,
                group=f"artist {i // 2}",
                y_true=labels[truth],
                y_pred=labels[int(p.argmax())],
                probabilities=tuple(float(x) for x in p),
            )
        )
    return found


def result(said, *, protocol="artist-grouped", leakage="clean: no artist crosses", labels=LABELS,
           model="tiny"):  # fmt: skip
    return summarise(
        said,
        labels,
        model=model,
        protocol=protocol,
        leakage_label=leakage,
        honest=leakage.startswith("clean"),
        train_labels={(1, 0): [labels[0]] * 3 + list(labels)},
        dataset="drawn, 100 tracks of 5 genres",
        n_resamples=200,
    )


def horse():
    rows = tuple(
        HorseRow(name, title, "family", 60, 0.7, accuracy, 0.8, accuracy - 0.8, accuracy - 0.6)
        for name, title, accuracy in (
            ("mp3-32", "MP3 at 32 kbit/s", 0.68),
            ("noise", "white noise at 20 dB", 0.31),
            ("gain", "6 dB louder", 0.72),
        )
    )
    return HorseResult("tiny", "artist-grouped", "drawn", "clean: no artist crosses", 60, rows)


ABSTENTION = {
    "not_sure": {"confidence_below": 0.4},
    "not_music": {"music_below": 0.5, "features": {}, "onnx_sha256": "ab"},
    "likely": {"coverage": 0.9, "probability_from": 0.1},
    "fitted_on": "held-out artists",
    "measured": {"declined_as_not_music": 0.02, "not_music_rejected": 0.97},
}
FACTS = ModelFacts(
    "tiny",
    "1",
    LABELS,
    settings=(("model", "name linear"),),
    window_s=30.0,
    n_parameters=12345,
    size_bytes=2_500_000,
    learned_from=(("data", "drawn"), ("tracks", "100")),
    licence="CC0-1.0",
    created="2024-05-01",
    onnx_sha256="cd",
)
SPEED = Speed(30.0, 11.5, 5, "x86_64, 2 cores (one used)", 42.0, 30.0, 3)


def whole() -> Evidence:
    """Evidence with every part."""
    honest, leaky = outcomes(skill=1.5), outcomes(skill=4.0, seed=1)
    results = (
        result(leaky, protocol="random", leakage="leaky: 60 % of the 100 test tracks"),
        result(honest),
        result(outcomes(skill=1.7, seed=2), protocol="album", leakage="unverified: no artist"),
    )
    return gather(
        results,
        {("tiny", "artist-grouped"): honest, ("tiny", "random"): leaky},
        model=FACTS,
        horse=horse(),
        abstention=ABSTENTION,
        speed=SPEED,
        commands=("genrescope evaluate tiny --protocol artist-grouped",),
        notes=("A note.",),
    )


def bare() -> Evidence:
    """Evidence of one result and nothing else."""
    return Evidence(ModelFacts("tiny"), (result(outcomes()),))


def evil() -> Evidence:
    """Evidence in which every text is HTML."""
    labels = (EVIL, "b<", "c>")
    said = [
        dataclasses.replace(o, track_id=f"{EVIL}{o.track_id}")
        for o in outcomes(60, skill=0.5, labels=labels)
    ]
    found = result(said, protocol=EVIL, leakage=f"clean: {EVIL}", labels=labels, model=EVIL)
    found = dataclasses.replace(found, dataset=EVIL)
    rows = tuple(dataclasses.replace(r, title=EVIL, family=EVIL) for r in horse().rows)
    facts = dataclasses.replace(
        FACTS, name=EVIL, labels=labels, licence=EVIL, settings=((EVIL, EVIL),)
    )
    return gather(
        (found,),
        {(EVIL, EVIL): said},
        model=facts,
        horse=dataclasses.replace(horse(), rows=rows, dataset=EVIL, notes=(EVIL,)),
        abstention={**ABSTENTION, "fitted_on": EVIL},
        speed=dataclasses.replace(SPEED, machine=EVIL),
        commands=(EVIL,),
        notes=(EVIL,),
    )

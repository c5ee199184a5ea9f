"""Plant copies of real recordings among the originals, and measure how many the audit finds.

    python scripts/audit_planted.py --n 660

Of `--n` of the tracks of GENRESCOPE_DATA/gtzan with sound, five copies each are made in memory: MP3
of 64 kbit/s, 12 dB softer, 10 s out of the middle, without the first 3 s, and resampled to 16 kHz.
Originals and copies are audited together. A pair is right if both come from one original, or from
two originals that the audit of the originals alone takes for one (these are judged by
audit_gtzan.py). Exits non-zero below 98 % found or above 0.1 % false.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter

import numpy as np

from genrescope.audio.decode import read_audio
from genrescope.audio.encode import decode_mp3, encode_mp3
from genrescope.audio.resample import resample
from genrescope.audit.collection import gather
from genrescope.audit.duplicates import find_duplicates
from genrescope.audit.groups import groups_of
from genrescope.audit.stretches import FRONT_END, logmel_stretches
from genrescope.datasets.dataset import load_dataset
from genrescope.dsp.fingerprint import RATE, Fingerprint, fingerprint, pooled, pooling
from genrescope.seeding import rng_for

SR = 22050
KINDS = ("MP3 64 kbit/s", "-12 dB", "10 s crop", "3 s shift", "16 kHz")


def fingerprint_of(y: np.ndarray) -> Fingerprint:
    """Hear sound as the audit does."""
    weights = pooling(FRONT_END.band_centres())
    return fingerprint(np.concatenate(
        [pooled(S, weights=weights, frame_rate=RATE) for S in logmel_stretches([y])], axis=1
    ))  # fmt: skip


def to_16_bits(y: np.ndarray) -> np.ndarray:
    """Store sound as a WAV of 16 bits does."""
    return (np.clip(np.rint(y * 32768), -32768, 32767) / 32768).astype(np.float32)


def copies(y: np.ndarray, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Make the five copies of a recording, at 22,050 Hz as a reader would give them."""
    start = int(rng.integers(SR, len(y) - 11 * SR))
    mp3, rate = decode_mp3(encode_mp3(y, sr=SR, bit_rate=64_000))
    low = to_16_bits(resample(y, orig_sr=SR, target_sr=16000))
    return {
        "MP3 64 kbit/s": resample(mp3, orig_sr=rate, target_sr=SR),
        "-12 dB": to_16_bits(y * 10 ** (-12 / 20)),
        "10 s crop": y[start : start + 10 * SR],
        "3 s shift": y[3 * SR :],
        "16 kHz": resample(low, orig_sr=16000, target_sr=SR),
    }


def main() -> int:
    """Measure, and print two tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, default=200, help="tracks to plant copies of")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    tracks = load_dataset("gtzan", skip_corrupt_jazz=False).tracks
    rng = rng_for(args.seed, "planted")
    chosen = set(rng.choice(len(tracks), min(args.n, len(tracks)), replace=False).tolist())
    ids = [track.track_id for track in tracks]
    names: list[tuple[int, str]] = []
    prints: list[Fingerprint] = []
    for i, track in enumerate(tracks):
        y, _ = read_audio(track.path, sr=SR)
        made = {"original": y, **(copies(y, rng) if i in chosen else {})}
        names += [(i, kind) for kind in made]
        prints += [fingerprint_of(sound) for sound in made.values()]
    originals = [k for k, (_, kind) in enumerate(names) if kind == "original"]
    alone = find_duplicates(
        gather(prints[k] for k in originals),
        track_ids=[str(i) for i in range(len(tracks))], digests=[None] * len(tracks),
    )  # fmt: skip
    own = groups_of({(int(p.a), int(p.b)): 0 for p in alone.pairs})
    group = {i: -1 - g for g, members in enumerate(own) for i in members}
    clock = time.perf_counter()
    found = find_duplicates(
        gather(prints), track_ids=[str(k) for k in range(len(names))], digests=[None] * len(names)
    )
    spent = time.perf_counter() - clock
    pairs = [tuple(sorted((int(p.a), int(p.b)))) for p in found.pairs]
    false = [p for p in pairs if len({group.get(names[k][0], names[k][0]) for k in p}) > 1]
    report(names, pairs, len(chosen), len(false), spent)
    for pair in false:
        print("false:", *(f"{ids[names[k][0]]} ({names[k][1]})" for k in pair))
    reached = set(pairs)
    place = {name: k for k, name in enumerate(names)}
    recall = np.mean([
        tuple(sorted((place[i, "original"], place[i, kind]))) in reached
        for i in chosen for kind in KINDS
    ])  # fmt: skip
    return int(recall < 0.98 or len(false) > 0.001 * len(pairs))


def report(
    names: list[tuple[int, str]],
    pairs: list[tuple[int, ...]],
    n_chosen: int,
    n_false: int,
    spent: float,
) -> None:
    """Print what was found of each kind, and what was found wrongly."""
    reached = Counter(
        names[k][1]
        for pair in pairs
        if names[pair[0]][0] == names[pair[1]][0]
        for k in pair
        if "original" in {names[j][1] for j in pair} and names[k][1] != "original"
    )
    print("| copy | planted | found |\n|---|---|---|")
    for kind in KINDS:
        print(f"| {kind} | {n_chosen} | {reached[kind]} ({100 * reached[kind] / n_chosen:.2f} %) |")
    total = sum(reached[kind] for kind in KINDS)
    n_all = len(KINDS) * n_chosen
    print(f"| all | {n_all} | {total} ({100 * total / n_all:.2f} %) |")
    n_possible = len(names) * (len(names) - 1) // 2
    print(
        f"\n{len(names)} recordings compared in {spent:.1f} s; {len(pairs)} pairs reported, "
        f"{n_false} of them false: {100 * n_false / len(pairs):.3f} % of the reported, "
        f"{100 * n_false / n_possible:.6f} % of the {n_possible} pairs there are."
    )


if __name__ == "__main__":
    sys.exit(main())

"""List the repetitions that the audit finds in GTZAN, and check them by means of their own.

    python scripts/audit_gtzan.py logmels
    python scripts/audit_gtzan.py sound
    python scripts/audit_gtzan.py distribution

`logmels` audits the 999 stored log-mels, `sound` the 660 tracks with sound. What is found is held
against two things that know nothing of fingerprints:

- the pairs that share artist and title in tracks.csv;
- a brute-force comparison of all pairs at all lags with an overlap of 5 s or more, by normalised
  correlation: of the whole log-mel, freed of the mean of each band and each frame; or of the
  waveform from 40 to 225 Hz, whitened. Pairs above `CONFIRMED` are confirmed repetitions.

`distribution` tells how well the fingerprints of all pairs of log-mels agree, duplicates or not:
what the thresholds of the audit rest on.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np

from genrescope.audio.decode import read_audio
from genrescope.audit import duplicates as rules
from genrescope.audit.alignment import align
from genrescope.audit.audit import Audit, audit
from genrescope.datasets.dataset import Dataset, load_dataset
from genrescope.dsp.fingerprint import RATE
from genrescope.seeding import rng_for

MIN_OVERLAP_S = 5.0
CONFIRMED = {"logmels": 0.7, "sound": 0.4}
WAVE_SR = 500
Pair = tuple[str, str]


def music(what: str) -> Dataset:
    """Load the log-mels or the sound."""
    if what == "sound":
        return load_dataset("gtzan", skip_corrupt_jazz=False)
    path = Path(os.environ["GENRESCOPE_DATA"]) / "gtzan" / "logmel.npz"
    return load_dataset("arrays", path=str(path))


def centred(S: np.ndarray) -> np.ndarray:
    """Free a log-mel of the mean of each band and each frame, and average bands in fours."""
    S = S - S.mean(axis=1, keepdims=True)
    S = S - S.mean(axis=0)
    return S.reshape(len(S) // 4, 4, -1).mean(axis=1)


def whitened(y: np.ndarray) -> np.ndarray:
    """Keep 40 to 225 Hz of a waveform, and flatten its spectrum there but for its finest shape."""
    Y = np.fft.rfft(y)
    frequencies = np.fft.rfftfreq(len(y), 1 / WAVE_SR)
    Y[(frequencies < 40) | (frequencies > 225)] = 0
    size = np.convolve(np.abs(Y), np.ones(301) / 301, mode="same")
    return np.fft.irfft(Y / np.maximum(size, 1e-2 * size.max()), n=len(y))


def signals(what: str, dataset: Dataset) -> list[np.ndarray]:
    """Give what is correlated, one a track [shape=(n_rows, t)]."""
    if what == "logmels":
        assert dataset.logmels is not None
        return [centred(dataset.logmels.get(t.track_id)) for t in dataset.tracks]
    return [whitened(read_audio(t.path, sr=WAVE_SR)[0])[None] for t in dataset.tracks]


def best_correlations(X: list[np.ndarray], *, min_overlap: int) -> np.ndarray:
    """Correlate all pairs at all lags: the greatest value of each pair [shape=(n, n)]."""
    n_fft = 1 << (2 * max(x.shape[1] for x in X) - 1).bit_length()
    F = np.stack([np.fft.rfft(x, n=n_fft).astype(np.complex64) for x in X])
    energy = np.zeros((len(X), n_fft // 2 + 1))
    for i, x in enumerate(X):
        sums = np.concatenate([[0.0], np.cumsum((x**2).sum(axis=0))])
        energy[i] = sums[np.minimum(np.arange(n_fft // 2 + 1), len(sums) - 1)]
    lengths = np.array([x.shape[1] for x in X])
    best = np.zeros((len(X), len(X)), dtype=np.float32)
    for i in range(len(X) - 1):
        for j in range(i + 1, len(X)):
            cross = np.fft.irfft((F[i] * F[j].conj()).sum(axis=0), n=n_fft)
            best[i, j] = _peak(cross, energy[i], energy[j], lengths[i], lengths[j], min_overlap)
    return best


def _peak(
    cross: np.ndarray, ea: np.ndarray, eb: np.ndarray, na: int, nb: int, min_overlap: int
) -> float:
    lags = np.arange(-(nb - min_overlap), na - min_overlap + 1)
    first, last = np.maximum(lags, 0), np.minimum(na, nb + lags)
    own = ea[last] - ea[first]
    other = eb[last - lags] - eb[first - lags]
    return float((cross[lags] / np.sqrt(np.maximum(own * other, 1e-12))).max())


def report(what: str, dataset: Dataset, found: Audit, best: np.ndarray) -> int:
    """Print the list and the figures; non-zero where they miss the measure."""
    ids = [track.track_id for track in dataset.tracks]
    place = {track_id: i for i, track_id in enumerate(ids)}
    titled = {pair for item in found.namesakes for pair in combinations(sorted(item.tracks), 2)}
    pairs = {(p.a, p.b): p for p in found.duplicates.pairs}
    limit = CONFIRMED[what]
    confirmed = {(ids[i], ids[j]) for i, j in np.argwhere(best >= limit)}
    print("| a | b | kind | score | offset (s) | shared (s) | correlation | artist and title |")
    print("|---|---|---|---|---|---|---|---|")
    for pair, p in pairs.items():
        value = best[place[p.a], place[p.b]]
        same = "same" if pair in titled else ""
        print(f"| {p.a} | {p.b} | {p.kind} | {p.score:.3f} | {p.offset_s:.2f} | "
              f"{p.overlap_s:.2f} | {value:.3f} | {same} |")  # fmt: skip
    exact = {pair for pair, p in pairs.items() if p.kind == "exact"}
    neither = [pair for pair in pairs if pair not in confirmed and pair not in titled]
    print(f"\n{len(ids)} tracks; {len(pairs)} pairs found, {len(exact)} of them byte-identical.")
    missed = _listed(confirmed - set(pairs), best, place)
    print(f"Pairs confirmed by correlation ({limit} or more): {len(confirmed)}; found of them: "
          f"{len(confirmed & set(pairs))}. Missed: {missed}")  # fmt: skip
    print(f"Pairs of one artist and title: {len(titled)}; found to share sound: "
          f"{len(titled & set(pairs))}; confirmed by correlation among the others: "
          f"{len((titled - set(pairs)) & confirmed)}.")  # fmt: skip
    print(f"Found, but neither confirmed nor of one artist and title: "
          f"{_listed(neither, best, place)}")  # fmt: skip
    order = np.argsort(best, axis=None)[::-1][:400]
    near = [(ids[k // len(ids)], ids[k % len(ids)]) for k in order]
    left = [pair for pair in near if pair not in pairs][:12]
    print(f"Highest correlations of pairs not found: {_listed(left, best, place)}")
    recall = len(confirmed & set(pairs)) / max(1, len(confirmed))
    return int(recall < 0.95 or len(neither) > 0.01 * len(pairs))


def _listed(pairs: object, best: np.ndarray, place: dict[str, int]) -> str:
    named = [f"{a} {b} ({best[place[a], place[b]]:.2f})" for a, b in sorted(pairs)]
    more = f" and {len(named) - 20} more" if len(named) > 20 else ""
    return (", ".join(named[:20]) or "none") + more


def distribution(dataset: Dataset) -> None:
    """Tell how long the longest stretch is in which two recordings agree, for all pairs."""
    from genrescope.audit.collection import gather
    from genrescope.audit.listening import look

    assert dataset.logmels is not None
    front_end = dataset.logmels.front_end
    collection = gather(
        look(dataset.logmels.get(t.track_id), front_end=front_end).fingerprint
        for t in dataset.tracks
    )
    n = collection.n_tracks
    prints = [collection.of(i) for i in range(n)]
    shifts = np.arange(32, dtype=np.uint32)[:, None]
    valid = [((p.valid >> shifts) & 1).astype(np.float32) for p in prints]
    signs = [(2.0 * ((p.bits >> shifts) & 1) - 1) * v for p, v in zip(prints, valid, strict=True)]
    n_fft = 1024
    F = np.stack([np.fft.rfft(s, n=n_fft).astype(np.complex64) for s in signs])
    V = np.stack([np.fft.rfft(v, n=n_fft).astype(np.complex64) for v in valid])
    lags = np.arange(-(387 - 65), 387 - 64)
    rows = []
    for i, j in combinations(range(n), 2):
        agree = np.fft.irfft((F[i] * F[j].conj()).sum(axis=0), n=n_fft)[lags]
        both = np.fft.irfft((V[i] * V[j].conj()).sum(axis=0), n=n_fft)[lags]
        z = agree / np.sqrt(np.maximum(both, 64))
        k = int(np.argmax(z))
        found = align(prints[i], prints[j], [int(lags[k])], around=0)
        error = 0.5 - agree[k] / max(both[k], 1) / 2
        rows.append((i, j, error, found.n_frames / RATE, rules.counts_as_shared(found)))
    ids = [t.track_id for t in dataset.tracks]
    listed = rules.find_duplicates(collection, track_ids=ids, digests=[None] * n).pairs
    _histogram(np.array(rows), ids, {(p.a, p.b) for p in listed})
    every = rng_for(0, "audit", "distribution").integers(0, n, (1000, 2))
    longest = [
        align(prints[i], prints[j], range(-380, 381, 5)).n_frames / RATE for i, j in every if i != j
    ]
    print(f"\nAt every offset, {len(longest)} pairs drawn by chance: the longest stretch is "
          f"{np.quantile(longest, 0.5):.2f} s (median), {np.quantile(longest, 0.99):.2f} s (99 %), "
          f"{max(longest):.2f} s (most).")  # fmt: skip


def _histogram(rows: np.ndarray, ids: list[str], listed: set[Pair]) -> None:
    stretch_s, taken = rows[:, 3], rows[:, 4] > 0
    met = {(ids[int(i)], ids[int(j)]) for i, j in rows[taken, :2]}
    lacking = sorted(met - listed) or "none"
    print(f"{len(rows)} pairs, each at the offset at which the whole overlap agrees best; "
          f"{len(met)} meet the thresholds there. The audit lists {len(listed)} pairs, "
          f"{len(met & listed)} of these among them; it lacks {lacking}.")  # fmt: skip
    long = rows[~taken & (stretch_s >= rules.MIN_OVERLAP_S), :2].astype(int)
    crowd = Counter(ids[i] for i in long.ravel()).most_common(2)
    print(f"Others that agree for {rules.MIN_OVERLAP_S:g} s or more, of too many errors or too few "
          f"valid bits: {len(long)}; tracks that are most often in them: {crowd}.")  # fmt: skip
    print("\n| error over the whole overlap | pairs taken for duplicates | others |\n|---|---|---|")
    edges = [0, 0.1, 0.2, 0.25, 0.3, 0.34, 0.36, 0.38, 0.4, 0.42, 0.44, 0.46, 1]
    for low, high in pairwise(edges):
        here = (rows[:, 2] >= low) & (rows[:, 2] < high)
        print(f"| {low} to {high} | {(here & taken).sum()} | {(here & ~taken).sum()} |")
    print("\n| longest stretch that agrees (s) | taken | others |\n|---|---|---|")
    edges = [0, 0.5, 1, 1.5, 2, 2.5, 3, 4, 5, 7, 10, 20, 31]
    for low, high in pairwise(edges):
        here = (stretch_s >= low) & (stretch_s < high)
        print(f"| {low} to {high} | {(here & taken).sum()} | {(here & ~taken).sum()} |")


def main() -> int:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("logmels", "sound", "distribution"))
    what = parser.parse_args().what
    dataset = music("logmels" if what == "distribution" else what)
    if what == "distribution":
        distribution(dataset)
        return 0
    rate = RATE if what == "logmels" else WAVE_SR
    X = signals(what, dataset)
    best = best_correlations(X, min_overlap=round(MIN_OVERLAP_S * rate))
    return report(what, dataset, audit(dataset, jobs=1), best)


if __name__ == "__main__":
    sys.exit(main())

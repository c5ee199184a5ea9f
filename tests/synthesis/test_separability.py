"""The ten kinds sound different enough that a small model can learn them from few tracks."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from genrescope.synthesis.render import artist_of, compose_track, kinds, render_track

SR = 22050
N_FFT, HOP = 1024, 256
DRUMLESS = {"classical"}


def magnitudes(y: np.ndarray) -> np.ndarray:
    frames = np.lib.stride_tricks.sliding_window_view(y, N_FFT)[::HOP]
    return np.abs(np.fft.rfft(frames * np.hanning(N_FFT).astype(np.float32), axis=1))


def onset_autocorrelation(D: np.ndarray) -> np.ndarray:
    onset = np.maximum(np.diff(np.log1p(100.0 * D), axis=0), 0.0).mean(axis=1)
    onset -= onset.mean()
    n = len(onset)
    a = np.fft.irfft(np.abs(np.fft.rfft(onset, 2 * n)) ** 2)[:n]
    return a / a[0] / (1.0 - np.arange(n) / n)


def band_energy(D: np.ndarray, low: float, high: float) -> float:
    f = np.fft.rfftfreq(N_FFT, 1 / SR)
    return float((D[:, (f >= low) & (f < high)] ** 2).sum() / (D**2).sum())


def statistics(y: np.ndarray) -> np.ndarray:
    D = magnitudes(y)
    S = D**2
    f = np.fft.rfftfreq(N_FFT, 1 / SR)
    edges = np.concatenate([[0.0], np.geomspace(60.0, SR / 2, 17)])
    bands = np.stack(
        [S[:, (f >= a) & (f < b)].sum(axis=1) for a, b in itertools.pairwise(edges)],
        axis=1,
    )
    bands = bands[:, bands.sum(axis=0) > 0.0]
    L = np.log(bands / bands.sum(axis=1).mean() + 1e-5)
    flatness = np.mean(np.log(S + 1e-9), axis=1) - np.log(S.mean(axis=1) + 1e-9)
    a = onset_autocorrelation(D)
    lags = slice(int(0.2 * SR / HOP), int(1.5 * SR / HOP))
    return np.concatenate([L.mean(axis=0), L.std(axis=0), [flatness.mean(), a[lags].max()]])


@pytest.fixture(scope="module")
def tracks() -> dict[str, list[np.ndarray]]:
    music = {k: [render_track(k, number=n, duration_s=6.0) for n in range(6)] for k in kinds()}
    assert len(music) == 10
    return music


def test_nearest_centroid_tells_the_kinds_apart_by_unheard_artists(
    tracks: dict[str, list[np.ndarray]],
) -> None:
    X = np.array([[statistics(y) for y in ys] for ys in tracks.values()])
    X = (X - X.mean(axis=(0, 1))) / X.std(axis=(0, 1))
    hits = []
    for number in range(X.shape[1]):
        others = [n for n in range(X.shape[1]) if artist_of(n) != artist_of(number)]
        centroids = X[:, others].mean(axis=1)
        distance = ((centroids[None] - X[:, number][:, None]) ** 2).sum(axis=2)
        hits += list(np.argmin(distance, axis=1) == np.arange(len(X)))
    assert len(hits) == 60
    assert np.mean(hits) >= 0.8


@pytest.mark.parametrize("kind", sorted(set(kinds()) - DRUMLESS))
def test_onsets_repeat_at_the_composed_tempo(
    kind: str, tracks: dict[str, list[np.ndarray]]
) -> None:
    composed = compose_track(kind, number=0, duration_s=6.0).tempo_bpm
    a = onset_autocorrelation(magnitudes(tracks[kind][0]))
    # Within a third to either side no octave or triplet of the tempo can be mistaken for it.
    candidates = composed * np.linspace(0.75, 1.33, 233)
    beats = np.arange(1, 5)[:, None] * 60.0 / candidates * SR / HOP
    strength = np.interp(beats, np.arange(len(a)), a).sum(axis=0)
    assert candidates[np.argmax(strength)] == pytest.approx(composed, rel=0.02)


def test_metal_is_brighter_and_denser_than_classical(tracks: dict[str, list[np.ndarray]]) -> None:
    def treble(kind: str) -> float:
        return np.mean([band_energy(magnitudes(y), 2000.0, 8000.0) for y in tracks[kind]])

    def crest(kind: str) -> float:
        D = [magnitudes(y) + 1e-6 for y in tracks[kind]]
        return np.mean([np.mean(np.log(d.mean(axis=1)) - np.log(d).mean(axis=1)) for d in D])

    assert treble("metal") > 2.0 * treble("classical")
    assert crest("metal") < crest("classical")


@pytest.mark.parametrize("other", ["classical", "country", "jazz", "rock"])
def test_hiphop_has_more_sub_bass(other: str, tracks: dict[str, list[np.ndarray]]) -> None:
    def sub(kind: str) -> float:
        return np.mean([band_energy(magnitudes(y), 0.0, 75.0) for y in tracks[kind]])

    assert sub("hiphop") > 1.5 * sub(other)

"""
Thirty seconds of samples to their log-mel, one core: front end against front end.

All compute the same: 22,050 Hz, frames of 2,048 (hann, centred, zeros outside), 128 mel bands
(Slaney), power, dB below the maximum with a floor at -80. The greatest difference from ours says
that it is the same thing; a peer that is more than 0.05 dB off in the median is refused. librosa
runs melspectrogram and power_to_db; torch runs torch.stft and a product with librosa's filters;
essentia its standard mode, frame by frame, from the spectrum and from the power spectrum, which
saves a root and a square. The target is held to the faster of the two, at hop 512 (librosa's) and
1708 (the default model's). Essentia's streaming mode is left out: through its Python bindings a
round took the same seconds at either hop, also with the network built once and only reset, so that
its time is not that of a front end. musicnn's front end and network are rows of their own: 30 s in
ten patches of 3 s.
"""

from __future__ import annotations

import importlib.util
import statistics
from collections.abc import Callable
from typing import Any

import numpy as np

import genrescope
from bench.harness import arguments, interleaved, pin, ratio
from bench.record import Record

NAME = "front_end"
SR, N_FFT, N_MELS = 22050, 2048, 128
OURS = "genrescope"
MOST_DIFFERENT_DB = 0.05


def main() -> None:
    """Measure both hops and musicnn, and save."""
    given = arguments(NAME, __doc__, rounds=15)
    pin(1)
    n = 3 if given.quick else given.rounds
    record = Record(NAME, quick=given.quick)
    y = genrescope.render_track("jazz", duration_s=30.0, sr=SR)
    missing = [name for name in ("librosa", "torch", "essentia") if not installed(name)]
    if missing:
        record.note(f"not installed, so not measured: {', '.join(missing)}")
    for hop in (512, 1708):
        one_hop(record, y, hop, n)
    if installed("librosa") and installed("torch"):
        musicnn(record, 2 if given.quick else 5)
    record.save(given.out)


def one_hop(record: Record, y: np.ndarray, hop: int, n: int) -> None:
    """Let all front ends take turns on the same samples."""
    makers: dict[str, tuple[str, Callable[..., Callable[[], np.ndarray]]]] = {
        "librosa": ("librosa", by_librosa),
        "torch.stft": ("torch", by_torch),
        "essentia, standard": ("essentia", by_essentia),
        "essentia, standard by PowerSpectrum": ("essentia", by_essentia_power),
    }
    contenders = {OURS: lambda: genrescope.log_mel(y, sr=SR, n_fft=N_FFT, hop_length=hop)}
    contenders |= {
        name: make(y, hop) for name, (package, make) in makers.items() if installed(package)
    }
    ours = contenders[OURS]()
    for name, compute in contenders.items():
        if name != OURS:
            record.note(f"hop {hop}: {difference(ours, compute(), name)}")
    taken = interleaved(contenders, n=n)
    record.times(f"Log-mel of 30 s, hop {hop}", {k: ms(v) for k, v in taken.items()}, unit="ms")
    essentia = [name for name in contenders if name.startswith("essentia")]
    best = min(essentia, key=lambda name: statistics.median(taken[name]), default=None)
    for name in contenders:
        if name != OURS:
            faster = ratio(taken[name], taken[OURS])
            least = 5.0 if name == best else None  # held to the fastest of them
            record.row(f"log-mel, hop {hop}: faster than {name}", faster, least=least)
    record.fact(f"log_mel_{hop}_s", statistics.median(taken[OURS]))


def by_librosa(y: np.ndarray, hop: int) -> Callable[[], np.ndarray]:
    """Give librosa's log-mel."""
    import librosa

    def compute() -> np.ndarray:
        S = librosa.feature.melspectrogram(
            y=y, sr=SR, n_fft=N_FFT, hop_length=hop, n_mels=N_MELS, pad_mode="constant"
        )
        return librosa.power_to_db(S, ref=np.max)

    return compute


def by_torch(y: np.ndarray, hop: int) -> Callable[[], np.ndarray]:
    """Give the log-mel of torch.stft and a matrix product; one thread."""
    import torch

    torch.set_num_threads(1)
    samples, window = torch.from_numpy(y), torch.hann_window(N_FFT)
    filters = mel_filters(torch)

    @torch.inference_mode()
    def compute() -> np.ndarray:
        D = torch.stft(
            samples, N_FFT, hop, window=window, center=True, pad_mode="constant",
            return_complex=True,
        )  # fmt: skip
        S = filters @ (D.real**2 + D.imag**2)
        S_db = 10.0 * torch.log10(torch.clamp(S, min=1e-10))
        S_db -= S_db.max()
        return torch.clamp(S_db, min=-80.0).numpy()

    return compute


def mel_filters(torch: Any) -> Any:
    """Give librosa's filters, or ours where it is missing; they are the same."""
    if installed("librosa"):
        import librosa

        return torch.from_numpy(librosa.filters.mel(sr=SR, n_fft=N_FFT, n_mels=N_MELS))
    from genrescope.dsp.mel import mel_filter_bank

    return torch.from_numpy(mel_filter_bank(sr=SR, n_fft=N_FFT, n_mels=N_MELS).copy())


def essentia_settings() -> tuple[dict[str, Any], dict[str, Any]]:
    """Give the settings of Windowing and MelBands that make the same bands."""
    windowing = {"type": "hann", "size": N_FFT, "normalized": False, "symmetric": False}
    bands = {
        "inputSize": N_FFT // 2 + 1,
        "numberBands": N_MELS,
        "sampleRate": SR,
        "highFrequencyBound": SR / 2,
        "type": "power",
        "warpingFormula": "slaneyMel",
        "weighting": "linear",
        "normalize": "unit_tri",
    }
    return windowing, bands


def by_essentia(y: np.ndarray, hop: int) -> Callable[[], np.ndarray]:
    """Give essentia's log-mel, frame by frame in its standard mode; dB at once by numpy."""
    return essentia_by_frames(y, hop, "Spectrum", "power")


def by_essentia_power(y: np.ndarray, hop: int) -> Callable[[], np.ndarray]:
    """Give essentia's log-mel from the power spectrum: no root that is squared again."""
    # "magnitude" here means: take what comes as it is.
    return essentia_by_frames(y, hop, "PowerSpectrum", "magnitude")


def essentia_by_frames(
    y: np.ndarray, hop: int, spectrum_name: str, kind: str
) -> Callable[[], np.ndarray]:
    """Give essentia's log-mel in its standard mode, from a kind of spectrum."""
    import essentia
    import essentia.standard as es

    essentia.log.infoActive = essentia.log.warningActive = False
    windowing, bands = essentia_settings()
    window = es.Windowing(zeroPhase=False, **windowing)
    spectrum = getattr(es, spectrum_name)(size=N_FFT)
    mel = es.MelBands(**{**bands, "type": kind})

    def compute() -> np.ndarray:
        cut = es.FrameGenerator(y, frameSize=N_FFT, hopSize=hop, startFromZero=False)
        return decibels(np.array([mel(spectrum(window(frame))) for frame in cut]).T)

    return compute


def decibels(S: np.ndarray) -> np.ndarray:
    """Give levels below the maximum, not below -80 dB."""
    S_db = 10.0 * np.log10(np.maximum(S, 1e-10))
    return np.maximum(S_db - S_db.max(), -80.0)


def difference(ours: np.ndarray, theirs: np.ndarray, name: str) -> str:
    """Say how far another log-mel is from ours, over the frames that both have."""
    t = min(ours.shape[1], theirs.shape[1])
    far = np.abs(ours[:, :t] - theirs[:, :t])
    if abs(ours.shape[1] - theirs.shape[1]) > 1 or not np.median(far) <= MOST_DIFFERENT_DB:
        raise SystemExit(
            f"{name} is not the same: {np.median(far):.2g} dB off in the median, frames "
            f"{ours.shape[1]} and {theirs.shape[1]}"
        )
    return (
        f"{name} differs from genrescope by at most {far.max():.2g} dB, "
        f"in the median {np.median(far):.2g} dB ({ours.shape[1]} and {theirs.shape[1]} frames)"
    )


def musicnn(record: Record, n: int) -> None:
    """Measure musicnn's front end and network beside an answer from the same samples."""
    import torch

    from bench.peers import musicnn as peer

    torch.set_num_threads(1)
    torch.manual_seed(0)
    network = peer.Musicnn().eval()
    trainable, all_numbers = peer.n_parameters(network)
    record.note(
        f"musicnn: {trainable:,} trainable parameters ({all_numbers:,} with the running "
        "statistics), random weights"
    )
    y = genrescope.render_track("jazz", duration_s=30.0, sr=peer.SR)
    X = peer.patches(y)
    predictor = genrescope.load("default")

    @torch.inference_mode()
    def hear() -> None:
        network(peer.patches(y))

    @torch.inference_mode()
    def hear_patches() -> None:
        network(X)

    contenders = {
        "genrescope: predict": lambda: predictor.predict(y, sr=peer.SR),
        "musicnn: front end and network": hear,
        "musicnn: network": hear_patches,
    }
    taken = interleaved(contenders, n=n)
    title = f"30 s of samples at 16 kHz: an answer, and musicnn ({len(X)} patches)"
    record.times(title, {name: ms(times) for name, times in taken.items()}, unit="ms")
    record.row(
        "30 s of samples: faster than musicnn's front end and network",
        ratio(taken["musicnn: front end and network"], taken["genrescope: predict"]),
    )


def installed(name: str) -> bool:
    """Say whether a peer is there."""
    return importlib.util.find_spec(name) is not None


def ms(times: list[float]) -> list[float]:
    """Give milliseconds."""
    return [1e3 * t for t in times]


if __name__ == "__main__":
    main()

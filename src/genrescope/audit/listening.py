"""What the audit hears of one track, in one pass over its sound or from its stored log-mel.

Public: `Facts`, `Listened`, `listen`, `look`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from genrescope.audit.levels import Loudness, cut_off
from genrescope.audit.stretches import FRONT_END, logmel_stretches
from genrescope.dsp import fingerprint as bits
from genrescope.dsp.fingerprint import Fingerprint
from genrescope.features import logmel_statistics
from genrescope.features.front_end import FrontEnd

if TYPE_CHECKING:
    from genrescope.audio.limits import Limits
    from genrescope.audio.reader import AudioReader

STATISTICS = logmel_statistics.Settings()
MIN_STATISTICS_FRAMES = 64
MAX_STRETCHES = 10
"""Stretches of 30 s of which the statistics are averaged: what a genre is told by."""


@dataclass(frozen=True)
class Facts:
    """
    What is told of a track in a few numbers.

    Attributes
    ----------
    duration_s : float
        Length of what was heard, in seconds.
    still_share : float
        The part of its frames in which nothing changes: silence, or a steady sound.
    cut_off_hz : float or None
        Where its spectrum ends abruptly, in Hz; None where it does not, up to 11 kHz.
    loudness : Loudness or None
        Peak, level and clipping; None where there is only a log-mel, which does not tell them.
    sr : int or None
        Sample rate of the file in Hz; None where there is none.
    problems : tuple of str
        What the decoder found odd.
    """

    duration_s: float
    still_share: float
    cut_off_hz: float | None
    loudness: Loudness | None = None
    sr: int | None = None
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Listened:
    """
    What was heard of a track.

    Attributes
    ----------
    fingerprint : Fingerprint
        Its bits.
    statistics : np.ndarray [shape=(n_features,)] or None
        Statistics of its log-mel, float16, for telling genres; None where it is too short.
    facts : Facts
        The rest.
    """

    fingerprint: Fingerprint
    statistics: np.ndarray | None
    facts: Facts


def listen(path: Path, *, limits: Limits | None = None) -> Listened:
    """
    Hear a sound file from beginning to end, a block at a time.

    Parameters
    ----------
    path : Path
        The file.
    limits : Limits or None
        What to refuse; None takes the defaults.

    Returns
    -------
    Listened
        What was heard.

    Raises
    ------
    AudioError
        If the file cannot be read.
    """
    from genrescope.audio.decode import open_audio

    weights = bits.pooling(FRONT_END.band_centres())
    levels: list[np.ndarray] = []
    vectors: list[np.ndarray] = []
    sums, n = np.zeros(FRONT_END.n_mels), 0
    with open_audio(path, sr=None, limits=limits) as reader:
        loudness = Loudness.nothing()
        heard = _Heard(reader, loudness)
        for S in logmel_stretches(heard.resampled()):
            levels.append(bits.pooled(S, weights=weights, frame_rate=bits.RATE))
            sums += S.sum(axis=1)
            n += S.shape[1]
            if len(vectors) < MAX_STRETCHES and S.shape[1] >= MIN_STATISTICS_FRAMES:
                top = S.max()
                vectors.append(_statistics(np.maximum(S - top, -FRONT_END.top_db), FRONT_END))
    whole = np.concatenate(levels, axis=1) if levels else np.zeros((bits.N_BITS + 1, 0))
    found = bits.fingerprint(whole)
    facts = Facts(
        duration_s=heard.loudness.n_samples / reader.sr,
        still_share=_still_share(found),
        cut_off_hz=cut_off(sums / n, FRONT_END.band_centres()) if n else None,
        loudness=heard.loudness,
        sr=reader.info.sr,
        problems=tuple(reader.problems),
    )
    mean = np.mean(vectors, axis=0).astype(np.float16) if vectors else None
    return Listened(found, mean, facts)


def look(S: np.ndarray, *, front_end: FrontEnd) -> Listened:
    """
    Take what can be told of a track from its stored log-mel.

    Parameters
    ----------
    S : np.ndarray [shape=(n_mels, t)]
        The log-mel, in the scale of the front end.
    front_end : FrontEnd
        What made it.

    Returns
    -------
    Listened
        What was seen.

    Raises
    ------
    ParameterError
        If the front end does not cover the bands of a fingerprint.
    """
    levels = front_end.to_db(S)
    weights = bits.pooling(front_end.band_centres())
    rate = front_end.sr / front_end.hop_length
    enough = S.shape[1] >= MIN_STATISTICS_FRAMES
    found = bits.fingerprint(bits.pooled(levels, weights=weights, frame_rate=rate))
    vector = _statistics(S, front_end).astype(np.float16) if enough else None
    facts = Facts(
        duration_s=S.shape[1] / rate,
        still_share=_still_share(found),
        cut_off_hz=cut_off(levels.mean(axis=1), front_end.band_centres()),
    )
    return Listened(found, vector, facts)


def _still_share(found: Fingerprint) -> float:
    return float(np.mean(found.valid == 0)) if len(found.valid) else 0.0


def _statistics(S: np.ndarray, front_end: FrontEnd) -> np.ndarray:
    return logmel_statistics.compute(S, settings=STATISTICS, front_end=front_end)


class _Heard:
    """
    Sound on its way to 22,050 Hz, with what its samples tell.

    Parameters
    ----------
    reader : AudioReader
        The recording, at its own rate.
    loudness : Loudness
        What is known of it before the first sample.
    """

    def __init__(self, reader: AudioReader, loudness: Loudness) -> None:
        self._reader = reader
        self.loudness = loudness

    def resampled(self) -> Iterator[np.ndarray]:
        """
        Read the sound, once.

        Yields
        ------
        np.ndarray [shape=(n,)]
            Successive stretches at 22,050 Hz.
        """
        from genrescope.audio.resample import StreamResampler

        stream = StreamResampler(orig_sr=self._reader.sr, target_sr=FRONT_END.sr)
        for y in self._reader:
            self.loudness = self.loudness.and_then(y)
            yield stream.process(y)
        yield stream.process(np.zeros(0, dtype=np.float32), last=True)

"""The log-mel of a recording, a stretch of frames at a time, so that hours never sit in memory.

The frames are those that the front end would make of the whole recording at once; only the levels
are not relative to its maximum, which is not known before the end, but to full scale.

Public: `FRONT_END`, `N_FRAMES`, `logmel_stretches`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from genrescope.dsp.mel import log_mel
from genrescope.features.front_end import FrontEnd

FRONT_END = FrontEnd(sr=22050, n_fft=2048, hop_length=1708, n_mels=128)
N_FRAMES = 387
"""Frames in a stretch: 30 s."""


def logmel_stretches(
    blocks: Iterable[np.ndarray], *, n_frames: int = N_FRAMES
) -> Iterator[np.ndarray]:
    """
    Compute the log-mel of a stream of sound.

    Parameters
    ----------
    blocks : iterable of np.ndarray [shape=(n,)]
        Successive stretches of mono sound at 22,050 Hz, float32, of any lengths; less than a frame
        of sound gives nothing.
    n_frames : int
        Frames in each stretch but the last.

    Yields
    ------
    np.ndarray [shape=(128, t)]
        Levels in dB relative to full scale, at least -100, float32.

    Examples
    --------
    >>> y = np.random.default_rng(0).normal(scale=0.1, size=50_000).astype(np.float32)
    >>> S = np.concatenate(list(logmel_stretches([y[:9000], y[9000:]], n_frames=7)), axis=1)
    >>> S.shape, bool(np.allclose(S - S.max(), FRONT_END.compute(y), atol=1e-3))
    ((128, 30), True)
    """
    hop = FRONT_END.hop_length
    # One hop of what came before, and one of what comes after: more than half a frame each.
    held = [np.zeros(hop, dtype=np.float32)]
    n_held, needed, n_heard = hop, (n_frames + 1) * hop, 0
    for block in blocks:
        held.append(block)
        n_held += len(block)
        n_heard += len(block)
        if n_held < needed:
            continue
        y = np.concatenate(held)
        while len(y) >= needed:
            yield _levels(y[:needed])[:, 1 : n_frames + 1]
            y = y[n_frames * hop :]
        held, n_held = [y], len(y)
    if n_heard >= FRONT_END.n_fft:
        y = np.concatenate(held)
        # Zeros are what the last frame sees beyond the end in any case.
        yield _levels(np.pad(y, (0, max(0, FRONT_END.n_fft - len(y)))))[:, 1:]


def _levels(y: np.ndarray) -> np.ndarray:
    return log_mel(
        y,
        sr=FRONT_END.sr,
        n_fft=FRONT_END.n_fft,
        hop_length=FRONT_END.hop_length,
        n_mels=FRONT_END.n_mels,
        ref=1.0,
        top_db=None,
    )

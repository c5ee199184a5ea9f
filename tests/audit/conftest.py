"""Music of several styles, and copies of every kind."""

from __future__ import annotations

import numpy as np
import pytest

from genrescope.audio.encode import decode_mp3, encode_mp3
from genrescope.audio.resample import resample
from genrescope.synthesis.render import render_track

SR = 22050
STYLES = ("blues", "classical", "jazz", "metal", "reggae", "disco")


@pytest.fixture(scope="session")
def pieces() -> dict[str, np.ndarray]:
    """Different pieces of 14 s."""
    return {
        style: render_track(style, number=0, duration_s=14.0, sr=SR).astype(np.float32)
        for style in STYLES
    }


@pytest.fixture(scope="session")
def copies(pieces: dict[str, np.ndarray]) -> dict[str, tuple[np.ndarray, str, float]]:
    """One copy of each kind, of one piece: its sound, the kind that it is, and its offset."""
    y = pieces["blues"]
    mp3, rate = decode_mp3(encode_mp3(y, sr=SR, bit_rate=64_000))
    low = resample(resample(y, orig_sr=SR, target_sr=16000), orig_sr=16000, target_sr=SR)
    return {
        "mp3": (resample(mp3, orig_sr=rate, target_sr=SR), "same_recording", 0.0),
        "softer": (y * np.float32(10 ** (-12 / 20)), "same_recording", 0.0),
        "16 kHz": (low, "same_recording", 0.0),
        "cropped": (y[int(2.7 * SR) : int(11.2 * SR)], "excerpt", 2.7),
        "shifted": (
            np.concatenate([y[int(3.1 * SR) :], pieces["metal"][: 3 * SR]]),
            "shifted",
            3.1,
        ),
    }

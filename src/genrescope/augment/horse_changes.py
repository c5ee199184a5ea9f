"""
The changes of the horse test: what is done to a recording that leaves its genre as it is.

Public: `HORSE_CHANGES`, `STEREO_FAMILIES`, `chosen_changes`.
"""

from __future__ import annotations

from collections.abc import Sequence

from genrescope.augment.change import Change
from genrescope.errors import unknown_name

HORSE_CHANGES: tuple[Change, ...] = (
    Change("mp3-32", "MP3 at 32 kbit/s", "codec", {"bit_rate": 32_000}),
    Change("mp3-64", "MP3 at 64 kbit/s", "codec", {"bit_rate": 64_000}),
    Change("mp3-128", "MP3 at 128 kbit/s", "codec", {"bit_rate": 128_000}),
    Change("low-pass-8k", "low-pass at 8 kHz", "bandwidth", {"low_pass_hz": 8000.0}),
    Change("resample-8k", "through a sample rate of 8 kHz", "bandwidth", {"through_sr": 8000}),
    Change("resample-16k", "through a sample rate of 16 kHz", "bandwidth", {"through_sr": 16_000}),
    Change("gain-minus-20", "gain of -20 dB", "level", {"gain_db": -20.0}),
    Change("gain-minus-12", "gain of -12 dB", "level", {"gain_db": -12.0}),
    Change("gain-plus-6", "gain of +6 dB", "level", {"gain_db": 6.0}),
    Change("soft-clip", "soft clipping, driven by 6 dB", "level", {"drive_db": 6.0}),
    Change("brighter", "tilt: -6 dB at 100 Hz to +6 dB at 10 kHz", "equaliser", {"tilt_db": 6.0}),
    Change("darker", "tilt: +6 dB at 100 Hz to -6 dB at 10 kHz", "equaliser", {"tilt_db": -6.0}),
    Change("tempo-plus-6", "6 % faster, same pitch", "speed", {"rate": 1.06}),
    Change("tempo-minus-6", "6 % slower, same pitch", "speed", {"rate": 0.94}),
    Change("pitch-up", "a semitone up, same tempo", "speed", {"semitones": 1.0}),
    Change("pitch-down", "a semitone down, same tempo", "speed", {"semitones": -1.0}),
    Change("mono-mean", "mean of the channels", "channels", {"keep": "mean"}),
    Change("mono-left", "left channel alone", "channels", {"keep": "left"}),
    Change("white-30", "white noise 30 dB below", "noise", {"colour": "white", "snr_db": 30.0}),
    Change("white-20", "white noise 20 dB below", "noise", {"colour": "white", "snr_db": 20.0}),
    Change("pink-30", "pink noise 30 dB below", "noise", {"colour": "pink", "snr_db": 30.0}),
    Change("pink-20", "pink noise 20 dB below", "noise", {"colour": "pink", "snr_db": 20.0}),
    Change("room", "a room of 0.4 s reverberation", "room", {"rt60_s": 0.4}),
    Change("start-0.5s", "begun 0.5 s later", "excerpt", {"start_s": 0.5}),
    Change("start-15s", "begun 15 s later", "excerpt", {"start_s": 15.0}),
    Change("middle-1s", "the middle second", "excerpt", {"middle_s": 1.0}),
    Change("middle-3s", "the middle 3 s", "excerpt", {"middle_s": 3.0}),
    Change("middle-5s", "the middle 5 s", "excerpt", {"middle_s": 5.0}),
    Change("middle-10s", "the middle 10 s", "excerpt", {"middle_s": 10.0}),
    Change("middle-30s", "the middle 30 s", "excerpt", {"middle_s": 30.0}),
)

STEREO_FAMILIES = ("channels",)
"""They change nothing where there is one channel: such a recording is left out of them."""


def chosen_changes(names: Sequence[str] | None) -> tuple[Change, ...]:
    """
    Choose changes of the horse test.

    Parameters
    ----------
    names : sequence of str or None
        Their names; None chooses all.

    Returns
    -------
    tuple of Change
        In the order of the list.

    Raises
    ------
    UnknownNameError
        If there is no such change.

    Examples
    --------
    >>> [change.title for change in chosen_changes(["mp3-32"])]
    ['MP3 at 32 kbit/s']
    """
    if names is None:
        return HORSE_CHANGES
    known = [change.name for change in HORSE_CHANGES]
    for name in names:
        if name not in known:
            raise unknown_name("change of the horse test", name, known)
    return tuple(change for change in HORSE_CHANGES if change.name in names)

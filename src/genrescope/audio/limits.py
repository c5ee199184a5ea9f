"""How much sound, and of what kind, a reader accepts before it refuses a recording.

A file from a stranger can promise, or really hold, more sound than anyone wants to decode: hours
of silence pack into a few kilobytes of FLAC. `Limits` says where to stop; the reader checks it
against the header before it decodes and against what really comes out while it decodes.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

from genrescope.errors import AudioLimitError, ParameterError

_BYTES_PER_SAMPLE = 4


@dataclass(frozen=True)
class Limits:
    """
    What a reader accepts; None means no limit.

    Attributes
    ----------
    max_duration_s : float or None
        Longest stretch of sound that is read from one recording, in seconds.
    max_channels : int or None
        Most channels.
    min_sr, max_sr : int or None
        Lowest and highest sample rate of the recording, in Hz.
    max_decoded_bytes : int or None
        Most bytes of decoded sound (4 a sample and channel, at the recording's own rate).
    max_decode_s : float or None
        Most seconds of wall time spent decoding one recording; checked between blocks.

    Raises
    ------
    ParameterError
        If a limit is not a positive finite number, or the rates are crossed.

    Examples
    --------
    >>> Limits(max_duration_s=600).max_duration_s
    600
    >>> Limits(max_channels=0)
    Traceback (most recent call last):
        ...
    genrescope.errors.ParameterError: max_channels is 0, but a limit is a positive number or None
    """

    max_duration_s: float | None = 6 * 3600.0
    max_channels: int | None = 64
    min_sr: int | None = 1000
    max_sr: int | None = 768_000
    max_decoded_bytes: int | None = 2**34
    max_decode_s: float | None = 900.0

    def __post_init__(self) -> None:
        """Refuse limits that mean nothing."""
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if value is None:
                continue
            number = isinstance(value, int | float) and not isinstance(value, bool)
            if not number or not math.isfinite(value) or value <= 0:
                raise ParameterError(
                    f"{field.name} is {value!r}, but a limit is a positive number or None"
                )
        if self.min_sr is not None and self.max_sr is not None and self.min_sr > self.max_sr:
            raise ParameterError(f"min_sr {self.min_sr} is above max_sr {self.max_sr}")

    def check_format(self, *, sr: int, n_channels: int) -> None:
        """
        Refuse a recording by the kind of sound that its header announces.

        Parameters
        ----------
        sr : int
            Sample rate in Hz.
        n_channels : int
            Number of channels.

        Raises
        ------
        AudioLimitError
            If a limit is exceeded.
        """
        if self.max_channels is not None and n_channels > self.max_channels:
            raise AudioLimitError(
                f"it has {n_channels} channels, and the limit max_channels is {self.max_channels}: "
                "the header may be damaged; else raise the limit"
            )
        if self.min_sr is not None and sr < self.min_sr:
            raise AudioLimitError(
                f"its sample rate is {sr} Hz, and the limit min_sr is {self.min_sr} Hz: the "
                "header may be damaged; else lower the limit"
            )
        if self.max_sr is not None and sr > self.max_sr:
            raise AudioLimitError(
                f"its sample rate is {sr} Hz, and the limit max_sr is {self.max_sr} Hz: the "
                "header may be damaged; else raise the limit"
            )

    def check_amount(self, *, duration_s: float, n_values: float) -> None:
        """
        Refuse an amount of sound, whether announced or already decoded.

        Parameters
        ----------
        duration_s : float
            Length of the stretch in seconds.
        n_values : float
            Samples times channels.

        Raises
        ------
        AudioLimitError
            If a limit is exceeded.
        """
        if self.max_duration_s is not None and duration_s > self.max_duration_s:
            raise AudioLimitError(
                f"it holds {duration_s:.6g} s of sound, and the limit max_duration_s is "
                f"{self.max_duration_s:g} s: raise the limit (--max-duration-s), or read a part "
                "(offset_s, duration_s)"
            )
        n_bytes = n_values * _BYTES_PER_SAMPLE
        if self.max_decoded_bytes is not None and n_bytes > self.max_decoded_bytes:
            raise AudioLimitError(
                f"it decodes to {n_bytes:.0f} bytes, and the limit max_decoded_bytes is "
                f"{self.max_decoded_bytes}: raise the limit (--max-duration-s inf), or read a part "
                "(offset_s, duration_s)"
            )

    def deadline(self, *, now: float, spent_s: float) -> float:
        """
        Say when the time for decoding one recording is spent.

        Parameters
        ----------
        now : float
            On the clock of `time.perf_counter`.
        spent_s : float
            Wall time spent decoding so far, in seconds.

        Returns
        -------
        float
            On the same clock; infinite without a limit.

        Examples
        --------
        >>> Limits(max_decode_s=10.0).deadline(now=100.0, spent_s=3.0)
        107.0
        """
        return math.inf if self.max_decode_s is None else now + self.max_decode_s - spent_s

    def check_time(self, *, spent_s: float) -> None:
        """
        Stop a recording that takes too long to decode.

        Parameters
        ----------
        spent_s : float
            Wall time spent decoding so far, in seconds.

        Raises
        ------
        AudioLimitError
            If the limit is exceeded.
        """
        if self.max_decode_s is not None and spent_s > self.max_decode_s:
            raise AudioLimitError(
                f"decoding took more than {self.max_decode_s:g} s (limit max_decode_s): the file "
                "may be made to stall a reader, or the disk is slow; else raise the limit "
                "(--max-decode-s)"
            )

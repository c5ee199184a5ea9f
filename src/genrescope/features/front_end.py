"""The front end: the one way in which sound enters a model, in training and in prediction alike.

A `FrontEnd` is a record of settings that travels in the model bundle and names the feature store by
its digest, so that a model is never fed pictures made in another way than those it learned from.

Conventions: `y` is mono float32 ``[shape=(n,)]`` at the sample rate of the front end; its picture
`S` is float32 ``[shape=(n_mels, t)]``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np

from genrescope import digests
from genrescope.dsp import frames, mel
from genrescope.errors import ConfigError, ParameterError, did_you_mean, unknown_name
from genrescope.features._numbers import number, whole

SCALES = ("db", "unit")
# The filter bank is held in memory, and its size must not be what a damaged file says.
MAX_N_FFT, MAX_N_MELS = 2**16, 2**12


@dataclass(frozen=True)
class FrontEnd:
    """
    Settings of the log-mel spectrogram.

    Attributes
    ----------
    sr : int
        Sample rate in Hz that the sound must have.
    n_fft : int
        Samples in a frame.
    hop_length : int
        Samples between the centres of successive frames.
    n_mels : int
        Number of mel bands.
    fmin : float
        Lower edge of the first band in Hz.
    fmax : float or None
        Upper edge of the last band in Hz; None is half the sample rate.
    top_db : float
        The floor, in dB below the maximum of the clip.
    scale : str
        ``"db"``: dB relative to the maximum of the clip, in [-top_db, 0]. ``"unit"``: stretched per
        clip to [0, 1], from the clip's minimum to its maximum; a constant clip gives zeros.

    Raises
    ------
    ParameterError
        If a setting breaks a rule, among them bands too narrow for the frame length.

    Examples
    --------
    >>> front_end = FrontEnd(n_mels=64)
    >>> front_end.compute(np.zeros(22050, dtype=np.float32)).shape
    (64, 44)
    >>> FrontEnd.from_dict(front_end.to_dict()) == front_end
    True
    """

    sr: int = 22050
    n_fft: int = 2048
    hop_length: int = 512
    n_mels: int = 128
    fmin: float = 0.0
    fmax: float | None = None
    top_db: float = 80.0
    scale: str = "db"

    def __post_init__(self) -> None:
        """Refuse what cannot be computed, and give equal settings equal digests."""
        for name in ("sr", "n_fft", "hop_length", "n_mels"):
            object.__setattr__(self, name, whole(name, getattr(self, name)))
        for name, most in (("n_fft", MAX_N_FFT), ("n_mels", MAX_N_MELS)):
            if getattr(self, name) > most:
                raise ParameterError(f"{name} is {getattr(self, name)}, but may be at most {most}")
        for name in ("fmin", "fmax", "top_db"):
            if not (name == "fmax" and self.fmax is None):
                object.__setattr__(self, name, number(name, getattr(self, name)))
        if self.scale not in SCALES:
            raise unknown_name("scale", str(self.scale), SCALES)
        if not self.top_db > 0:
            raise ParameterError(f"top_db is {self.top_db}, but the floor must lie below 0 dB")
        frames.check_framing(n_fft=self.n_fft, hop_length=self.hop_length)
        mel.mel_filter_bank(
            sr=self.sr, n_fft=self.n_fft, n_mels=self.n_mels, fmin=self.fmin, fmax=self.fmax
        )

    def to_dict(self) -> dict[str, Any]:
        """
        Give the settings as plain values.

        Returns
        -------
        dict
            One key per attribute.
        """
        return asdict(self)

    @classmethod
    def from_dict(cls, settings: Mapping[str, Any]) -> FrontEnd:
        """
        Make a front end from plain values, as a bundle or a recipe holds them.

        Parameters
        ----------
        settings : mapping of str to object
            Any of the attributes; the others take their defaults.

        Returns
        -------
        FrontEnd
            The front end.

        Raises
        ------
        ConfigError
            If a key is unknown or a value breaks a rule.
        """
        known = [field.name for field in fields(cls)]
        for key in settings:
            if key not in known:
                raise ConfigError(f"unknown front-end setting {key!r}{did_you_mean(key, known)}")
        try:
            return cls(**settings)
        except ParameterError as error:
            raise ConfigError(f"front end: {error}") from error

    @property
    def digest(self) -> str:
        """
        SHA-256 of the settings: equal for equal front ends, in every process.

        Returns
        -------
        str
            64 hexadecimal digits.
        """
        return digests.settings_digest(self.to_dict())

    def band_centres(self) -> np.ndarray:
        """
        Give the centre of each mel band.

        Returns
        -------
        np.ndarray [shape=(n_mels,)]
            Frequencies in Hz, rising.

        Examples
        --------
        >>> FrontEnd().band_centres()[[0, -1]].round(1).tolist()
        [25.8, 10735.6]
        """
        top = self.sr / 2 if self.fmax is None else self.fmax
        edges = np.linspace(mel.hz_to_mel(self.fmin), mel.hz_to_mel(top), self.n_mels + 2)
        return mel.mel_to_hz(edges[1:-1])

    def n_frames(self, n_samples: int) -> int:
        """
        Count the columns of the picture of a signal.

        Parameters
        ----------
        n_samples : int
            Samples in the signal.

        Returns
        -------
        int
            Number of frames ``t``.

        Examples
        --------
        >>> FrontEnd().n_frames(30 * 22050)
        1292
        """
        return frames.n_frames(n_samples, n_fft=self.n_fft, hop_length=self.hop_length)

    def compute(self, y: np.ndarray) -> np.ndarray:
        """
        Compute the picture of a stretch of sound.

        Parameters
        ----------
        y : np.ndarray [shape=(n,)]
            Mono sound at `sr`, floating point, at least `n_fft` samples.

        Returns
        -------
        np.ndarray [shape=(n_mels, t)]
            The log-mel spectrogram in the chosen scale, float32.

        Raises
        ------
        ParameterError
            If the sound is not one-dimensional, not finite or too short.
        """
        S = mel.log_mel(
            y,
            sr=self.sr,
            n_fft=self.n_fft,
            hop_length=self.hop_length,
            n_mels=self.n_mels,
            fmin=self.fmin,
            fmax=self.fmax,
            top_db=self.top_db,
        )
        if self.scale == "db":
            return S
        return _stretched(S)

    def to_db(self, S: np.ndarray) -> np.ndarray:
        """
        Give a picture of this front end in dB, whichever its scale.

        A picture of scale ``"unit"`` no longer says where its clip's minimum lay. It is taken to
        lie at the floor, ``-top_db``, as it does in nearly all recordings of music; the levels of a
        clip that never reaches the floor come out stretched, and those of silence at the floor.

        Parameters
        ----------
        S : np.ndarray [shape=(n_mels, t)]
            Picture in the scale of the front end.

        Returns
        -------
        np.ndarray [shape=(n_mels, t)]
            Levels in dB in [-top_db, 0], float32; a new array.
        """
        S = np.array(S, dtype=np.float32)
        if self.scale == "unit":
            S *= np.float32(self.top_db)
            S -= np.float32(self.top_db)
        return S

    def logmel_of(self, S: np.ndarray) -> np.ndarray:
        """
        Give the log-mel of a picture that may have rows computed from sound below it.

        Parameters
        ----------
        S : np.ndarray [shape=(n_mels, t)] or [shape=(n_mels + n_rows, t)]
            The picture.

        Returns
        -------
        np.ndarray [shape=(n_mels, t)]
            The picture itself where it has no other rows, else a view.
        """
        return S[: self.n_mels] if len(S) > self.n_mels else S

    def cropped(self, S: np.ndarray, *, start: int, stop: int) -> np.ndarray:
        """
        Give some columns of a picture as the picture of that stretch of sound alone.

        Levels are relative to the maximum of the stretch, as `compute` makes them of it, but for
        what lies below the floor of the whole picture, which stays there; frames at the ends have
        heard a little of what is around the stretch. Rows below the log-mel, which are computed
        from sound, keep their values.

        Parameters
        ----------
        S : np.ndarray [shape=(n_mels, t)] or [shape=(n_mels + n_rows, t)]
            Picture in the scale of the front end.
        start, stop : int
            First column, and the one after the last; 0 <= start < stop <= t.

        Returns
        -------
        np.ndarray [shape=(n_mels, stop - start)] or [shape=(n_mels + n_rows, stop - start)]
            The picture, float32; a new array.
        """
        part: np.ndarray = S[:, start:stop].astype(np.float32)
        levels = self.logmel_of(part)
        levels -= levels.max()
        if self.scale == "unit":
            _stretched(levels)
        return part


def _stretched(S: np.ndarray) -> np.ndarray:
    """Stretch levels of which the greatest is 0 dB to [0, 1], in place."""
    floor = S.min()
    S -= floor
    if floor < 0:
        S /= -floor
    return S

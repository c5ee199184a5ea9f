"""What every decoder back end offers to the reader: an opened recording that gives out its sound.

Sound leaves a back end as float32 [shape=(n, n_channels)] at its own rate, full scale 1.0.
Public names: `Source`, `Block`, `block_frames`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

_BLOCK_VALUES = 1 << 18


class Block(NamedTuple):
    """
    A piece of decoded sound.

    Attributes
    ----------
    samples : ndarray of float32 [shape=(n, n_channels)]
        The sound.
    sr : int
        Its rate in Hz; it differs from the header's only in odd recordings.
    """

    samples: npt.NDArray[np.float32]
    sr: int


class Source(Protocol):
    """
    An opened recording.

    Attributes
    ----------
    backend : str
        Name of the library that decodes it.
    codec : str
        Name of the encoding, as the library calls it.
    sr : int
        Sample rate in Hz.
    n_channels : int
        Number of channels.
    n_frames : int or None
        Length that the header gives, in samples per channel; None where it gives none.
    is_exact : bool
        Whether `n_frames` is a promise (its absence means truncation) and not an estimate.
    problems : list of str
        What was odd; grows while blocks are read.
    """

    backend: str
    codec: str
    sr: int
    n_channels: int
    n_frames: int | None
    is_exact: bool
    problems: list[str]

    def blocks(self, start: int) -> Iterator[Block]:
        """
        Give out the sound from a position to the end; another call begins anew.

        Parameters
        ----------
        start : int
            First sample to give out.

        Returns
        -------
        iterator of Block
            Blocks of a bounded size.
        """
        ...

    def stop_at(self, deadline: float) -> None:
        """
        Set when to stop reading, as far as the library can be stopped within a block.

        Parameters
        ----------
        deadline : float
            On the clock of `time.perf_counter`.
        """
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...


def block_frames(n_channels: int) -> int:
    """
    Say how many samples per channel one block holds, so that blocks stay near 1 MiB.

    Parameters
    ----------
    n_channels : int
        Number of channels.

    Returns
    -------
    int
        At least 256.
    """
    return max(256, _BLOCK_VALUES // max(1, n_channels))

"""Samples out of FFmpeg's frames, without reading past their bounds.

PyAV's own `to_ndarray` counts the planes of a frame until it meets a null pointer; a frame of eight
or more planes has none, and the process may crash (seen in PyAV 12 to 18). So the planes are
counted here. A frame of MP3 is a fortieth of a second: what costs Python microseconds is done for
many frames at once. Public functions: `batches`, `joined`, `samples_of`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

# Of each sample format: numpy's type, the value of silence, and what full scale is divided by.
_FORMATS = {
    "u8": ("u1", 128, 2.0**-7),
    "s16": ("i2", 0, 2.0**-15),
    "s32": ("i4", 0, 2.0**-31),
    "flt": ("f4", 0, 1.0),
    "dbl": ("f8", 0, 1.0),
}
# FFmpeg's AV_NUM_DATA_POINTERS: beyond it, PyAV reads past the end of the list of planes.
_MAX_PLANES = 8
# What is read several times after another should stay in the second-level cache meanwhile.
_BATCH_VALUES = 1 << 16


def batches(frames: Iterable[Any]) -> Iterator[list[Any]]:
    """
    Put successive frames together that are alike in rate, channels and sample format.

    Parameters
    ----------
    frames : iterable of av.AudioFrame
        Decoded frames.

    Yields
    ------
    list of av.AudioFrame
        About one block of sound.
    """
    batch: list[Any] = []
    form: tuple[int, int, str] | None = None
    n_held = 0
    for frame in frames:
        this = (frame.sample_rate, _n_channels(frame), frame.format.name)
        if this != form or n_held * this[1] >= _BATCH_VALUES:
            if batch:
                yield batch
            batch, n_held, form = [], 0, this
        batch.append(frame)
        n_held += frame.samples
    if batch:
        yield batch


def joined(frames: list[Any]) -> npt.NDArray[np.float32]:
    """
    Give the samples of successive frames that are alike.

    Parameters
    ----------
    frames : list of av.AudioFrame
        At least one, as `batches` gives them.

    Returns
    -------
    ndarray of float32 [shape=(n_channels, n)]
        The samples, full scale 1.0.

    Raises
    ------
    KeyError
        If the sample format is not one of those that `samples_of` knows.
    """
    first = frames[0]
    n_channels, is_planar = _n_channels(first), first.format.is_planar
    n_planes = n_channels if is_planar else 1
    if n_planes > _MAX_PLANES:
        return np.concatenate([samples_of(frame) for frame in frames], axis=1)
    form = first.format.name.rstrip("p")
    dtype = np.dtype(_FORMATS[form][0])
    n = sum([frame.samples for frame in frames])
    planes = list(zip(*[frame.planes[:n_planes] for frame in frames], strict=True))
    # One copy; and unlike bytes, the array may be written to.
    data = bytearray().join([plane for channel in planes for plane in channel])
    if len(data) != n * n_channels * dtype.itemsize:
        # Some planes are longer than their samples: the first and last, which FFmpeg cuts.
        sizes = [frame.samples * n_channels * dtype.itemsize // n_planes for frame in frames]
        data = bytearray().join(
            memoryview(plane)[:size]
            for channel in planes
            for plane, size in zip(channel, sizes, strict=True)
        )
    array = np.frombuffer(data, dtype=dtype)
    array = array.reshape(n_channels, n) if is_planar else array.reshape(n, n_channels).T
    return _to_float(array, form)


def samples_of(frame: Any) -> npt.NDArray[np.float32]:
    """
    Give the samples of a decoded frame.

    Parameters
    ----------
    frame : av.AudioFrame
        A frame in any of FFmpeg's sample formats but 64-bit integers.

    Returns
    -------
    ndarray of float32 [shape=(n_channels, n)]
        The samples, full scale 1.0.

    Raises
    ------
    KeyError
        If the sample format is another one.
    """
    n_channels = _n_channels(frame)
    if frame.format.is_planar and n_channels > _MAX_PLANES:
        frame = _packed(frame)
    form = frame.format.name.rstrip("p")
    dtype = _FORMATS[form][0]
    planes = [np.frombuffer(plane, dtype=dtype) for plane in frame.planes[:n_channels]]
    if frame.format.is_planar:
        array = np.stack([plane[: frame.samples] for plane in planes])
    else:
        array = planes[0][: frame.samples * n_channels].reshape(frame.samples, n_channels).T.copy()
    return _to_float(array, form)


def _n_channels(frame: Any) -> int:
    # PyAV 12 hides the number; later ones make the tuple anew each time.
    layout = frame.layout
    return getattr(layout, "nb_channels", 0) or len(layout.channels)


def _to_float(array: npt.NDArray[Any], form: str) -> npt.NDArray[np.float32]:
    """Scale to full scale 1.0; what is float32 already is given back itself."""
    dtype, zero, scale = _FORMATS[form]
    if dtype == "f4":
        return array
    if zero:
        array = array - np.float32(zero)
    return np.asarray(array * np.float32(scale), dtype=np.float32)


def _packed(frame: Any) -> Any:
    """Interleave the channels: PyAV looks for the end of a list of planes that has none."""
    import av

    packer = av.AudioResampler(format="flt", layout=frame.layout, rate=frame.sample_rate)
    return packer.resample(frame)[0]

"""Samples out of FFmpeg's frames, without reading past their bounds.

PyAV's own `to_ndarray` counts the planes of a frame until it meets a null pointer; a frame of eight
or more planes has none, and the process may crash (seen in PyAV 12 to 18). So the planes are
counted here. Public function: `samples_of`.
"""

from __future__ import annotations

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
    n_channels = len(frame.layout.channels)
    if frame.format.is_planar and n_channels > _MAX_PLANES:
        frame = _packed(frame)
    dtype, zero, scale = _FORMATS[frame.format.name.rstrip("p")]
    planes = [np.frombuffer(plane, dtype=dtype) for plane in frame.planes[:n_channels]]
    if frame.format.is_planar:
        array = np.stack([plane[: frame.samples] for plane in planes])
    else:
        array = planes[0][: frame.samples * n_channels].reshape(frame.samples, n_channels).T
    if dtype == "f4":
        return array.copy()
    return np.asarray((array - np.float32(zero)) * np.float32(scale), dtype=np.float32)


def _packed(frame: Any) -> Any:
    """Interleave the channels: PyAV looks for the end of a list of planes that has none."""
    import av

    packer = av.AudioResampler(format="flt", layout=frame.layout, rate=frame.sample_rate)
    return packer.resample(frame)[0]

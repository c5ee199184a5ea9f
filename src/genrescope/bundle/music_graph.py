"""The detector of a bundle, ``music.onnx``: from a window's features to whether it is music.

Its output ``probabilities`` has two columns, no music and music. Its digest stands in the bundle's
``abstention``. Public functions: `read_music_onnx`, `write_abstention`.
"""

from __future__ import annotations

import dataclasses
import hashlib
from pathlib import Path

from genrescope.atomic import write_bytes
from genrescope.bundle.abstention import Abstention
from genrescope.bundle.card import model_card
from genrescope.bundle.format import (
    MANIFEST_NAME,
    Manifest,
    read_manifest,
    read_onnx,
    write_bundle,
)
from genrescope.errors import BundleError

MUSIC_NAME = "music.onnx"


def read_music_onnx(folder: Path, thresholds: Abstention) -> bytes | None:
    """
    Read the detector of a bundle and check that it is the one that was written.

    Parameters
    ----------
    folder : Path
        The bundle.
    thresholds : Abstention
        What the bundle says of it.

    Returns
    -------
    bytes or None
        The graph; None where the bundle has none.

    Raises
    ------
    BundleError
        If the graph is missing or was changed.
    """
    if thresholds.music_sha256 is None:
        return None
    path = folder / MUSIC_NAME
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BundleError(
            f"{path} cannot be read ({error.strerror}): copy the whole bundle folder again"
        ) from error
    found = hashlib.sha256(data).hexdigest()
    if found != thresholds.music_sha256:
        raise BundleError(
            f"{path} has SHA-256 {found[:12]}... where {MANIFEST_NAME} says "
            f"{thresholds.music_sha256[:12]}...: it was damaged or exchanged; copy the bundle again"
        )
    return data


def write_abstention(
    folder: Path, thresholds: Abstention, *, music_onnx: bytes | None = None
) -> Manifest:
    """
    Write into a finished bundle when its model declines, in place of what it had.

    Parameters
    ----------
    folder : Path
        The bundle.
    thresholds : Abstention
        When it declines; the digest of the detector is filled in.
    music_onnx : bytes or None
        The detector; None leaves the bundle without one.

    Returns
    -------
    Manifest
        As it was written.

    Raises
    ------
    BundleError
        If there is a detector without a threshold or features, or the reverse.
    """
    manifest = read_manifest(folder)
    onnx = read_onnx(folder, manifest)
    if (thresholds.music_below is None) != (music_onnx is None):
        raise BundleError(
            f"{folder}: a detector of music and its threshold belong together: give both or none"
        )
    # The manifest comes last, so that half a bundle is never taken for one.
    (folder / MANIFEST_NAME).unlink()
    digest = None
    if music_onnx is None:
        (folder / MUSIC_NAME).unlink(missing_ok=True)
    else:
        write_bytes(folder / MUSIC_NAME, music_onnx)
        digest = hashlib.sha256(music_onnx).hexdigest()
    thresholds = dataclasses.replace(thresholds, music_sha256=digest)
    manifest = dataclasses.replace(manifest, abstention=thresholds.to_dict())
    return write_bundle(folder, manifest, onnx=onnx, card=model_card(manifest))

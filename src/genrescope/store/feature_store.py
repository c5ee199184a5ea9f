"""The feature store: what the front end made of each recording, on disk and mapped into memory.

Conventions: features of one recording are ``[shape=(n_windows, n_mels, t)]`` float32; their key is
the SHA-256 of the recording. What made the features is told by plain settings, the spec (those of
the front end and of the windows); features of different specs never mix, since each spec has a
folder named by its digest::

    <folder>/<digest of the spec>/spec.json
    <folder>/<digest of the spec>/<first two digits of the key>/<key>.npy

A file appears whole or not at all, so that a run that was killed can go on with what
`FeatureStore.missing` lists. Several processes may write to one store: at worst two compute the
same features, and one file stays.

Public classes: `FeatureStore`, `StoreInfo`.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from genrescope import atomic, digests
from genrescope.errors import ParameterError, StoreError

FORMAT_VERSION = 1

# A file is written in moments. Whether its writer still lives cannot be asked where the folder is
# shared between machines, so that age alone decides.
LEFTOVER_AGE_S = 3600.0

_KEY = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class StoreInfo:
    """
    What a feature store holds.

    Attributes
    ----------
    n_tracks : int
        Recordings with features.
    size_bytes : int
        Bytes of their files.
    spec : mapping of str to object
        Settings that made the features.
    """

    n_tracks: int
    size_bytes: int
    spec: Mapping[str, Any]


class FeatureStore:
    """
    Features of recordings on disk, for one spec.

    Nothing is written before the first `put`. That one also removes temporary files that killed
    runs left more than an hour ago.

    Parameters
    ----------
    folder : Path
        Where features of all specs are kept.
    spec : mapping of str to object
        Settings that made the features, as plain values that JSON can hold.

    Attributes
    ----------
    root : Path
        The folder of this spec.

    Raises
    ------
    ParameterError
        If JSON cannot hold the spec.
    StoreError
        If the folder of this spec has another format version, or is damaged.
    """

    def __init__(self, folder: Path, *, spec: Mapping[str, Any]) -> None:
        try:
            digest = digests.settings_digest(dict(spec))
        except (TypeError, ValueError) as error:
            raise ParameterError(
                f"the spec of a feature store must be plain values, but: {error}"
            ) from error
        self.root = Path(folder) / digest
        self._spec: dict[str, Any] = json.loads(json.dumps(dict(spec)))
        self._prepared = False
        self._check_spec_file()

    def put(self, key: str, array: np.ndarray) -> None:
        """
        Keep the features of a recording, in place of any that were kept before.

        Parameters
        ----------
        key : str
            SHA-256 of the recording, 64 lower-case hexadecimal digits.
        array : np.ndarray [shape=(n_windows, n_mels, t)]
            Its features, finite, in floating point; kept as float32.

        Raises
        ------
        ParameterError
            If the key or the array breaks a rule.
        StoreError
            If the file cannot be written.
        """
        path = self._path(key)
        features = _checked(array)
        try:
            self._prepare()
            with atomic.open_atomic(path) as file:
                np.save(file, features, allow_pickle=False)
        except OSError as error:
            why = error.__cause__ or error
            raise StoreError(f"cannot write {path} ({why}): has the disk room?") from error

    def get(self, key: str) -> np.ndarray:
        """
        Give the features of a recording, mapped into memory.

        Parameters
        ----------
        key : str
            SHA-256 of the recording, 64 lower-case hexadecimal digits.

        Returns
        -------
        np.ndarray [shape=(n_windows, n_mels, t)]
            Its features, float32, read-only; read from disk where they are used.

        Raises
        ------
        ParameterError
            If the key breaks a rule.
        StoreError
            If there are none, or their file is damaged.
        """
        path = self._path(key)
        try:
            array = np.lib.format.open_memmap(path, mode="r")
            size_bytes = path.stat().st_size
        except FileNotFoundError as error:
            raise StoreError(
                f"no features of the recording {key} in {self.root}: extract them first"
            ) from error
        except OSError as error:
            raise StoreError(f"cannot read {path} ({error}): check its permissions") from error
        except Exception as error:  # numpy lets many kinds of error out of damaged headers
            raise _damaged(path, str(error)) from error
        if array.dtype != np.float32 or array.ndim != 3:
            raise _damaged(path, "it holds something other than float32 of three dimensions")
        if array.offset + array.nbytes != size_bytes:
            raise _damaged(path, "its length is not that of its array")
        return array

    def __contains__(self, key: str) -> bool:
        """
        Tell whether there are features of a recording.

        Parameters
        ----------
        key : str
            SHA-256 of the recording.

        Returns
        -------
        bool
            True if there are; the file is not opened.
        """
        return self._path(key).is_file()

    def keys(self) -> list[str]:
        """
        List the recordings that have features.

        Returns
        -------
        list of str
            Keys, sorted.
        """
        return [path.stem for path in self._files()]

    def missing(self, keys: Iterable[str]) -> list[str]:
        """
        List the recordings that have no features yet.

        Parameters
        ----------
        keys : iterable of str
            Keys that are wanted.

        Returns
        -------
        list of str
            Those without features, in the order given, each once.
        """
        return [key for key in dict.fromkeys(keys) if key not in self]

    def info(self) -> StoreInfo:
        """
        Say what the store holds.

        Returns
        -------
        StoreInfo
            Numbers of recordings and bytes, and the spec.
        """
        sizes = [path.stat().st_size for path in self._files()]
        return StoreInfo(n_tracks=len(sizes), size_bytes=sum(sizes), spec=dict(self._spec))

    def _path(self, key: str) -> Path:
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            raise ParameterError(
                f"the key {key!r} is not the SHA-256 of a recording: "
                "64 digits of 0 to 9 and a to f are needed"
            )
        return self.root / key[:2] / f"{key}.npy"

    def _files(self) -> list[Path]:
        return sorted(
            path
            for path in self.root.glob("[0-9a-f][0-9a-f]/*.npy")
            if _KEY.fullmatch(path.stem) and path.stem.startswith(path.parent.name)
        )

    def _prepare(self) -> None:
        if self._prepared:
            return
        if not self._spec_file.exists():
            text = json.dumps({"format": FORMAT_VERSION, "spec": self._spec}, indent=2)
            atomic.write_text(self._spec_file, text + "\n")
        now = time.time()
        for path in self.root.rglob("*.tmp-*"):
            try:
                if now - path.stat().st_mtime > LEFTOVER_AGE_S:
                    path.unlink()
            except FileNotFoundError:
                continue
        self._prepared = True

    @property
    def _spec_file(self) -> Path:
        return self.root / "spec.json"

    def _check_spec_file(self) -> None:
        path = self._spec_file
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            version, spec = content["format"], content["spec"]
        except FileNotFoundError:
            return
        except OSError as error:
            raise StoreError(f"cannot read {path} ({error}): choose another folder") from error
        except (ValueError, KeyError, TypeError) as error:
            raise StoreError(
                f"{path} is damaged ({error!r}): delete the folder {self.root} "
                "and extract the features again"
            ) from error
        if version != FORMAT_VERSION:
            raise StoreError(
                f"{self.root} has format version {version}, but this release reads "
                f"{FORMAT_VERSION}: use the release that wrote it, or another folder"
            )
        if spec != self._spec:
            raise StoreError(
                f"{path} tells other settings than those that name its folder, so that it was "
                f"changed by hand: delete the folder {self.root} and extract the features again"
            )


def _checked(array: np.ndarray) -> np.ndarray:
    array = np.asarray(array)
    if array.ndim != 3 or array.size == 0:
        raise ParameterError(
            f"features have shape {array.shape}, but must be (n_windows, n_mels, t), none of them 0"
        )
    if not np.issubdtype(array.dtype, np.floating):
        raise ParameterError(f"features have type {array.dtype}, but must be floating point")
    with np.errstate(over="ignore"):
        features = np.ascontiguousarray(array, dtype=np.float32)
    if not np.isfinite(features).all():
        raise ParameterError("features hold NaN or infinite values; look at the recording")
    return features


def _damaged(path: Path, reason: str) -> StoreError:
    return StoreError(f"{path} is damaged ({reason}): delete it and extract the features again")

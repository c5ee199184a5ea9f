"""The model bundle: a folder that holds everything a prediction needs, and no pickle.

``model.onnx``      features to probabilities, any batch size
``bundle.json``     labels, front end, windows, features, provenance, evaluation (a `Manifest`)
``MODEL_CARD.md``   the same for people
``music.onnx``      tells music from what is none; a bundle may lack it (`bundle.music_graph`)
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from genrescope.atomic import write_bytes, write_text
from genrescope.bundle import _rules
from genrescope.bundle.abstention import Abstention
from genrescope.bundle.several_labels import label_thresholds
from genrescope.digests import file_sha256
from genrescope.errors import BundleError, GenrescopeError
from genrescope.features.feature_sets import FeatureChoice
from genrescope.features.front_end import FrontEnd
from genrescope.features.windows import WindowSettings

FORMAT = "genrescope-bundle/1"
ONNX_NAME, MANIFEST_NAME, CARD_NAME = "model.onnx", "bundle.json", "MODEL_CARD.md"


@dataclass(frozen=True)
class Manifest:
    """
    All that a bundle says of its model.

    Attributes
    ----------
    name, version : str
        Of the model.
    labels : tuple of str
        Genres, in the order of the graph's output.
    front_end : FrontEnd
        From sound to log-mel.
    windows : WindowSettings
        How recordings are cut.
    features : FeatureChoice
        From log-mel to the graph's input.
    model : mapping
        Architecture, settings, ``n_parameters``.
    training : mapping
        Data, protocol, seed, and the ids of the tracks that were learned (``track_ids``).
    evaluation : tuple of mapping
        Figures, each with protocol, metric, n, value, interval, leakage and command.
    recipe : mapping
        The recipe it was trained by, resolved: it can be fed back.
    licence : str
        Of the weights and of the data they come from.
    created : str
        Day, ISO 8601.
    onnx_sha256 : str
        Digest of ``model.onnx``.
    abstention : mapping
        When the model declines to answer, as `Abstention` holds it; empty where it never does.
    task : mapping
        Of a model of several labels a recording (see `several_labels`); else empty.
    """

    name: str
    version: str
    labels: tuple[str, ...]
    front_end: FrontEnd
    windows: WindowSettings
    features: FeatureChoice
    model: Mapping[str, Any] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)
    evaluation: tuple[Mapping[str, Any], ...] = ()
    recipe: Mapping[str, Any] = field(default_factory=dict)
    licence: str = ""
    created: str = ""
    onnx_sha256: str = ""
    abstention: Mapping[str, Any] = field(default_factory=dict)
    task: Mapping[str, Any] = field(default_factory=dict)

    @property
    def label_thresholds(self) -> tuple[float, ...] | None:
        """
        From which probability on each label is given, of several a recording.

        Returns
        -------
        tuple of float or None
            In the order of `labels`; None where a recording gets one label.
        """
        return label_thresholds(self.task, self.labels)

    @property
    def thresholds(self) -> Abstention:
        """
        When the model declines to answer.

        Returns
        -------
        Abstention
            Read from `abstention`.
        """
        return Abstention.from_dict(self.abstention)

    def to_dict(self) -> dict[str, Any]:
        """
        Give the manifest as plain values for JSON.

        Returns
        -------
        dict
            ``format`` and one key per attribute.
        """
        own = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        if not self.task:
            del own["task"]  # As in bundles that are older than it.
        return {
            "format": FORMAT,
            **own,
            "labels": list(self.labels),
            "front_end": self.front_end.to_dict(),
            "windows": self.windows.to_dict(),
            "features": self.features.to_dict(),
            "evaluation": list(self.evaluation),
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Manifest:
        """
        Make a manifest from plain values.

        Parameters
        ----------
        values : mapping
            As `to_dict` gives them.

        Returns
        -------
        Manifest
            The manifest.

        Raises
        ------
        BundleError
            If the values are foreign, incomplete or of another format.
        """
        if values.get("format") != FORMAT:
            raise BundleError(
                f"format {values.get('format')!r} is not {FORMAT!r}: the bundle was made by "
                "another program or version; export the model again with this one"
            )
        # A bundle that lacks them never declines, and gives a recording one label.
        values = {"abstention": {}, "task": {}, **values}
        try:
            known = {f.name: values[f.name] for f in dataclasses.fields(cls)}
        except KeyError as error:
            raise BundleError(
                f"the key {error} is missing: the file is incomplete; export the model again"
            ) from error
        try:
            _rules.check_types(known)
            _rules.check_labels(known["labels"])
            Abstention.from_dict(known["abstention"])
            label_thresholds(known["task"], known["labels"])
            for figure in known["evaluation"]:
                _rules.check_figure(figure)
            front_end = FrontEnd.from_dict(known["front_end"])
            windows = WindowSettings.from_dict(known["windows"])
            _rules.check_windows(windows.length, n_fft=front_end.n_fft)
            features = FeatureChoice.from_dict(known["features"])
        except GenrescopeError as error:
            raise BundleError(
                f"a value breaks its rule: {error}: export the model again"
            ) from error
        return cls(
            **known
            | {
                "labels": tuple(known["labels"]),
                "front_end": front_end,
                "windows": windows,
                "features": features,
                "evaluation": tuple(known["evaluation"]),
            }
        )


def write_bundle(folder: Path, manifest: Manifest, *, onnx: bytes, card: str) -> Manifest:
    """
    Write a bundle; the manifest comes last, so that half a bundle is never taken for one.

    Where the same graph stands already, it is left alone: to write new figures into a bundle never
    puts the model at risk.

    Parameters
    ----------
    folder : Path
        Where it shall stand.
    manifest : Manifest
        What it says; `onnx_sha256` is filled in.
    onnx : bytes
        The graph.
    card : str
        The model card, in Markdown.

    Returns
    -------
    Manifest
        As it was written.
    """
    written = dataclasses.replace(manifest, onnx_sha256=hashlib.sha256(onnx).hexdigest())
    text = json.dumps(written.to_dict(), indent=1, allow_nan=False)
    path = folder / ONNX_NAME
    if not path.is_file() or file_sha256(path) != written.onnx_sha256:
        (folder / MANIFEST_NAME).unlink(missing_ok=True)
        write_bytes(path, onnx)
    write_text(folder / CARD_NAME, card)
    write_text(folder / MANIFEST_NAME, text + "\n")
    return written


def read_manifest(folder: Path) -> Manifest:
    """
    Read what a bundle says of its model.

    Parameters
    ----------
    folder : Path
        The bundle.

    Returns
    -------
    Manifest
        The manifest.

    Raises
    ------
    BundleError
        If the folder is no bundle, or a damaged or foreign one.
    """
    path = folder / MANIFEST_NAME
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise BundleError(
            f"{folder} is no model bundle: {MANIFEST_NAME} cannot be read ({error.strerror}); "
            "give the folder that `genrescope train` or `genrescope model export` wrote"
        ) from error
    except UnicodeDecodeError as error:
        raise BundleError(f"{path} is damaged ({error}): export the model again") from error
    try:
        return Manifest.from_dict(_rules.parse(text))
    except BundleError as error:
        raise BundleError(f"{path}: {error}") from error


def read_onnx(folder: Path, manifest: Manifest) -> bytes:
    """
    Read the graph of a bundle and check that it is the one that was written.

    Parameters
    ----------
    folder : Path
        The bundle.
    manifest : Manifest
        What it says.

    Returns
    -------
    bytes
        The graph.

    Raises
    ------
    BundleError
        If the graph is missing or was changed.
    """
    path = folder / ONNX_NAME
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BundleError(
            f"{path} cannot be read ({error.strerror}): copy the whole bundle folder again"
        ) from error
    found = hashlib.sha256(data).hexdigest()
    if found != manifest.onnx_sha256:
        raise BundleError(
            f"{path} has SHA-256 {found[:12]}... where {MANIFEST_NAME} says "
            f"{manifest.onnx_sha256[:12]}...: it was damaged or exchanged; copy the bundle again"
        )
    return data

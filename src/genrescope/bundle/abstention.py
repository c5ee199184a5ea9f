"""When a model declines to answer: the thresholds that a bundle carries, and how they were fitted.

In ``bundle.json`` they are the table ``abstention``, which may be missing or empty: such a model
never declines. All keys but ``fitted_on`` may be missing alone:

``not_sure``   ``{"confidence_below": 0.2}``: decline where the most probable genre is less probable
``not_music``  ``{"music_below": 0.4, "features": {...}, "onnx_sha256": "..."}``: decline where the
               detector ``music.onnx`` holds music less probable
``likely``     ``{"coverage": 0.9, "probability_from": 0.07}``: the genres from this probability on
               hold the true one this often (a conformal set)
``fitted_on``  what the thresholds were fitted on, in words
``measured``   what they cost and gain, as fractions: ``declined_as_not_sure``,
               ``declined_as_not_music`` and ``declined_as_not_music_short`` of held-out music,
               ``not_music_rejected`` of sounds that are none

Public: `Abstention`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from genrescope.errors import BundleError, GenrescopeError, did_you_mean
from genrescope.features.feature_sets import FeatureChoice

KEYS = ("not_sure", "not_music", "likely", "fitted_on", "measured")


@dataclass(frozen=True)
class Abstention:
    """
    The thresholds of a model, none of which must be there.

    Attributes
    ----------
    confidence_below : float or None
        The model is not sure where its most probable genre is less probable than this.
    music_below : float or None
        What it hears is not music where the detector holds music less probable than this.
    music_features : FeatureChoice or None
        What the detector is given; None where there is no detector.
    music_sha256 : str or None
        Digest of the detector's graph.
    coverage : float or None
        How often the likely genres hold the true one, on music like the training's.
    probability_from : float or None
        Genres of this probability or more are likely.
    fitted_on : str
        What all this was fitted on.
    measured : mapping of str to float
        Fractions: ``declined_as_not_sure`` and ``declined_as_not_music`` of held-out music
        (``declined_as_not_music_short`` of stretches below 6 s); ``not_music_rejected`` of sounds
        that are not music, of families that were held out.
    """

    confidence_below: float | None = None
    music_below: float | None = None
    music_features: FeatureChoice | None = None
    music_sha256: str | None = None
    coverage: float | None = None
    probability_from: float | None = None
    fitted_on: str = ""
    measured: Mapping[str, float] = field(default_factory=dict)

    @property
    def declines(self) -> bool:
        """
        Whether the model ever declines to answer.

        Returns
        -------
        bool
            True where there is any threshold for it.
        """
        return self.confidence_below is not None or self.music_below is not None

    @property
    def music_lost(self) -> float:
        """
        How much of the music that they were set on the thresholds turn away.

        Its answers came from models that had not learned from the artist, but the thresholds were
        chosen on these very answers: of other music they take more.

        Returns
        -------
        float
            Sum of the fractions that were declined for either reason.
        """
        reasons = ("declined_as_not_sure", "declined_as_not_music")
        return sum(self.measured.get(key, 0.0) for key in reasons)

    def to_dict(self) -> dict[str, Any]:
        """
        Give the thresholds as plain values for JSON.

        Returns
        -------
        dict
            What `from_dict` takes; empty where there is no threshold.
        """
        plain: dict[str, Any] = {}
        if self.confidence_below is not None:
            plain["not_sure"] = {"confidence_below": self.confidence_below}
        if self.music_below is not None and self.music_features is not None:
            plain["not_music"] = {
                "music_below": self.music_below,
                "features": self.music_features.to_dict(),
                "onnx_sha256": self.music_sha256,
            }
        if self.coverage is not None:
            plain["likely"] = {
                "coverage": self.coverage,
                "probability_from": self.probability_from,
            }
        if plain:
            plain |= {"fitted_on": self.fitted_on, "measured": dict(self.measured)}
        return plain

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Abstention:
        """
        Read thresholds, and refuse those that cannot be ones.

        Parameters
        ----------
        values : mapping
            The table ``abstention`` of a bundle.

        Returns
        -------
        Abstention
            The thresholds.

        Raises
        ------
        BundleError
            If a key is unknown, or a value is missing or breaks its rule.
        """
        for key in values:
            if key not in KEYS:
                raise BundleError(f"unknown key of abstention {key!r}{did_you_mean(key, KEYS)}")
        found: dict[str, Any] = {}
        if "not_sure" in values:
            found["confidence_below"] = _fraction(values, "not_sure", "confidence_below")
        if "not_music" in values:
            found["music_below"] = _fraction(values, "not_music", "music_below")
            found["music_features"] = _features(values["not_music"].get("features"))
            found["music_sha256"] = _text(values["not_music"], "onnx_sha256")
        if "likely" in values:
            for name in ("coverage", "probability_from"):
                found[name] = _fraction(values, "likely", name)
        if values:
            found["fitted_on"] = _text(values, "fitted_on")
        measured = values.get("measured", {})
        if not isinstance(measured, Mapping):
            raise BundleError(f"abstention: measured is {measured!r:.60}, but must be a table")
        found["measured"] = {key: _fraction(values, "measured", key) for key in measured}
        return cls(**found)


def _fraction(values: Mapping[str, Any], table: str, key: str) -> float:
    inner = values[table]
    value = inner.get(key) if isinstance(inner, Mapping) else None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise BundleError(
            f"abstention: {table} says {key} {value!r:.60}, but it must be a fraction in [0, 1]"
        )
    return float(value)


def _text(values: Mapping[str, Any], key: str) -> str:
    value = values.get(key)
    if not isinstance(value, str):
        raise BundleError(f"abstention: {key} is {value!r:.60}, but must be text")
    return value


def _features(values: Any) -> FeatureChoice:
    if not isinstance(values, Mapping):
        raise BundleError(f"abstention: features of not_music are {values!r:.60}, no table")
    try:
        return FeatureChoice.from_dict(values)
    except GenrescopeError as error:
        raise BundleError(f"abstention: features of not_music: {error}") from error

"""
genrescope hears what genre a recording is, shows why, and says how far to trust it.

>>> import genrescope
>>> predictor = genrescope.load("default")
>>> y = genrescope.render_track("classical", duration_s=10.0)
>>> prediction = predictor.predict(y, sr=22050)
>>> len(prediction.genres)
10

Every name is imported when it is first used, so that ``import genrescope`` costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from genrescope.audio.decode import open_audio, read_audio
    from genrescope.audio.limits import Limits
    from genrescope.audio.probe import probe
    from genrescope.datasets.dataset import load_dataset
    from genrescope.dsp.mel import log_mel
    from genrescope.dsp.mfcc import mfcc
    from genrescope.errors import GenrescopeError
    from genrescope.models.classifier import make_classifier
    from genrescope.prediction.predictor import Predictor, load
    from genrescope.records import GenreProbability, Prediction, Track, WindowPrediction
    from genrescope.splits.split import make_splits
    from genrescope.synthesis.render import render_track
    from genrescope.training.recipe_files import load_recipe

_HOMES = {
    "GenreProbability": "genrescope.records",
    "GenrescopeError": "genrescope.errors",
    "Limits": "genrescope.audio.limits",
    "Prediction": "genrescope.records",
    "Predictor": "genrescope.prediction.predictor",
    "Track": "genrescope.records",
    "WindowPrediction": "genrescope.records",
    "load": "genrescope.prediction.predictor",
    "load_dataset": "genrescope.datasets.dataset",
    "load_recipe": "genrescope.training.recipe_files",
    "log_mel": "genrescope.dsp.mel",
    "make_classifier": "genrescope.models.classifier",
    "make_splits": "genrescope.splits.split",
    "mfcc": "genrescope.dsp.mfcc",
    "open_audio": "genrescope.audio.decode",
    "probe": "genrescope.audio.probe",
    "read_audio": "genrescope.audio.decode",
    "render_track": "genrescope.synthesis.render",
}

__all__ = [
    "GenreProbability",
    "GenrescopeError",
    "Limits",
    "Prediction",
    "Predictor",
    "Track",
    "WindowPrediction",
    "__version__",
    "load",
    "load_dataset",
    "load_recipe",
    "log_mel",
    "make_classifier",
    "make_splits",
    "mfcc",
    "open_audio",
    "probe",
    "read_audio",
    "render_track",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'genrescope' has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__

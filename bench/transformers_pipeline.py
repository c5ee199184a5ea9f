"""
Thirty seconds to an answer: over the audio-classification pipeline of transformers, one core.

The model is HubertForSequenceClassification of DistilHuBERT's shape (two layers, 23.7 M parameters)
with random weights, on which speed does not depend. From samples at 16 kHz in memory both start
with the array; from the MP3 file PyAV decodes and resamples for the pipeline.
"""

from __future__ import annotations

import importlib.util
import logging
from pathlib import Path
from typing import Any

import numpy as np

import genrescope
from bench.harness import arguments, interleaved, pin, ratio
from bench.record import Record
from bench.sound import tracks

NAME = "transformers_pipeline"
SR = 16000


def main() -> None:
    """Measure from memory and from the file, and save."""
    given = arguments(NAME, __doc__, rounds=5)
    pin(1)
    record = Record(NAME, quick=given.quick)
    if (
        importlib.util.find_spec("transformers") is None
        or importlib.util.find_spec("torch") is None
    ):
        record.note("transformers or torch is not installed: not measured.")
        record.save(given.out)
        return
    listen, n_parameters = pipeline()
    record.note(f"the pipeline's model has {n_parameters / 1e6:.1f} M parameters")
    (path,) = tracks(1)
    y = decoded(path)
    predictor = genrescope.load("default")
    rounds = 2 if given.quick else given.rounds
    pairs = {
        "samples at 16 kHz": (
            lambda: predictor.predict(y, sr=SR),
            lambda: listen({"raw": y.copy(), "sampling_rate": SR}),
        ),
        "MP3 file": (
            lambda: predictor.predict_file(path),
            lambda: listen({"raw": decoded(path), "sampling_rate": SR}),
        ),
    }
    for what, (ours, theirs) in pairs.items():
        taken = interleaved({"genrescope": ours, "transformers": theirs}, n=rounds)
        record.times(f"30 s, from {what}", taken)
        faster = ratio(taken["transformers"], taken["genrescope"])
        record.row(f"30 s, from {what}: faster than the pipeline", faster, least=150.0)
    record.save(given.out)


def pipeline() -> tuple[Any, int]:
    """Make the pipeline; give it and the number of parameters of its model."""
    logging.disable(logging.WARNING)
    import torch
    import transformers

    torch.set_num_threads(1)
    torch.manual_seed(0)
    config = transformers.HubertConfig(num_hidden_layers=2, num_labels=10)
    model = transformers.HubertForSequenceClassification(config).eval()
    extractor = transformers.Wav2Vec2FeatureExtractor(
        do_normalize=True, return_attention_mask=False
    )
    made = transformers.pipeline(
        "audio-classification", model=model, feature_extractor=extractor, device="cpu"
    )
    return made, sum(p.numel() for p in model.parameters())


def decoded(path: Path) -> np.ndarray:
    """Decode a file to mono samples at 16 kHz by PyAV."""
    import av

    with av.open(str(path)) as container:
        resampler = av.AudioResampler(format="flt", layout="mono", rate=SR)
        frames = container.decode(container.streams.audio[0])
        parts = [out.to_ndarray()[0] for frame in frames for out in resampler.resample(frame)]
        parts += [out.to_ndarray()[0] for out in resampler.resample(None)]
    return np.concatenate(parts)


if __name__ == "__main__":
    main()

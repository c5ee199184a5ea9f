"""Compare settings of the default model inside the training part of the fault-filtered split.

    python scripts/default_candidates.py               # all; needs GENRESCOPE_DATA, half an hour
    python scripts/default_candidates.py --only "SVM"   # those whose name begins so

Five folds of whole artists; the test part of the split is not read. *changed* is the accuracy on
four changed copies of each held-out track that no candidate learned (see
`genrescope.augment.logmel_changes`). The table stands in docs/experiments.md.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
import tempfile
from pathlib import Path

import numpy as np

from genrescope.evaluation.folds import plan_folds
from genrescope.metrics.calibration import expected_calibration_error
from genrescope.models.classical import calibration_folds
from genrescope.models.classifier import make_classifier
from genrescope.training.augmentation import Augmentation, changed_copies, with_copies
from genrescope.training.inputs import Inputs
from genrescope.training.loading import load_inputs
from genrescope.training.recipe import Choice, Recipe
from genrescope.training.recipe_files import load_recipe

N_COPIES, N_HEARD = 24, 4
BOTH, MACHINES = "svm-and-mlp", "svm-one-vs-rest"
CANDIDATES: dict[str, tuple[str, dict[str, float], int]] = {
    "SVM (statistics-svm)": (MACHINES, {}, 0),
    "SVM, one copy": (MACHINES, {}, 1),
    "SVM, two copies": (MACHINES, {}, 2),
    "SVM and network, no copies": (BOTH, {}, 0),
    "SVM and network, 8 copies": (BOTH, {}, 8),
    "SVM and network, 24 copies (default)": (BOTH, {}, 24),
    "the same, 128 hidden units": (BOTH, {"n_hidden": 128}, 24),
    "the same, 40 epochs": (BOTH, {"epochs": 40}, 24),
}
"""The model, its settings, and how many copies it learns."""


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="candidates whose name begins so")
    only = parser.parse_args().only
    recipe = load_recipe("default")
    with tempfile.TemporaryDirectory() as temporary:
        inputs = load_inputs(recipe, Path(temporary))
        (fold,) = plan_folds(inputs, "fault-filtered-strict", {}, [0], Path(temporary))
    known = inputs.rows((*fold.split.train, *fold.split.valid))
    heard = [inputs.X[known], *changed_copies(inputs, N_COPIES + N_HEARD)[N_COPIES:, known]]
    print("| candidate | plain | changed | calibration error, plain | n |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for name, (model, settings, n_copies) in CANDIDATES.items():
        if name.startswith(only):
            candidate = dataclasses.replace(
                recipe, model=Choice(model, settings), augmentation=Augmentation(n_copies)
            )
            plain, changed, error = judged(candidate, inputs, known, heard)
            print(f"| {name} | {plain:.1f} % | {changed:.1f} % | {error:.3f} | {len(known)} |")
            sys.stdout.flush()
    return 0


def judged(
    recipe: Recipe, inputs: Inputs, known: np.ndarray, heard: list[np.ndarray]
) -> tuple[float, float, float]:
    """Give the accuracies of a candidate in per cent, and its calibration error."""
    y, groups = inputs.labels(known), inputs.groups(known)
    labels = np.unique(y)
    P = np.empty((len(heard), len(known), len(labels)))
    for train, test in calibration_folds(y, groups, seed=1):
        learner = make_classifier(recipe.model.name, recipe.model.settings, seed=0)
        rows, X, apart = with_copies(recipe, inputs, known[train])
        learner.fit(X, inputs.labels(rows), groups=inputs.groups(rows), **apart)
        for k, part in enumerate(heard):
            P[k, test] = learner.predict_proba(part[test])
    right = labels[P.argmax(axis=2)] == y
    error = expected_calibration_error(np.searchsorted(labels, y), P[0])
    return 100 * right[0].mean(), 100 * right[1:].mean(), error


if __name__ == "__main__":
    sys.exit(main())

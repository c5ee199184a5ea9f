"""genrescope's training of the complex CNN, as a program beside plain_training.py."""

from __future__ import annotations

import argparse
import json
import time

import numpy as np

import genrescope


def main() -> None:
    """Read the lesson, train by the public API, print seconds and accuracy."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True, help="npz file with X, y, X_test, y_test")
    parser.add_argument("--epochs", type=int, default=150)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--recipe", default="joseph2024-complex-cnn")
    parser.add_argument("--precision", default="float32")
    given = parser.parse_args()
    with np.load(given.data) as data:
        X, y, X_test, y_test = (data[name] for name in ("X", "y", "X_test", "y_test"))
    recipe = genrescope.load_recipe(given.recipe)
    training = {**recipe.training, "epochs": given.epochs, "precision": given.precision}
    classifier = genrescope.make_classifier(
        recipe.model.name, recipe.model.settings, training=training, seed=given.seed
    )
    begin = time.perf_counter()
    # The held-out part is watched after each epoch, as the plain script does.
    classifier.fit(X, y, watch=(X_test, y_test))
    seconds = time.perf_counter() - begin
    right = classifier.classes_[classifier.predict_proba(X_test).argmax(axis=1)] == y_test
    found = {"seconds": seconds, "accuracy": float(right.mean()), "n_test": len(y_test)}
    print(json.dumps({**found, "correct": right.astype(int).tolist()}))


if __name__ == "__main__":
    main()

"""genrescope on many files, as a program: load, predict_many, answers in order."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import genrescope
from bench.peers.decoders import warm


def main() -> None:
    """Hear the files of a list, and say how long each took and what was heard."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("list", type=Path, help="file with one path a line")
    parser.add_argument("--bundle", default="default")
    parser.add_argument("--jobs", type=int, default=None)
    given = parser.parse_args()
    paths = given.list.read_text().splitlines()
    predictor = genrescope.load(given.bundle)
    done: list[float] = []
    answers = []
    for prediction in predictor.predict_many(paths, jobs=given.jobs):
        done.append(time.perf_counter())
        if prediction.error is not None:
            raise SystemExit(prediction.error)
        found = {g.label: g.probability for g in prediction.genres}
        answers.append([found[label] for label in predictor.labels])
    print(json.dumps({"n": len(done), "warm_s_per_file": warm(done), "first": answers[:10]}))


if __name__ == "__main__":
    main()

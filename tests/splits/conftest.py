"""Tracks and real data for the tests of splits."""

import csv
import os
from pathlib import Path

import pytest

from genrescope.records import Track


@pytest.fixture
def toy_tracks():
    """120 tracks of 3 labels by 30 artists, with the columns of the published partitions."""
    parts = ["train", "train", "valid", "test"]
    official = ["training", "training", "validation", "test"]
    return tuple(
        Track(
            track_id=f"{label}.{i:05d}",
            path=None,
            labels=(label,),
            sha256=f"{label}{i}".encode().hex().rjust(64, "0"),
            artist=f"{label} artist {i // 4}",
            group=f"{label} artist {i // 4}",
            album=f"{label} album {i // 2}",
            title=f"{label} song {i}",
            extra={
                "fault_filtered": parts[i // 4 % 4],
                "sturm_fold": str(1 + i // 4 % 3),
                "set.split": official[i // 4 % 4],
                "joined_side": "test" if i // 4 % 4 == 3 else "train",
            },
        )
        for label in ("blues", "jazz", "rock")
        for i in range(40)
    )


@pytest.fixture
def gtzan_tracks():
    """All 1000 tracks of the real GTZAN; without it, a failure in CI and a skip elsewhere."""
    if "GENRESCOPE_DATA" not in os.environ:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("GENRESCOPE_DATA is not set")
    path = Path(os.environ["GENRESCOPE_DATA"]) / "gtzan" / "tracks.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 1000
    return tuple(
        Track(
            track_id=row["track_id"],
            path=None,
            labels=(row["genre"],),
            artist=row["artist"] or None,
            group=row["artist_group"] or None,
            extra={key: row[key] for key in ("fault_filtered", "sturm_fold") if row[key]},
        )
        for row in rows
    )

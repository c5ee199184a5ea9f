"""What a split is, and how one is made by name and saved; a validation part carved from training.

A split names which tracks train a model, which steer it (valid) and which judge it (test). Each
module of this folder is a protocol (see `registry`): it has a frozen dataclass `Settings`,
``make(tracks, settings) -> tuple[Split, ...]`` (one a fold), the texts `DESCRIPTION`, `SOURCE` and
`LICENCE`, and `HONEST`: whether its splits keep every artist on one side by construction.

Conventions: folds are counted from 1. A split does not depend on the order of the tracks. Where a
split cuts tracks into segments, its parts name those (see `segmentation`).
Public: `Split`, `registry`, `make_splits`, `check_ids`, `inner_valid`.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from genrescope import atomic, digests
from genrescope.errors import SplitError
from genrescope.records import Skipped, Track
from genrescope.registry import Registry
from genrescope.seeding import rng_for
from genrescope.settings import make_settings
from genrescope.splits import _drawing, _grouping, _split_file
from genrescope.splits.segmentation import segment_ids

PARTS = ("train", "valid", "test")


@dataclass(frozen=True)
class Split:
    """
    One division of a data set into parts.

    Attributes
    ----------
    protocol : str
        Name of the protocol that made it.
    fold : int
        Which fold it is, counted from 1.
    n_folds : int
        Number of folds of the protocol; 1 for a single split.
    train, valid, test : tuple of str
        Track ids; `valid` may be empty.
    left_out : tuple of Skipped
        Tracks in no part, and why.
    group_key : str or None
        What was kept on one side (``"artist"``), or None.
    seed : int or None
        The seed of its random choices; None where there were none.
    source : str
        Who published it.
    licence : str
        What may be done with its lists.
    n_segments : int
        Equal parts that each track is cut into; above 1 the parts name those segments, and all
        that is said of tracks is said of segments.

    Raises
    ------
    SplitError
        If a part but `valid` is empty, a track stands twice, the fold is none of `n_folds`, or
        `n_segments` is below 1.
    """

    protocol: str
    fold: int
    n_folds: int
    train: tuple[str, ...]
    valid: tuple[str, ...]
    test: tuple[str, ...]
    left_out: tuple[Skipped, ...] = ()
    group_key: str | None = None
    seed: int | None = None
    source: str = ""
    licence: str = ""
    n_segments: int = 1

    def __post_init__(self) -> None:
        """Refuse parts that are empty or overlap."""
        where = f"split {self.protocol!r}, fold {self.fold} of {self.n_folds}"
        if not 1 <= self.fold <= self.n_folds:
            raise SplitError(f"{where}: folds are counted from 1 to n_folds")
        if self.n_segments < 1:
            raise SplitError(f"{where}: n_segments is {self.n_segments}, but must be 1 or more")
        for part in ("train", "test"):
            if not getattr(self, part):
                raise SplitError(f"{where}: the {part} part is empty; it takes more tracks")
        place: dict[str, str] = {}
        named = [(part, track_id) for part in PARTS for track_id in getattr(self, part)]
        for part, track_id in [*named, *(("left_out", s.name) for s in self.left_out)]:
            if track_id in place:
                raise SplitError(
                    f"{where}: track {track_id!r} stands in {place[track_id]} and in {part}; "
                    "a track may stand in one part, once"
                )
            place[track_id] = part

    @property
    def digest(self) -> str:
        """
        The name of this division.

        Returns
        -------
        str
            SHA-256 of the three parts, whatever the order in each, and of the number of segments
            where tracks are cut.
        """
        cut = {"n_segments": self.n_segments} if self.n_segments > 1 else {}
        parts = {part: sorted(getattr(self, part)) for part in PARTS}
        return digests.settings_digest({**parts, **cut})

    def to_json(self) -> str:
        """
        Write the split as text.

        Returns
        -------
        str
            JSON that carries the digest.
        """
        content = {"format": _split_file.FORMAT, "digest": self.digest, **dataclasses.asdict(self)}
        if self.n_segments == 1:
            del content["n_segments"]
        return json.dumps(content, indent=1, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Split:
        """
        Read a split from text.

        Parameters
        ----------
        text : str
            What `to_json` wrote.

        Returns
        -------
        Split
            An equal split.

        Raises
        ------
        SplitError
            If the text is no split, or its parts are not those that its digest names.
        """
        content = _split_file.content(text, parts=PARTS)
        digest = content.pop("digest")
        split = cls(**content)
        if split.digest != digest:
            raise SplitError(
                f"the parts have the digest {split.digest[:12]}, the file says {str(digest)[:12]}: "
                "it was changed after it was written; make the split anew"
            )
        return split

    def save(self, path: Path) -> None:
        """
        Write the split to a file, whole or not at all.

        Parameters
        ----------
        path : Path
            Where the file shall stand.
        """
        atomic.write_text(path, self.to_json())

    @classmethod
    def load(cls, path: Path) -> Split:
        """
        Read a split from a file.

        Parameters
        ----------
        path : Path
            A file that `save` wrote.

        Returns
        -------
        Split
            The split; SplitError if it cannot be read, is none or was changed.
        """
        try:
            return cls.from_json(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, SplitError) as error:
            raise SplitError(f"split file {path}: {error}") from error


def registry() -> Registry:
    """
    Give the registry of split protocols.

    Returns
    -------
    Registry
        Its entries are the modules of this folder.
    """
    return Registry("genrescope.splits", "protocol", ("split", "leakage", "segmentation"))


def make_splits(protocol: str, tracks: Sequence[Track], **settings: Any) -> tuple[Split, ...]:
    """
    Make the splits of a protocol.

    Parameters
    ----------
    protocol : str
        Name of a registry entry (``"artist-grouped"``).
    tracks : sequence of Track
        The data set.
    **settings : object
        Fields of that protocol's `Settings`.

    Returns
    -------
    tuple of Split
        One a fold.

    Raises
    ------
    UnknownNameError
        If there is no such protocol.
    ConfigError
        If a setting is unknown or breaks a rule.
    SplitError
        If the protocol cannot be made from these tracks.
    """
    module = registry().module(protocol)
    values = make_settings(module.Settings, settings, what=f"protocol {protocol!r}")
    if len({track.track_id for track in tracks}) < len(tracks):
        raise SplitError("two tracks have one track_id: give each an id of its own")
    splits: tuple[Split, ...] = module.make(tracks, values)
    for split in splits:
        check_ids(split, tracks)
    return splits


def check_ids(split: Split, tracks: Sequence[Track]) -> None:
    """
    Refuse a split that names tracks which are not there.

    Parameters
    ----------
    split : Split
        The split.
    tracks : sequence of Track
        The data set, in whole tracks.

    Raises
    ------
    SplitError
        If a part names an unknown track.
    """
    known = set(segment_ids(tracks, split.n_segments))
    unknown = [i for part in PARTS for i in getattr(split, part) if i not in known]
    if unknown:
        raise SplitError(
            f"split {split.protocol!r} names {len(unknown)} tracks that the data set lacks, such "
            f"as {unknown[0]!r}: use the data set that it was made from, or make the split anew"
        )


def inner_valid(
    tracks: Sequence[Track], *, fraction: float, seed: int
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """
    Carve a validation part out of training tracks, no artist on both sides.

    A track whose artist is unknown counts as an artist of its own; copies of one recording stay
    together, and a label with one artist only stays in training.

    Parameters
    ----------
    tracks : sequence of Track
        The training part of a split, in any order.
    fraction : float
        Part of the tracks to take, in (0, 1).
    seed : int
        Seed of the choice.

    Returns
    -------
    train, valid : tuple of str
        Track ids.

    Raises
    ------
    ConfigError
        If the fraction breaks its rule.
    SplitError
        If nothing could be taken.
    """
    _drawing.check_fraction("fraction", fraction)
    pool = sorted(tracks, key=lambda track: track.track_id)
    return _drawing.divided(pool, fraction, rng_for(seed, "inner_valid"), _grouping.grouped_part)

"""A split without its leaks: test tracks whose artist or copy trains are taken out of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from genrescope.datasets.index import artist_key
from genrescope.errors import ConfigError, SplitError, did_you_mean
from genrescope.records import Skipped, Track
from genrescope.splits.leakage import find_leakage
from genrescope.splits.split import PARTS, Split

UNKNOWN_ARTISTS = ("leave-out", "keep")


def without_leaks(
    split: Split, tracks: Sequence[Track], *, protocol: str, unknown_artists: str
) -> Split:
    """
    Take the test tracks out of a split whose artist, or a copy of which, stands in training.

    Parameters
    ----------
    split : Split
        The split.
    tracks : sequence of Track
        The data set.
    protocol : str
        What the new split is called.
    unknown_artists : {"leave-out", "keep"}
        What becomes of tracks without an artist, of which nobody can say whether they cross: out of
        every part, so that what remains is known to be clean; or kept where they are, so that the
        split is unverified.

    Returns
    -------
    Split
        What was taken from its parts is left out, with the reason.

    Raises
    ------
    ConfigError
        If `unknown_artists` is none of these.
    SplitError
        If nothing remains to train or to test.
    """
    if unknown_artists not in UNKNOWN_ARTISTS:
        hint = did_you_mean(unknown_artists, UNKNOWN_ARTISTS)
        raise ConfigError(
            f"unknown_artists is {unknown_artists!r}{hint}; it must be "
            f"{' or '.join(UNKNOWN_ARTISTS)}"
        )
    if unknown_artists == "leave-out":
        reason = "its artist is unknown, so that nobody can say whether it crosses"
        split = _less(split, {t.track_id: reason for t in tracks if _is_unknown(t)}, protocol)
    leakage = find_leakage(split, tracks)
    reasons = {
        track_id: f"{what} {crossing.train[0]}, which stands in training"
        for what, crossings in (
            ("a copy of", leakage.duplicates),
            ("of the same artist as", leakage.artists),
        )
        for crossing in crossings
        for track_id in crossing.test
    }
    return _less(split, reasons, protocol)


def _is_unknown(track: Track) -> bool:
    return track.group is None and artist_key(track.artist) is None


def _less(split: Split, reasons: dict[str, str], protocol: str) -> Split:
    parts = {p: tuple(i for i in getattr(split, p) if i not in reasons) for p in PARTS}
    for part in ("train", "test"):
        if not parts[part]:
            first = getattr(split, part)[0]
            raise SplitError(
                f"protocol {protocol!r}: nothing remains of the {len(getattr(split, part))} tracks "
                f"of the {part} part; {first!r} was left out: {reasons[first]}. Fill the column "
                "artist of the track index; unknown_artists=keep keeps those of unknown artists, "
                "and the number is then marked unverified"
            )
    placed = sorted(i for p in PARTS for i in getattr(split, p) if i in reasons)
    left_out = (Skipped(i, reasons[i], is_fault=False) for i in placed)
    return dataclasses.replace(
        split,
        protocol=protocol,
        train=parts["train"],
        valid=parts["valid"],
        test=parts["test"],
        left_out=(*split.left_out, *left_out),
    )

"""Splits written by hand: a CSV of tracks and their parts, or a column of the track index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from genrescope.datasets import _index_rows
from genrescope.errors import SplitError, did_you_mean
from genrescope.records import Skipped, Track
from genrescope.splits.split import PARTS, Split

REQUIRED = ("track_id", "part")
COLUMNS = (*REQUIRED, "fold")
MAX_PROBLEMS = 20

Folds = dict[int, dict[str, str]]


def splits_of_csv(path: Path, tracks: Sequence[Track], *, protocol: str) -> tuple[Split, ...]:
    """
    Read the splits of a CSV with columns ``track_id, part`` and perhaps ``fold``.

    Parameters
    ----------
    path : Path
        The file, UTF-8.
    tracks : sequence of Track
        The data set.
    protocol : str
        What the splits are called.

    Returns
    -------
    tuple of Split
        One a fold; tracks without a row are left out.

    Raises
    ------
    SplitError
        If the file cannot be read or breaks a rule; the message lists the first 20 problems.
    """
    try:
        text, problems = _index_rows.decoded(path.read_bytes())
    except OSError as error:
        raise SplitError(f"split file {path} cannot be read: {error}") from error
    rows, found = _index_rows.rows_of(text, required=REQUIRED) if not problems else ([], [])
    problems += found
    problems += [
        f"column {name!r} is unknown{did_you_mean(name, COLUMNS)}; a split has the columns "
        f"{', '.join(COLUMNS)}"
        for name in (rows[0][1] if rows else ())
        if name not in COLUMNS
    ]
    folds: Folds = {}
    known = {track.track_id for track in tracks}
    for line, row in rows if not problems else ():
        problem = _placed(row, folds, known)
        if problem:
            problems.append(f"line {line}: {problem}")
    if not problems and sorted(folds) != list(range(1, len(folds) + 1)):
        problems.append(f"folds are {sorted(folds)}, but must be counted from 1 without a gap")
    if problems or not folds:
        more = len(problems) - MAX_PROBLEMS
        shown = [*problems[:MAX_PROBLEMS], *([f"and {more} more"] if more > 0 else [])]
        raise SplitError(f"split file {path}: {'; '.join(shown) or 'it has no rows'}")
    return tuple(
        _split(folds[fold], tracks, protocol=protocol, fold=fold, n_folds=len(folds),
               missing=f"not in {path.name}")
        for fold in sorted(folds)
    )  # fmt: skip


def split_of_column(column: str, tracks: Sequence[Track], *, protocol: str) -> Split:
    """
    Read the split that a column of the track index gives.

    Parameters
    ----------
    column : str
        Name of the column; its values are ``train``, ``valid``, ``test`` or empty.
    tracks : sequence of Track
        The data set.
    protocol : str
        What the split is called.

    Returns
    -------
    Split
        The split; tracks without a value are left out.

    Raises
    ------
    SplitError
        If no track has a value there, or a value is none of these.
    """
    placed = {t.track_id: t.extra[column] for t in tracks if t.extra.get(column)}
    if not placed:
        others = sorted({name for track in tracks for name in track.extra})
        raise SplitError(
            f"no track has a value in the column {column!r} of the track index"
            f"{did_you_mean(column, others)}: write {', '.join(PARTS)} or nothing there"
        )
    for track_id, part in placed.items():
        problem = _part_problem(part)
        if problem:
            raise SplitError(f"column {column!r} of the track index: track {track_id!r}: {problem}")
    missing = f"no value in the column {column!r}"
    return _split(placed, tracks, protocol=protocol, fold=1, n_folds=1, missing=missing)


def _part_problem(part: str) -> str | None:
    if part in PARTS:
        return None
    return f"part {part!r}{did_you_mean(part, PARTS)}; it must be {', '.join(PARTS)}"


def _placed(row: Mapping[str, str], folds: Folds, known: set[str]) -> str | None:
    """Put a row in its place, or say what is wrong with it."""
    track_id, part = row["track_id"].strip(), row["part"].strip()
    fold = row.get("fold", "1").strip()
    if track_id not in known:
        return (
            f"the data set has no track {track_id!r}{did_you_mean(track_id, known)}; use the data "
            "set that the split is of, or remove the row"
        )
    problem = _part_problem(part)
    if problem:
        return problem
    if not (fold.isascii() and fold.isdigit() and int(fold)):
        return f"fold {fold!r} must be a whole number from 1"
    places = folds.setdefault(int(fold), {})
    if track_id in places:
        return f"track {track_id!r} stands in {places[track_id]} already; give it one row a fold"
    places[track_id] = part
    return None


def _split(
    placed: Mapping[str, str],
    tracks: Sequence[Track],
    *,
    protocol: str,
    fold: int,
    n_folds: int,
    missing: str,
) -> Split:
    ids = sorted(track.track_id for track in tracks)
    train, valid, test = (tuple(i for i in ids if placed.get(i) == part) for part in PARTS)
    return Split(
        protocol=protocol,
        fold=fold,
        n_folds=n_folds,
        train=train,
        valid=valid,
        test=test,
        left_out=tuple(Skipped(i, missing, is_fault=False) for i in ids if i not in placed),
        source="your own file",
    )

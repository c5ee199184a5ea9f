"""Which recordings of a data set are one: the same file, the same sound, or a part of it.

Kinds of pairs:

- ``exact``: one digest; the files (or spectrograms) are the same, byte for byte.
- ``same_recording``: the same sound from end to end (coded anew, louder, resampled ...).
- ``excerpt``: the whole of one lies in the other.
- ``shifted``: each goes on where the other has ended or not begun.
- ``shared_part``: one stretch is the same, but not all that could be (a sample, a loop, an edit).

A pair counts if it shares at least `min_overlap_s` at no more than `MAX_BIT_ERROR`; how rarely
different recordings do, docs/audit.md says. The score is ``1 - 2 * bit_error``: 1 for equal bits, 0
for chance. Public: `Duplicate`, `Duplicates`,
`find_duplicates`, `counts_as_shared`, `MIN_OVERLAP_S`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, groupby

from genrescope.audit.alignment import Alignment, align
from genrescope.audit.candidates import find_candidates
from genrescope.audit.collection import Collection
from genrescope.audit.groups import Merged, groups_of
from genrescope.dsp.fingerprint import N_BITS, RATE

MIN_OVERLAP_S = 5.0
MAX_BIT_ERROR = 0.28
MIN_VALID_SHARE = 0.2
WHOLE = 0.95
MOST = 0.8
MAX_GROUP = 40
"""In a larger group of copies not every pair is compared and listed."""


@dataclass(frozen=True)
class Duplicate:
    """
    Two tracks that share sound.

    Attributes
    ----------
    a, b : str
        Track ids, in the order of the data set.
    kind : str
        As the module docstring lists them.
    score : float
        How alike what they share is: 1 for equal bits, 0 for chance.
    offset_s : float
        Where in `a` the beginning of `b` lies, in seconds; negative where `b` begins earlier.
    start_s : float
        Where in `a` the shared stretch begins, in seconds.
    overlap_s : float
        Length of the shared stretch in seconds.
    """

    a: str
    b: str
    kind: str
    score: float
    offset_s: float
    start_s: float
    overlap_s: float


@dataclass(frozen=True)
class Duplicates:
    """
    All pairs that share sound, and what it took to find them.

    Attributes
    ----------
    pairs : tuple of Duplicate
        Exact copies first, then by falling score times overlap.
    n_compared, n_looked_at, n_aligned : int
        Pairs of keys that were compared, of frames that were looked at, of tracks that were
        aligned.
    """

    pairs: tuple[Duplicate, ...]
    n_compared: int
    n_looked_at: int
    n_aligned: int


def find_duplicates(
    collection: Collection,
    *,
    track_ids: Sequence[str],
    digests: Sequence[str | None],
    min_overlap_s: float = MIN_OVERLAP_S,
    progress: Callable[[int, int], None] | None = None,
) -> Duplicates:
    """
    Find all pairs of tracks that share sound.

    Parameters
    ----------
    collection : Collection
        A fingerprint a track.
    track_ids : sequence of str
        Their names.
    digests : sequence of str or None
        Digests of their files, as far as known.
    min_overlap_s : float
        Least length of what two tracks share, in seconds.
    progress : callable or None
        Called with (done, total) as the parts of the work are done.

    Returns
    -------
    Duplicates
        The pairs.
    """
    candidates = find_candidates(collection, progress=progress)
    rows = zip(
        candidates.a.tolist(), candidates.b.tolist(), candidates.offset.tolist(), strict=True
    )
    shared: dict[tuple[int, int], Alignment] = {}
    merged, n_aligned = Merged(), 0
    for pair, hits in groupby(rows, key=lambda row: row[:2]):
        if merged.size_of_both(*pair) > MAX_GROUP:
            continue
        found = align(collection.of(pair[0]), collection.of(pair[1]), (hit[2] for hit in hits))
        n_aligned += 1
        if counts_as_shared(found, min_overlap_s):
            shared[pair] = found
            merged.merge(*pair)
    exact = dict.fromkeys(_same_digest(digests))
    for pair, offset in _implied(shared, exact):
        found = align(collection.of(pair[0]), collection.of(pair[1]), [offset])
        n_aligned += 1
        if counts_as_shared(found, min_overlap_s):
            shared[pair] = found
    pairs = [
        _duplicate(collection, track_ids, pair, shared.get(pair), is_exact=pair in exact)
        for pair in sorted({*shared, *exact})
    ]
    pairs.sort(key=lambda d: (d.kind != "exact", -d.score * d.overlap_s))
    return Duplicates(tuple(pairs), candidates.n_compared, candidates.n_looked_at, n_aligned)


def counts_as_shared(found: Alignment, min_overlap_s: float = MIN_OVERLAP_S) -> bool:
    """
    Say whether a stretch is long and alike enough, and not silence.

    Parameters
    ----------
    found : Alignment
        What two recordings share.
    min_overlap_s : float
        Least length in seconds.

    Returns
    -------
    bool
        Whether the two are duplicates.
    """
    return (
        found.n_frames >= min_overlap_s * RATE
        and found.bit_error <= MAX_BIT_ERROR
        and found.n_valid >= MIN_VALID_SHARE * N_BITS * found.n_frames
    )


def _same_digest(digests: Sequence[str | None]) -> Iterator[tuple[int, int]]:
    places: dict[str, list[int]] = {}
    for i, digest in enumerate(digests):
        if digest is not None:
            places.setdefault(digest, []).append(i)
    for same in places.values():
        if len(same) <= MAX_GROUP:
            yield from combinations(same, 2)
        else:
            yield from ((same[0], other) for other in same[1:])


def _implied(
    shared: dict[tuple[int, int], Alignment], exact: dict[tuple[int, int], None]
) -> list[tuple[tuple[int, int], int]]:
    """Give the pairs that others imply: a like b, and b like c; with the offset that follows."""
    links = dict.fromkeys(exact, 0) | {pair: found.offset for pair, found in shared.items()}
    implied = []
    for members in groups_of(links):
        if len(members) <= MAX_GROUP:
            implied += [
                ((i, j), members[j] - members[i])
                for i, j in combinations(sorted(members), 2)
                if (i, j) not in shared
            ]
    return implied


def _duplicate(
    collection: Collection,
    track_ids: Sequence[str],
    pair: tuple[int, int],
    found: Alignment | None,
    *,
    is_exact: bool,
) -> Duplicate:
    i, j = pair
    n_a, n_b = (int(collection.starts[k + 1] - collection.starts[k]) for k in pair)
    if is_exact or found is None:
        return Duplicate(track_ids[i], track_ids[j], "exact", 1.0, 0.0, 0.0, round(n_a / RATE, 2))
    return Duplicate(
        a=track_ids[i],
        b=track_ids[j],
        kind=_kind(found, n_a, n_b),
        score=round(1 - 2 * found.bit_error, 4),
        offset_s=round(found.offset / RATE, 2),
        start_s=round(found.start / RATE, 2),
        overlap_s=round(found.n_frames / RATE, 2),
    )


def _kind(found: Alignment, n_a: int, n_b: int) -> str:
    possible = min(n_a, n_b + found.offset) - max(0, found.offset)
    if found.n_frames < MOST * possible:
        return "shared_part"
    if possible >= WHOLE * max(n_a, n_b):
        return "same_recording"
    return "excerpt" if possible >= WHOLE * min(n_a, n_b) else "shifted"

"""Groups of tracks that pairs link, each track with its place in time relative to the others.

Public: `groups_of`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping


def groups_of(links: Mapping[tuple[int, int], int]) -> list[dict[int, int]]:
    """
    Gather what is linked, directly or through others.

    Parameters
    ----------
    links : mapping of (int, int) to int
        For pairs of tracks ``(a, b)``, the frame of `a` at which `b` begins.

    Returns
    -------
    list of dict
        A group each: for each track, the frame at which it begins, counted from the beginning of
        the first of them.

    Examples
    --------
    >>> groups_of({(0, 1): 10, (1, 3): 5, (7, 8): 0})
    [{0: 0, 1: 10, 3: 15}, {7: 0, 8: 0}]
    """
    beside: dict[int, list[tuple[int, int]]] = {}
    for (a, b), offset in links.items():
        beside.setdefault(a, []).append((b, offset))
        beside.setdefault(b, []).append((a, -offset))
    groups: list[dict[int, int]] = []
    seen: set[int] = set()
    for first in sorted(beside):
        if first in seen:
            continue
        group = {first: 0}
        waiting = deque([first])
        while waiting:
            at = waiting.popleft()
            for other, offset in beside[at]:
                if other not in group:
                    group[other] = group[at] + offset
                    waiting.append(other)
        seen.update(group)
        groups.append(group)
    return groups

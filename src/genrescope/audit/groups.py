"""Groups of tracks that pairs link, each track with its place in time relative to the others.

Public: `groups_of`, `Merged`.
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


class Merged:
    """Which tracks belong together, as pairs come in one by one."""

    def __init__(self) -> None:
        self._parent: dict[int, int] = {}
        self._size: dict[int, int] = {}

    def merge(self, a: int, b: int) -> None:
        """
        Put two tracks, and all that belongs to either, together.

        Parameters
        ----------
        a, b : int
            Numbers of tracks.
        """
        x, y = self._root(a), self._root(b)
        if x != y:
            self._parent[y] = x
            self._size[x] = self._size.get(x, 1) + self._size.get(y, 1)

    def size_of_both(self, a: int, b: int) -> int:
        """
        Give the size of the group that two tracks are in.

        Parameters
        ----------
        a, b : int
            Numbers of tracks.

        Returns
        -------
        int
            0 where they do not belong together.

        Examples
        --------
        >>> merged = Merged()
        >>> merged.merge(1, 2)
        >>> merged.merge(2, 3)
        >>> merged.size_of_both(1, 3), merged.size_of_both(1, 4)
        (3, 0)
        """
        x = self._root(a)
        return self._size.get(x, 1) if x == self._root(b) else 0

    def _root(self, a: int) -> int:
        while (up := self._parent.get(a, a)) != a:
            self._parent[a] = self._parent.get(up, up)
            a = up
        return a

"""From the cleaned genre cells of a track of FMA to its labels.

Public: `labels_of`.
"""

from __future__ import annotations

from genrescope.datasets._fma_cells import CleanCell
from genrescope.datasets._fma_genres import GenreTable

N_SHOWN = 5


def labels_of(
    top: CleanCell,
    genres: CleanCell,
    table: GenreTable,
    *,
    multi: bool,
    top_level: bool,
    ancestors: bool = False,
    first_of_several: bool = False,
) -> tuple[str, ...] | str:
    """
    Give the labels of a track.

    One label is the genre of ``genre_top`` (`top_level`), or the one genre that the list cleans
    to; where either cell has no genre, the other serves.

    Parameters
    ----------
    top, genres : CleanCell
        What became of its cells ``track.genre_top`` and ``track.genres``.
    table : GenreTable
        The genres.
    multi : bool
        Whether a track may have several labels.
    top_level : bool
        Whether labels are genres of the top level.
    ancestors : bool
        Whether the ancestors of its genres are labels too.
    first_of_several : bool
        Whether, of several genres where one is wanted, the first is taken.

    Returns
    -------
    tuple of str or str
        Titles, with that of ``genre_top`` first where it is among them; or why there are none.

    Examples
    --------
    >>> from genrescope.datasets._fma_genres import genre_table
    >>> table = genre_table({12: "Rock", 25: "Punk", 21: "Hip-Hop"}, {25: 12})
    >>> cell = CleanCell((25, 21))
    >>> labels_of(CleanCell(()), cell, table, multi=True, top_level=True)
    ('Rock', 'Hip-Hop')
    >>> labels_of(CleanCell(()), CleanCell((25,)), table, multi=False, top_level=True)
    ('Rock',)
    """
    ids = genres.genre_ids or top.genre_ids
    if not ids:
        return genres.reason
    if top_level:
        ids = (top.genre_ids if not multi else ()) or table.tops(ids)
    if ancestors:
        ids = table.with_ancestors(ids)
    ids = tuple(sorted(ids, key=lambda i: i not in top.genre_ids))
    if multi or len(ids) == 1 or first_of_several:
        return table.named(ids if multi else ids[:1])
    return (
        f"it has {len(ids)} genres ({', '.join(table.named(ids[:N_SHOWN]))}), and one is wanted: "
        "labels='multi' keeps all, of_several='first' the first"
    )

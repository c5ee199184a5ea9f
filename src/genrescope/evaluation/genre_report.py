"""What was changed in the genre cells of a data set, as Markdown.

Public functions: `genre_report_text`.
"""

from __future__ import annotations

from genrescope.datasets._fma_report import Example, GenreReport
from genrescope.evaluation import markdown

_HEADER = ("column", "kind", "what is done", "examples", "cells", "share")


def genre_report_text(report: GenreReport) -> str:
    """
    Write a report of genre cells.

    Parameters
    ----------
    report : GenreReport
        The report.

    Returns
    -------
    str
        Markdown: the counts, then a table of the kinds.

    Examples
    --------
    >>> text = genre_report_text(GenreReport("small", 8, 8, 0, 0, ()))
    >>> print(text.splitlines()[2])
    8 tracks; of their cells in track.genres, 8 are a list of one known genre (100.0 %).
    """
    n = report.n_tracks
    lines = [
        f"# Genre cells of the subset {report.subset}",
        "",
        f"{n} tracks; of their cells in track.genres, {report.n_as_given} are a list of one known "
        f"genre ({_share(report.n_as_given, n)}).",
        f"Cleaned, {report.n_several} name several genres ({_share(report.n_several, n)}), and "
        f"{report.n_without} none ({_share(report.n_without, n)}).",
        "",
    ]
    if not report.kinds:
        return "\n".join([*lines, "Nothing was to be changed.", ""])
    rows = [
        [
            kind.column,
            kind.kind,
            markdown.plain(kind.rule),
            "; ".join(map(_example, kind.examples)),
            str(kind.n_cells),
            _share(kind.n_cells, n),
        ]
        for kind in report.kinds
    ]
    table = markdown.table(_HEADER, rows, n_text=4)
    return "\n".join([*lines, table, "", "A cell may be of several kinds.", ""])


def _example(example: Example) -> str:
    read = ", ".join(example.genres) or "none"
    return markdown.plain(f"{example.track_id}: {example.cell!r} read as {read}")


def _share(n_cells: int, n_tracks: int) -> str:
    return f"{100 * n_cells / n_tracks:.1f} %" if n_tracks else "-"

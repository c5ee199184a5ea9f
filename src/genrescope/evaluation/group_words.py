"""Words for what a result is grouped by: artists, or albums and titles where those are recognised.

Public functions: `groups`, `classes`, `interval_kind`.
"""

from __future__ import annotations

from genrescope.evaluation.record import ProtocolResult


def groups(r: ProtocolResult) -> str:
    """
    Name what intervals draw.

    Parameters
    ----------
    r : ProtocolResult
        A result.

    Returns
    -------
    str
        ``"artists"``, ``"albums"``, ``"titles"`` ...
    """
    return " or ".join(f"{kind}s" for kind in r.grouped_by.split(" or "))


def classes(r: ProtocolResult) -> str:
    """
    Name what is recognised.

    Parameters
    ----------
    r : ProtocolResult
        A result.

    Returns
    -------
    str
        ``"genre"``, or ``"artist"`` where artists are the labels.
    """
    return "genre" if r.grouped_by == "artist" else "artist"


def interval_kind(r: ProtocolResult) -> str:
    """
    Say by what the interval of the headline was drawn.

    Parameters
    ----------
    r : ProtocolResult
        A result.

    Returns
    -------
    str
        As `Score.interval_kind`, with what the groups are: ``"title bootstrap"``.
    """
    kind = r.headline.interval_kind
    if r.grouped_by == "artist":
        return kind
    return kind.replace("artists", groups(r)).replace("artist", r.grouped_by)

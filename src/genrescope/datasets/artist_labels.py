"""Tracks labelled by artist, and which of one artist's tracks are the same song.

Where artists are what a model learns, an artist on both sides of a split is the task and no leak.
What must not stand on both sides is the album (one studio, mix and mastering: the "album" or
"producer" effect) or, where no album is known, the song.

Rules of `title_key`: compatibility forms, case, accents and punctuation do not count; ``&`` is
``and``; what stands in brackets, or behind a dash at the end, is left out where it tells a version
(live, remix, remastered, edit, demo, acoustic ...) or a guest (feat., featuring); so is a guest at
the end without brackets. Other brackets are part of the title: "(You Drive Me) Crazy".

Public: `title_key`, `labelled_by_artist`, `grouping`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from genrescope.datasets.index import artist_key
from genrescope.records import Track

_VERSIONS = (
    r"live|remix(?:ed)?|re-?mix|mix|remaster(?:ed)?|re-?recorded|version|edit|demo|acoustic|"
    r"instrumental|unplugged|radio|mono|stereo|single|take|alternate|extended|reprise|bonus"
)
_GUEST = r"(?:feat|ft|featuring)\b\.?"
# "(live at ...)", "[remastered 2009]", "(2009 remaster)", "(feat. ...)"
_BRACKET = re.compile(
    rf"[(\[{{](?:\s*{_GUEST}[^)\]}}]*|[^)\]}}]*\b(?:{_VERSIONS})\b[^)\]}}]*)[)\]}}]"
)
_DASH = re.compile(rf"\s[-\u2013\u2014]\s[^-]*\b(?:{_VERSIONS})\b[^-]*$")
_GUEST_AT_END = re.compile(rf"\s{_GUEST}\s.*$")


def title_key(title: str | None) -> str | None:
    """
    Reduce a title to what decides whether two tracks are the same song.

    Parameters
    ----------
    title : str or None
        The title.

    Returns
    -------
    str or None
        Words in lower case without marks; None for no title.

    Examples
    --------
    >>> title_key("Get Up, Stand Up (Live at the Roxy)") == title_key("Get up stand up")
    True
    >>> title_key("Body Movin' [Fatboy Slim Remix]"), title_key("(You Drive Me) Crazy")
    ('body movin', 'you drive me crazy')
    """
    plain = unicodedata.normalize("NFKD", title or "").casefold()
    text = "".join(c for c in plain if not unicodedata.combining(c))
    bare = _GUEST_AT_END.sub("", _DASH.sub("", _BRACKET.sub(" ", text)))
    # A title that is nothing but such words ("Live") keeps them.
    return _words(bare) or _words(text) or None


def _words(text: str) -> str:
    joined = re.sub(r"['\u2019`\u00b4]", "", text).replace("&", " and ")
    return " ".join(re.findall(r"\w+", joined.replace("_", " ")))


def labelled_by_artist(track: Track) -> Track | None:
    """
    Label a track by its artist, and say what must not stand on both sides of a split.

    Parameters
    ----------
    track : Track
        A track; one that is labelled by its artist already stays as it is.

    Returns
    -------
    Track or None
        Its group is its album, or its title where no album is known; None where the artist, or
        both, are unknown.

    Examples
    --------
    >>> track = labelled_by_artist(Track("a", None, ("rock",), artist="Queen", title="Innuendo"))
    >>> track.label, track.group, track.grouped_by
    ('Queen', 'queen: innuendo', 'title')
    """
    if track.grouped_by != "artist":
        return track
    artist, album, title = artist_key(track.artist), artist_key(track.album), title_key(track.title)
    if track.artist is None or artist is None or not (album or title):
        return None
    return replace(
        track,
        labels=(track.artist,),
        artist=None,
        group=f"{artist}: {album or title}",
        grouped_by="album" if album else "title",
    )


def grouping(tracks: Sequence[Track]) -> str:
    """
    Say what the groups of a data set are.

    Parameters
    ----------
    tracks : sequence of Track
        The data set.

    Returns
    -------
    str
        ``"artist"``; of tracks that are labelled by artist, ``"album"``, ``"title"`` or both.

    Examples
    --------
    >>> grouping([Track("a", None, ("Queen",), grouped_by="album")])
    'album'
    """
    return " or ".join(sorted({track.grouped_by for track in tracks})) or "artist"

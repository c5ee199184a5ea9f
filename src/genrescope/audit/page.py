"""The audit as one HTML page, with players to compare the suspected pairs by ear.

Clips are cut from the stretch that the two tracks share, at the same moment of both. Their number
is bounded, so that the page stays near 3 MB; the page says how many it does not play.

Public: `audit_page`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from genrescope.audio.encode import mp3_clip
from genrescope.audit.advice import advice, kinds_text
from genrescope.audit.audit import Audit
from genrescope.audit.crossings import Crossings
from genrescope.datasets.dataset import Dataset
from genrescope.errors import GenrescopeError
from genrescope.pages.html import Safe, join, page, paragraph, player, section, table

MAX_PAIRS, MAX_SUSPECTS, MAX_ROWS = 15, 8, 200
CLIP_S = 8.0
BIT_RATE = 48_000
SUSPECT_FROM_S = 10.0

Clip = Callable[[str, float], Safe]


def audit_page(audit: Audit, dataset: Dataset) -> str:
    """
    Make the page.

    Parameters
    ----------
    audit : Audit
        What was found.
    dataset : Dataset
        The data set, for its sound.

    Returns
    -------
    str
        An HTML document that asks for nothing.
    """
    clip = _clips(dataset)
    parts = [
        _advice(audit),
        _duplicates(audit, clip),
        *(_crossing(crossing) for crossing in audit.crossings),
        _namesakes(audit),
        _findings(audit),
        _mislabelled(audit, clip),
        _balance(audit),
    ]
    subtitle = f"{audit.n_heard} of {audit.n_tracks} tracks were heard"
    return page(f"Audit of {audit.dataset}", join(*parts), subtitle=subtitle)


def _clips(dataset: Dataset) -> Clip:
    paths = {track.track_id: dataset.sound(track) for track in dataset.tracks}

    def clip(track_id: str, start_s: float) -> Safe:
        path = paths[track_id]
        if path is None or not Path(path).is_file():
            return Safe("no sound at hand")
        try:
            mp3 = mp3_clip(path, start_s=start_s, duration_s=CLIP_S, bit_rate=BIT_RATE)
        except GenrescopeError:
            return Safe("cannot be read")
        return player(mp3, label=f"{track_id} from {start_s:.1f} s")

    return clip


def _advice(audit: Audit) -> Safe:
    rows = [(one.what, one.todo) for one in advice(audit)]
    if not rows:
        return section("What to do", paragraph("Nothing was found that calls for it."))
    return section("What to do", table(("Found", "What to do"), rows, n_text=2))


def _duplicates(audit: Audit, clip: Clip) -> Safe:
    pairs = audit.duplicates.pairs
    title = "Tracks that share sound"
    if not pairs:
        return section(title, paragraph("None."))
    # Of exact copies there is nothing to compare by ear; where a score is low there is.
    heard = sorted(pairs, key=lambda pair: (pair.kind == "exact", pair.score))[:MAX_PAIRS]
    played = [
        (
            f"{pair.a} and {pair.b}",
            pair.kind.replace("_", " "),
            clip(pair.a, start),
            clip(pair.b, max(0.0, start - pair.offset_s)),
            f"{pair.score:.2f}",
            f"{pair.overlap_s:.1f} s",
        )
        for pair in heard
        for start in (pair.start_s + max(0.0, (pair.overlap_s - CLIP_S) / 2),)
    ]
    rows = [
        (p.a, p.b, p.kind.replace("_", " "), f"{p.score:.2f}", f"{p.offset_s:.2f}",
         f"{p.overlap_s:.2f}")
        for p in pairs[:MAX_ROWS]
    ]  # fmt: skip
    silent = len(pairs) - len(heard)
    return section(
        title,
        paragraph(f"{len(pairs)} pairs: {kinds_text(pairs)}. Both clips are of the same moment."),
        table(("Pair", "Kind", "First", "Second", "Score", "Shared"), played, n_text=4),
        paragraph(f"{silent} more pairs have no player here.", kind="note"),
        table(("First", "Second", "Kind", "Score", "Offset (s)", "Shared (s)"), rows, n_text=3),
        _not_shown(len(pairs), MAX_ROWS),
        *_conflicts(audit),
    )


def _conflicts(audit: Audit) -> list[Safe]:
    rows = [(c.a, c.label_a, c.b, c.label_b) for c in audit.label_conflicts[:MAX_ROWS]]
    header = ("First", "Its label", "Second", "Its label")
    return [table(header, rows, n_text=4, caption="One sound under two labels")] if rows else []


def _crossing(crossing: Crossings) -> Safe:
    counts = [
        (" and ".join(c.parts), c.n_duplicates, c.n_titles, c.n_artists) for c in crossing.counts
    ]
    pairs = [
        (f"{pair.a} ({a})", f"{pair.b} ({b})", pair.kind.replace("_", " "), f"{pair.score:.2f}")
        for pair, a, b in crossing.duplicates[:MAX_ROWS]
    ]
    parts = [
        paragraph(crossing.label),
        table(("Between", "Pairs that share sound", "Titles", "Artists"), counts),
    ]
    if pairs:
        parts.append(table(("First", "Second", "Kind", "Score"), pairs, n_text=3))
        parts.append(_not_shown(len(crossing.duplicates), MAX_ROWS))
    return section(f"Across {crossing.protocol}, fold {crossing.fold}", *parts)


def _namesakes(audit: Audit) -> Safe:
    rows = [
        (item.artist, item.title, ", ".join(item.tracks), f"{item.n_pairs_alike} of {item.n_pairs}")
        for item in audit.namesakes[:MAX_ROWS]
    ]
    if not rows:
        return section("One title twice", paragraph("None."))
    header = ("Artist", "Title", "Tracks", "Pairs that share sound")
    return section(
        "One title twice",
        table(header, rows, n_text=3),
        _not_shown(len(audit.namesakes), MAX_ROWS),
    )


def _findings(audit: Audit) -> Safe:
    unreadable = [(item.name, "unreadable", item.reason) for item in audit.unreadable]
    rows = unreadable + [(f.track_id, f.kind.replace("_", " "), f.text) for f in audit.findings]
    if not rows:
        return section("Single tracks", paragraph("Nothing is wrong with them."))
    return section(
        "Single tracks",
        table(("Track", "Kind", "What"), rows[:MAX_ROWS], n_text=3),
        _not_shown(len(rows), MAX_ROWS),
    )


def _mislabelled(audit: Audit, clip: Clip) -> Safe:
    found = audit.mislabelled
    title = "Labels to listen to"
    if found.accuracy is None:
        return section(title, paragraph(f"Not looked at: {found.reason}."))
    text = paragraph(
        f"A small classifier that never learned their artists heard {found.n_heard} tracks; it is "
        f"right on {100 * found.accuracy:.1f} % of them, so that its word is a reason to listen, "
        "and no more."
    )
    rows = [
        (
            suspect.track_id,
            suspect.label,
            suspect.sounds_like,
            clip(suspect.track_id, SUSPECT_FROM_S) if k < MAX_SUSPECTS else "",
            f"{suspect.confidence:.2f}",
            f"{suspect.label_probability:.2f}",
        )
        for k, suspect in enumerate(found.suspects[:MAX_ROWS])
    ]
    header = ("Track", "Label", "Sounds like", "Listen", "Confidence", "Label's")
    return section(title, text, table(header, rows, n_text=4) if rows else paragraph("None."))


def _balance(audit: Audit) -> Safe:
    rows = [
        (
            row.label,
            row.largest_artist or "",
            row.n_tracks,
            row.n_artists,
            row.n_artist_unknown,
            f"{100 * row.largest_share:.0f} %",
        )
        for row in audit.balance
    ]
    header = ("Genre", "Largest artist", "Tracks", "Artists", "Artist unknown", "Largest's share")
    return section("Genres", table(header, rows, n_text=2))


def _not_shown(n: int, shown: int) -> Safe:
    more = n - shown
    return paragraph(f"{more} more are not shown.", kind="note") if more > 0 else Safe("")

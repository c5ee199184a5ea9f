"""``genrescope data audit``: what in a data set would make a number on it say too much."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from genrescope.cli import choices, console, limits
from genrescope.errors import SplitError

if TYPE_CHECKING:
    from genrescope.audit.audit import Audit
    from genrescope.datasets.dataset import Dataset
    from genrescope.splits.split import Split

N_SHOWN = 12


def audit(
    data: Annotated[str, typer.Argument(metavar="DATA", help=choices.DATA_HELP)],
    split: Annotated[
        list[str] | None,
        typer.Option(help="A split file or the name of a protocol: say what crosses it."),
    ] = None,
    html: Annotated[
        Path | None, typer.Option(help="Write a page with players for the suspected pairs.")
    ] = None,
    min_overlap_s: Annotated[
        float, typer.Option(min=2.0, help="Least length of what duplicates share, in seconds.")
    ] = 5.0,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Files at a time; else one per core.")
    ] = None,
    show_all: Annotated[bool, typer.Option("--all", help="Show every row of every list.")] = False,
    max_duration_s: limits.MaxDuration = None,
    max_decode_s: limits.MaxDecode = None,
    format: console.HowToPrint = console.Format.table,
) -> None:
    """
    Find duplicates, leaks across a split, broken sound and doubtful labels.

    The exit code is 1 where some tracks could not be read, and 3 where none could; what else is
    found is no error.
    """
    from genrescope.atomic import check_writable, write_text
    from genrescope.audit.audit import audit as run
    from genrescope.audit.page import audit_page

    allowed = limits.chosen(max_duration_s=max_duration_s, max_decode_s=max_decode_s)
    if html is not None:
        check_writable(html)
    dataset = choices.open_dataset(data)
    splits = [one for text in split or [] for one in _splits(text, dataset)]
    stages = ("listening", "comparing every two tracks", "looking at labels")
    with console.progress_stages(*stages) as (listening, matching, _):
        found = run(
            dataset,
            splits=splits,
            min_overlap_s=min_overlap_s,
            jobs=jobs,
            limits=allowed,
            listening=listening,
            matching=matching,
        )
    if format is console.Format.json:
        console.out().print_json(data=found.to_dict())
    else:
        _print(found, n_shown=None if show_all else N_SHOWN)
    if html is not None:
        write_text(html, audit_page(found, dataset))
        console.say(f"page: {html}")
    failed = console.tell_skipped(found.unreadable, n_shown=None if show_all else N_SHOWN)
    if not found.n_heard:
        raise typer.Exit(console.DATA)
    if failed:
        raise typer.Exit(console.SOME_FAILED)


def _splits(text: str, dataset: Dataset) -> Sequence[Split]:
    from genrescope.splits.split import Split, make_splits, registry

    path = Path(text)
    if path.is_file():
        return [Split.load(path)]
    if path.suffix == ".json":
        raise SplitError(f"split file {path.absolute()} does not exist: make it with `data split`")
    registry().module(text)
    return make_splits(text, dataset.tracks)


def _print(found: Audit, *, n_shown: int | None) -> None:
    from genrescope.audit.advice import advice

    out = console.out()
    out.print(f"{found.dataset}: {found.n_heard} of {found.n_tracks} tracks heard", markup=False)
    rows = [(one.what, one.todo) for one in advice(found)]
    if rows:
        _table("What to do, worst first", ("found", "what to do"), rows, None)
    else:
        out.print("Nothing was found that calls for doing anything.")
    conflicts = [(c.a, c.label_a, c.b, c.label_b) for c in found.label_conflicts]
    header = ("a", "its label", "b", "its label")
    _table("One sound under two labels", header, conflicts, n_shown)
    pairs = [
        (p.a, p.b, p.kind, f"{p.score:.2f}", f"{p.offset_s:.2f}", f"{p.overlap_s:.1f}")
        for p in found.duplicates.pairs
    ]
    columns = ("a", "b", "kind", "score", "b begins at (s of a)", "shared (s)")
    _table("Tracks that share sound", columns, pairs, n_shown)
    for crossing in found.crossings:
        title = f"Across {crossing.protocol}, fold {crossing.fold} of {crossing.n_folds}"
        counts = [
            (" and ".join(c.parts), str(c.n_duplicates), str(c.n_titles), str(c.n_artists))
            for c in crossing.counts
        ]
        _table(
            f"{title}: {crossing.label}", ("between", "pairs", "titles", "artists"), counts, None
        )
        crossed = [(f"{p.a} ({a})", f"{p.b} ({b})", p.kind) for p, a, b in crossing.duplicates]
        _table(f"{title}: pairs that share sound", ("a", "b", "kind"), crossed, n_shown)
    _print_more(found, n_shown=n_shown)


def _print_more(found: Audit, *, n_shown: int | None) -> None:
    names = [
        (n.artist, n.title, " ".join(n.tracks), f"{n.n_pairs_alike} of {n.n_pairs}")
        for n in found.namesakes
    ]
    columns = ("artist", "title", "tracks", "pairs that share sound")
    _table("One title twice", columns, names, n_shown)
    findings = [(f.track_id, f.kind, f.text) for f in found.findings]
    _table("Single tracks", ("track", "kind", "what"), findings, n_shown)
    doubts = [
        (s.track_id, s.label, s.sounds_like, f"{s.confidence:.2f}", f"{s.label_probability:.2f}")
        for s in found.mislabelled.suspects
    ]
    accuracy = found.mislabelled.accuracy
    title = f"Labels to listen to (the classifier is right on {100 * (accuracy or 0):.1f} %)"
    _table(title, ("track", "label", "sounds like", "confidence", "label's"), doubts, n_shown)
    if accuracy is None:
        console.out().print(f"Labels were not looked at: {found.mislabelled.reason}", markup=False)
    genres = [
        (g.label, str(g.n_tracks), str(g.n_artists), str(g.n_artist_unknown),
         f"{g.largest_artist or ''} {100 * g.largest_share:.0f} %" if g.largest_artist else "")
        for g in found.balance
    ]  # fmt: skip
    _table(
        "Genres", ("genre", "tracks", "artists", "artist unknown", "largest artist"), genres, None
    )


def _table(
    title: str, header: Sequence[str], rows: Sequence[Sequence[Any]], n_shown: int | None
) -> None:
    from rich.markup import escape
    from rich.table import Table

    if not rows:
        return
    table = Table(*header, box=None, pad_edge=False)
    for row in rows[:n_shown]:
        table.add_row(*(escape(console.one_line(cell)) for cell in row))
    console.out().print(f"\n[bold]{escape(title)}[/bold]", soft_wrap=True)
    console.out().print(table)
    if n_shown is not None and len(rows) > n_shown:
        console.out().print(f"... and {len(rows) - n_shown} more (--all shows them)")

"""
The page on reproduction: a chapter a paper, with its table, experiments, figures and decisions.

Public functions: `write_page`, `holds_full_measurements`.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from genrescope.atomic import write_text
from genrescope.evaluation import markdown
from genrescope.reproduction.paper import Paper
from genrescope.reproduction.section import Section
from genrescope.reproduction.systems import System
from genrescope.reproduction.tables import table_of

HOW_TO_READ = (
    "Each system stands in three ways: what its paper reports; ours, split as the paper split its "
    "data; and ours under a protocol in which no artist is on both sides (where artists are what "
    "is told apart, no title or album; where noise is, no kind of noise). A number from a split "
    "that leaks carries the word *leaky*. Intervals are of 95 %, with these as the draws; n "
    "counts different test tracks (or segments, where the protocol divides those). Where the data "
    "of a paper are not at hand others stand in, and the figure of the paper is marked *other "
    "data*: it is no yardstick for ours then."
)
QUICK = (
    "**A quick look**: few tracks and epochs. It shows that everything runs; its numbers mean "
    "nothing. `genrescope reproduce --all` measures in full."
)


@dataclass(frozen=True)
class Chapter:
    """
    What was done of one paper.

    Attributes
    ----------
    paper : Paper
        The paper.
    systems : sequence of System
        Its systems.
    sections : sequence of Section
        Its experiments.
    figures : mapping of str to Path
        Files by caption.
    """

    paper: Paper
    systems: Sequence[System]
    sections: Sequence[Section]
    figures: Mapping[str, Path]


def write_page(path: Path, chapters: Sequence[Chapter], *, command: str, quick: bool) -> None:
    """
    Write the page, and the figures into a folder beside it, named as it is.

    Parameters
    ----------
    path : Path
        The Markdown file.
    chapters : sequence of Chapter
        In order.
    command : str
        What makes it again.
    quick : bool
        Whether this was a quick look.
    """
    parts = ["# Every system of the papers, by name", f"Made by `{command}`."]
    parts += [QUICK] if quick else []
    parts.append(HOW_TO_READ)
    folder = path.with_suffix("")
    before = _linked(path)
    kept: set[Path] = set()
    for chapter in chapters:
        parts += _chapter(chapter, folder, kept)
    for old in before - kept:
        old.unlink(missing_ok=True)
    write_text(path, "\n\n".join(parts) + "\n")


def holds_full_measurements(path: Path) -> bool:
    """
    Say whether a page stands there that was measured in full, and not by a quick look.

    Parameters
    ----------
    path : Path
        A file that `write_page` may have written.

    Returns
    -------
    bool
        False also where there is no file.
    """
    return path.is_file() and QUICK not in path.read_text(encoding="utf-8")


def _chapter(chapter: Chapter, folder: Path, kept: set[Path]) -> list[str]:
    paper = chapter.paper
    parts = [f"## {paper.name}: {paper.title}", markdown.plain(paper.citation), paper.about.strip()]
    if chapter.systems:
        parts.append(table_of(chapter.systems))
    parts += _shown(chapter.figures, folder, kept)
    for section in chapter.sections:
        parts += [f"### {section.title}", section.text, *_shown(section.figures, folder, kept)]
    return [*parts, *_decisions(chapter.systems)]


def _shown(figures: Mapping[str, Path], folder: Path, kept: set[Path]) -> list[str]:
    lines = []
    for caption, source in figures.items():
        target = folder / source.name
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        kept.add(target)
        link = os.path.relpath(target, folder.parent).replace(os.sep, "/")
        lines.append(f"![{markdown.plain(caption)}]({link})")
    return lines


def _decisions(systems: Sequence[System]) -> list[str]:
    """Say once what the paper leaves open, and of which systems."""
    said: dict[str, list[str]] = {}
    for system in systems:
        for note in system.recipe.notes:
            said.setdefault(note, []).append(system.recipe.name)
    if not said:
        return []
    lines = [
        f"- {markdown.plain(note)}{'' if len(names) == len(systems) else _of(names)}"
        for note, names in said.items()
    ]
    return ["### What it leaves open, and how that was decided", "\n".join(lines)]


def _of(names: Sequence[str]) -> str:
    shown = ", ".join(f"`{name}`" for name in names[:4])
    more = f" and {len(names) - 4} more" if len(names) > 4 else ""
    return f" ({shown}{more})"


def _linked(path: Path) -> set[Path]:
    """Give the figures that the page shows which stands there: those alone may be removed."""
    if not path.is_file():
        return set()
    folder = path.with_suffix("")
    links = re.findall(r"\]\(([^)]+)\.png\)", path.read_text(encoding="utf-8"))
    found = {folder / f"{Path(link).name}.png" for link in links if "/" in link}
    return {figure for figure in found if figure.is_file()}

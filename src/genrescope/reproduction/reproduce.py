"""
Reproduce papers: their systems under both protocols, their experiments and figures, on one page.

Public: `Asked`, `asked_for`, `reproduce`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from genrescope.errors import GenrescopeError, unknown_name
from genrescope.evaluation import markdown
from genrescope.registry import Registry
from genrescope.reproduction.figures import figures_of
from genrescope.reproduction.page import Chapter, write_page
from genrescope.reproduction.paper import load_paper, paper_names, systems
from genrescope.reproduction.section import Section
from genrescope.reproduction.systems import System, reproduce_system
from genrescope.reproduction.workbench import DataNotHereError, NotMeasuredError, Workbench

EXPERIMENTS = Registry("genrescope.reproduction.experiments", "experiment")


@dataclass(frozen=True)
class Asked:
    """
    What shall be reproduced of one paper.

    Attributes
    ----------
    paper : str
        Its name.
    systems, experiments : tuple of str
        Names of recipes and of experiments.
    """

    paper: str
    systems: tuple[str, ...]
    experiments: tuple[str, ...]


def asked_for(names: Sequence[str]) -> list[Asked]:
    """
    Sort what the user named by paper.

    Parameters
    ----------
    names : sequence of str
        Papers (all of it), recipes, files of recipes (all rows), or experiments; none named means
        all papers.

    Returns
    -------
    list of Asked
        In the order of the papers.

    Raises
    ------
    UnknownNameError
        If one is none of these.

    Examples
    --------
    >>> asked_for(["joseph2024-linear"])
    [Asked(paper='joseph2024', systems=('joseph2024-linear',), experiments=())]
    """
    papers = {paper: systems(paper) for paper in paper_names()}
    tries = {name: EXPERIMENTS.module(name).PAPER for name in EXPERIMENTS.names()}
    chosen: set[str] = set()
    for name in names or papers:
        found = {
            *(r for of, mine in papers.items() for r in mine if _means(name, r, of)),
            *(t for t, of in tries.items() if _means(name, t, of)),
        }
        if not found:
            known = [*papers, *(r for mine in papers.values() for r in mine), *tries]
            raise unknown_name("paper, recipe or experiment", name, known)
        chosen |= found
    asked = [
        Asked(
            paper,
            tuple(r for r in mine if r in chosen),
            tuple(t for t, of in tries.items() if of == paper and t in chosen),
        )
        for paper, mine in papers.items()
    ]
    return [one for one in asked if one.systems or one.experiments]


def _means(name: str, item: str, paper: str) -> bool:
    """Say whether a name means a recipe or an experiment: itself, its file, or its paper."""
    plain, own, its_paper = (text.replace("_", "-") for text in (name, item, paper))
    return plain in (own, its_paper) or own.startswith(f"{plain}.")


def reproduce(
    bench: Workbench, asked: Sequence[Asked], *, page: Path, command: str
) -> tuple[list[System], list[str]]:
    """
    Reproduce what was asked for, and write the page after each paper.

    Parameters
    ----------
    bench : Workbench
        Where trainings stand; what was done before is read back.
    asked : sequence of Asked
        As `asked_for` gives it.
    page : Path
        The Markdown file to write.
    command : str
        What makes it again.

    Returns
    -------
    found : list of System
        All systems.
    failures : list of str
        What failed though its data are here, a line each.
    """
    chapters: list[Chapter] = []
    failures: list[str] = []
    for one in asked:
        paper = load_paper(one.paper)
        found = [reproduce_system(bench, name) for name in one.systems]
        failures += [line for system in found for line in system.failures]
        sections = [_section(bench, name, failures) for name in one.experiments]
        chapters.append(Chapter(paper, found, sections, figures_of(bench, paper, found)))
        write_page(page, chapters, command=command, quick=bench.quick)
    return [system for chapter in chapters for system in chapter.systems], failures


def _section(bench: Workbench, name: str, failures: list[str]) -> Section:
    module = EXPERIMENTS.module(name)
    try:
        section: Section = module.run(bench)
    except (DataNotHereError, NotMeasuredError) as error:
        return Section(module.TITLE, f"Not measured: {error}.")
    except GenrescopeError as error:
        bench.say(f"experiment {name}: {error}")
        failures.append(f"experiment {name}: {error}")
        return Section(module.TITLE, f"Failed: {markdown.plain(str(error))}")
    return section

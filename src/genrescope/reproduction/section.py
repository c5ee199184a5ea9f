"""A section of the page on reproduction: words, tables and figures of one experiment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Section:
    """
    What an experiment has to say.

    Attributes
    ----------
    title : str
        Heading.
    text : str
        Markdown: what was done, tables with n and 95 % intervals, what it means.
    figures : mapping of str to Path
        Files that `Workbench.figure` wrote, by caption.
    """

    title: str
    text: str
    figures: Mapping[str, Path] = field(default_factory=dict)

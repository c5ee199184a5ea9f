"""
The report card of a model: one page that opens from disk, and the same as Markdown and JSON.

What was not measured has no section. The base installation is enough.

Public functions: `card_page`, `write_card`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from genrescope.atomic import write_text
from genrescope.errors import unknown_name
from genrescope.evaluation.card import facts as card_facts
from genrescope.evaluation.card import results as card_results
from genrescope.evaluation.card import trust as card_trust
from genrescope.evaluation.card import words as card_words
from genrescope.evaluation.card.evidence import Evidence
from genrescope.evaluation.card.evidence_file import to_json
from genrescope.evaluation.card.markdown import card_markdown
from genrescope.evaluation.card.opening import opening
from genrescope.evaluation.card.trust import Clip
from genrescope.pages.html import join, page

SUFFIXES = MappingProxyType({"html": ".html", "markdown": ".md", "json": ".json"})


def card_page(evidence: Evidence, *, clips: Mapping[str, Clip] = MappingProxyType({})) -> str:
    """
    Make the page of a report card.

    Parameters
    ----------
    evidence : Evidence
        What was measured.
    clips : mapping of str to Clip
        What can be told and heard of tracks, by their id.

    Returns
    -------
    str
        An HTML document that needs nothing else.
    """
    sections = (
        card_results.by_protocol(evidence),
        card_results.by_genre(evidence),
        card_results.confusions(evidence),
        card_trust.mistakes(evidence, clips),
        card_trust.certainty(evidence),
        card_trust.horse(evidence),
        card_facts.model_facts(evidence),
        card_facts.again(evidence),
    )
    body = join(opening(evidence), *(part for part in sections if part is not None))
    return page(card_words.title(evidence), body, subtitle=card_words.subtitle(evidence))


def write_card(
    stem: Path,
    evidence: Evidence,
    *,
    clips: Mapping[str, Clip] = MappingProxyType({}),
    formats: Sequence[str] = tuple(SUFFIXES),
) -> list[Path]:
    """
    Write a report card, each file whole or not at all.

    Parameters
    ----------
    stem : Path
        The files without their endings.
    evidence : Evidence
        What was measured.
    clips : mapping of str to Clip
        What can be told and heard of tracks, by their id.
    formats : sequence of str
        ``"html"``, ``"markdown"``, ``"json"``.

    Returns
    -------
    list of Path
        The files, in the order of the formats.

    Raises
    ------
    UnknownNameError
        If there is no such format.
    """
    paths = []
    for name in formats:
        if name not in SUFFIXES:
            raise unknown_name("format", name, SUFFIXES)
        if name == "html":
            text = card_page(evidence, clips=clips)
        else:
            text = card_markdown(evidence) if name == "markdown" else to_json(evidence)
        path = stem.with_name(stem.name + SUFFIXES[name])
        write_text(path, text)
        paths.append(path)
    return paths

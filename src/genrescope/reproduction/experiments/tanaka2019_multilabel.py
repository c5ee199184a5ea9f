"""Several genres a track, the future work of Tanaka and Hurtado-Lopez: mAP, ROC-AUC and F1."""

from __future__ import annotations

from genrescope.evaluation import markdown
from genrescope.evaluation.multilabel.record import MultiLabelResult
from genrescope.reproduction.section import Section
from genrescope.reproduction.workbench import Workbench

PAPER = "tanaka2019"
TITLE = "Several genres a track"

RECIPE = "tanaka2019-multilabel"


def run(bench: Workbench) -> Section:
    """
    Measure the network with one sigmoid a genre.

    Parameters
    ----------
    bench : Workbench
        Where it is trained; what was measured before is read back.

    Returns
    -------
    Section
        A table of the figures over all genres, and one of each genre.
    """
    recipe = bench.recipe(RECIPE)
    r = bench.measure_several(recipe, recipe.honest)
    parts = [
        f"{markdown.plain(r.dataset)}; {markdown.plain(r.protocol)}: "
        f"{markdown.plain(r.leakage_label)}; n = {r.n} tracks, {len(r.labels)} genres. A track may "
        "have several genres, each a question of its own; its threshold is chosen on the "
        "validation part. Intervals are of 95 %.",
        _scores(r),
        _by_genre(r),
    ]
    if bench.quick:
        parts.append("This was a quick look at few tracks: its numbers mean nothing.")
    return Section(TITLE, "\n\n".join(parts))


def _scores(r: MultiLabelResult) -> str:
    constant = {score.metric: score.value for score in r.baselines}
    rows = [
        [
            markdown.words(score.metric),
            markdown.number(score.metric, score.value, caveat=r.caveat),
            markdown.interval(score),
            markdown.number(score.metric, constant.get(score.metric)),
        ]
        for score in r.scores
    ]
    return markdown.table(["figure", "ours", "95 % interval", "a constant answer"], rows)


def _by_genre(r: MultiLabelResult) -> str:
    rows = [
        [
            markdown.plain(row.label),
            f"{row.support:g}",
            markdown.number("average_precision", row.average_precision, caveat=r.caveat),
            markdown.number("roc_auc", row.roc_auc, caveat=r.caveat),
        ]
        for row in r.per_label
    ]
    return markdown.table(["genre", "tracks", "average precision", "ROC-AUC"], rows)

"""Tanaka and Hurtado-Lopez: what made the big network fail, one change at a time.

The table of the paper changes filters and learning rate together. Here each is changed alone, from
its third row (big filters, Adam at 0.005) to its fourth (small filters, 0.0001), and from the
fourth row each regularisation is taken away. All are judged as in the paper, on a quarter of the
pictures drawn at random: leaky, which the comparison of networks with one another bears.
"""

from __future__ import annotations

from collections import Counter

from genrescope.evaluation import markdown
from genrescope.evaluation.drawing.curves import compared_curves
from genrescope.models.six_block_cnn import FILTERS
from genrescope.reproduction.section import Section
from genrescope.reproduction.variants import Variant, measured
from genrescope.reproduction.workbench import Workbench

PAPER = "tanaka2019"
TITLE = "Filters, learning rate and regularisation, one at a time"

BIG, SMALL = "tanaka2019.large-adam-l2", "tanaka2019.small-adam-l2"
SLOW = "training.learning_rate=0.0001"
FAST = "training.learning_rate=0.005"
VARIANTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "big, 0.005 (row 3)": (BIG, ()),
    "big, 0.0001": (BIG, (SLOW,)),
    "small, 0.005": (SMALL, (FAST,)),
    "small, 0.0001 (row 4)": (SMALL, ()),
    "small, 0.0001, no L2": (SMALL, ("model.l2=0.0",)),
    "small, 0.0001, no batch norm": (SMALL, ("model.batch_norm=false",)),
    "small, 0.0001, dropout behind each block": (SMALL, ("model.blocks_a_dropout=1",)),
}
"""What is trained: the row that it starts from, and the settings that are changed in it."""


def run(bench: Workbench) -> Section:
    """
    Train the networks and say what each change did.

    Parameters
    ----------
    bench : Workbench
        Where they are trained; those that were trained before are read back.

    Returns
    -------
    Section
        A table, the curves of all trainings, and what follows from them.
    """
    found = {name: measured(bench, *variant) for name, variant in VARIANTS.items()}
    histories = {name: one.judged.history() for name, one in found.items()}
    result = found["small, 0.0001 (row 4)"].judged.result
    title = f"Loss and accuracy, {result.dataset}, {result.protocol} ({result.caveat or 'clean'})"
    figure = bench.figure("tanaka regularisation", compared_curves(histories, title=title))
    text = "\n\n".join([_introduction(bench, result.dataset), _table(found), _said(found)])
    return Section(TITLE, text, {"Filters, learning rate and regularisation": figure})


def start_penalty(filters: str, *, n_classes: int, l2: float = 0.01, n_hidden: int = 512) -> float:
    """
    Give what L2 adds to the loss before anything is learned.

    The weights of a layer are drawn after Glorot, so their squares have the mean ``2 / (fan_in +
    fan_out)``; the sum over so many thousands of them hardly differs from its mean.

    Parameters
    ----------
    filters : str
        ``"small"`` or ``"big"``.
    n_classes : int
        Number of genres.
    l2 : float
        Weight of the penalty.
    n_hidden : int
        Units of the first fully connected layer.

    Returns
    -------
    float
        In nats, for RGB pictures of 64 x 64.

    Examples
    --------
    >>> round(start_penalty("small", n_classes=10), 2), round(start_penalty("big", n_classes=10), 2)
    (2.3, 4.4)
    """
    first, last = FILTERS[filters][0], FILTERS[filters][-1]
    # Weights, inputs and outputs of the first convolution and of the two dense layers.
    layers = [
        (27 * first, 27 + 9 * first),
        (last * n_hidden, last + n_hidden),
        (n_hidden * n_classes, n_hidden + n_classes),
    ]
    return l2 * sum(n * 2 / fans for n, fans in layers)


def _commonest(one: Variant) -> tuple[str, float]:
    """Give the genre answered most often, and its share: near 1 where a network has collapsed."""
    answers = [answer.y_pred for answer in one.judged.answers()]
    ((genre, n),) = Counter(answers).most_common(1)
    return genre, n / len(answers)


def _introduction(bench: Workbench, dataset: str) -> str:
    words = (
        "The table of the paper changes the filters and the learning rate together, and concludes "
        f"that small filters are better. Here each is changed alone ({dataset}, losses and curves "
        "of seed 0, the random split of the paper: leaky). 'Commonest answer' is the share of the "
        "pictures that get the genre which the network answers most often; of a network that has "
        "collapsed it is near 100 %. Loss is the cross-entropy of the held-out pictures after "
        "the last epoch, without the penalty. Intervals are of 95 %."
    )
    quick = " This was a quick look at few tracks for one epoch: its numbers mean nothing."
    return words + (quick if bench.quick else "")


def _table(found: dict[str, Variant]) -> str:
    header = ["network", "accuracy", "95 % interval", "n", "accuracy in training", "loss",
              "commonest answer"]  # fmt: skip
    rows = []
    for name, one in found.items():
        result, last = one.judged.result, one.judged.history()[-1]
        genre, share = _commonest(one)
        rows.append(
            [
                markdown.plain(name),
                markdown.number("accuracy", result.headline.value, caveat=result.caveat),
                markdown.interval(result.headline),
                str(result.headline.n),
                markdown.number("accuracy", last.train_accuracy),
                "-" if last.watch_loss is None else f"{last.watch_loss:.2f}",
                f"{markdown.plain(genre)}, {_percent(share)}",
            ]
        )
    return markdown.table(header, rows)


def _said(found: dict[str, Variant]) -> str:
    """Say what each change did, in numbers."""
    of = {name: one.accuracy for name, one in found.items()}
    row_3, row_4 = of["big, 0.005 (row 3)"], of["small, 0.0001 (row 4)"]
    by_rate = 100 * (of["big, 0.0001"] - row_3)
    by_filters = 100 * (row_4 - of["big, 0.0001"])
    n_classes = len(found["big, 0.0001"].judged.result.labels)
    penalties = [start_penalty(name, n_classes=n_classes) for name in ("small", "big")]
    lines = [
        f"From row 3 to row 4 accuracy changes by {100 * (row_4 - row_3):+.1f} points: "
        f"{by_rate:+.1f} by the learning rate (big filters at 0.005, then at 0.0001), and "
        f"{by_filters:+.1f} by the filters (at 0.0001 both). Small filters at 0.005 have "
        f"{_percent(of['small, 0.005'])}. The paper gives 19.5 % and 34.4 %, and ascribes the "
        "difference to the filters.",
        *(
            f"Row 4 {what}: {_percent(of[name])}, {100 * (of[name] - row_4):+.1f} points."
            for name, what in (
                ("small, 0.0001, no L2", "without L2"),
                ("small, 0.0001, no batch norm", "without batch norm"),
                (
                    "small, 0.0001, dropout behind each block",
                    "with dropout behind each block, not every second one",
                ),
            )
        ),
        "Keras reports losses with the penalty in them. Before anything is learned L2 of 0.01 "
        f"adds {penalties[0]:.1f} in the small and {penalties[1]:.1f} in the big network to the "
        "cross-entropy, so the losses above that of chance in the paper (6.75 in row 3, 3.49 in "
        "row 4) need not mean worse answers than chance.",
    ]
    return "\n\n".join(lines)


def _percent(value: float) -> str:
    return markdown.number("accuracy", value)

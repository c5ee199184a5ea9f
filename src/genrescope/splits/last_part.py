"""The last part of the list, label after label: what code tests on that forgets to shuffle.

The setting ``validation_split=0.3`` of Keras takes the last 30 % of the arrays as they are. Where
they were joined genre by genre, the test part is of the last genre alone, and much of that genre is
missing in training: the figure is then the recall of one genre by a model that saw little of it.
It is here to reproduce what was published so.

Tracks are in the order of their ids, each cut into segments where that is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from genrescope.errors import ConfigError, SplitError, unknown_name
from genrescope.records import Track
from genrescope.splits._drawing import check_fraction
from genrescope.splits.segmentation import segment_tracks
from genrescope.splits.segments import MAX_SEGMENTS
from genrescope.splits.split import Split

DESCRIPTION = "the last tracks (or segments) of a list, label after label: of the last label alone"
SOURCE = "as validation_split of Keras on arrays that were joined label by label"
LICENCE = "none needed: made from your tracks"
HONEST = False


@dataclass(frozen=True)
class Settings:
    """
    Settings of the last part.

    Attributes
    ----------
    test_fraction : float
        Part of the list that is tested on, in (0, 1).
    labels : str
        Labels in the order of the list, with commas between them; empty sorts them. All labels must
        be named.
    n_segments : int
        Equal parts that each track is cut into, from 1 to 1000.
    """

    test_fraction: float = 0.3
    labels: str = ""
    n_segments: int = 1


def make(tracks: Sequence[Track], settings: Settings) -> tuple[Split, ...]:
    """
    Make the one split.

    Parameters
    ----------
    tracks : sequence of Track
        The data set, in whole tracks.
    settings : Settings
        The settings.

    Returns
    -------
    tuple of Split
        One split.

    Raises
    ------
    ConfigError
        If a setting breaks its rule.
    UnknownNameError
        If a label is named that no track has.
    SplitError
        If there are no tracks, or a label is not trained.
    """
    check_fraction("test_fraction", settings.test_fraction)
    if not 1 <= settings.n_segments <= MAX_SEGMENTS:
        raise ConfigError(
            f"n_segments is {settings.n_segments}: it must be from 1 to {MAX_SEGMENTS}"
        )
    if not tracks:
        raise SplitError("there are no tracks to divide: look at what the data set skipped")
    order = _order(settings.labels, sorted({track.label for track in tracks}))
    listed = sorted(tracks, key=lambda t: (order.index(t.label), t.track_id))
    items = segment_tracks(listed, settings.n_segments)
    # As Keras rounds; the small term keeps 0.7 * 10 = 6.999999999999999 from counting as 6.
    n_train = int(len(items) * (1 - settings.test_fraction) + 1e-9)
    train, test = items[:n_train], items[n_train:]
    untrained = {t.label for t in items} - {t.label for t in train}
    if untrained:
        raise SplitError(
            f"all of the label {min(untrained)!r} is in the last {settings.test_fraction} of the "
            "list, so that none remains to train: test a smaller part, or list the labels in "
            "another order"
        )
    return (
        Split(
            protocol="last-part",
            fold=1,
            n_folds=1,
            train=tuple(t.track_id for t in train),
            valid=(),
            test=tuple(t.track_id for t in test),
            source=SOURCE,
            licence=LICENCE,
            n_segments=settings.n_segments,
        ),
    )


def _order(text: str, known: Sequence[str]) -> Sequence[str]:
    if not text:
        return known
    named = [name.strip() for name in text.split(",")]
    for name in named:
        if name not in known:
            raise unknown_name("label", name, known)
    if sorted(named) != known:
        raise ConfigError(f"labels {text!r} must name each of {', '.join(known)} once")
    return named

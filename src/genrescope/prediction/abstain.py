"""Whether a model declines to answer, and which genres it holds likely, or gives.

Pure functions of probabilities and thresholds; where the thresholds come from is told in
`genrescope.bundle.abstention`. Public functions: `decide`, `likely`,
`given`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from genrescope.bundle.abstention import Abstention
from genrescope.records import GenreProbability


def decide(confidence: float, music: float | None, thresholds: Abstention) -> str | None:
    """
    Say why a model declines to answer, if it does.

    That something is no music comes first: then its genre is no question.

    Parameters
    ----------
    confidence : float
        Probability of the most probable genre.
    music : float or None
        How probable it is that this is music; None where the model has no detector.
    thresholds : Abstention
        Of the model.

    Returns
    -------
    str or None
        ``"not_music"``, ``"not_sure"``, or None where it answers.

    Examples
    --------
    >>> thresholds = Abstention(confidence_below=0.25, music_below=0.4)
    >>> decide(0.9, 0.1, thresholds), decide(0.2, 0.9, thresholds), decide(0.9, 0.9, thresholds)
    ('not_music', 'not_sure', None)
    """
    if music is not None and thresholds.music_below is not None and music < thresholds.music_below:
        return "not_music"
    if thresholds.confidence_below is not None and confidence < thresholds.confidence_below:
        return "not_sure"
    return None


def likely(genres: Sequence[GenreProbability], thresholds: Abstention) -> tuple[str, ...]:
    """
    Name the genres that hold the true one as often as the bundle promises.

    Parameters
    ----------
    genres : sequence of GenreProbability
        All genres, most probable first.
    thresholds : Abstention
        Of the model.

    Returns
    -------
    tuple of str
        Most probable first, at least one; empty where the model promises nothing.

    Examples
    --------
    >>> genres = [GenreProbability("jazz", 0.7), GenreProbability("blues", 0.25),
    ...           GenreProbability("rock", 0.05)]
    >>> likely(genres, Abstention(coverage=0.9, probability_from=0.1))
    ('jazz', 'blues')
    """
    if thresholds.probability_from is None:
        return ()
    inside = [g.label for g in genres if g.probability >= thresholds.probability_from]
    return tuple(inside or [g.label for g in genres[:1]])


def given(
    genres: Sequence[GenreProbability], from_probability: Mapping[str, float]
) -> tuple[str, ...]:
    """
    Name the genres that a model of several labels gives a recording.

    Parameters
    ----------
    genres : sequence of GenreProbability
        All genres, most probable first.
    from_probability : mapping of str to float
        From which probability on each is given.

    Returns
    -------
    tuple of str
        Most probable first; empty where none is as probable as that.

    Examples
    --------
    >>> genres = [GenreProbability("jazz", 0.7), GenreProbability("blues", 0.4)]
    >>> given(genres, {"jazz": 0.8, "blues": 0.3})
    ('blues',)
    """
    return tuple(g.label for g in genres if g.probability >= from_probability[g.label])

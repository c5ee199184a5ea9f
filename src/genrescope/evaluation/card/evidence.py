"""
What a report card is made of: all that was measured of one model, as records.

Values are fractions, never percentages; times are in seconds but where a name says otherwise. What
was not measured is None or empty, and the card leaves its section out. `evidence_file` has the way
to JSON and back, `gather` makes the records from results and answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from genrescope.evaluation.flattery import Flattery
from genrescope.evaluation.horse.record import HorseResult
from genrescope.evaluation.record import ProtocolResult


@dataclass(frozen=True)
class ModelFacts:
    """
    What a model is.

    Attributes
    ----------
    name, version : str
        Of the model.
    labels : tuple of str
        The genres that it knows.
    settings : tuple of (str, str)
        Its architecture, features, front end and windows, each as a name and its settings.
    window_s : float or None
        How much sound it hears at a time.
    n_parameters : int or None
        Numbers that training sets; None where the architecture has no fixed count.
    size_bytes : int or None
        Of its graphs.
    learned_from : tuple of (str, str)
        Data, number of tracks, what was held out, seed.
    licence, created, onnx_sha256 : str
        As the bundle says.
    """

    name: str
    version: str = ""
    labels: tuple[str, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()
    window_s: float | None = None
    n_parameters: int | None = None
    size_bytes: int | None = None
    learned_from: tuple[tuple[str, str], ...] = ()
    licence: str = ""
    created: str = ""
    onnx_sha256: str = ""


@dataclass(frozen=True)
class Certainty:
    """
    Whether a model knows when it is right, from its answers under one protocol.

    Attributes
    ----------
    protocol : str
        Its name.
    n_answers : int
        Test tracks times seeds.
    bins : tuple of (float, float, int)
        Mean confidence, share of right answers and number of answers, in bins of confidence.
    risk_coverage : tuple of (float, float, float)
        Share of the answers that are given, the surest first; share of wrong ones among these; the
        least confidence of these.
    area : float
        Mean of the risk over all coverages.
    """

    protocol: str
    n_answers: int
    bins: tuple[tuple[float, float, int], ...]
    risk_coverage: tuple[tuple[float, float, float], ...]
    area: float


@dataclass(frozen=True)
class Mistake:
    """
    A wrong answer.

    Attributes
    ----------
    track_id : str
        The track.
    y_true, y_pred : str
        True and predicted genre.
    confidence, p_true : float
        Probabilities of the predicted and of the true genre.
    """

    track_id: str
    y_true: str
    y_pred: str
    confidence: float
    p_true: float


@dataclass(frozen=True)
class Speed:
    """
    How fast a model answers, on one core.

    Attributes
    ----------
    window_s : float
        Length of the sound.
    window_ms : float
        Time from that much sound in memory to the answer, the fastest of the runs.
    file_ms : float or None
        Time from a sound file to the answer, the median over files.
    file_s : float or None
        Median length of these files.
    n_files, n_runs : int
        Files, and repetitions of the window.
    machine : str
        Processor family, cores, versions; never a name.
    """

    window_s: float
    window_ms: float
    n_runs: int
    machine: str
    file_ms: float | None = None
    file_s: float | None = None
    n_files: int = 0


@dataclass(frozen=True)
class Evidence:
    """
    All that was measured of one model.

    Attributes
    ----------
    model : ModelFacts
        What it is.
    results : tuple of ProtocolResult
        Of this model, at least one; the first honest one is what users are told.
    certainty : Certainty or None
        Of the answers under the protocol of the headline.
    mistakes : tuple of Mistake
        The most confident ones of the same, at most one a track.
    flattery : tuple of Flattery
        How much leaky protocols flatter beside honest ones.
    horse : HorseResult or None
        What changes that leave the genre do to it.
    abstention : mapping
        When it declines to answer, as the table ``abstention`` of its bundle says.
    speed : Speed or None
        How fast it answers.
    commands : tuple of str
        What gives the figures again.
    notes : tuple of str
        What else a reader must know.
    made_by : str
        Program and version.
    """

    model: ModelFacts
    results: tuple[ProtocolResult, ...]
    certainty: Certainty | None = None
    mistakes: tuple[Mistake, ...] = ()
    flattery: tuple[Flattery, ...] = ()
    horse: HorseResult | None = None
    abstention: Mapping[str, Any] = field(default_factory=dict)
    speed: Speed | None = None
    commands: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    made_by: str = ""

    @property
    def headline(self) -> ProtocolResult:
        """
        The result that comes first.

        Returns
        -------
        ProtocolResult
            The first honest one that is known to be clean, else the first honest one, else the
            first.
        """
        honest = [r for r in self.results if r.honest]
        clean = [r for r in honest if not r.caveat]
        return (clean or honest or list(self.results))[0]

    @property
    def leaky(self) -> ProtocolResult | None:
        """
        The result that flatters most.

        Returns
        -------
        ProtocolResult or None
            None where no protocol leaks, or the headline does itself.
        """
        found = [r for r in self.results if r.caveat == "leaky" and r is not self.headline]
        return max(found, key=lambda r: r.headline.value, default=None)

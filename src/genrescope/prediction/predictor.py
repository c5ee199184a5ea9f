"""The predictor: from a recording to its genre, by a model bundle, without torch.

Loaded once, used from any number of threads. Evaluation calls the same predictor as users do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from genrescope.bundle.format import Manifest, read_manifest
from genrescope.bundle.locate import find_bundle
from genrescope.cores import in_order
from genrescope.errors import EmptyAudioError, GenrescopeError, ParameterError
from genrescope.features.windows import cut
from genrescope.prediction.aggregate import mean_probabilities, ranked
from genrescope.prediction.hearing import Heard, audible, is_silent, short_time_levels, to_mono
from genrescope.prediction.session import BATCH_SIZE, Session
from genrescope.records import Prediction, WindowPrediction

if TYPE_CHECKING:
    from genrescope.audio.limits import Limits


def load(model: str | Path = "default") -> Predictor:
    """
    Load a model.

    Parameters
    ----------
    model : str or Path
        ``"default"`` for the model in the package, or the folder of a bundle or a run.

    Returns
    -------
    Predictor
        Ready to answer.

    Raises
    ------
    BundleError
        If there is no such model, or it is damaged.

    Examples
    --------
    >>> predictor = load("default")
    >>> predictor.labels[:3]
    ('blues', 'classical', 'country')
    """
    return Predictor(find_bundle(model))


class Predictor:
    """
    A model bundle, loaded and ready to answer.

    Parameters
    ----------
    folder : Path
        The bundle.

    Attributes
    ----------
    manifest : Manifest
        What the bundle says of its model, its figures among it.
    """

    def __init__(self, folder: Path) -> None:
        self.manifest: Manifest = read_manifest(folder)
        self._session = Session(folder, self.manifest)

    @property
    def name(self) -> str:
        """
        Name of the model.

        Returns
        -------
        str
            As its bundle says.
        """
        return self.manifest.name

    @property
    def labels(self) -> tuple[str, ...]:
        """
        The genres that the model knows.

        Returns
        -------
        tuple of str
            In the order of the probabilities.
        """
        return self.manifest.labels

    def predict(self, y: np.ndarray, *, sr: int) -> Prediction:
        """
        Hear the genre of sound in an array.

        Parameters
        ----------
        y : np.ndarray [shape=(n,) or (n_channels, n)]
            Sound, floating point in [-1, 1]; channels are averaged.
        sr : int
            Sample rate in Hz.

        Returns
        -------
        Prediction
            Genres, most probable first, and the timeline.

        Raises
        ------
        ParameterError
            If `y` is no finite sound of one or two dimensions.
        TooShortAudioError, SilentAudioError
            If there is too little to hear.

        Examples
        --------
        >>> sr = 22050
        >>> y = np.sin(2 * np.pi * 440 * np.arange(3 * sr) / sr)
        >>> prediction = load("default").predict(y, sr=sr)
        >>> len(prediction.genres), round(prediction.duration_s, 1)
        (10, 3.0)
        """
        from genrescope.audio.resample import resample

        mono = to_mono(y)
        if not len(mono):
            raise EmptyAudioError("the array holds no sample: nothing to hear")
        mono = resample(mono, orig_sr=sr, target_sr=self.manifest.front_end.sr)
        return self._answer([mono], path=None)

    def predict_file(self, path: str | Path, *, limits: Limits | None = None) -> Prediction:
        """
        Hear the genre of a file.

        Parameters
        ----------
        path : str or Path
            Sound file, or video with a sound track.
        limits : Limits or None
            What to refuse; None takes the defaults.

        Returns
        -------
        Prediction
            Genres, most probable first, the timeline, and warnings about the file.

        Raises
        ------
        AudioError
            If the file cannot be read, is silent or too short; the subclass says which.
        """
        from genrescope.audio.decode import open_audio

        sr = self.manifest.front_end.sr
        with open_audio(Path(path), sr=sr, limits=limits) as reader:
            return self._answer(reader, path=str(path), problems=reader.problems)

    def predict_many(
        self,
        paths: Iterable[str | Path],
        *,
        jobs: int | None = None,
        limits: Limits | None = None,
    ) -> Iterator[Prediction]:
        """
        Hear many files; answers stream out in the order of the paths.

        A file that cannot be read gives a `Prediction` with its ``error``; the others go on.

        Parameters
        ----------
        paths : iterable of str or Path
            Sound files.
        jobs : int or None
            Files at a time; None takes as many as there are cores.
        limits : Limits or None
            What to refuse; None takes the defaults.

        Yields
        ------
        Prediction
            One a path, in the same order.

        Raises
        ------
        ParameterError
            If `jobs` is below 1, or `paths` is one path.
        """
        if isinstance(paths, (str, Path)):
            raise ParameterError(f"paths is {str(paths)!r}, one path: give a list of paths")
        yield from in_order(lambda path: self._answer_or_error(path, limits), paths, jobs=jobs)

    def probabilities(self, logmels: Sequence[np.ndarray]) -> np.ndarray:
        """
        Give the probabilities of windows whose log-mel is known.

        Parameters
        ----------
        logmels : sequence of np.ndarray [shape=(n_mels, t)]
            One a window, made by the bundle's front end.

        Returns
        -------
        np.ndarray [shape=(n_windows, n_labels)]
            Rows sum to one; columns in the order of `labels`.
        """
        X = self.manifest.features.compute(logmels, self.manifest.front_end)
        return self._session.probabilities(X)

    def _answer_or_error(self, path: str | Path, limits: Limits | None) -> Prediction:
        try:
            return self.predict_file(path, limits=limits)
        except GenrescopeError as error:
            return Prediction(str(path), self.name, None, error=str(error))

    def _answer(
        self, blocks: Iterable[np.ndarray], *, path: str | None, problems: Sequence[str] = ()
    ) -> Prediction:
        front_end = self.manifest.front_end
        heard = Heard(blocks)
        spans: list[tuple[int, int]] = []
        levels: list[np.ndarray] = []
        rows: list[np.ndarray] = []
        waiting: list[np.ndarray] = []
        for window in cut(heard, self.manifest.windows):
            if is_silent(window):
                continue
            spans.append((window.start, window.end))
            levels.append(short_time_levels(window.y, sr=front_end.sr))
            waiting.append(front_end.compute(window.y))
            if len(waiting) == BATCH_SIZE:
                rows.append(self.probabilities(waiting))
                waiting = []
        duration_s = heard.n_samples / front_end.sr
        heard.check(duration_s, path, n_windows=len(spans))
        if waiting:
            rows.append(self.probabilities(waiting))
        P = np.concatenate(rows)
        kept = audible(levels)
        return Prediction(
            path=path,
            model=self.name,
            duration_s=duration_s,
            genres=ranked(mean_probabilities(P[kept]), self.labels),
            windows=tuple(
                WindowPrediction(start / front_end.sr, end / front_end.sr, ranked(p, self.labels))
                for (start, end), p, keep in zip(spans, P, kept, strict=True)
                if keep
            ),
            warnings=(*problems, *self._short(duration_s)),
        )

    def _short(self, duration_s: float) -> tuple[str, ...]:
        window_s = self.manifest.windows.length / self.manifest.front_end.sr
        if duration_s >= window_s / 2:
            return ()
        return (
            f"only {duration_s:.1f} s of sound, and the model learned from {window_s:.0f} s at a "
            "time: trust this answer less",
        )

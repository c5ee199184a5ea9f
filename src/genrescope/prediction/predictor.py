"""The predictor: from a recording to its genre, without torch, for users and evaluation alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from genrescope.bundle.format import Manifest, read_manifest, read_onnx
from genrescope.bundle.locate import find_bundle
from genrescope.bundle.music_graph import read_music_onnx
from genrescope.errors import EmptyAudioError, ParameterError
from genrescope.prediction.conclusion import conclude
from genrescope.prediction.hearing import to_mono
from genrescope.prediction.listener import Listener, Rows
from genrescope.prediction.listening import Recording
from genrescope.prediction.many import Answer, Judged, answers
from genrescope.prediction.session import Session
from genrescope.records import Prediction

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
        graph, n_labels = read_onnx(folder, self.manifest), len(self.manifest.labels)
        one = self.manifest.label_thresholds is None
        self._session = Session(graph, n_labels=n_labels, folder=folder, sums_to_one=one)
        self._thresholds = self.manifest.thresholds
        detector = read_music_onnx(folder, self._thresholds)
        self._detector = None if detector is None else Session(detector, n_labels=2, folder=folder)
        self._listener = Listener(
            self.manifest.front_end,
            self.manifest.windows,
            self.manifest.features,
            None if detector is None else self._thresholds.music_features,
        )

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
        return self._answer(None, self._listener.listen(mono))

    def predict_file(
        self, path: str | Path, *, limits: Limits | None = None, max_windows: int | None = None
    ) -> Prediction:
        """
        Hear the genre of a file.

        Parameters
        ----------
        path : str or Path
            Sound file, or video with a sound track.
        limits : Limits or None
            What to refuse; None takes the defaults.
        max_windows : int or None
            Of a longer file, hear this many windows, spread evenly, the first and the last among
            them (the middle one, if it is 1); None hears all. Silent ones count, but where none of
            them holds sound, others that do are heard. WAV, AIFF, AU, FLAC, Ogg, MP3 and MP4 are
            decoded there alone: damage between the windows is not seen, and AAC's answers may
            differ slightly from those for the same windows when all is heard.

        Returns
        -------
        Prediction
            Genres, most probable first, the timeline, and warnings about the file.

        Raises
        ------
        AudioError
            If the file cannot be read, is silent or too short; the subclass says which.
        """
        heard = self._listener.listen_file(str(path), limits=limits, max_windows=max_windows)
        return self._answer(str(path), heard)

    def predict_many(
        self,
        paths: Iterable[str | Path],
        *,
        jobs: int | None = None,
        limits: Limits | None = None,
        max_windows: int | None = None,
    ) -> Iterator[Prediction]:
        """
        Hear many files; answers stream out in the order of the paths.

        A file that cannot be read gives a `Prediction` with its ``error``; the others go on. If at
        least 8 paths are there to be taken at once, worker processes read all the files, and one
        that crashes its reader costs its own answer alone. Fewer are read in this process, until
        that has lasted half a second; then workers read the rest. Workers end with this generator.

        Parameters
        ----------
        paths : iterable of str or Path
            Sound files. An error that it raises comes after the answers to what it gave before.
        jobs : int or None
            Worker processes; 1 reads all in this process, one after the other, and None takes as
            many as there are cores.
        limits : Limits or None
            What to refuse; None takes the defaults.
        max_windows : int or None
            Of a longer file, hear this many windows, spread evenly, the first and the last among
            them (the middle one, if it is 1); None hears all. Silent ones count, but where none of
            them holds sound, others that do are heard. WAV, AIFF, AU, FLAC, Ogg, MP3 and MP4 are
            decoded there alone: damage between the windows is not seen, and AAC's answers may
            differ slightly from those for the same windows when all is heard.

        Yields
        ------
        Prediction
            One a path, in the same order.

        Raises
        ------
        ParameterError
            If `jobs` or `max_windows` is below 1, or `paths` is one path.
        """
        if isinstance(paths, (str, Path)):
            raise ParameterError(f"paths is {str(paths)!r}, one path: give a list of paths")
        heard = answers(
            paths,
            listener=self._listener,
            judge=self._judge,
            jobs=jobs,
            limits=limits,
            max_windows=max_windows,
        )
        with closing(heard):
            yield from map(self._prediction, heard)

    def probabilities(self, logmels: Sequence[np.ndarray]) -> np.ndarray:
        """
        Give the probabilities of windows whose log-mel is known.

        Parameters
        ----------
        logmels : sequence of np.ndarray [shape=(n_mels, t)]
            One a window, made by the bundle's front end; below it the rows that the features
            compute from sound, where they do (see `FeatureChoice.picture`).

        Returns
        -------
        np.ndarray [shape=(n_windows, n_labels)]
            Rows sum to one, save those of several labels; columns in the order of `labels`.
        """
        return self._judge(self._listener.rows(logmels))[0]

    def music(self, logmels: Sequence[np.ndarray]) -> np.ndarray | None:
        """
        Tell how probably windows hold music.

        Parameters
        ----------
        logmels : sequence of np.ndarray [shape=(n_mels, t)]
            One a window, made by the bundle's front end.

        Returns
        -------
        np.ndarray [shape=(n_windows,)] or None
            In [0, 1]; None where the bundle has no detector.
        """
        return None if self._detector is None else self._judge(self._listener.rows(logmels))[1]

    def _judge(self, rows: Rows) -> Judged:
        """Give the probabilities of genres, and of music: NaN where the bundle cannot tell."""
        P = self._session.probabilities(rows.X)
        if self._detector is None:
            return P, np.full(len(P), np.nan)
        X = rows.X if rows.music is None else rows.music
        return P, self._detector.probabilities(X)[:, 1]

    def _answer(self, path: str | None, heard: Iterable[Rows | Recording]) -> Prediction:
        parts: list[Judged] = []
        recording = None
        for part in heard:
            if isinstance(part, Rows):
                parts.append(self._judge(part))
            else:
                recording = part
        assert recording is not None
        return self._concluded(path, recording, parts)

    def _prediction(self, answer: Answer) -> Prediction:
        if answer.error is not None:
            return Prediction(answer.path, self.name, None, error=str(answer.error))
        assert answer.recording is not None
        return self._concluded(answer.path, answer.recording, answer.parts)

    def _concluded(
        self, path: str | None, recording: Recording, parts: Sequence[Judged]
    ) -> Prediction:
        return conclude(
            recording, parts, path=path, manifest=self.manifest, thresholds=self._thresholds
        )

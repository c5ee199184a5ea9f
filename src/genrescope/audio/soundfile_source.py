"""Sound through libsndfile: WAV, Wave64, AIFF, AU, FLAC, and Vorbis, Opus and FLAC in Ogg.

Reading from a position is sample-exact for all of them but Opus, whose decoder needs about 80 ms
to forget where it began. Public name: `SoundFileSource`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from genrescope.audio.source import Block, block_frames
from genrescope.errors import CorruptAudioError

# Some releases of libsndfile give SF_COUNT_MAX, 2**63 - 1, where an Ogg file has no end.
_UNKNOWN_LENGTH = 2**62


class SoundFileSource:
    """
    A recording opened with libsndfile; attributes as in `Source`.

    Parameters
    ----------
    path : Path
        The file; its kind must have been settled by content.

    Raises
    ------
    CorruptAudioError
        If libsndfile cannot read it.
    """

    backend = "libsndfile"
    is_exact = True

    def __init__(self, path: Path) -> None:
        import soundfile

        try:
            self._file = soundfile.SoundFile(str(path))
        # Beside its own errors, soundfile raises TypeError where an extension misleads it.
        except (soundfile.SoundFileError, RuntimeError, TypeError, ValueError, OSError) as error:
            raise CorruptAudioError(f"libsndfile cannot open it: {_reason(error)}") from error
        self._is_begun = False
        self.problems: list[str] = []
        self.codec = str(self._file.subtype)
        self.sr = int(self._file.samplerate)
        self.n_channels = int(self._file.channels)
        n_frames = int(self._file.frames)
        self.n_frames: int | None = n_frames if n_frames < _UNKNOWN_LENGTH else None
        if self.codec.startswith("MPEG_LAYER"):
            # mpg123 inside libsndfile writes to stderr and gives up after 1 kB of damage.
            self.close()
            raise CorruptAudioError("libsndfile is not used for MPEG audio")

    def blocks(self, start: int) -> Iterator[Block]:
        """
        Give out the sound from a position to the end; another call begins anew.

        Parameters
        ----------
        start : int
            First sample to give out.

        Yields
        ------
        Block
            Blocks of a bounded size.

        Raises
        ------
        CorruptAudioError
            If libsndfile gives up in the middle.
        """
        import soundfile

        n = block_frames(self.n_channels)
        try:
            if start or self._is_begun:
                self._file.seek(start)
            self._is_begun = True
            while True:
                samples = self._file.read(n, dtype="float32", always_2d=True)
                if not len(samples):
                    return
                yield Block(samples, self.sr)
        except (soundfile.SoundFileError, RuntimeError, ValueError, OSError) as error:
            raise CorruptAudioError(f"libsndfile gave up: {_reason(error)}") from error

    def stop_at(self, deadline: float) -> None:
        """
        Do nothing: libsndfile reads one block in bounded time.

        Parameters
        ----------
        deadline : float
            On the clock of `time.perf_counter`.
        """

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def _reason(error: Exception) -> str:
    return str(getattr(error, "error_string", "") or error).strip() or type(error).__name__

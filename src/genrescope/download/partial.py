"""The beginning of a file that is being downloaded, and a note of what it is the beginning of.

The bytes stand in ``NAME.part`` beside the place of the file, the note in ``NAME.part.json``; the
file takes its name only when it was found to be good. Public: `Note`, `Partial`.
"""

from __future__ import annotations

import dataclasses
import errno
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from genrescope import atomic
from genrescope.download import space
from genrescope.download.transfer import Answer, TransferBrokenError
from genrescope.errors import OutputError

BLOCK = 1 << 18


@dataclass(frozen=True)
class Note:
    """
    What a beginning is the beginning of.

    Attributes
    ----------
    url : str
        Where it came from.
    total : int or None
        Bytes of the whole file.
    etag, modified : str or None
        What names the version.
    """

    url: str
    total: int | None = None
    etag: str | None = None
    modified: str | None = None

    @property
    def version(self) -> str | None:
        """
        Give what a server can compare: a weak ETag is none, for bytes may differ under it.

        Returns
        -------
        str or None
            ETag or date.
        """
        if self.etag and not self.etag.startswith("W/"):
            return self.etag
        return self.modified


@dataclass(frozen=True)
class Partial:
    """
    The beginning of a file.

    Attributes
    ----------
    target : Path
        Where the whole file shall stand.
    """

    target: Path

    @property
    def path(self) -> Path:
        """
        Give the file of the bytes.

        Returns
        -------
        Path
            ``NAME.part``.
        """
        return self.target.with_name(f"{self.target.name}.part")

    @property
    def _note_path(self) -> Path:
        return self.target.with_name(f"{self.target.name}.part.json")

    def size(self) -> int:
        """
        Count what is there.

        Returns
        -------
        int
            Bytes.
        """
        return self.path.stat().st_size if self.path.is_file() else 0

    def note(self) -> Note | None:
        """
        Read what it is the beginning of.

        Returns
        -------
        Note or None
            None where that is not known.
        """
        try:
            return Note(**json.loads(self._note_path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def remove(self) -> None:
        """Throw away what is there."""
        self.path.unlink(missing_ok=True)
        self._note_path.unlink(missing_ok=True)

    def finish(self) -> None:
        """Give the file its name."""
        self.path.replace(self.target)
        self._note_path.unlink(missing_ok=True)

    def take(
        self, answer: Answer, note: Note, *, progress: Callable[[int, int | None], None]
    ) -> None:
        """
        Write what a server sends.

        Parameters
        ----------
        answer : Answer
            The answer; it begins where the bytes that are there end, or at 0.
        note : Note
            What is sent.
        progress : callable
            Called with the bytes that are there and those of the whole file.

        Raises
        ------
        TransferBrokenError
            If the connection breaks; what came is kept.
        OutputError
            If the disk is full; what came is kept.
        """
        if answer.start == 0:
            self.remove()
            atomic.write_text(self._note_path, json.dumps(dataclasses.asdict(note)))
        done = answer.start
        if answer.total is not None:
            space.check_free(self.target.parent, answer.total - done, what=self.target.name)
        try:
            with self.path.open("ab") as file:
                progress(done, answer.total)
                for block in answer.blocks(BLOCK):
                    file.write(block)
                    done += len(block)
                    progress(done, answer.total)
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            raise OutputError(
                f"the disk is full at {done} bytes of {self.target.name}: free some space and give "
                "the same command, which goes on from there"
            ) from error
        if answer.total is not None and done != answer.total:
            raise TransferBrokenError(
                f"the connection was cut at {done} of {answer.total} bytes of {self.target.name}"
            )

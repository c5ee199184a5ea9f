"""A path for a worker, whose folder is that in which it was started, and its user's spelling of it.

Public: `Sent`.
"""

from __future__ import annotations

from pathlib import Path

from genrescope.errors import GenrescopeError, MemoryShortError, WorkerEndedError


class Sent:
    """
    A path that is sent to a worker.

    Parameters
    ----------
    path : str or Path
        As the user spells it; if it is relative, to what is the current folder now.

    Attributes
    ----------
    given : str
        As the user spells it.
    whole : str
        What to send.
    """

    def __init__(self, path: str | Path) -> None:
        self.given = self.whole = str(path)
        if not Path(path).is_absolute():
            try:
                # Not normalised: what a/../b is depends on whether a is a link.
                self.whole = str(Path.cwd() / self.given)
            except OSError:
                # The current folder was removed: nothing relative to it can be found.
                return

    def spelled(self, text: str) -> str:
        """
        Put the user's spelling in place of what was sent.

        Parameters
        ----------
        text : str
            A message about the file.

        Returns
        -------
        str
            The message about the same file.
        """
        return text.replace(self.whole, self.given or ".")

    def error(self, error: GenrescopeError) -> GenrescopeError:
        """
        Have an error name the file as the user does.

        Parameters
        ----------
        error : GenrescopeError
            As the crew gives it.

        Returns
        -------
        GenrescopeError
            Of the same class.
        """
        text = self.spelled(str(error))
        if isinstance(error, (WorkerEndedError, MemoryShortError)):
            # Whoever raised it knows nothing of paths.
            text = f"{self.given}: {text}"
        return type(error)(text)

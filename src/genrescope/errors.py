"""Every error and warning that genrescope raises, in one tree.

A message gives the value that was met, the rule it broke, the likely cause and what to do. A caller
that wants to go on after any failure catches `GenrescopeError`; the subclasses also derive from the
built-in exception that Python users expect (`ValueError`, `OSError`, ...).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class GenrescopeError(Exception):
    """Root of all errors that genrescope raises on purpose."""


class ParameterError(GenrescopeError, ValueError):
    """An argument has a value that the function cannot work with."""


class UnknownNameError(ParameterError):
    """A name (of a model, recipe, dataset, protocol, key ...) that nothing answers to."""


class MissingExtraError(GenrescopeError, ImportError):
    """A feature needs packages of an optional extra that is not installed."""


class OutputError(GenrescopeError, OSError):
    """A file that cannot be written where it was asked for."""


class AudioError(GenrescopeError, OSError):
    """A recording that cannot be read."""


class AudioNotFoundError(AudioError, FileNotFoundError):
    """The path of a recording does not exist."""


class AudioIsDirectoryError(AudioError, IsADirectoryError):
    """The path of a recording is a folder."""


class AudioPermissionError(AudioError, PermissionError):
    """The recording exists but may not be read."""


class EmptyAudioError(AudioError):
    """A file of no bytes, or a recording of no samples or no channels."""


class NotAudioError(AudioError):
    """The file holds no sound (text, a picture, an archive, a video without a sound track)."""


class CorruptAudioError(AudioError):
    """A sound file so damaged that nothing of it could be read."""


class NonFiniteAudioError(AudioError):
    """Most samples are NaN, infinite or beyond any plausible level."""


class SilentAudioError(AudioError):
    """A recording without any signal."""


class TooShortAudioError(AudioError):
    """A recording too short to say anything about."""


class AudioLimitError(AudioError):
    """A recording beyond one of the limits that the caller set."""


class WorkerEndedError(GenrescopeError):
    """A worker process ended while it worked on an item, which costs this item alone."""


class MemoryShortError(GenrescopeError, MemoryError):
    """Memory did not suffice for an item, which costs this item alone."""


class DatasetError(GenrescopeError):
    """A track index or data set that breaks a rule."""


class DownloadError(DatasetError):
    """A file of a data set that cannot be got, or is not the one that was published."""


class ArchiveError(DatasetError):
    """An archive that is damaged, or that would write where it must not."""


class SplitError(DatasetError):
    """A split that breaks a rule, or cannot be made from this index."""


class LeakageError(SplitError):
    """An artist or a duplicate recording stands on both sides of a split."""


class StoreError(GenrescopeError):
    """A feature store that is damaged, or was made with other settings."""


class BundleError(GenrescopeError):
    """A model bundle that is missing, damaged, foreign or of another version."""


class ConfigError(GenrescopeError):
    """A recipe or settings file that breaks a rule."""


class AudioWarning(UserWarning):
    """Sound was saved from a damaged or odd recording; the message says what was lost."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """
    Suggest the known name that is nearest to one that was not found.

    Parameters
    ----------
    name : str
        The name as the user gave it.
    known : iterable of str
        All names that exist.

    Returns
    -------
    str
        ``"; did you mean 'x'?"`` where something is near, else the list of known names.

    Examples
    --------
    >>> did_you_mean("jaz", ["jazz", "rock"])
    "; did you mean 'jazz'?"
    >>> did_you_mean("zzz", ["rock", "jazz"])
    '; known: jazz, rock'
    """
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1)
    if near:
        return f"; did you mean {near[0]!r}?"
    return f"; known: {', '.join(names)}" if names else "; none exist"


def unknown_name(kind: str, name: str, known: Iterable[str]) -> UnknownNameError:
    """
    Make the error for a name that nothing answers to.

    Parameters
    ----------
    kind : str
        What was looked for, as a noun (``"model"``).
    name : str
        The name as the user gave it.
    known : iterable of str
        All names that exist.

    Returns
    -------
    UnknownNameError
        An error whose message suggests the nearest name.

    Examples
    --------
    >>> str(unknown_name("model", "jaz", ["jazz"]))
    "unknown model 'jaz'; did you mean 'jazz'?"
    """
    return UnknownNameError(f"unknown {kind} {name!r}{did_you_mean(name, known)}")


def missing_extra(extra: str, what: str, cause: ImportError) -> MissingExtraError:
    """
    Make the error for a feature whose optional packages are not installed.

    Parameters
    ----------
    extra : str
        Name of the extra (``"train"``).
    what : str
        What the user wanted to do (``"training a model"``).
    cause : ImportError
        The import that failed.

    Returns
    -------
    MissingExtraError
        An error whose message gives the command that installs the extra.

    Examples
    --------
    >>> print(missing_extra("train", "training", ImportError("No module named 'torch'")))
    training needs the extra [train] (No module named 'torch'): pip install 'genrescope[train]'
    """
    return MissingExtraError(
        f"{what} needs the extra [{extra}] ({cause}): pip install 'genrescope[{extra}]'"
    )

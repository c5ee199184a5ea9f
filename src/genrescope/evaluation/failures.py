"""Trainings that failed in an evaluation of several: told of, while the others go on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from genrescope.errors import GenrescopeError

Result = TypeVar("Result")


@dataclass
class Failures:
    """
    What could not be trained or judged, and why.

    Attributes
    ----------
    found : dict
        The error by the names of model and protocol, in order.
    """

    found: dict[tuple[str, str], GenrescopeError] = field(default_factory=dict)

    @property
    def lines(self) -> list[str]:
        """
        Say which failed, and why.

        Returns
        -------
        list of str
            One line each.
        """
        return [f"model {m!r} under {p!r}: {error}" for (m, p), error in self.found.items()]

    def guarded(self, model: str, protocol: str, judge: Callable[[], Result]) -> Result | None:
        """
        Judge a model; note an error of genrescope's rather than raise it.

        Parameters
        ----------
        model, protocol : str
            Their names.
        judge : callable
            Trains and judges the model.

        Returns
        -------
        object or None
            The result, or None where it failed.
        """
        try:
            return judge()
        except GenrescopeError as error:
            self.found[model, protocol] = error
            return None

    def raise_first(self) -> None:
        """
        Raise the first error, with the model and protocol that it is of.

        Raises
        ------
        GenrescopeError
            If anything failed; of the class of the first error.
        """
        if self.found:
            error = next(iter(self.found.values()))
            raise type(error)(self.lines[0]) from error

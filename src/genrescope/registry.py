"""A registry is a folder: each module in it is one entry, found by its file name, imported on use.

A module whose name starts with ``_``, and the modules that a registry reserves for its own
machinery, are not entries. Adding an entry edits no other file.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from types import ModuleType

from genrescope.errors import unknown_name


@dataclass(frozen=True)
class Registry:
    """
    The entries of one package folder.

    Attributes
    ----------
    package : str
        Full name of the package (``"genrescope.datasets"``).
    kind : str
        What an entry is, as a noun for messages (``"dataset"``).
    reserved : tuple of str
        Modules of the folder that are not entries.

    Examples
    --------
    >>> "logmel" in Registry("genrescope.features", "feature set", ("front_end",)).names()
    True
    """

    package: str
    kind: str
    reserved: tuple[str, ...] = ()

    def names(self) -> list[str]:
        """
        List the entries without importing them.

        Returns
        -------
        list of str
            Names with ``-`` for ``_``, sorted.
        """
        folder = importlib.import_module(self.package).__path__
        modules: Iterable[str] = (m.name for m in pkgutil.iter_modules(folder))
        return sorted(
            m.replace("_", "-") for m in modules if not m.startswith("_") and m not in self.reserved
        )

    def module(self, name: str) -> ModuleType:
        """
        Import the module of one entry.

        Parameters
        ----------
        name : str
            Name of the entry; ``-`` and ``_`` are the same.

        Returns
        -------
        module
            The imported module.

        Raises
        ------
        UnknownNameError
            If there is no such entry.
        """
        module = name.replace("-", "_")
        full = f"{self.package}.{module}"
        may_be = module.isidentifier() and not module.startswith("_")
        # Who asks for each of many windows must not have the folder listed each time.
        is_known = may_be and module not in self.reserved and full in sys.modules
        if not is_known and module.replace("_", "-") not in self.names():
            raise unknown_name(self.kind, name, self.names())
        # Not from sys.modules: what another thread imports is there before it is whole.
        return importlib.import_module(full)

"""Files of what was measured: records as JSON text with the name of their form, and back.

Public: `RecordFile`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from genrescope.errors import ConfigError

Record = TypeVar("Record")


@dataclass(frozen=True)
class RecordFile:
    """
    One kind of such files.

    Attributes
    ----------
    format : str
        Name of its form, which the text says.
    what : str
        What it holds, for messages.
    name : str
        What it is called and where it comes from, for messages.
    elsewhere : mapping of str to str
        Other forms that users take for this one, and what they are told.

    Examples
    --------
    >>> file = RecordFile("tempo-1", what="tempos", name="tempo.json of a run")
    >>> file.read(file.text([{"bpm": 120}]), lambda values: values["bpm"])
    (120,)
    """

    format: str
    what: str
    name: str
    elsewhere: Mapping[str, str] = field(default_factory=dict)

    def text(self, records: Sequence[Mapping[str, Any]], **further: Any) -> str:
        """
        Give records as JSON text.

        Parameters
        ----------
        records : sequence of mapping
            Their values by name.
        **further : object
            What else stands beside them, by name.

        Returns
        -------
        str
            JSON with all digits.
        """
        document = {"format": self.format, "results": records, **further}
        return json.dumps(document, indent=1, allow_nan=False, ensure_ascii=False) + "\n"

    def read(self, text: str, make: Callable[[dict[str, Any]], Record]) -> tuple[Record, ...]:
        """
        Read records from JSON text.

        Parameters
        ----------
        text : str
            What `text` gave.
        make : callable
            Makes a record of its values.

        Returns
        -------
        tuple of object
            The records.

        Raises
        ------
        ConfigError
            If the text is not that.
        """
        try:
            document = json.loads(text)
            found = document["format"]
            if str(found) in self.elsewhere:
                raise ConfigError(self.elsewhere[found])
            if found != self.format:
                raise ValueError(f"format {found!r} is not {self.format!r}")
            return tuple(make(values) for values in document["results"])
        except (ValueError, TypeError, KeyError) as error:
            raise ConfigError(
                f"not a file of {self.what} ({error!r}): give the {self.name}, unedited"
            ) from error

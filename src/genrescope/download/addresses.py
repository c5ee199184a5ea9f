"""Addresses on the web: which are taken, and which hosts a request may go to.

A request goes to the hosts that a source or the user names, and nowhere else; an answer that leads
to another host, or from https to http, is refused. A host is named as it is, or as ``*.name``: any
host below that name. Addresses with a user name or a password are refused, for none is ever sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import SplitResult, quote, unquote, urlsplit

from genrescope.errors import DownloadError, ParameterError

ENVIRONMENT = "GENRESCOPE_MIRRORS"


def check_url(url: str) -> SplitResult:
    """
    Refuse what is no plain address of the web.

    Parameters
    ----------
    url : str
        An address.

    Returns
    -------
    SplitResult
        Its pieces.

    Raises
    ------
    ParameterError
        If it is none, or carries a password.

    Examples
    --------
    >>> check_url("https://example.org/a.zip").hostname
    'example.org'
    """
    try:
        pieces = urlsplit(url)
        ok = pieces.scheme in ("http", "https") and bool(pieces.hostname) and pieces.port != 0
    except ValueError:
        ok = False
    if not ok or re.search(r"[\x00-\x20\x7f]", url):
        raise ParameterError(
            f"{url!r} is no address of the web: it must begin with https:// or http:// and name a "
            "host, and spaces in it are written %20"
        )
    if "@" in pieces.netloc:
        raise ParameterError(
            f"the address of {pieces.hostname} carries a user name or a password, which is never "
            "sent: download the archive yourself, and put it into the folder"
        )
    return pieces


def host(url: str) -> str:
    """
    Give the host of an address.

    Parameters
    ----------
    url : str
        An address.

    Returns
    -------
    str
        In lower case, without the port.

    Examples
    --------
    >>> host("http://Example.org:8000/a.zip")
    'example.org'
    """
    return (check_url(url).hostname or "").rstrip(".")


def in_mirror(mirror: str, file: str) -> str:
    """
    Give the address of a file in a mirror.

    Parameters
    ----------
    mirror : str
        Address of the folder that holds the file, or of the file itself.
    file : str
        Name of the file.

    Returns
    -------
    str
        Address of the file.

    Examples
    --------
    >>> in_mirror("https://example.org/fma", "fma_small.zip")
    'https://example.org/fma/fma_small.zip'
    >>> in_mirror("https://example.org/fma/fma_small.zip", "fma_small.zip")
    'https://example.org/fma/fma_small.zip'
    """
    pieces = check_url(mirror)
    if unquote(pieces.path.rpartition("/")[2]) == file:
        return mirror
    if pieces.query or pieces.fragment:
        raise ParameterError(
            f"the mirror {mirror!r} has a part after '?' or '#', so that no name of a file can be "
            f"added: give the address of the folder that holds {file}, or that of the file"
        )
    return f"{mirror.rstrip('/')}/{quote(file)}"


def listed(text: str) -> tuple[str, ...]:
    """
    Read the mirrors that a variable of the environment lists.

    Parameters
    ----------
    text : str
        Addresses, with spaces between them.

    Returns
    -------
    tuple of str
        Each address.

    Examples
    --------
    >>> listed("https://a.example/x  https://b.example")
    ('https://a.example/x', 'https://b.example')
    """
    return tuple(text.split())


def is_named(name: str, named: Iterable[str]) -> bool:
    """
    Tell whether requests may go to a host.

    Parameters
    ----------
    name : str
        A host.
    named : iterable of str
        Hosts, or ``*.name``.

    Returns
    -------
    bool
        Whether one of them is the host, or holds it.

    Examples
    --------
    >>> is_named("cdn.hf.co", ["*.hf.co"]), is_named("hf.co.example", ["*.hf.co"])
    (True, False)
    """
    plain = name.lower().rstrip(".")
    return any(
        plain.endswith(one[1:].lower()) if one.startswith("*.") else plain == one.lower()
        for one in named
    )


def check_step(old: str, new: str, *, named: Iterable[str]) -> None:
    """
    Refuse an answer that leads to where no request may go.

    Parameters
    ----------
    old, new : str
        Address that was asked for, and the one that it leads to.
    named : iterable of str
        Hosts that may be asked.

    Raises
    ------
    DownloadError
        If the new address is none, on a host that nobody named, or leaves https.
    """
    try:
        pieces = check_url(new)
    except ParameterError as error:
        raise DownloadError(f"{old} leads to what is refused: {error}") from error
    if urlsplit(old).scheme == "https" and pieces.scheme == "http":
        raise DownloadError(
            f"{old} leads from https to http ({new}), where anybody on the way could change the "
            "file: give another --mirror"
        )
    name = pieces.hostname or ""
    if not is_named(name, named):
        raise DownloadError(
            f"{old} leads to {name}, which neither the source nor you named: if you trust it, "
            f"give --allow-host {name}"
        )

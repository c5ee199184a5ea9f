"""One request for a file, or for the rest of it, over HTTP.

Requests go to named hosts alone (see ``addresses``), carry no credentials and no cookies, and ask
for the bytes as they lie there. What may go better another time (a cut connection, a busy server)
is a `TransferBrokenError`; any other `DownloadError` is final. Public: `Answer`, `ask`.
"""

from __future__ import annotations

import http.client
import re
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from genrescope import __version__
from genrescope.download import addresses
from genrescope.errors import DownloadError

AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Answers of a server that may be another a little later."""
OK, PARTIAL, BEYOND = 200, 206, 416
NETWORK = (OSError, http.client.HTTPException)
"""What a connection fails with."""


class TransferBrokenError(DownloadError):
    """
    A transfer that broke off and may be tried again.

    Parameters
    ----------
    message : str
        What happened.
    wait_s : float or None
        How long the server asks to wait, in seconds.
    anew : bool
        Whether what is there already is of no use.
    """

    def __init__(self, message: str, *, wait_s: float | None = None, anew: bool = False) -> None:
        super().__init__(message)
        self.wait_s = wait_s
        self.anew = anew


@dataclass(frozen=True)
class Answer:
    """
    What a server answers, before the bytes.

    Attributes
    ----------
    body : HTTPResponse
        The bytes that follow.
    start : int
        Where in the file they begin.
    total : int or None
        Bytes of the whole file; None where the server does not say.
    etag, modified : str or None
        What names this version of the file.
    """

    body: http.client.HTTPResponse
    start: int
    total: int | None
    etag: str | None = None
    modified: str | None = None

    def blocks(self, n_bytes: int) -> Iterator[bytes]:
        """
        Read the bytes.

        Parameters
        ----------
        n_bytes : int
            Of a block, at most.

        Yields
        ------
        bytes
            A block.

        Raises
        ------
        TransferBrokenError
            If the connection breaks.
        """
        while True:
            try:
                # What has come is given at once: a call that is interrupted then keeps it.
                block = self.body.read1(n_bytes)
            except NETWORK as error:
                raise TransferBrokenError(f"the connection broke ({_reason(error)})") from error
            if not block:
                return
            yield block


@contextmanager
def ask(
    url: str,
    *,
    named: Sequence[str],
    start: int = 0,
    unless_changed: str | None = None,
    timeout_s: float = 30.0,
) -> Iterator[Answer]:
    """
    Ask for a file, or for the rest of it.

    Parameters
    ----------
    url : str
        Its address.
    named : sequence of str
        Hosts that requests may go to.
    start : int
        Bytes that are there already.
    unless_changed : str or None
        ETag or date of the version that they are of: of another, the whole file is sent.
    timeout_s : float
        How long to wait for the next bytes, in seconds.

    Yields
    ------
    Answer
        Its start is 0 where the whole file is sent.

    Raises
    ------
    TransferBrokenError
        If it may go better another time.
    DownloadError
        If it will not.
    """
    name = addresses.host(url)
    if not addresses.is_named(name, named):
        raise DownloadError(f"{url}: neither the source nor you named the host {name}")
    headers = {"User-Agent": f"genrescope/{__version__}", "Accept-Encoding": "identity"}
    if start:
        headers["Range"] = f"bytes={start}-"
        if unless_changed is not None:
            headers["If-Range"] = unless_changed
    request = urllib.request.Request(url, headers=headers)
    try:
        response = _opener(named).open(request, timeout=timeout_s)
    except urllib.error.HTTPError as error:
        with error:
            raise _refusal(url, error, start=start) from error
    except NETWORK as error:
        raise TransferBrokenError(f"{url} cannot be reached ({_reason(error)})") from error
    with response:
        yield _answer(url, response, start=start)


class _NamedHosts(urllib.request.HTTPRedirectHandler):
    """Follow an answer that leads on, to named hosts alone."""

    def __init__(self, named: Sequence[str]) -> None:
        self._named = tuple(named)

    def redirect_request(
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        try:
            addresses.check_step(req.full_url, newurl, named=self._named)
        except DownloadError:
            fp.close()
            raise
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opener(named: Sequence[str]) -> urllib.request.OpenerDirector:
    """Open the web alone: no files, no FTP, no passwords."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.UnknownHandler(),
        _NamedHosts(named),
    ):
        opener.add_handler(handler)
    return opener


def _answer(url: str, response: Any, *, start: int) -> Answer:
    headers = response.headers
    if headers.get_content_type() == "text/html":
        raise DownloadError(
            f"{url} answers with a page instead of the file: most likely it moved, or the network "
            "wants a login; open the address in a browser, or give another --mirror"
        )
    coding = headers.get("Content-Encoding", "identity").lower()
    if coding != "identity":
        raise DownloadError(f"{url} sends the file packed as {coding!r}, unasked: take a mirror")
    total: int | None = None
    if response.status == PARTIAL:
        found = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+|\*)", headers.get("Content-Range", ""))
        if found is None or int(found[1]) != start:
            raise DownloadError(f"{url} sends another stretch than the one that was asked for")
        total = None if found[3] == "*" else int(found[3])
    elif response.status == OK:
        start = 0
        length = headers.get("Content-Length", "")
        total = int(length) if length.isdecimal() else None
    else:
        raise DownloadError(f"{url} answers {response.status}, which is neither 200 nor 206")
    return Answer(response, start, total, headers.get("ETag"), headers.get("Last-Modified"))


def _refusal(url: str, error: urllib.error.HTTPError, *, start: int) -> DownloadError:
    said = f"{url} answers {error.code} ({error.reason})"
    if error.code in AGAIN:
        wait = error.headers.get("Retry-After", "")
        return TransferBrokenError(said, wait_s=float(wait) if wait.isdecimal() else None)
    if error.code == BEYOND and start:
        return TransferBrokenError(f"{said}: the file is not what it was", anew=True)
    why = "it moved or was taken down" if error.code in (404, 410) else "it is not open to all"
    return DownloadError(f"{said}: most likely {why}; give another --mirror")


def _reason(error: BaseException) -> str:
    inner = getattr(error, "reason", None)
    if isinstance(inner, BaseException):
        error = inner
    return str(error) or type(error).__name__

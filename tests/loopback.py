"""A web server of this machine that cuts, refuses, leads on and changes its mind, and archives."""

from __future__ import annotations

import io
import tarfile
import threading
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Served:
    """A file of the server, and how it answers for it."""

    content: bytes = b""
    etag: str | None = '"one"'
    modified: str | None = None
    ranges: bool = True
    tells_length: bool = True
    content_type: str = "application/octet-stream"
    headers: dict[str, str] = field(default_factory=dict)
    cuts: list[int] = field(default_factory=list)
    """Bytes after which the connections are cut, one by one; then none is."""
    statuses: list[int] = field(default_factory=list)
    """Answered before anything else, one by one."""
    leads_to: str | None = None
    holds_after: int | None = None
    """Bytes after which nothing comes until it is released; what follows is lost."""
    release: threading.Event = field(default_factory=threading.Event)


@dataclass
class Asked:
    """A request that came."""

    path: str
    headers: dict[str, str]

    @property
    def range(self) -> str | None:
        return self.headers.get("Range")


class Site:
    """The server: its files by path, and what was asked of it."""

    def __init__(self) -> None:
        self.files: dict[str, Served] = {}
        self.asked: list[Asked] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(Asked(self.path, dict(self.headers)))
                _answer(self, site.files.get(self.path))

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def url(self, path: str = "", *, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self._server.server_port}{path}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _answer(handler: BaseHTTPRequestHandler, served: Served | None) -> None:
    if served is None or served.statuses:
        status = 404 if served is None else served.statuses.pop(0)
        handler.send_response(status)
        handler.send_header("Content-Length", "0")
        handler.end_headers()
        return
    if served.leads_to is not None:
        handler.send_response(302)
        handler.send_header("Location", served.leads_to)
        handler.send_header("Content-Length", "0")
        handler.end_headers()
        return
    body, start, n_all = served.content, 0, len(served.content)
    asked, unless = handler.headers.get("Range"), handler.headers.get("If-Range")
    fits = unless is None or unless in (served.etag, served.modified)
    if asked is not None and served.ranges and fits:
        start = int(asked.removeprefix("bytes=").removesuffix("-"))
        if start >= n_all:
            handler.send_response(416)
            handler.send_header("Content-Range", f"bytes */{n_all}")
            handler.send_header("Content-Length", "0")
            handler.end_headers()
            return
        body = body[start:]
        handler.send_response(206)
        handler.send_header("Content-Range", f"bytes {start}-{n_all - 1}/{n_all}")
    else:
        handler.send_response(200)
    if served.tells_length:
        handler.send_header("Content-Length", str(len(body)))
    for name, value in (("ETag", served.etag), ("Last-Modified", served.modified)):
        if value is not None:
            handler.send_header(name, value)
    handler.send_header("Content-Type", served.content_type)
    for name, value in served.headers.items():
        handler.send_header(name, value)
    handler.end_headers()
    n_sent = served.cuts.pop(0) if served.cuts else len(body)
    if served.holds_after is not None:
        n_sent = served.holds_after
    handler.wfile.write(body[:n_sent])
    if served.holds_after is not None:
        handler.wfile.flush()
        served.release.wait(60)
    handler.close_connection = True


@contextmanager
def serving() -> Iterator[Site]:
    """Run a server on a port of its own."""
    found = Site()
    try:
        yield found
    finally:
        found.close()


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip with some files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def tarred(files: Mapping[str, bytes], *, mode: str = "w:gz") -> bytes:
    """A tar with some files."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload]
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()

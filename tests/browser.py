"""
A headless Chromium that looks at one page after another, and tells all that it saw.

It is spoken to over its DevTools protocol, through a pair of pipes: no port is opened and no
package is needed.
"""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--hide-scrollbars", "--mute-audio",
    "--host-resolver-rules=MAP * ~NOTFOUND", "--remote-debugging-pipe",
)  # fmt: skip
LIMIT_S = 60


def chromium() -> str | None:
    """Find the program."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@dataclass
class Seen:
    """What one page did."""

    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    screenshot: bytes = b""


class Browser:
    """A running Chromium with one tab."""

    def __init__(self, write: int, read: int) -> None:
        self._write, self._read = write, read
        self._buffer, self._number = b"", 0
        self._events: list[dict[str, Any]] = []
        self._session: str | None = None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)[
            "sessionId"
        ]
        for domain in ("Page", "Network", "Log", "Runtime"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command and wait for its answer; events that come between are kept."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if self._session is not None:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                assert "error" not in answer, f"{method}: {answer['error']}"
                result: dict[str, Any] = answer["result"]
                return result
            self._events.append(answer)

    def look(
        self,
        path: Path,
        *,
        width: int = 1200,
        height: int = 900,
        dark: bool = False,
        script: bool = True,
        whole: bool = False,
        media: str = "",
    ) -> Seen:
        """Open a file and take a picture of the window, or of the whole page."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.call("Emulation.setDeviceMetricsOverride", **size)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", media=media, features=[scheme])
        self.call("Emulation.setScriptExecutionDisabled", value=not script)
        self._events.clear()
        self.call("Page.navigate", url=path.resolve().as_uri())
        self._wait_for("Page.loadEventFired")
        shot = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        return Seen(
            [e["params"]["request"]["url"] for e in self._told("Network.requestWillBeSent")],
            [error for e in self._events for error in _errors(e)],
            base64.b64decode(shot["data"]),
        )

    def ask(self, expression: str) -> Any:
        """Evaluate an expression in the page, whatever its policy says of scripts."""
        found = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def _told(self, method: str) -> list[dict[str, Any]]:
        return [event for event in self._events if event.get("method") == method]

    def _wait_for(self, method: str) -> None:
        while not self._told(method):
            self._events.append(self._next())

    def _next(self) -> dict[str, Any]:
        end = time.monotonic() + LIMIT_S
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._read], [], [], max(0, end - time.monotonic()))
            assert ready, f"Chromium said nothing for {LIMIT_S} s"
            block = os.read(self._read, 1 << 20)
            assert block, "Chromium has ended"
            self._buffer += block
        line, _, self._buffer = self._buffer.partition(b"\0")
        message: dict[str, Any] = json.loads(line)
        return message


def _errors(event: dict[str, Any]) -> Iterator[str]:
    params = event.get("params", {})
    if event.get("method") == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning"):
        yield f"{params['entry']['level']}: {params['entry']['text']}"
    if event.get("method") == "Runtime.consoleAPICalled" and params["type"] in ("error", "assert"):
        yield f"console: {params['args']}"
    if event.get("method") == "Runtime.exceptionThrown":
        yield f"exception: {params['exceptionDetails']['text']}"


@contextmanager
def open_browser(folder: Path) -> Iterator[Browser]:
    """Start Chromium with a profile of its own, and end it."""
    program = chromium()
    assert program is not None
    to_it, from_us = os.pipe()
    to_us, from_it = os.pipe()
    # Chromium reads its commands from descriptor 3 and answers on 4.
    line = f'exec "$0" "$@" 3<&{to_it} 4>&{from_it}'
    with (folder / "stderr.txt").open("wb") as log:
        process = subprocess.Popen(
            ["bash", "-c", line, program, *FLAGS, f"--user-data-dir={folder / 'profile'}"],
            pass_fds=(to_it, from_it),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    os.close(to_it)
    os.close(from_it)
    try:
        yield Browser(from_us, to_us)
    finally:
        os.close(from_us)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        os.close(to_us)

"""A browser without a window, spoken to over a pipe in the DevTools protocol: nothing but Chromium is needed.

Everything that a page logs, breaks or asks for is kept, so that a test can say that it was nothing.
"""

from __future__ import annotations

import fcntl
import json
import os
import select
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PATIENCE_SECONDS = 30.0
EVENTS = {"Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Network.requestWillBeSent",
          "Network.loadingFinished", "Page.downloadWillBegin"}  # fmt: skip


@dataclass
class Tab:
    """One page; `events` are what the browser told of it."""

    into: int
    out: int
    session: str = ""
    events: list[dict[str, Any]] = field(default_factory=list)
    _count: int = 0
    _held: bytes = b""

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command and wait for its answer; RuntimeError with what the browser said when it fails."""
        self._count += 1
        mine = self._count
        message = {"id": mine, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.into, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == mine:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return dict(answer["result"])

    def _read(self, patience: float = PATIENCE_SECONDS) -> dict[str, Any]:
        while b"\0" not in self._held:
            if not select.select([self.out], [], [], patience)[0]:
                raise TimeoutError("the browser does not answer")
            more = os.read(self.out, 1 << 20)
            if not more:
                raise RuntimeError("the browser ended")
            self._held += more
        message, _, self._held = self._held.partition(b"\0")
        answer: dict[str, Any] = json.loads(message)
        if answer.get("method") in EVENTS:
            self.events.append(answer)
        return answer

    def run(self, script: str) -> Any:
        """What an expression of the page is, promises awaited."""
        result = self.ask("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"].get("exception", {}).get("description", "the script failed"))
        return result["result"].get("value")

    def open(self, address: str, *, width: int = 1280, height: int = 900) -> None:
        """Go to a page; it may still be loading afterwards."""
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.ask("Page.navigate", url=address)

    def wait_for(self, condition: str) -> None:
        """Until an expression is true; TimeoutError after half a minute."""
        until = time.monotonic() + PATIENCE_SECONDS
        while not self.run(f"Boolean({condition})"):
            if time.monotonic() > until:
                raise TimeoutError(f"never so: {condition}")
            time.sleep(0.02)

    def press(self, key: str) -> None:
        """A key pressed and let go."""
        code = {"Enter": 13, "Tab": 9}.get(key, 0)
        text = {"text": "\r"} if key == "Enter" else {}
        for kind in ("keyDown", "keyUp"):
            self.ask("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, **text)

    def told(self, *methods: str) -> list[dict[str, Any]]:
        """The events of some kinds so far."""
        return [event["params"] for event in self.events if event["method"] in methods]

    def troubles(self) -> list[str]:
        """Everything logged as an error or warning, thrown, or stopped by the content-security policy."""
        said = [f"{one['entry']['level']}: {one['entry']['text']} {one['entry'].get('url', '')}"
                for one in self.told("Log.entryAdded") if one["entry"]["level"] in ("error", "warning")]  # fmt: skip
        said += [
            f"console.{one['type']}: {[arg.get('value', arg.get('description')) for arg in one['args']]}"
            for one in self.told("Runtime.consoleAPICalled")
        ]
        return said + [str(one["exceptionDetails"]) for one in self.told("Runtime.exceptionThrown")]

    def requests(self) -> list[str]:
        """Every address asked for."""
        return [one["request"]["url"] for one in self.told("Network.requestWillBeSent")]

    def bytes_received(self) -> int:
        """Bytes of everything that arrived, as packed on the way, headers included."""
        return int(sum(one["encodedDataLength"] for one in self.told("Network.loadingFinished")))


@contextmanager
def headless_chromium(*options: str) -> Iterator[Tab]:
    """A fresh browser with an empty cache and one empty page."""
    assert CHROMIUM is not None
    commands_out, commands_in = os.pipe()
    answers_out, answers_in = os.pipe()
    with tempfile.TemporaryDirectory(prefix="chromium-") as profile:
        command = [CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                   "--no-first-run", "--disable-background-networking", "--disable-component-update",
                   "--remote-debugging-pipe", f"--user-data-dir={profile}", *options, "about:blank"]  # fmt: skip
        browser = _spawned(command, commands_out, answers_in)
        tab = Tab(commands_in, answers_out)
        try:
            target = tab.ask("Target.createTarget", url="about:blank")["targetId"]
            tab.session = tab.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
            for domain in ("Page", "Runtime", "Log", "Network"):
                tab.ask(f"{domain}.enable")
            yield tab
        finally:
            tab.session = ""
            try:
                tab.ask("Browser.close")
            except (OSError, TimeoutError, RuntimeError):
                os.kill(browser, signal.SIGKILL)
            os.close(commands_in)
            os.close(answers_out)
            os.waitpid(browser, 0)


def environment_of_readers() -> dict[str, str]:
    """That of the machine: a reader's browser has its fonts; only what draws for a test goes without.

    Without any font Chromium does not start.
    """
    return {name: value for name, value in os.environ.items() if name != "FONTCONFIG_FILE"}


def _spawned(command: list[str], commands: int, answers: int) -> int:
    """The browser as a process that reads commands from descriptor 3 and answers on 4; its id."""
    # First out of the way: one of the pipes may itself be 3 or 4.
    held = [fcntl.fcntl(one, fcntl.F_DUPFD, 10) for one in (commands, answers)]
    silent = [(os.POSIX_SPAWN_OPEN, out, os.devnull, os.O_WRONLY, 0) for out in (1, 2)]
    moved = [(os.POSIX_SPAWN_DUP2, one, to) for one, to in zip(held, (3, 4), strict=True)]
    process = os.posix_spawn(command[0], command, environment_of_readers(), file_actions=[*silent, *moved])
    for one in (commands, answers, *held):
        os.close(one)
    return process

"""The real server as somebody starts it: the command in a process of its own, at a port that is free."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode, urlsplit

PATIENCE_SECONDS = 90.0
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass
class Server:
    """A server that was started; `lines` are what it said until it could be asked."""

    process: subprocess.Popen[str]
    port: int
    lines: list[str]

    @property
    def address(self) -> str:
        """Where it is."""
        return f"http://localhost:{self.port}"

    def end(self, number: int) -> int:
        """Send it a signal and wait; its exit code."""
        self.process.send_signal(number)
        with self.process:
            return self.process.wait(PATIENCE_SECONDS)


def start(*words: str, site: Path, temporary: Path, **environment: str) -> Server:
    """Start `remission serve` with these words and wait until it can be asked."""
    command = [sys.executable, "-m", "remission.cli", "serve", "--port", "0", "--site", str(site), *words]
    said = {**os.environ, "TMPDIR": str(temporary), "PYTHONUNBUFFERED": "1", **environment}
    for name in ("REMISSION_HOME", "PORT"):
        if name not in environment:
            said.pop(name, None)
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env=said, text=True)
    assert process.stdout is not None
    lines: list[str] = []
    while not lines or not lines[-1].startswith("Remission is at"):
        line = process.stdout.readline()
        if not line:
            raise RuntimeError(f"it ended with {process.wait()}: {lines}")
        lines.append(line.rstrip())
    port = int(lines[-1].split("localhost:")[1].split()[0])
    return Server(process, port, lines)


class Visitor:
    """A browser without a window: cookies, forms, and no redirect followed unless told to."""

    def __init__(self, port: int) -> None:
        self.port, self.cookies, self.text = port, SimpleCookie(), ""

    def get(self, path: str, **headers: str) -> HTTPResponse:
        """Ask for a page; its text is in `text`."""
        return self._ask("GET", path, None, headers)

    def send(self, path: str, **fields: str) -> HTTPResponse:
        """Send a form with the token that its page has."""
        self.get(path)
        found = TOKEN.search(self.text)
        body = urlencode({"csrfmiddlewaretoken": found[1] if found else "", **fields})
        return self._ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> HTTPResponse:
        connection = HTTPConnection("localhost", self.port, timeout=PATIENCE_SECONDS)
        cookie = "; ".join(f"{name}={one.value}" for name, one in self.cookies.items())
        own = {"Cookie": cookie} if cookie else {}
        connection.request(method, path, body, {**own, **headers})
        answer = connection.getresponse()
        self.text = answer.read().decode(errors="replace")
        for line in answer.headers.get_all("Set-Cookie", []):
            self.cookies.load(line)
        connection.close()
        return answer


def path_of(address: str) -> str:
    """The path of an address of ours."""
    return urlsplit(address).path


def family_of(process: int) -> set[int]:
    """Every process that this one started, and those that they did."""
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            name = path.read_text()
        except OSError:
            continue
        state, parent = name.rpartition(")")[2].split()[:2]
        if state != "Z":
            children.setdefault(int(parent), []).append(int(path.parent.name))
    found, new = set(), [process]
    while new:
        new = [child for one in new for child in children.get(one, [])]
        found |= set(new)
    return found


def are_gone(processes: set[int], seconds: float) -> bool:
    """Do all of them end within some seconds?"""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not any(_runs(one) for one in processes):
            return True
        time.sleep(0.1)
    return False


def _runs(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False

"""A server that says what a test tells it to say, byte for byte: wrong lengths, other tags, half bodies, redirects.

Each request takes the next answer; the last one is repeated. Every answer ends the connection, so that a body that is
cut short is one. Nothing waits: a slow server is one whose every piece makes the test's clock go on.
"""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from remission.inputs.web import Clock


@dataclass
class Liar:
    """Its address, the answers it will give, and the head of every request as it came."""

    address: str = ""
    answers: list[bytes] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def header(self, name: str, request: int = -1) -> str:
        """A header of a request; empty where it has none."""
        lines = self.asked[request].split("\r\n")
        return next((line.partition(": ")[2] for line in lines if line.lower().startswith(f"{name.lower()}:")), "")


def says(
    body: bytes = b"", status: int = 200, length: int | None = None, chunks: Sequence[bytes] = (), **headers: str
) -> bytes:
    """An answer: `length` is the length that it claims (the true one where none is given; below 0: none is said).

    `chunks`: a chunked body, without its end. Underscores in names of headers are hyphens.
    """
    said = {name.replace("_", "-"): value for name, value in headers.items()}
    said.setdefault("Content-Type", "text/csv")
    if chunks:
        said["Transfer-Encoding"] = "chunked"
        body = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
    elif length is None or length >= 0:
        said["Content-Length"] = str(len(body) if length is None else length)
    head = "".join(f"{name}: {value}\r\n" for name, value in said.items())
    return f"HTTP/1.1 {status} Said\r\n{head}Connection: close\r\n\r\n".encode() + body


class TestClock(Clock):
    """Goes on by some seconds each time that it is asked, and by every rest; keeps the rests."""

    __test__ = False

    def __init__(self, step: float = 0.0, today: float = 0.0) -> None:
        object.__setattr__(self, "seconds", [0.0])
        object.__setattr__(self, "rests", [])
        object.__setattr__(self, "step", step)
        object.__setattr__(self, "day", today)

    seconds: list[float]
    rests: list[float]
    step: float
    day: float

    def now(self) -> float:
        self.seconds[0] += self.step
        return self.seconds[0]

    def today(self) -> float:
        return self.day

    def sleep(self, seconds: float) -> None:
        self.rests.append(seconds)
        self.seconds[0] += seconds


@contextmanager
def lying_server() -> Iterator[Liar]:
    """The server on this machine until the block ends."""
    liar = Liar()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            head = b""
            while not head.endswith(b"\r\n\r\n") and (line := self.rfile.readline()):
                head += line
            liar.asked.append(head.decode("latin-1"))
            self.wfile.write(liar.answers.pop(0) if len(liar.answers) > 1 else liar.answers[0])

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        liar.address = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield liar
        finally:
            server.shutdown()
            thread.join()

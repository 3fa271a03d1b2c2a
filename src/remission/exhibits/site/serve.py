"""An exported site served to this computer only, with the headers a public server should send."""

from __future__ import annotations

import gzip
import io
import sys
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

from remission.exhibits.site.ports import port_problem
from remission.inputs.problems import InputProblems, Problem

# Names of this computer itself.
HOSTS = ("127.0.0.1", "localhost")
# Texts; pictures in PNG and tables in Parquet are packed already.
PACKED = (".html", ".js", ".css", ".json", ".svg", ".csv")


class SiteHandler(SimpleHTTPRequestHandler):
    """Files of one folder: packed where that helps, under the content-security policy, and nothing logged."""

    protocol_version = "HTTP/1.1"

    def end_headers(self) -> None:
        """Send the headers that every answer has."""
        # The headers that a public server should send, so that what works here works there.
        self.send_header("Content-Security-Policy", cast(SiteServer, self.server).policy)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        # Whoever exports again wants to see the new site at once.
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def send_head(self) -> io.BytesIO | None:
        """The whole answer, packed when the browser can unpack it."""
        if not self._is_for_us():
            self.send_error(421, "This site is asked for by the address of this computer only")
            return None
        found = self._found()
        if found is None:
            self.send_error(404, "Nothing is here")
            return None
        path, content = found
        packed = path.suffix in PACKED and "gzip" in self.headers.get("Accept-Encoding", "")
        body = gzip.compress(content, 6) if packed else content
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        if packed:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        return io.BytesIO(body)

    def _is_for_us(self) -> bool:
        """Whether the browser means this computer: a page elsewhere can give its own name this computer's address."""
        port = cast(SiteServer, self.server).server_port
        ours = {f"{name}{end}" for name in HOSTS for end in (f":{port}", *([""] if port == 80 else []))}
        # One of them: of two, another program on the way might believe the other.
        return {host.lower() for host in self.headers.get_all("Host", [""])} <= ours

    def _found(self) -> tuple[Path, bytes] | None:
        """The file that is asked for, and what is in it; None where there is none within the folder."""
        try:
            folder = Path(self.directory).resolve()
            path = Path(self.translate_path(self.path)).resolve()
            path = path / "index.html" if path.is_dir() else path
            # After links were followed: one may lead anywhere.
            inside = path.resolve().is_relative_to(folder) and path.is_file()
            return (path, path.read_bytes()) if inside else None
        # Too long for the disk, not to be read, with a zero byte, or links in a circle (a RuntimeError until 3.12).
        except (OSError, ValueError, RuntimeError):
            return None

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
        """Say nothing: what somebody looks at is theirs."""


class SiteServer(ThreadingHTTPServer):
    """Serves on when a browser goes away in the middle of an answer, as it does whenever somebody clicks on."""

    policy: str

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of who went away; anything else is a fault of ours and is shown."""
        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


@dataclass(frozen=True)
class Served:
    """What is served: what it is called in a sentence, the command that writes it, and its content-security policy.

    `served_by` is the command that serves it, as it is said where a port is taken.
    """

    name: str
    written_by: str
    policy: str
    served_by: str = "the same command with"


def site_server(folder: Path, port: int, served: Served) -> SiteServer:
    """A server of a folder on this computer's own address; InputProblems when no site lies there or the port is taken.

    `server_address` has the port that was given for 0.
    """
    if not (folder / "index.html").is_file():
        found = "no index.html" if folder.is_dir() else "no such folder"
        advice = f"Write it first: {served.written_by} {folder}"
        allowed = f"a folder that `{served.written_by}` wrote"
        problem = Problem.of_file(str(folder), found=found, allowed=allowed, do=advice)
        raise InputProblems(problem)
    # This computer's own address: nobody else in the network can look.
    try:
        server = SiteServer(("127.0.0.1", port), partial(SiteHandler, directory=str(folder)))
    except OSError as error:
        raise InputProblems(port_problem(port, error, served.served_by)) from None
    server.policy = served.policy
    return server


def serve_site(folder: Path, port: int, served: Served, *, browser: bool, say: Callable[[str], None]) -> None:
    """Serve until stopped by Ctrl-C."""
    with site_server(folder, port, served) as server:
        address = f"http://127.0.0.1:{server.server_address[1]}/"
        say(f"{served.name} is at {address} for this computer only. Stop with Ctrl-C.")
        if browser:
            webbrowser.open(address)
        with suppress(KeyboardInterrupt):
            server.serve_forever()

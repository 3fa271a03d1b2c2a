"""The exported site served to this computer only, with the headers a public server should send."""

from __future__ import annotations

import gzip
import io
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from remission.atlas.map.index import CONTENT_SECURITY_POLICY
from remission.inputs.problems import InputProblems, Problem

# Texts; pictures in PNG and tables in Parquet are packed already.
PACKED = (".html", ".js", ".css", ".json", ".svg", ".csv")


class SiteHandler(SimpleHTTPRequestHandler):
    """Files of one folder: packed where that helps, under the content-security policy, and nothing logged."""

    protocol_version = "HTTP/1.1"

    def end_headers(self) -> None:
        """Send the headers that every answer has."""
        # The headers that a public server should send, so that what works here works there.
        self.send_header("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        # Whoever exports again wants to see the new site at once.
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def send_head(self) -> io.BytesIO | None:
        """The whole answer, packed when the browser can unpack it."""
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            self.send_error(404, "Nothing is here")
            return None
        content = path.read_bytes()
        packed = path.suffix in PACKED and "gzip" in self.headers.get("Accept-Encoding", "")
        body = gzip.compress(content, 6) if packed else content
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        if packed:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        return io.BytesIO(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
        """Say nothing: what somebody looks at is theirs."""


def site_server(folder: Path, port: int) -> ThreadingHTTPServer:
    """A server of a folder on this computer's own address; InputProblems when no site lies there.

    `server_address` has the port that was given for 0.
    """
    if not (folder / "index.html").is_file():
        found = "no index.html" if folder.is_dir() else "no such folder"
        advice = f"Write it first: remission atlas export {folder}"
        allowed = "a folder that `remission atlas export` wrote"
        problem = Problem.of_file(str(folder), found=found, allowed=allowed, do=advice)
        raise InputProblems(problem)
    # This computer's own address: nobody else in the network can look.
    return ThreadingHTTPServer(("127.0.0.1", port), partial(SiteHandler, directory=str(folder)))


def serve_site(folder: Path, port: int, *, browser: bool, say: Callable[[str], None]) -> None:
    """Serve until stopped by Ctrl-C."""
    with site_server(folder, port) as server:
        address = f"http://127.0.0.1:{server.server_address[1]}/"
        say(f"The atlas is at {address} for this computer only. Stop with Ctrl-C.")
        if browser:
            webbrowser.open(address)
        with suppress(KeyboardInterrupt):
            server.serve_forever()

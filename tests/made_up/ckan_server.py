"""A portal on this machine: CKAN's `package_show` and its files, with every trouble that a server can make."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

PAGE = b"<!DOCTYPE html><html><body>The site is under maintenance.</body></html>"


@dataclass
class Published:
    """A file as it is served: after how many bytes a transfer breaks off, and which errors come before it."""

    content: bytes
    mime: str = "text/csv"
    breaks_after: int | None = None
    answers: list[int] = field(default_factory=list)
    tagged: bool = True
    ranges: bool = True
    chunked: bool = False
    shifted: bool = False

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.content).hexdigest()[:16]}"'


@dataclass
class Portal:
    """What is published: files by path, and for each dataset the paths it lists. `asked` is every request that came."""

    address: str = ""
    files: dict[str, Published] = field(default_factory=dict)
    datasets: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    @property
    def base_url(self) -> str:
        return f"{self.address}/api/3/action/"

    def publish(self, dataset: str, name: str, content: bytes, folder: str = "files", **how: Any) -> Published:
        """Put a file up, and list it in a dataset unless it is listed already."""
        path = f"/{folder}/{name}"
        self.files[path] = Published(content, **how)
        listed = self.datasets.setdefault(dataset, [])
        if all(one["url"] != self.address + path for one in listed):
            listed.append({"name": name.upper(), "format": "CSV", "url": self.address + path})
        return self.files[path]

    def requests_of(self, name: str) -> list[dict[str, str]]:
        """The headers of every request for a file."""
        return [headers for path, headers in self.asked if path.endswith(name)]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    portal: Portal

    def do_GET(self) -> None:
        self.portal.asked.append((self.path, dict(self.headers.items())))
        parts = urlsplit(self.path)
        if parts.path.endswith("/package_show"):
            self._package(parse_qs(parts.query).get("id", [""])[0])
        elif parts.path in self.portal.files:
            self._file(self.portal.files[parts.path])
        else:
            self._send(404, b"", {})

    def _package(self, dataset: str) -> None:
        if dataset not in self.portal.datasets:
            self._send(404, json.dumps({"success": False}).encode(), {"Content-Type": "application/json"})
            return
        answer = {"success": True, "result": {"name": dataset, "resources": self.portal.datasets[dataset]}}
        self._send(200, json.dumps(answer).encode(), {"Content-Type": "application/json"})

    def _file(self, file: Published) -> None:
        if file.answers:
            self._send(file.answers.pop(0), b"", {})
            return
        headers = {"Content-Type": file.mime} | ({"ETag": file.etag} if file.tagged else {})
        if file.tagged and self.headers.get("If-None-Match") == file.etag:
            self._send(304, b"", headers)
            return
        start = self._start(file)
        if start > len(file.content):
            self._send(416, b"", {"Content-Range": f"bytes */{len(file.content)}"})
            return
        start += bool(start and file.shifted)
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(file.content) - 1}/{len(file.content)}"
        self._send(206 if start else 200, file.content[start:], headers, file.breaks_after, file.chunked)

    def _start(self, file: Published) -> int:
        asked = self.headers.get("Range", "")
        same = self.headers.get("If-Range", file.etag) == file.etag
        return int(asked.removeprefix("bytes=").rstrip("-")) if asked and same and file.ranges else 0

    def _send(
        self, status: int, body: bytes, headers: dict[str, str], breaks_after: int | None = None, chunked: bool = False
    ) -> None:
        self.send_response(status)
        length = {"Transfer-Encoding": "chunked"} if chunked else {"Content-Length": str(len(body))}
        for name, value in (headers | length).items():
            self.send_header(name, value)
        self.end_headers()
        sent = body if breaks_after is None else body[:breaks_after]
        if chunked:
            sent = b"%x\r\n%s\r\n" % (len(sent), sent) + (b"0\r\n\r\n" if breaks_after is None else b"")
        self.wfile.write(sent)
        self.close_connection = self.close_connection or breaks_after is not None

    def log_message(self, *_: Any) -> None:
        """Tests are quiet."""


@contextmanager
def portal() -> Iterator[Portal]:
    """A portal that listens on this machine until the block ends."""
    shown = Portal()
    handler = type("Handler", (_Handler,), {"portal": shown})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        shown.address = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield shown
        finally:
            server.shutdown()
            thread.join()

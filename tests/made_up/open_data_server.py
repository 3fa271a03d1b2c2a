"""A site on this machine that answers as the ODS, the Open Geography Portal and a file server do."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Json = dict[str, Any]


@dataclass
class Site:
    """What is there: organisations by code with their role, and files by path. `asked` is every path asked for.

    `one_based`: does a page's offset count from one, so that pages share a row?
    """

    address: str = ""
    organisations: dict[str, tuple[str, Json]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    one_based: bool = True

    def page(self, query: dict[str, list[str]]) -> Json:
        """One page of the list of a role."""
        role, limit, offset = query["PrimaryRoleId"][0], int(query["Limit"][0]), int(query.get("Offset", ["0"])[0])
        rows = [_row(code, record) for code, (of, record) in self.organisations.items() if of == role]
        begin = max(offset - self.one_based, 0)
        return {"Organisations": rows[begin : begin + limit]}

    def answer(self, path: str) -> bytes | None:
        """What lies at a path; None when nothing does."""
        parts = urlsplit(path)
        if parts.path == "/organisations":
            return json.dumps(self.page(parse_qs(parts.query))).encode()
        if parts.path.startswith("/organisations/"):
            found = self.organisations.get(parts.path.rpartition("/")[2])
            return json.dumps({"Organisation": found[1]}).encode() if found and found[1].get("Date") else None
        return self.files.get(parts.path)


def _row(code: str, record: Json) -> Json:
    place = record.get("GeoLoc", {}).get("Location", {}).get("PostCode")
    return {"OrgId": code, "Name": record["Name"], "LastChangeDate": record["LastChangeDate"], "PostCode": place}


def trust(code: str, name: str, changed: str = "2026-01-01", **more: Any) -> Json:
    """A record as the ORD interface gives it."""
    dates = [{"Type": "Operational", "Start": "2001-04-01"}]
    return {"Name": name, "OrgId": {"extension": code}, "LastChangeDate": changed, "Date": dates} | more


def link(code: str, start: str, **more: Any) -> Json:
    """A succession or relationship to a code from a day on."""
    return {"Target": {"OrgId": {"extension": code}}, "Date": [{"Type": "Legal", "Start": start}]} | more


@contextmanager
def serving(site: Site) -> Iterator[Site]:
    """The site at an address of this machine for as long as it is needed."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append(self.path)
            body = site.answer(self.path)
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: Any) -> None:
            """Tests are quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    site.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

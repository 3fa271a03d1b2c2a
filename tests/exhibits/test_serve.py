"""The site is served to this computer only, packed, under its policy, and nothing outside its folder."""

from __future__ import annotations

import gzip
import socket
import struct
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from remission.exhibits.site.serve import Served, site_server
from remission.inputs.problems import InputProblems

SERVED = Served("The site", "remission atlas export", "default-src 'none'; style-src 'self'")


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    site = tmp_path / "site"
    (site / "trust").mkdir(parents=True)
    (site / "index.html").write_text("<p>The map</p>" * 100, encoding="utf-8")
    (tmp_path / "secret.txt").write_text("not for anybody", encoding="utf-8")
    with site_server(site, 0, SERVED) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def raw(address: str, request: bytes) -> bytes:
    """The whole answer to a request as it is written."""
    port = int(address.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(request)
        return b"".join(iter(lambda: connection.recv(1 << 16), b""))


def status_of(address: str, path: str, *hosts: str) -> int:
    lines = [f"GET {path} HTTP/1.1", *(f"Host: {host}" for host in hosts), "Connection: close", "", ""]
    return int(raw(address, "\r\n".join(lines).encode()).split()[1])


def here(address: str) -> str:
    return address.removeprefix("http://")


def asked(url: str, **headers: str) -> tuple[bytes, dict[str, str]]:
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:
        return answer.read(), dict(answer.headers)


def test_every_answer_carries_the_policy(address: str) -> None:
    _, headers = asked(f"{address}/")
    assert headers["Content-Security-Policy"] == SERVED.policy
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_what_can_be_packed_is_packed_for_those_who_can_unpack(address: str) -> None:
    packed, headers = asked(f"{address}/index.html", **{"Accept-Encoding": "gzip"})
    plain, other = asked(f"{address}/index.html")
    assert headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in other
    assert gzip.decompress(packed) == plain
    assert len(packed) < len(plain)


@pytest.mark.parametrize("path", ["nothing.html", "trust", "../secret.txt", "%2e%2e/secret.txt"])
def test_nothing_else_is_given_away(address: str, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        asked(f"{address}/{path}")
    refused.value.close()
    assert refused.value.code == 404


def test_the_site_is_served_to_this_computer_only(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("", encoding="utf-8")
    with site_server(tmp_path, 0, SERVED) as server:
        assert server.server_address[0] == "127.0.0.1"


def test_a_folder_without_a_site_is_told_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(InputProblems) as found:
        site_server(tmp_path, 0, SERVED)
    assert "remission atlas export" in found.value.report()


def test_a_name_that_is_not_this_computers_is_refused(address: str) -> None:
    """Else a page anywhere could give its own name the address 127.0.0.1 and read what is served here."""
    port = address.rpartition(":")[2]
    for good in (here(address), f"localhost:{port}", f"LOCALHOST:{port}"):
        assert status_of(address, "/", good) == 200
    for bad in ("evil.example", f"evil.example:{port}", "127.0.0.1", "127.0.0.1:1", f"127.0.0.1.evil.example:{port}"):
        assert status_of(address, "/", bad) == 421
    assert status_of(address, "/") == 421
    assert status_of(address, "/", here(address), "evil.example") == 421


@pytest.mark.parametrize("link", ["secret.txt", "../secret.txt", "/etc/hostname"])
def test_a_link_out_of_the_folder_leads_nowhere(address: str, tmp_path: Path, link: str) -> None:
    (tmp_path / "site/link.txt").symlink_to(tmp_path / link if "/" not in link else link)
    assert status_of(address, "/link.txt", here(address)) == 404


def test_a_folder_that_is_a_link_leads_nowhere_and_a_link_within_is_followed(address: str, tmp_path: Path) -> None:
    (tmp_path / "site/out").symlink_to(tmp_path)
    (tmp_path / "site/first.html").symlink_to(tmp_path / "site/index.html")
    (tmp_path / "site/trust/index.html").symlink_to(tmp_path / "secret.txt")
    assert status_of(address, "/out/secret.txt", here(address)) == 404
    assert status_of(address, "/trust/", here(address)) == 404
    assert status_of(address, "/first.html", here(address)) == 200


def test_a_site_that_is_reached_by_a_link_is_served(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real/index.html").write_text("here", encoding="utf-8")
    (tmp_path / "way").symlink_to(tmp_path / "real")
    with site_server(tmp_path / "way", 0, SERVED) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        assert asked(f"http://127.0.0.1:{server.server_port}/")[0] == b"here"
        server.shutdown()


@pytest.mark.parametrize("path", ["/" + "a" * 5000, "/a/" * 900, "/%00", "/%ff%fe", "/loop.txt", "/closed.txt"])
def test_an_odd_path_is_not_found_and_nothing_breaks(
    address: str, tmp_path: Path, path: str, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "site/loop.txt").symlink_to(tmp_path / "site/loop.txt")
    (tmp_path / "site/closed.txt").mkdir(mode=0)
    assert status_of(address, path, here(address)) == 404
    assert "Traceback" not in capfd.readouterr().err


def test_a_request_that_is_cancelled_is_no_fault(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "index.html").write_text("here", encoding="utf-8")
    (tmp_path / "large.png").write_bytes(b"0" * 30_000_000)
    server = site_server(tmp_path, 0, SERVED)
    server.daemon_threads = False  # so that closing it waits until the answer has failed
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    with socket.create_connection(("127.0.0.1", server.server_port)) as gone:
        gone.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        gone.sendall(f"GET /large.png HTTP/1.1\r\nHost: 127.0.0.1:{server.server_port}\r\n\r\n".encode())
        assert gone.recv(100).startswith(b"HTTP/1.1 200")
    assert asked(f"http://127.0.0.1:{server.server_port}/")[0] == b"here"
    server.shutdown()
    server.server_close()
    assert capfd.readouterr().err == ""


def test_a_fault_of_ours_is_still_shown(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "index.html").write_text("here", encoding="utf-8")
    with site_server(tmp_path, 0, SERVED) as server:
        try:
            raise ZeroDivisionError
        except ZeroDivisionError:
            server.handle_error(None, ("127.0.0.1", 1))
    assert "ZeroDivisionError" in capfd.readouterr().err

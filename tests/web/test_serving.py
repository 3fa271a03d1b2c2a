"""The real server, started as a host starts it: who can ask it, what it gives away, and how one signs up in a demo."""

from __future__ import annotations

import html
import re
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from made_up.served import Server, Visitor, family_of, path_of, start

LINK = re.compile(r'href="(http://localhost:\d+/account/confirm-email/[^"]+)"')
PAGE = "<!doctype html><title>Questions</title><p>The front page, as it was exported.</p>"
PASSWORD = "a long and quiet password"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are looked for in /proc")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("served")
    (folder / "site").mkdir()
    (folder / "tmp").mkdir()
    (folder / "site/index.html").write_text(PAGE, encoding="utf-8")
    (folder / "site/site.css").write_text("body {}", encoding="utf-8")
    made = start("--demo", site=folder / "site", temporary=folder / "tmp")
    yield made
    assert made.end(signal.SIGTERM) == 0


def home_of(server: Server) -> Path:
    process = Path(f"/proc/{server.process.pid}/environ")
    words = dict(line.split("=", 1) for line in process.read_text().split("\0") if "=" in line)
    return next(Path(words["TMPDIR"]).glob("remission-demo-*"))


def test_the_site_is_served_as_it_was_exported(server: Server) -> None:
    visitor = Visitor(server.port)
    answer = visitor.get("/")
    assert (answer.status, visitor.text) == (200, PAGE)
    assert "script-src 'self'" in (answer.headers["Content-Security-Policy"] or "")
    assert Visitor(server.port).get("/site.css").status == 200


def test_nobody_else_in_the_network_can_ask(server: Server) -> None:
    listening = {
        line.split()[1].rpartition(":")[0]
        for table in ("/proc/net/tcp", "/proc/net/tcp6")
        if Path(table).is_file()
        for line in Path(table).read_text().splitlines()[1:]
        if line.split()[3] == "0A" and int(line.split()[1].rpartition(":")[2], 16) == server.port
    }
    assert listening
    assert listening <= {"0100007F", "00000000000000000000000001000000"}


def test_what_answers_is_not_told(server: Server) -> None:
    for path in ("/", "/take-part/", "/nothing/"):
        said = str(Visitor(server.port).get(path).headers).casefold()
        assert "server: remission\n" in said
        assert not re.search(r"gunicorn|django|python|wsgi", said)


def test_a_name_that_is_not_this_computers_is_refused(server: Server) -> None:
    for path in ("/", "/take-part/"):
        assert Visitor(server.port).get(path, Host="evil.org").status == 400
        assert Visitor(server.port).get(path, Host=f"127.0.0.1:{server.port}").status == 200


def test_the_way_by_which_a_request_came_is_not_believed_without_a_proxy(server: Server) -> None:
    visitor = Visitor(server.port)
    visitor.get("/account/login/", **{"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.org"})
    assert "evil.org" not in visitor.text
    assert not any(one["secure"] for one in visitor.cookies.values())


@pytest.mark.parametrize(
    "request_line", ["GET /" + "a" * 5000 + " HTTP/1.1\r\n", "GET / HTTP/1.1\r\n" + "X: y\r\n" * 100,
                     "GET / HTTP/1.1\r\nX: " + "y" * 9000 + "\r\n", "nonsense\r\n"],
)  # fmt: skip
def test_what_no_browser_sends_is_refused_and_the_server_lives(server: Server, request_line: str) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(f"{request_line}Host: localhost\r\n\r\n".encode())
        assert connection.recv(100).split()[1] in (b"400", b"414", b"431")
    assert Visitor(server.port).get("/take-part/").status == 200


def test_signing_up_takes_a_minute_by_the_letter_on_a_page(server: Server) -> None:
    visitor, address = Visitor(server.port), "new@invented.invalid"
    fields = {"email": address, "password1": PASSWORD, "password2": PASSWORD, "adult": "on"}
    assert visitor.send("/account/signup/", **fields).status == 302
    visitor.get("/demo/mail/")
    assert address in visitor.text
    link = LINK.search(visitor.text)
    assert link is not None
    answer = visitor.send(path_of(html.unescape(link[1])))
    assert answer.status == 302
    visitor.send("/account/login/", login=address, password=PASSWORD)
    assert visitor.get("/account/logout/").status == 200


def test_every_page_of_it_says_that_it_is_a_demo(server: Server) -> None:
    visitor = Visitor(server.port)
    for path in ("/take-part/", "/account/signup/", "/demo/mail/", "/nothing/"):
        visitor.get(path)
        assert "This is a demo." in visitor.text


def test_what_it_says_at_the_start_is_where_it_is_and_how_one_ends_it(server: Server) -> None:
    assert server.lines[-1] == f"Remission is at {server.address} for this computer only. Stop with Ctrl-C."
    assert server.process.stdout is not None
    assert f"{server.address}/demo/mail/" in server.process.stdout.readline()


def test_a_child_and_two_workers_stand_beside_it(server: Server) -> None:
    commands = [Path(f"/proc/{one}/cmdline").read_text() for one in family_of(server.process.pid)]
    assert sum("remission.web.serving.child" in one for one in commands) == 1
    assert sum("serve" in one and "child" not in one for one in commands) == 2


def test_nothing_of_a_request_is_written_anywhere_in_its_home(server: Server) -> None:
    Visitor(server.port).get("/take-part/?who=somebody-whom-we-know")
    home = home_of(server)
    logs = list((home / "logs").glob("*"))
    assert all("somebody-whom-we-know" not in path.read_text() for path in logs)
    assert all(path.stat().st_mode & 0o077 == 0 for path in home.rglob("*"))

"""However the server ends, everything ends with it within seconds; and what can not be served is refused in words."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from made_up.served import Server, Visitor, are_gone, family_of, start

SECONDS = 20.0
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are looked for in /proc")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "site").mkdir()
    (tmp_path / "site/index.html").write_text("here", encoding="utf-8")
    (tmp_path / "tmp").mkdir()
    return tmp_path / "site"


@pytest.fixture
def begun(site: Path) -> Iterator[tuple[Server, set[int]]]:
    """A demo, and every process of it."""
    made, family = start("--demo", site=site, temporary=site.parent / "tmp"), set[int]()
    try:
        family = family_of_three(made.process.pid)
        yield made, family
    finally:
        made.end(signal.SIGKILL)
        # Where a test failed, for they did not end by themselves.
        for one in family:
            with suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)


def family_of_three(process: int) -> set[int]:
    """Two workers and the child, which comes last."""
    until = time.monotonic() + SECONDS
    while len(family_of(process)) < 3 and time.monotonic() < until:
        time.sleep(0.1)
    family = family_of(process)
    assert len(family) == 3
    return family


def demos(site: Path) -> list[Path]:
    return list((site.parent / "tmp").glob("remission-demo-*"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_told_to_end_it_ends_with_all_its_processes_and_wipes_the_demo(
    site: Path, begun: tuple[Server, set[int]], number: int
) -> None:
    server, family = begun
    assert len(demos(site)) == 1
    assert server.end(number) == 0
    assert are_gone(family, SECONDS)
    assert demos(site) == []


def test_when_it_is_killed_its_processes_notice_and_the_demo_is_wiped(
    site: Path, begun: tuple[Server, set[int]]
) -> None:
    server, family = begun
    server.end(signal.SIGKILL)
    assert are_gone(family, SECONDS)
    assert demos(site) == []


def test_a_worker_and_a_child_that_end_are_replaced_and_the_demo_stays(
    site: Path, begun: tuple[Server, set[int]]
) -> None:
    server, family = begun
    for one in family:
        os.kill(one, signal.SIGTERM)
    assert are_gone(family, SECONDS)
    assert family_of_three(server.process.pid).isdisjoint(family)
    assert Visitor(server.port).get("/take-part/").status == 200
    assert len(demos(site)) == 1
    # And the terminal is closed, which to gunicorn would mean to go on with new workers.
    assert server.end(signal.SIGHUP) == 0
    assert demos(site) == []


ALONE = """
import _thread, sys, threading, urllib.request
from pathlib import Path
from remission.cli import serve

def ask(line):
    print(line, flush=True)
    address = line.split()[4]
    def asked():
        print(urllib.request.urlopen(address).status, flush=True)
        _thread.interrupt_main()
    threading.Thread(target=asked).start()

serve._say = ask
serve._serve_site(0, Path(sys.argv[1]))
print(sorted({"django", "gunicorn", "cryptography"} & set(sys.modules)))
"""


def said(*words: str, home: Path, **more: str) -> tuple[int, str]:
    """The exit code and the words of a command that ends by itself."""
    environment = {**os.environ, "REMISSION_HOME": str(home), **more}
    done = subprocess.run(
        [sys.executable, "-m", "remission.cli", *words], env=environment, capture_output=True, text=True, check=False,
        timeout=120,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def test_a_port_that_is_taken_is_told_with_the_next_free_one(site: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        code, words = said("serve", "--site", str(site), home=site.parent / "home", PORT=str(port))
    assert code == 2
    assert f"port {port}: found it is taken" in words
    assert "remission serve --port " in words
    assert not (site.parent / "home").exists()


def test_a_server_of_real_people_says_what_is_missing_and_comes_up_again_with_what_was_there(site: Path) -> None:
    home = site.parent / "home"
    behind = ("--host", "records.ms-hull.org", "--proxies", "1")
    server = start(*behind, site=site, temporary=site.parent / "tmp", REMISSION_HOME=str(home))
    try:
        assert server.process.stdout is not None
        lines = [server.process.stdout.readline() for _ in range(2)]
        assert str(home) in lines[0]
        assert "Sign-up is closed until observatory.toml is whole" in lines[1]
        assert server.lines[-1].endswith("behind your proxy as https://records.ms-hull.org. Stop with Ctrl-C.")
        proxied = {"Host": "records.ms-hull.org", "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}
        assert Visitor(server.port).get("/demo/mail/", **proxied).status == 404
        visitor = Visitor(server.port)
        answer = visitor.get("/account/login/", **proxied)
        assert (answer.status, bool(answer.headers["Strict-Transport-Security"])) == (200, True)
        assert all(one["secure"] for one in visitor.cookies.values())
        assert Visitor(server.port).get("/take-part/").status == 400
    finally:
        assert server.end(signal.SIGINT) == 0
    assert (home / "identities.sqlite3").is_file()
    (home / "keys/wrapping").rename(site.parent / "put away")
    code, words = said("serve", "--port", "0", "--site", str(site), home=home)
    assert code == 2
    assert "keys/wrapping: found no key" in words
    assert "Traceback" not in words
    code, words = said("serve", "--check", home=home)
    assert code == 2
    assert "keys/wrapping: found no key" in words
    (site.parent / "put away").rename(home / "keys/wrapping")
    code, words = said("serve", "--check", home=home)
    assert code == 2
    assert "missing    declaration: observatory.toml: found no such file" in words
    assert "ok         keys: " in words
    code, words = said("jobs", "run", home=home)
    assert (code, "Done: " in words) == (0, True)


@pytest.mark.parametrize("words", [("--host", "records.ms-hull.org"), ("--proxies", "1"),
                                   ("--demo", "--host", "records.ms-hull.org", "--proxies", "1")])  # fmt: skip
def test_a_name_without_a_proxy_is_refused_and_a_demo_has_none(site: Path, words: tuple[str, ...]) -> None:
    code, told = said("serve", "--site", str(site), "--port", "0", *words, home=site.parent / "home")
    assert code == 2
    assert "--host" in told


def test_the_template_of_the_declaration_is_printed_and_nothing_is_made(site: Path) -> None:
    code, words = said("serve", "--template", home=site.parent / "home")
    assert code == 0
    assert 'controller = "TODO"' in words
    assert not (site.parent / "home").exists()


def test_the_public_side_alone_needs_no_home_and_none_of_the_libraries_of_accounts(site: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ALONE, str(site)], capture_output=True, text=True, check=True, timeout=90
    )
    assert "for this computer only" in done.stdout
    assert done.stdout.endswith("200\n[]\n")

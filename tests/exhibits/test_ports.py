"""A port is taken at this computer's own addresses, and one that is in use is told with the next free one."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from remission.exhibits.site.ports import next_free, take_port
from remission.exhibits.site.serve import Served, site_server
from remission.inputs.problems import InputProblems


def close(sockets: list[socket.socket]) -> None:
    for one in sockets:
        one.close()


def test_only_this_computers_own_addresses_are_taken_both_with_one_number() -> None:
    taken = take_port(0, "serve")
    addresses = {one.getsockname()[0] for one in taken}
    ports = {one.getsockname()[1] for one in taken}
    close(taken)
    assert addresses <= {"127.0.0.1", "::1"}
    assert "127.0.0.1" in addresses
    assert len(ports) == 1


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_a_port_that_is_in_use_is_told_with_the_command_for_the_next_free_one(address: str) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as other:
        try:
            other.bind((address, 0))
        except OSError:
            pytest.skip("this computer has no such address")
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(InputProblems) as found:
            take_port(port, "remission serve")
        free = next_free(port)
    assert f"port {port}: found it is taken" in found.value.report()
    assert f"The next free one is {free}: remission serve --port {free}" in found.value.report()
    assert free > port
    close(take_port(free, "serve"))


def test_a_site_says_the_same_of_its_port(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("here", encoding="utf-8")
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(InputProblems) as found:
            site_server(tmp_path, other.getsockname()[1], Served("It", "write", "default-src 'none'", "look"))
    assert "The next free one is" in found.value.report()
    assert ": look --port " in found.value.report()


def test_a_port_in_use_leaves_nothing_of_ours_open() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(InputProblems):
            take_port(port, "serve")
    close(take_port(port, "serve"))

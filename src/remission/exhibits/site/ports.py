"""The port on this computer: its own two addresses and no other, so that nobody else in the network can ask."""

from __future__ import annotations

import errno
import socket

from remission.inputs.problems import InputProblems, Problem

LOOPBACK = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))
LOWEST, HIGHEST = 1024, 65_535
# A computer without the newer addresses is served by the older one alone.
NO_SUCH_ADDRESS = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)
FOR_ROOT = (errno.EACCES, errno.EPERM)


def take_port(port: int, command: str) -> list[socket.socket]:
    """Sockets that listen at a port of this computer's own addresses; for 0 at any that is free at both.

    InputProblems where another program has it, with the `command` that takes the next one that is free.
    """
    try:
        return _sockets(port)
    except OSError as error:
        raise InputProblems(port_problem(port, error, command)) from None


def _sockets(port: int) -> list[socket.socket]:
    taken: list[socket.socket] = []
    try:
        for family, address in LOOPBACK:
            one = _socket(family, address, taken[0].getsockname()[1] if taken else port)
            taken += [one] if one else []
    except OSError:
        for one in taken:
            one.close()
        raise
    return taken


def _socket(family: socket.AddressFamily, address: str, port: int) -> socket.socket | None:
    try:
        one = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        if error.errno in NO_SUCH_ADDRESS:
            return None
        raise
    try:
        # What a server that ended just now left of its connections does not count as taken.
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        one.bind((address, port))
        one.listen()
    except OSError as error:
        one.close()
        if error.errno in NO_SUCH_ADDRESS and family == socket.AF_INET6:
            return None
        raise
    return one


def port_problem(port: int, error: OSError, command: str) -> Problem:
    """Why a port could not be taken, and the `command` that takes the next one that is free."""
    free = next_free(max(port, LOWEST - 1))
    do = f"The next free one is {free}: {command} --port {free}"
    found = "a port of the system" if error.errno in FOR_ROOT else "it is taken"
    return Problem.of_file(f"port {port}", found=found, allowed="a port that is free", do=do)


def next_free(port: int) -> int:
    """The next port above one that is free at both addresses; 0 (any) where none is.

    >>> next_free(65535)
    0
    """
    for one in range(port + 1, HIGHEST + 1):
        try:
            taken = _sockets(one)
        except OSError:
            continue
        for each in taken:
            each.close()
        return one
    return 0

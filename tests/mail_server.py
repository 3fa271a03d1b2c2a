"""A mail server of a test: it listens on this computer, keeps what it is given, and can be slow, silent or firm."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class MailServer:
    """What it answers to a recipient and to the words, after how long; and everything that it took.

    `silent` lets it take the words and say nothing. `taken` is called when it has, before it says so.
    """

    to_recipient: bytes = b"250 ok"
    to_words: bytes = b"250 ok"
    seconds: float = 0
    silent: bool = False
    taken: Callable[[], object] = lambda: None
    letters: list[str] = field(default_factory=list)
    port: int = 0


@contextmanager
def listening(server: MailServer) -> Iterator[MailServer]:
    """The server at a port of this computer, until the end."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server.port = listener.getsockname()[1]
        threading.Thread(target=_accept, args=(listener, server), daemon=True).start()
        yield server
        listener.shutdown(socket.SHUT_RDWR)


def _accept(listener: socket.socket, server: MailServer) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_talk, args=(connection, server), daemon=True).start()


def _talk(connection: socket.socket, server: MailServer) -> None:
    with connection, connection.makefile("rb") as lines:
        connection.sendall(b"220 here\r\n")
        for line in lines:
            verb = line[:4].upper()
            if verb == b"DATA":
                connection.sendall(b"354 go on\r\n")
                _take(connection, lines, server)
                if server.silent:
                    return
                continue
            if verb == b"QUIT":
                connection.sendall(b"221 bye\r\n")
                return
            connection.sendall((server.to_recipient if verb == b"RCPT" else b"250 ok") + b"\r\n")


def _take(connection: socket.socket, lines: Iterator[bytes], server: MailServer) -> None:
    words = []
    for line in lines:
        if line == b".\r\n":
            break
        words.append(line)
    time.sleep(server.seconds)
    if server.to_words.startswith(b"250"):
        server.letters.append(b"".join(words).decode())
    server.taken()
    if not server.silent:
        connection.sendall(server.to_words + b"\r\n")

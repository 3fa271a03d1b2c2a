"""The server: gunicorn with two workers of four threads, and one child beside them for the jobs.

Nothing of a request is written anywhere: there is no access log, and faults are told by their kind and their place.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

import gunicorn.http.wsgi
from django.core.wsgi import get_wsgi_application
from django.db import connections
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger

from remission.registry.day_zero import HSCT
from remission.web import fault_log
from remission.web.journey.studies import said_of
from remission.web.open import PRIVATE_UMASK
from remission.web.serving.child import PARENT

WORKERS, THREADS = 2, 4
# Who asks so much asks for no page of ours.
LIMITS = {"limit_request_line": 4094, "limit_request_fields": 60, "limit_request_field_size": 8190}
END_SECONDS = 5
# A child that ends at once each time is not started in a circle.
CHILD_REST_SECONDS = 5.0


class Silent(Logger):  # type: ignore[misc]  # the library has no types
    """Of what gunicorn says, only where it said it and of which kind the error was: its words quote requests."""

    def setup(self, cfg: Any) -> None:
        """Open nothing."""
        self.cfg = cfg

    def critical(self, msg: str, *args: Any, **said: Any) -> None:
        """A worker that hung."""
        self._say("critical")

    def error(self, msg: str, *args: Any, **said: Any) -> None:
        """A fault."""
        self._say("error")

    def exception(self, msg: str, *args: Any, **said: Any) -> None:
        """A fault, with its error."""
        self._say("error")

    def warning(self, msg: str, *args: Any, **said: Any) -> None:
        """What no browser sends; not kept."""

    info = debug = log = warning

    def access(self, *_: Any) -> None:
        """Keep nothing of who asked for what."""

    def reopen_files(self) -> None:
        """There are none."""

    def close_on_exec(self) -> None:
        """There are none."""

    @staticmethod
    def _say(level: str) -> None:
        caller = sys._getframe(2).f_code
        fault_log.say(f"{level} of the server in {caller.co_name}", sys.exc_info()[1])


class Server(Arbiter):  # type: ignore[misc]
    """Keeps the workers and the child alive, and ends them all."""

    child: subprocess.Popen[bytes] | None = None
    started = -CHILD_REST_SECONDS

    def init_signals(self) -> None:
        """Take the signals over; one that was told not to mind a hang-up (by nohup) does not."""
        minds = signal.getsignal(signal.SIGHUP) != signal.SIG_IGN
        super().init_signals()
        if not minds:
            signal.signal(signal.SIGHUP, signal.SIG_IGN)

    def handle_hup(self) -> None:
        """The terminal was closed: end."""
        self.handle_term()

    def _ignored(self) -> None:
        """Do nothing: settings are read once, and the number of workers stays."""

    handle_usr1 = handle_usr2 = handle_ttin = handle_ttou = handle_winch = _ignored

    def manage_workers(self) -> None:
        """Look after the workers, as often as gunicorn does, and after the child."""
        super().manage_workers()
        if (self.child is None or self.child.poll() is not None) and self._has_rested():
            self.started = time.monotonic()
            environment = {**os.environ, PARENT: str(os.getpid())}
            # A new process and no fork: it inherits no connection, no lock and no thread.
            self.child = subprocess.Popen([sys.executable, "-m", "remission.web.serving.child"], env=environment)

    def _has_rested(self) -> bool:
        return time.monotonic() - self.started >= CHILD_REST_SECONDS

    def stop(self, graceful: bool = True) -> None:  # noqa: FBT001, FBT002 - the library calls it so
        """End the child and the workers, all within seconds."""
        if self.child is not None:
            self.child.terminate()
        super().stop(graceful)
        if self.child is not None:
            try:
                self.child.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()


def _before_fork(_server: Any, _worker: Any) -> None:
    # A connection to SQLite must not be carried over a fork.
    connections.close_all()


def _before_it_serves(_worker: Any) -> None:
    # Read once by each worker, and not while the first who looks at a journey waits half a second. Not before the fork:
    # the threads of Polars do not survive one.
    said_of(HSCT)


class Application(BaseApplication):  # type: ignore[misc]
    """The observatory of this process on sockets that listen already."""

    def __init__(self, sockets: Sequence[socket.socket], workers: int, ready: Callable[[], None]) -> None:
        """Keep what is served by whom; `ready` is called once it can be asked."""
        self.sockets, self.workers, self.ready = sockets, workers, ready
        super().__init__()

    def load_config(self) -> None:
        """Say to gunicorn how to serve."""
        said = {
            # Detached: gunicorn closes what it is given.
            "bind": [f"fd://{one.detach()}" for one in self.sockets], "workers": self.workers, "threads": THREADS,
            "worker_class": "gthread", "preload_app": True, "timeout": 60, "graceful_timeout": END_SECONDS,
            "keepalive": 5, "accesslog": None, "logger_class": Silent, "umask": PRIVATE_UMASK,
            "control_socket_disable": True, "forwarded_allow_ips": "", "proc_name": "remission",
            "pre_fork": _before_fork, "post_worker_init": _before_it_serves,
            "when_ready": lambda _server: self.ready(), **LIMITS,
        }  # fmt: skip
        for name, value in said.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """The application, once, before the workers are forked: each has a copy, and connections of its own."""
        application = get_wsgi_application()
        # What was imported stays: looked through by no collector, it stays shared between the workers.
        gc.freeze()
        return application

    def run(self) -> None:
        """Serve until told to end."""
        Server(self).run()


def serve(sockets: Sequence[socket.socket], *, workers: int = WORKERS, ready: Callable[[], None]) -> None:
    """Serve the observatory of this process until told to end; SystemExit then."""
    # The command line needs no collector, for it is short; a server runs for months.
    gc.enable()
    # Which program and version answers is nobody's business.
    gunicorn.http.wsgi.SERVER = "Remission"
    Application(sockets, workers, ready).run()

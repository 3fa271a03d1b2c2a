"""The child beside the server: it does the jobs, and ends with its parent, however that one ends."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from types import FrameType

# How often it looks whether anything is due, and whether its parent is there.
LOOK_SECONDS, WATCH_SECONDS = 10.0, 0.5
PARENT = "REMISSION_PARENT"


class Ending:
    """Whether it is time to end: told to, or the parent is gone."""

    def __init__(self, parent: int) -> None:
        """Watch for both."""
        self.parent, self.told = parent, False
        # With Ctrl-C everybody of the terminal is told: the job that is being done is done first.
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._tell)

    def _tell(self, number: int, frame: FrameType | None) -> None:
        self.told = True

    @property
    def is_orphan(self) -> bool:
        """Is the parent gone? An orphan is adopted at once, and so has another."""
        return os.getppid() != self.parent

    @property
    def is_here(self) -> bool:
        """Is it time?"""
        return self.told or self.is_orphan

    def wait(self, seconds: float) -> None:
        """Wait, but not beyond the end."""
        until = time.monotonic() + seconds
        while not self.is_here and time.monotonic() < until:
            time.sleep(WATCH_SECONDS)


def work(ending: Ending) -> None:
    """Do what is due, again and again, until it is time to end."""
    # Once the settings are known.
    from django.db import close_old_connections, connections  # noqa: PLC0415

    from remission.web import fault_log  # noqa: PLC0415
    from remission.web.jobs.run import run_due  # noqa: PLC0415

    while not ending.is_here:
        try:
            run_due()
        except Exception as error:  # noqa: BLE001 - a database that is locked passes, and the child goes on
            fault_log.say("the jobs could not be done", error)
        close_old_connections()
        ending.wait(LOOK_SECONDS)
    connections.close_all()


def main() -> None:
    """Work for the process that started this one, in the observatory that the environment names."""
    ending = Ending(int(os.environ[PARENT]))
    django.setup()
    work(ending)
    from remission.web.instance import instance  # noqa: PLC0415
    from remission.web.serving.demo import wipe  # noqa: PLC0415

    if ending.is_orphan and instance().mode == "demo":
        wipe(instance().folder.folder)


if __name__ == "__main__":
    main()

"""All jobs that are due, each once, whoever runs them: the child beside the server, or cron."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from remission.inputs.walking import modules_in
from remission.web import fault_log
from remission.web.ids import new_id
from remission.web.jobs import tasks
from remission.web.jobs.lease import give_back, take
from remission.web.jobs.queue import run_queued

# One that failed is tried again after so long, or when it is due, whichever comes first.
REST = timedelta(minutes=5)


@dataclass(frozen=True)
class Job:
    """A job that is done every so often."""

    name: str
    every: timedelta
    run: Callable[[], None]


@dataclass
class Ran:
    """What was done, what failed, and how many jobs that were asked for were done."""

    done: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    queued: int = 0


def jobs() -> tuple[Job, ...]:
    """Every job of `jobs/tasks`."""
    found = (importlib.import_module(name) for name in modules_in(tasks).values())
    return tuple(Job(one.NAME, one.EVERY, one.run) for one in found)


def run_due(every: Sequence[Job] | None = None) -> Ran:
    """Do every job that is due and that nobody else is doing, then what was asked for.

    One that fails keeps no other from being done; the log says what kind of error it was, and where.
    """
    ran, holder = Ran(), new_id()
    for job in jobs() if every is None else every:
        if take(job.name, holder, job.every):
            failed = _failed(job)
            (ran.failed if failed else ran.done).append(job.name)
            give_back(job.name, holder, min(REST, job.every) if failed else job.every)
    ran.queued = run_queued()
    return ran


def _failed(job: Job) -> bool:
    try:
        job.run()
    except Exception as error:  # noqa: BLE001 - a library below may raise what it likes
        fault_log.say(f"a job failed: {job.name}", error)
        return True
    return False

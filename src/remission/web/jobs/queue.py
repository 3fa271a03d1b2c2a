"""Jobs that an act asks for, done later by the child: kept in the database, so that none is lost by a restart.

The library keeps the arguments and the trail of an error as text. So an argument is a random name and nothing else,
and of an error only its kind is kept.
"""

from __future__ import annotations

import importlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from remission.inputs.walking import modules_in
from remission.web import fault_log
from remission.web.clock import now
from remission.web.databases import IDENTITIES
from remission.web.ids import is_id, new_id
from remission.web.jobs import tasks
from remission.web.jobs.lease import LONGEST

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_TRIES = 5
REST = timedelta(minutes=5)


@task()
def run_for(name: str, *ids: str) -> None:
    """What is kept: the name of a job and the random names that it is about."""
    importlib.import_module(modules_in(tasks)[name]).run_for(*ids)


def enqueue(name: str, *ids: str) -> None:
    """Ask for a job (a file of `jobs/tasks` with `run_for`) about some random names.

    ValueError for anything else than a random name: an argument lies in the database as it is.
    """
    if name not in modules_in(tasks) or not all(map(is_id, ids)):
        raise ValueError("a job is asked for by its name and random names alone: please report this")
    run_for.enqueue(name, *ids)


def run_queued() -> int:
    """Do what was asked for and is due; how many were done."""
    _take_up_again()
    return sum(map(_done, _claimed()))


def _take_up_again() -> None:
    """What a process that died had begun is ready again."""
    begun = DBTaskResult.objects.running().filter(started_at__lt=now() - LONGEST)
    begun.update(status=TaskResultStatus.READY)


def _claimed() -> Iterator[Any]:
    while True:
        with transaction.atomic(using=IDENTITIES):
            row = DBTaskResult.objects.ready().first()
            if row is not None:
                row.claim(new_id())
        if row is None:
            return
        yield row


def _done(row: Any) -> bool:
    said = row.args_kwargs
    try:
        row.task.call(*said["args"], **said["kwargs"])
    except Exception as error:  # noqa: BLE001 - one that fails keeps no other from being done
        fault_log.say(f"a queued job failed: {said['args'][0]}", error)
        _failed(row, error)
        return False
    row.set_successful(None)
    return True


def _failed(row: Any, error: Exception) -> None:
    tries = len(row.worker_ids)
    row.status = TaskResultStatus.FAILED if tries >= MOST_TRIES else TaskResultStatus.READY
    row.run_after, row.finished_at = now() + REST * 2**tries, now()
    row.exception_class_path = f"{type(error).__module__}.{type(error).__qualname__}"
    row.save(update_fields=["status", "run_after", "finished_at", "exception_class_path"])

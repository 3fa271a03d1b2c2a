"""Each job is done once, whoever runs it; one that fails stops no other and writes nothing of anybody."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.db import connections
from django_tasks_db.models import DBTaskResult

from remission.web import clock, fault_log
from remission.web.identities.models import Lease, Ticket
from remission.web.ids import new_id
from remission.web.instance import Instance
from remission.web.jobs import lease, queue, tasks
from remission.web.jobs import run as running
from remission.web.jobs.lease import LONGEST, give_back, take
from remission.web.jobs.queue import MOST_TRIES, enqueue, run_queued
from remission.web.jobs.run import Job, jobs, run_due
from remission.web.jobs.tasks import sessions

HOUR = timedelta(hours=1)
START = datetime(2026, 3, 2, 12, tzinfo=UTC)
ROUNDS = 2000 if os.environ.get("REMISSION_LONG") else 200
SECRET = "ann@example.org walks 200 metres"


class Clock:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.moment = START

    def __call__(self) -> datetime:
        return self.moment


@pytest.fixture
def at(observatory: Instance, monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    for module in (clock, lease, queue, sessions, fault_log):
        monkeypatch.setattr(module, "now", made)
    return made


def test_a_job_is_due_when_its_time_has_passed_and_not_before(at: Clock) -> None:
    done: list[datetime] = []
    job = Job("count", HOUR, lambda: done.append(at.moment))
    for minutes in (0, 1, 59, 60, 61, 119, 125):
        at.moment = START + timedelta(minutes=minutes)
        run_due([job])
    assert [(moment - START) // timedelta(minutes=1) for moment in done] == [0, 60, 125]


def test_one_that_fails_keeps_no_other_from_being_done_and_is_tried_again(at: Clock, observatory: Instance) -> None:
    done: list[str] = []

    def fail() -> None:
        done.append("failed")
        raise ValueError(SECRET)

    both = [Job("bad", HOUR, fail), Job("good", HOUR, lambda: done.append("good"))]
    ran = run_due(both)
    assert (ran.failed, ran.done) == (["bad"], ["good"])
    at.moment = START + running.REST
    run_due(both)
    assert done == ["failed", "good", "failed"]
    log = (observatory.folder.logs / fault_log.FILE).read_text()
    assert "a job failed: bad: ValueError at" in log
    assert "test_jobs.py" in log
    assert SECRET not in log


def test_what_somebody_holds_nobody_else_takes_until_the_lease_runs_out(at: Clock) -> None:
    assert take("letters", "one", HOUR)
    assert not take("letters", "two", HOUR)
    at.moment = START + LONGEST - timedelta(seconds=1)
    assert not take("letters", "two", HOUR)
    at.moment = START + LONGEST
    assert take("letters", "two", HOUR)
    # The first comes back late: what it says of its lease is not taken for the other's.
    assert not give_back("letters", "one", timedelta(0))
    assert not take("letters", "three", HOUR)
    assert give_back("letters", "two", HOUR)


def test_a_clock_that_was_set_back_stops_no_job_for_long(at: Clock) -> None:
    at.moment = START + timedelta(days=400)
    assert take("letters", "one", HOUR)
    assert give_back("letters", "one", HOUR)
    at.moment = START
    assert take("letters", "one", HOUR)


RUNNER = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
import django
django.setup()
from remission.web.jobs import lease, queue
from remission.web.jobs.run import Job, run_due

rounds, written = int(sys.argv[1]), Path(sys.argv[2])
for number in range(rounds):
    moment = datetime(2026, 3, 2, tzinfo=UTC) + timedelta(hours=number)
    lease.now = queue.now = lambda: moment

    def send():
        with written.open("a") as file:
            file.write(f"{number}\\n")

    print("ready", flush=True)
    sys.stdin.readline()
    run_due([Job("send", timedelta(hours=1), send)])
"""


def test_two_processes_that_run_at_once_do_nothing_twice_and_leave_nothing_undone(
    observatory: Instance, tmp_path: Path
) -> None:
    environment = {
        **os.environ, "REMISSION_HOME": str(observatory.folder.folder),
        "DJANGO_SETTINGS_MODULE": "remission.web.settings",
    }  # fmt: skip
    written = tmp_path / "sent"
    command = [sys.executable, "-c", RUNNER, str(ROUNDS), str(written)]
    pipe = subprocess.PIPE
    both = [subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, text=True) for _ in range(2)]
    for _ in range(ROUNDS):
        for one in both:
            assert one.stdout is not None
            assert one.stdout.readline() == "ready\n"
        for one in both:
            assert one.stdin is not None
            one.stdin.write("go\n")
            one.stdin.flush()
    for one in both:
        one.communicate()
        assert one.returncode == 0
    assert written.read_text().split() == [str(number) for number in range(ROUNDS)]


@pytest.fixture
def carried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """A job that can be asked for, in a folder of its own; gives what it was done for."""
    lines = tmp_path / "carried"
    (tmp_path / "carrying.py").write_text(
        "from datetime import timedelta\nfrom pathlib import Path\n"
        "NAME, EVERY = 'carrying', timedelta(days=1)\n\ndef run():\n    pass\n\n"
        f"def run_for(*ids):\n    with Path({str(lines)!r}).open('a') as file:\n"
        "        file.write(' '.join(ids) + chr(10))\n"
        f"    if ids[0].startswith('z'):\n        raise ValueError({SECRET!r})\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(tasks, "__path__", [*tasks.__path__, str(tmp_path)])
    monkeypatch.delitem(sys.modules, "remission.web.jobs.tasks.carrying", raising=False)
    return lambda: lines.read_text().split() if lines.exists() else []


def test_what_is_asked_for_is_done_once(at: Clock, carried: Callable[[], list[str]]) -> None:
    name = new_id().replace("z", "a")
    enqueue("carrying", name)
    assert carried() == []
    assert run_queued() == 1
    assert run_queued() == 0
    assert carried() == [name]


@pytest.mark.parametrize("argument", ["ann@example.org", "", "Ann", "a" * 15, "a b" * 5 + "x", 3])
def test_nothing_but_a_random_name_is_kept(at: Clock, carried: object, argument: str) -> None:
    with pytest.raises((ValueError, TypeError)):
        enqueue("carrying", argument)
    assert not DBTaskResult.objects.exists()


def test_a_job_that_is_asked_for_and_fails_is_tried_again_and_then_left_without_a_word_of_anybody(
    at: Clock, carried: Callable[[], list[str]], observatory: Instance
) -> None:
    enqueue("carrying", "z" * 16)
    for _ in range(MOST_TRIES + 3):
        run_queued()
        at.moment += timedelta(days=1)
    assert len(carried()) == MOST_TRIES
    row = DBTaskResult.objects.get()
    assert (row.status, row.exception_class_path) == ("FAILED", "builtins.ValueError")
    connections.close_all()
    for path in observatory.folder.folder.rglob("*"):
        assert not path.is_file() or SECRET.encode() not in path.read_bytes()


def test_what_a_process_that_died_had_begun_is_taken_up_again(at: Clock, carried: Callable[[], list[str]]) -> None:
    enqueue("carrying", "a" * 16)
    DBTaskResult.objects.get().claim("dead")
    DBTaskResult.objects.update(started_at=at.moment)
    assert run_queued() == 0
    at.moment += LONGEST + timedelta(seconds=1)
    assert run_queued() == 1


def test_what_has_expired_is_cleared_and_nothing_else(at: Clock) -> None:
    for days in (-1, 1):
        Session.objects.create(session_key=f"s{days}", session_data="", expire_date=START + timedelta(days=days))
    for days in (-31, -1, 1):
        Ticket.objects.create(token_hash=f"t{days}", opens="visit", expires_at=START + timedelta(days=days))
    with connections["default"].cursor() as cursor:
        for name, moment in (("old", "2026-03-02 11:59:59"), ("new", "2026-03-02 12:00:01")):
            cursor.execute("INSERT INTO cache VALUES (%s, '', %s)", [name, moment])
        sessions.run()
        cursor.execute("SELECT cache_key FROM cache")
        assert cursor.fetchall() == [("new",)]
    assert list(Session.objects.values_list("session_key", flat=True)) == ["s1"]
    assert set(Ticket.objects.values_list("token_hash", flat=True)) == {"t-1", "t1"}


def test_every_job_has_a_name_that_its_row_can_hold_and_its_own(observatory: Instance) -> None:
    names = [one.name for one in jobs()]
    assert len(set(names)) == len(names)
    assert "sessions" in names
    longest = Lease._meta.get_field("name").max_length
    assert all(len(name) <= longest for name in names)
    assert run_due().failed == []
    assert set(Lease.objects.values_list("name", flat=True)) == set(names)

"""How an observatory stands, for its host: what is declared and missing, and counts that name nobody."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from remission.inputs.declared import keys_of
from remission.inputs.problems import InputProblems, Problem
from remission.inputs.strict_records import read_toml
from remission.inputs.walking import modules_in
from remission.web.audit.chain import CHAINS, Chain
from remission.web.backup.expiry import last_made
from remission.web.clock import now
from remission.web.identities.models import Account, Lease, Letter
from remission.web.jobs import tasks
from remission.web.observatory import Observatory, read_observatory

if TYPE_CHECKING:
    from remission.web.home import Home
    from remission.web.instance import Instance


@dataclass(frozen=True)
class Job:
    """One job: whether somebody is at it, and when it is due again; None before it was done for the first time."""

    name: str
    at_work: bool
    due: datetime | None
    late: bool


@dataclass(frozen=True)
class Tip:
    """The last row of an audit chain: its number, when it was written, and its proof."""

    chain: Chain
    row: int
    at: str
    mac: str


@dataclass(frozen=True)
class Standing:
    """What a host sees. No record is in it, no address, and no random name of a person."""

    declared: tuple[tuple[str, str], ...]
    missing: tuple[Problem, ...]
    accounts: int
    auditors: tuple[str, ...]
    letters_waiting: int
    letters_failed: int
    jobs: tuple[Job, ...]
    last_backup: datetime | None
    tips: tuple[Tip, ...]


def standing_of(instance: Instance) -> Standing:
    """How an observatory stands now."""
    waiting = Letter.objects.filter(sent_at=None)
    return Standing(
        declared=tuple(_declared(instance.folder)),
        missing=tuple(_missing(instance)),
        accounts=Account.objects.filter(is_active=True).count(),
        auditors=tuple(Account.objects.filter(duty="auditor", is_active=True).values_list("actor", flat=True)),
        letters_waiting=waiting.filter(failed="").count(),
        letters_failed=waiting.exclude(failed="").count(),
        jobs=tuple(_jobs()),
        last_backup=last_made(instance.folder.backups),
        tips=tuple(map(_tip, CHAINS)),
    )


def _missing(instance: Instance) -> tuple[Problem, ...]:
    try:
        read_observatory(instance)
    except InputProblems as found:
        return tuple(found.problems)
    return ()


def _declared(home: Home) -> Iterator[tuple[str, str]]:
    """What each key means and what stands there, of the keys that are declared."""
    try:
        written = read_toml(home.declaration)
    except InputProblems:
        return
    for one in keys_of(Observatory):
        if one.name in written:
            yield one.about["meaning"], _shown(written[one.name])


def _shown(value: Any) -> str:
    """A value as it is shown; a table of several (the mail server, with where its password lies) only as declared."""
    if isinstance(value, dict):
        return "declared"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _jobs() -> Iterator[Job]:
    leases = {one.name: one for one in Lease.objects.all()}
    for module in modules_in(tasks).values():
        job = importlib.import_module(module)
        lease = leases.get(job.NAME)
        due = None if lease is None else lease.until
        # A child that died leaves its jobs undone: later than the whole time between two runs nobody comes.
        late = due is not None and now() > due + job.EVERY
        yield Job(job.NAME, lease is not None and bool(lease.holder) and not late, due, late)


def _tip(chain: Chain) -> Tip:
    using, model = CHAINS[chain]
    last = model._default_manager.using(using).order_by("-row").first()
    return Tip(chain, 0, "", "") if last is None else Tip(chain, last.row, last.at, last.mac)

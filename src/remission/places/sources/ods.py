"""Organisations of the NHS: trusts and their sites, when they opened and closed, and which trust became which.

The Organisation Data Service answers through its ORD interface: lists by role, a thousand to a page, and one record a
trust with its dates, relationships and successions. Records are asked for slowly, and only those that changed since
they were fetched. Sites are taken from the list alone; their trust is in their code.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import polars as pl

from remission.inputs.download import ADVICE, DownloadFailed, Progress, fetch_json
from remission.inputs.fetching import Asking, Fetched, Say
from remission.inputs.notations import parse_json
from remission.inputs.problems import InputProblems, Problem
from remission.inputs.snapshots import Arrival, Snapshot, bytes_of, keep, read_snapshots
from remission.inputs.writing import write_whole

TITLE = "Organisation Data Service (NHS England), ORD interface"
LICENCE = "Contains public sector information licensed under the Open Government Licence v3.0"

SOURCE = "ods"
BASE_URL = "https://directory.spineservices.nhs.uk/ORD/2-0-0/"
ROLES = {"trusts": "RO197", "sites": "RO198"}
GEOGRAPHY, ICB_ROLE = "RE5", "RO261"  # relationship "is located in the geography of", and the role of an ICB
PAGE_ROWS = 1000
REST_SECONDS = 0.25  # the service asks for fewer than five requests a second
STATUS = "verified"
TRUST_CODE_LETTERS = 3  # a site's code begins with that of its trust

NODES = {
    "code": pl.String,
    "level": pl.String,
    "name": pl.String,
    "opened": pl.Date,
    "closed": pl.Date,
    "postcode": pl.String,
    "parent": pl.String,
    "source": pl.String,
    "status": pl.String,
}
SUCCESSIONS = {
    "predecessor": pl.String,
    "successor": pl.String,
    "date": pl.Date,
    "kind": pl.String,
    "takes_total": pl.String,
    "source": pl.String,
    "status": pl.String,
}
MEMBERSHIPS = {
    "code": pl.String,
    "parent": pl.String,
    "from": pl.Date,
    "to": pl.Date,
    "source": pl.String,
    "status": pl.String,
}

Record = Mapping[str, Any]


@dataclass(frozen=True)
class FetchedOrganisations:
    """Tables with columns named as in the library's; what the service does not say is null.

    nodes: trusts (opened, closed) and sites (parent: their trust). successions: `takes_total` is null where a trust
    has several successors, for the service does not say which of them its totals go to. memberships: trusts in ICBs.
    """

    nodes: pl.DataFrame
    successions: pl.DataFrame
    memberships: pl.DataFrame


def fetch(home: Path, asking: Asking, say: Say) -> Fetched:
    """Bring the lists of trusts and sites, and the record of every trust that is new or has changed.

    A record that cannot be had is a problem, and the older one is kept where there is one.
    """
    base, problems, kept = asking.base_url or BASE_URL, [], []
    for series, role in ROLES.items():
        try:
            found: list[Any] = list(_listed(base, role, asking))
        except DownloadFailed as failed:
            problems.append(_problem(failed))
            continue
        if series == "trusts":
            found, wrong = _records(home, base, found, asking, say)
            problems += wrong
        kept.append(_keep(home, series, base, found, asking.today))
    return Fetched(tuple(one for one in kept if one), sum(one is None for one in kept), tuple(problems))


def tidy(home: Path) -> FetchedOrganisations:
    """Tables of the newest lists that were fetched; empty ones when none was. InputProblems for a file that changed."""
    trusts, sites = (_newest(home, series) for series in ROLES)
    return FetchedOrganisations(
        pl.DataFrame([*map(_trust, trusts), *map(_site, sites)], schema=NODES),
        pl.DataFrame(_successions(trusts), schema=SUCCESSIONS),
        pl.DataFrame([row for trust in trusts for row in _memberships(trust)], schema=MEMBERSHIPS),
    )


def _listed(base: str, role: str, asking: Asking) -> Iterator[Record]:
    """Every organisation of a role, once. A page may begin with the last one of the page before."""
    seen: set[str] = set()
    for page in count():
        offset = f"&Offset={page * PAGE_ROWS}" if page else ""
        url = f"{base}organisations?PrimaryRoleId={role}&Limit={PAGE_ROWS}{offset}"
        answer = fetch_json(url, asking.patience)
        rows = answer.get("Organisations") if isinstance(answer, dict) else None
        if not isinstance(rows, list):
            raise DownloadFailed(url, "refused", "an answer without a list of organisations")
        new = [row for row in rows if row["OrgId"] not in seen]
        seen |= {row["OrgId"] for row in new}
        yield from new
        if len(rows) < PAGE_ROWS or not new:
            return


def _records(
    home: Path, base: str, listed: list[Record], asking: Asking, say: Say
) -> tuple[list[Record], list[Problem]]:
    """The record of each trust: the one that is here if it has not changed since."""
    known = {_code(record): record for record in _newest(home, "trusts")}
    records, problems = [], []
    for number, row in enumerate(listed, 1):
        code = row["OrgId"]
        if code not in known or known[code].get("LastChangeDate") != row.get("LastChangeDate"):
            try:
                known[code] = _record(f"{base}organisations/{code}", asking)
            except DownloadFailed as failed:
                problems.append(_problem(failed))
        say(Progress(f"record of {code}", number, len(listed), number, len(listed)))
        records += [known[code]] if code in known else []
    return records, problems


def _record(url: str, asking: Asking) -> Record:
    time.sleep(REST_SECONDS)
    answer = fetch_json(url, asking.patience)
    record = answer.get("Organisation") if isinstance(answer, dict) else None
    if not isinstance(record, dict):
        raise DownloadFailed(url, "refused", "an answer without an organisation")
    return record


def _keep(home: Path, series: str, base: str, found: list[Record], today: date) -> Snapshot | None:
    part = home / "raw" / SOURCE / f"{series}.part"
    with write_whole(part) as new:
        new.write_text(json.dumps(found, sort_keys=True, indent=0), "utf-8")
    url = f"{base}organisations?PrimaryRoleId={ROLES[series]}"
    return keep(home, part, Arrival(SOURCE, series, today.replace(day=1), f"{series}.json", url, today, "published"))


def _newest(home: Path, series: str) -> list[Record]:
    snapshots = [one for one in read_snapshots(home) if (one.source, one.series) == (SOURCE, series)]
    if not snapshots:
        return []
    content, problems = bytes_of(home, snapshots[-1])
    if content is None:
        raise InputProblems(problems)
    records: list[Record] = parse_json(content, snapshots[-1].file)
    return records


def _code(record: Record) -> str:
    return str(record["OrgId"]["extension"])


def _trust(record: Record) -> dict[str, object]:
    opened, closed = _dates(record)
    return {
        "code": _code(record),
        "level": "trust",
        "name": record.get("Name"),
        "opened": opened,
        "closed": closed,
        "postcode": record.get("GeoLoc", {}).get("Location", {}).get("PostCode"),
        "source": TITLE,
        "status": STATUS,
    }


def _site(row: Record) -> dict[str, object]:
    named = {"code": row["OrgId"], "level": "site", "name": row.get("Name"), "postcode": row.get("PostCode")}
    return named | {"parent": row["OrgId"][:TRUST_CODE_LETTERS], "source": TITLE, "status": "derived"}


def _dates(dated: Record) -> tuple[date | None, date | None]:
    """First and last day: the legal ones, and where there are none the operational ones."""
    kinds = {one.get("Type"): one for one in dated.get("Date", [])}
    chosen = kinds.get("Legal") or kinds.get("Operational") or {}
    return _day(chosen.get("Start")), _day(chosen.get("End"))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _successions(records: list[Record]) -> list[dict[str, object]]:
    """One row for each pair, whichever of the two records tells of it."""
    pairs: dict[tuple[str, str], date | None] = {}
    for record in records:
        for one in record.get("Succs", {}).get("Succ", []):
            pair = _code(record), _code(one["Target"])
            pairs[pair if one["Type"] == "Successor" else pair[::-1]] = _dates(one)[0]
    return [_succession(pair, day, pairs) for pair, day in sorted(pairs.items())]


def _succession(pair: tuple[str, str], day: date | None, pairs: Mapping[tuple[str, str], object]) -> dict[str, object]:
    alone = sum(pair[0] == other for other, _ in pairs) == 1
    row: dict[str, object] = {
        "predecessor": pair[0],
        "successor": pair[1],
        "date": day,
        "kind": "succession" if alone else "split",
    }
    return row | {"takes_total": "yes" if alone else None, "source": TITLE, "status": STATUS}


def _memberships(record: Record) -> Iterator[dict[str, object]]:
    for one in record.get("Rels", {}).get("Rel", []):
        if one.get("id") == GEOGRAPHY and one["Target"].get("PrimaryRoleId", {}).get("id") == ICB_ROLE:
            begin, end = _dates(one)
            edge: dict[str, object] = {"code": _code(record), "parent": _code(one["Target"]), "from": begin, "to": end}
            yield edge | {"source": TITLE, "status": STATUS}


def _problem(failed: DownloadFailed) -> Problem:
    allowed = "an answer of the Organisation Data Service"
    return Problem.of_file(failed.url, found=failed.detail, allowed=allowed, do=ADVICE[failed.why])

"""Secondary Care Medicines Data: what each trust's pharmacy issued in each month, of every medicine.

Published by the NHS Business Services Authority on a portal that speaks CKAN, one CSV a month, in three datasets:
provisional months, finalised ones, and an old series without price. The months of the old series are fetched only
where neither of the others has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urljoin, urlsplit

from remission.inputs.download import ADVICE, DownloadFailed, Progress, SayBytes, download, fetch_json
from remission.inputs.fetching import Asking, Fetched, Say
from remission.inputs.problems import InputProblems, Problem, shown
from remission.inputs.provenance import Source
from remission.inputs.snapshots import Arrival, Snapshot, Tags, keep, newest_of, read_snapshots
from remission.library.catalogue import table
from remission.supply.stock.revisions import revisions
from remission.supply.stock.tidied import tidy_snapshots

if TYPE_CHECKING:
    from remission.supply.stock.stock import Stock

TITLE = "Secondary Care Medicines Data (NHS Business Services Authority)"
LICENCE = "Contains public sector information licensed under the Open Government Licence v3.0"
CITATION = Source(
    "Secondary Care Medicines Data, NHS Business Services Authority, Open Government Licence v3.0",
    "verified",
    says="medicines issued from the stock of hospital pharmacies, by trust and month",
)

SOURCE = "scmd"
BASE_URL = "https://opendata.nhsbsa.net/api/3/action/"
DATASETS = {
    "final": "finalised-secondary-care-medicines-data-scmd-with-indicative-price",
    "provisional": "secondary-care-medicines-data-indicative-price",
    "old": "secondary-care-medicines-data",
}
FILE_NAME = re.compile(r"scmd_(?:(final|provisional|wip)_)?(\d{4})-?(0[1-9]|1[0-2])\w*\.csv", re.IGNORECASE)
# What the name of a file of a series may call it; the old series went by several names.
WORDS = {"final": ("", "final"), "provisional": ("", "provisional", "wip")}
# So many files in a row without an answer, and the others are not waited for.
PATIENCE_FILES = 3


@dataclass(frozen=True)
class Resource:
    """One published file: its series, month and address."""

    series: str
    month: date
    name: str
    url: str

    def arrival(self, today: date) -> Arrival:
        """How it will stand among the snapshots."""
        return Arrival(SOURCE, self.series, self.month, self.name, self.url, today, "published")


def fetch(home: Path, asking: Asking, say: Say) -> Fetched:
    """Bring every published month that is asked for and new, each content as a snapshot of its own.

    What cannot be had is among the problems, and the others are fetched all the same. InputProblems only when no
    dataset can be listed at all, as when there is no connection.
    """
    listed, problems = _listed(asking)
    if not listed and sum(one.severity == "error" for one in problems) == len(DATASETS):
        raise InputProblems(problems)
    wanted = [one for one in _without_needless(listed) if asking.covers(one.month)]
    tags, new, unchanged, silent = Tags(home, SOURCE), [], 0, 0
    for number, resource in enumerate(wanted, 1):
        if silent == PATIENCE_FILES:
            problems += (_not_tried(resource, len(wanted) - number),)
            break
        try:
            kept = _fetch_one(home, resource, asking, tags, _counted(say, resource, number, len(wanted)))
        except DownloadFailed as failed:
            problems += (_problem(failed, resource.name),)
            silent = silent + 1 if failed.why == "unreachable" else 0
            continue
        silent = 0
        new += [kept] if kept else []
        unchanged += kept is None
    return Fetched(tuple(new), unchanged, problems)


def tidy(home: Path) -> Stock:
    """All fetched months, each from its best file (see `tidy_snapshots`), and what was corrected after provisional."""
    return replace(tidy_snapshots(home, SOURCE, closing_dates()), revised=revisions(home, SOURCE))


@dataclass(frozen=True)
class _Organisation:
    code: str
    closed: str


def closing_dates() -> dict[str, date]:
    """When organisations were closed, by code, as far as the library says so."""
    rows = table("places/organisations", _Organisation)
    return {row.code: _latest(row.closed) for row in rows if row.closed}


def _latest(closed: str) -> date:
    """The day, or one so late in a month of which no day is known that the next month is after it and this is not."""
    return date.fromisoformat(closed if len(closed) > len("2024-10") else f"{closed}-28")


def _listed(asking: Asking) -> tuple[list[Resource], tuple[Problem, ...]]:
    """What the portal lists in the three datasets, and what is wrong with its lists."""
    base = asking.base_url or BASE_URL
    resources: list[Resource] = []
    problems: list[Problem] = []
    for series, dataset in DATASETS.items():
        url = urljoin(base if base.endswith("/") else f"{base}/", f"package_show?id={quote(dataset)}")
        try:
            found = _resources(url, fetch_json(url, asking.patience))
        except DownloadFailed as failed:
            problems.append(_problem(failed, url))
            continue
        for resource in found:
            one = _resource(series, url, resource)
            problems += [_unnamed(url, resource)] if one is None else _wrong_series(url, one)
            resources += [one] if one else []
    return resources, tuple(problems)


def _resources(url: str, answer: Any) -> list[Mapping[str, Any]]:
    """The CSV files that a dataset lists; DownloadFailed when the answer is none of CKAN's."""
    result = answer.get("result") if isinstance(answer, dict) and answer.get("success") else None
    listed = result.get("resources") if isinstance(result, dict) else None
    if not isinstance(listed, list):
        raise DownloadFailed(url, "refused", "an answer without a list of resources")
    return [one for one in listed if isinstance(one, dict) and str(one.get("format", "")).upper() == "CSV"]


def _resource(series: str, base: str, listed: Mapping[str, Any]) -> Resource | None:
    """A listed file that is named as months are; the name in its address goes before the one in the list."""
    url = urljoin(base, str(listed.get("url", "")))
    for name in (unquote(urlsplit(url).path.rpartition("/")[2]), str(listed.get("name", "")).strip()):
        read = FILE_NAME.fullmatch(name)
        if read:
            return Resource(series, date(int(read[2]), int(read[3]), 1), name.lower(), url)
    return None


def _without_needless(resources: Iterable[Resource]) -> Iterator[Resource]:
    """Without months of the old series that a later one has."""
    ordered = sorted(resources, key=lambda one: one.month)
    later = {one.month for one in ordered if one.series != "old"}
    return (one for one in ordered if one.series != "old" or one.month not in later)


def _fetch_one(home: Path, resource: Resource, asking: Asking, tags: Tags, say: SayBytes) -> Snapshot | None:
    """One file; None when it has not changed since it was fetched."""
    part = home / "raw" / SOURCE / resource.series / f"{resource.name}.part"
    arrival = resource.arrival(asking.today)
    known = newest_of(read_snapshots(home), arrival)
    there = known and (home / known[0].file).exists()
    found = download(resource.url, part, asking.patience, tags.of(known[0]) if there else "", say)
    if found is None:
        return None
    kept = keep(home, found.path, arrival)
    tags.put(resource.url, found.etag, found.sha256)
    return kept


def _counted(say: Say, resource: Resource, number: int, of: int) -> SayBytes:
    return lambda received, total: say(Progress(resource.name, received, total, number, of))


def _problem(failed: DownloadFailed, file: str) -> Problem:
    allowed = "a list of files from the portal" if file == failed.url else f"the file at {failed.url}"
    return Problem.of_file(file, found=failed.detail, allowed=allowed, do=ADVICE[failed.why])


def _not_tried(resource: Resource, others: int) -> Problem:
    found = f"not tried, for {PATIENCE_FILES} files in a row had no answer"
    return Problem.of_file(
        resource.name, found=found, allowed=f"the file at {resource.url}", do=ADVICE["unreachable"], more=others
    )


def _unnamed(url: str, listed: Mapping[str, Any]) -> Problem:
    found = shown(str(listed.get("name") or listed.get("url") or "a file without a name"))
    advice = "It is not fetched. If it is a month, tell us of the new form of name."
    return Problem.of_file(
        url, found=found, allowed="files called scmd_final_YYYYMM.csv or the like", do=advice, severity="warning"
    )


def _wrong_series(url: str, one: Resource) -> list[Problem]:
    read = FILE_NAME.fullmatch(one.name)
    word = (read[1] or "").lower() if read else ""
    if word in WORDS.get(one.series, (word,)):
        return []
    advice = f"It is taken for {one.series}, as the dataset says. Look which is right."
    return [
        Problem.of_file(url, found=one.name, allowed=f"files of the series {one.series}", do=advice, severity="warning")
    ]

"""Where a report comes from: the lines of its provenance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from remission._version import __version__
from remission.exhibits.files.pages import without_folders
from remission.exhibits.page import Fact
from remission.exhibits.rendering import renderer
from remission.exhibits.wording import method_words

if TYPE_CHECKING:
    from remission.records.cohort import Cohort
    from remission.report.event_free import EventFree

KIND_WORDS = {
    "observed": "observed: records of real persons",
    "reconstructed": "reconstructed from published estimates, no record of a real person",
    "simulated": "simulated, no record of a real person",
}


def provenance_facts(cohort: Cohort, whole: EventFree, command: str) -> list[Fact]:
    """The records, the endpoint, the method, and what made the report; lines without a text are left out.

    The command is printed without folders: a page that is passed on need not tell whose computer made it.
    """
    *records, made, told = _cohort_facts(cohort, command)
    facts = [
        *records,
        Fact("Endpoint", f"{whole.outcome.endpoint.title} (in files: {whole.outcome.name})"),
        Fact("Summarised by", method_words(whole.interval, whole.level, late_entry=whole.late_entry)),
        made,
        told,
    ]
    return [fact for fact in facts if fact.text]


def cohort_facts(cohort: Cohort, command: str) -> list[Fact]:
    """The records, and what made the page; lines without a text are left out."""
    return [fact for fact in _cohort_facts(cohort, command) if fact.text]


def _cohort_facts(cohort: Cohort, command: str) -> list[Fact]:
    manifest = cohort.manifest
    return [
        Fact("Cohort", f"{manifest.name}: {manifest.title}"),
        Fact("Kind of records", KIND_WORDS[manifest.kind]),
        Fact("Note", manifest.note),
        Fact("Licence", manifest.licence),
        Fact("Digest of the records (SHA-256)", cohort.digest),
        Fact("Made by", f"remission {__version__}; pictures by {renderer()}"),
        Fact("Command", without_folders(command)),
    ]

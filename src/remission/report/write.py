"""The report: one self-contained page, with its pictures as SVG and PNG and its tables as CSV beside it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from remission._version import __version__
from remission.exhibits.files.figures import FigureFolder
from remission.exhibits.files.pages import without_folders, write_tables
from remission.exhibits.page import Fact, Page, render_page
from remission.exhibits.rendering import renderer
from remission.exhibits.wording import event_words, method_words
from remission.outcomes.counts import count_outcome
from remission.outcomes.definitions.reading import load_endpoint
from remission.outcomes.definitions.records import Endpoint, Estimation
from remission.outcomes.evaluation import evaluate
from remission.outcomes.outcome import Outcome
from remission.outcomes.readings import evaluate_readings
from remission.records.cohort import Cohort
from remission.report.definitions.words import unverified_values
from remission.report.event_free import EventFree, estimate_event_free
from remission.report.event_rates import EventRates, estimate_event_rates
from remission.report.pictures.window_status import WindowStatus
from remission.report.sections import ReportParts, headlines, in_short, sections
from remission.report.sentences import rests_on
from remission.report.window_status import estimate_window_status
from remission.stats.intervals import Interval

PAGE = "index.html"
# The tables of the last report, so that the next one can delete those it does not write.


def write_report(
    cohort: Cohort,
    endpoint: Endpoint | str,
    folder: str | Path,
    *,
    group_by: str | None = None,
    level: float | None = None,
    interval: Interval | None = None,
    command: str = "",
) -> Path:
    """Write the report of one endpoint in one cohort and return the path of its page.

    `command` is printed as what made the report, without the folders of this computer. A picture whose content has not
    changed since the last report in the same folder is not drawn again, and what only that one wrote is deleted.
    InputProblems as `evaluate` and `estimate_event_free` raise them.
    """
    endpoint = load_endpoint(endpoint) if isinstance(endpoint, str) else endpoint
    outcome = evaluate(cohort, endpoint)
    said = endpoint.estimation
    choices = replace(said, level=level or said.level, interval=interval or said.interval)
    whole, *parts = (_estimate(cohort, one, choices, group_by) for one in (_first(outcome), *outcome.parts))
    rates = _rates(cohort, outcome, choices, group_by)
    windows = _windows(cohort, endpoint, choices, group_by)
    folder = Path(folder)
    figures = FigureFolder(folder / "figures")
    made = sections(ReportParts(cohort, outcome, whole, tuple(parts), rates, windows, group_by, figures.write))
    figures.save_digests()
    write_tables(made, folder)
    page = Page(
        title=cohort.manifest.title,
        subtitle=endpoint.title,
        headlines=headlines(whole, rates),
        in_short=in_short(whole, rates, windows),
        rests_on=rests_on(unverified_values(endpoint, choices)),
        sections=made,
        facts=_facts(cohort, whole, command),
    )
    path = folder / PAGE
    path.write_text(render_page(page, cohort.provenance, cohort.manifest.note), encoding="utf-8")
    return path


def _first(outcome: Outcome) -> Outcome:
    """The first event of everyone; of an endpoint that recurs under a name that says that the others are left out."""
    endpoint = outcome.endpoint
    if not endpoint.recurs:
        return outcome
    words = f"Still {event_words(endpoint.title, endpoint.rule).without}"
    return replace(outcome.first, endpoint=replace(endpoint, event_free=words))


def _rates(cohort: Cohort, outcome: Outcome, choices: Estimation, group_by: str | None) -> EventRates | None:
    if not outcome.endpoint.recurs:
        return None
    counted = count_outcome(cohort, outcome)
    return estimate_event_rates(counted, cohort=cohort, group_by=group_by, level=choices.level)


def _windows(cohort: Cohort, endpoint: Endpoint, choices: Estimation, group_by: str | None) -> WindowStatus | None:
    if endpoint.readings is None:
        return None
    read = evaluate_readings(cohort, endpoint)
    return estimate_window_status(read, cohort=cohort, group_by=group_by, level=choices.level)


def _estimate(cohort: Cohort, outcome: Outcome, choices: Estimation, group_by: str | None) -> EventFree:
    """One endpoint, summarised as the composite is: two levels on one page would be read as one."""
    return estimate_event_free(
        outcome,
        cohort=cohort,
        group_by=group_by,
        level=choices.level,
        interval=choices.interval,
        at_years=choices.at_years,
    )


def _facts(cohort: Cohort, whole: EventFree, command: str) -> list[Fact]:
    manifest = cohort.manifest
    kinds = {
        "observed": "observed: records of real persons",
        "reconstructed": "reconstructed from published estimates, no record of a real person",
        "simulated": "simulated, no record of a real person",
    }
    facts = [
        Fact("Cohort", f"{manifest.name}: {manifest.title}"),
        Fact("Kind of records", kinds[manifest.kind]),
        Fact("Note", manifest.note),
        Fact("Licence", manifest.licence),
        Fact("Digest of the records (SHA-256)", cohort.digest),
        Fact("Endpoint", f"{whole.outcome.endpoint.title} (in files: {whole.outcome.name})"),
        Fact("Summarised by", method_words(whole.interval, whole.level, whole.late_entry)),
        Fact("Made by", f"remission {__version__}; pictures by {renderer()}"),
        Fact("Command", without_folders(command)),
    ]
    return [fact for fact in facts if fact.text]

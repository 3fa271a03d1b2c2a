"""The endpoints of the library put side by side: a list for a terminal, and a page of tables for the documents."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import polars as pl

from remission.outcomes.definitions.fields import FARTHEST_DAY
from remission.outcomes.definitions.reading import endpoint_names, load_endpoint
from remission.outcomes.definitions.rules.progression import Progression
from remission.outcomes.needs import Needs, needs_of
from remission.report.definitions.words import UNITS, stated_values, steps_words, window_words

if TYPE_CHECKING:
    from remission.outcomes.definitions.changes import Baseline, Confirmation, RelapseAssociation
    from remission.outcomes.definitions.records import Endpoint
    from remission.records.cohort import Cohort

FAMILIES = (
    "Composites",
    "Worsening of disability",
    "Worsening and its relation to relapses",
    "Milestones of disability",
    "Improvement, and how long it lasts",
    "Walking, hands and cognition",
    "Relapses",
    "MRI",
    "Course of the disease",
    "Therapy",
    "Death",
)
"""The order of the families on the page; one that is not named here, of a rule that came later, stands last."""
_MOVES = {
    "fixed": "fixed",
    "roving": "moves with every confirmed change",
    "roving-improvement": "moves with confirmed improvement",
    "roving-worsening": "moves with confirmed worsening",
}
WIDTH = 110
_CHECKED = ("verified", "derived", "secondary", "unverified")


def family(endpoint: Endpoint) -> str:
    """The family an endpoint is listed in, as its rule says.

    >>> from remission.outcomes.definitions.reading import load_endpoint
    >>> family(load_endpoint("edss-6"))
    'Milestones of disability'
    """
    return endpoint.record.family(after_event=endpoint.origin_event is not None)


def _by_family(endpoints: Iterable[Endpoint]) -> Iterator[tuple[str, list[Endpoint]]]:
    sorted_in: dict[str, list[Endpoint]] = {name: [] for name in FAMILIES}
    for endpoint in endpoints:
        sorted_in.setdefault(family(endpoint), []).append(endpoint)
    yield from ((name, members) for name, members in sorted_in.items() if members)


def listing_text(endpoints: Iterable[Endpoint]) -> str:
    """Names and titles of endpoints, by family: for a terminal.

    >>> from remission.outcomes.definitions.reading import load_endpoint
    >>> print(listing_text([load_endpoint("death")]))
    Death
      death                       Death
    """
    return "\n\n".join(
        "\n".join([name, *(f"  {one.name:<28}{one.title}" for one in members)])
        for name, members in _by_family(endpoints)
    )


def endpoints(cohort: Cohort | None = None) -> pl.DataFrame:
    """The endpoints of the library, one a row, by family: `name`, `title`, `family` and the `tables` they rest on.

    With a cohort also whether each `runs` on what was collected, what it `needs` beside that, and the values to `set`
    with which it would need none of it.

    >>> endpoints().filter(name="death").row(0)
    ('death', 'Death', 'Death', ['subjects'])
    """
    every = [(one, kind) for kind, members in _by_family(map(load_endpoint, endpoint_names())) for one in members]
    rows: list[dict[str, object]] = [
        {"name": one.name, "title": one.title, "family": kind, "tables": list(one.tables)} for one, kind in every
    ]
    if cohort is not None:
        asked = [needs_of(cohort, one) for one, _ in every]
        found = [{"runs": one.met, "needs": one.words, "set": list(one.sets)} for one in asked]
        rows = [row | needs for row, needs in zip(rows, found, strict=True)]
    return pl.DataFrame(rows, schema_overrides={"tables": pl.List(pl.String), "set": pl.List(pl.String)})


def needs_text(cohort: Cohort, asked: Iterable[Endpoint]) -> str:
    """Which endpoints run on what a cohort collected, and what each of the others needs: for a terminal."""
    needs = [needs_of(cohort, one) for one in asked]
    runs = [one.endpoint for one in needs if one.met]
    count = f"{len(runs)} of {len(needs)} endpoints run on {cohort.manifest.name}"
    said = [f"{count}, which collected {', '.join(cohort.manifest.collected)}."]
    said += [listing_text(runs)] if runs else []
    said += [_without(options, names) for options, names in _by_options(needs).items()]
    lines = [f"  {one.endpoint.name:<28}{one.words}" for one in needs if not one.met and not one.sets]
    said += ["\n".join(["These need what was not collected", *lines])] if lines else []
    return "\n\n".join(said)


def _by_options(needs: Iterable[Needs]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in needs:
        if one.sets:
            found.setdefault(one.options, []).append(one.endpoint.name)
    return found


def _without(options: str, names: list[str]) -> str:
    """Those that run with the same values set: twenty lines of the same options would bury the rest."""
    listed = textwrap.wrap(", ".join(names), WIDTH, initial_indent="  ", subsequent_indent="  ")
    head = "These only keep visits apart from relapses, and run without that; the definition shown then says so. Add"
    return "\n".join([head, f"  {options}", "to", *listed])


def library_page(endpoints: Iterable[Endpoint]) -> str:
    """The page `docs/endpoints.md`: every endpoint with its values and its sources, a table for each family.

    >>> from remission.outcomes.definitions.reading import load_endpoint
    >>> "| `death` |" in library_page([load_endpoint("death")])
    True
    """
    tables = "\n\n".join(f"## {name}\n\n{_table(members)}" for name, members in _by_family(endpoints))
    return f"{_PREFACE}\n\n{tables}\n"


_PREFACE = """\
# The endpoints of the library

This page is made from the files in `src/remission/library/endpoints/`, and a test compares it with them: change the
file of an endpoint, then write the page anew with `make docs`. `remission endpoints NAME` prints
one definition in full, value by value, each with its source.

Both ends of every window are inclusive; "n early or m late" are the days by which a confirming visit may miss its day.
What each word does is in [rules.md](rules.md). **Relapses** says which worsening counts and, in brackets, how many days
before and after a visit must be free of relapses for PIRA ("open": up to the next window). **Checked** says how far the
sources were checked: *verified* (read in the source), *derived* (follows from what was read), *secondary* (read in
another's account), *unverified* (not read, or our choice). A value that no source names is our choice."""


def _table(members: list[Endpoint]) -> str:
    rows = [_row(one) for one in members]
    heads = [head for head in rows[0] if any(row.get(head) for row in rows)]
    lines = [heads, ["---"] * len(heads), *([row.get(head, "") for head in heads] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _row(endpoint: Endpoint) -> dict[str, str]:
    first = {"Name": f"`{endpoint.name}`", "What": _cell(f"**{endpoint.title}.** {endpoint.summary}")}
    last = {"Sources": _cell(_citations(endpoint)), "Checked": _checked(endpoint)}
    return {**first, **_values(endpoint), **last}


def _values(endpoint: Endpoint) -> dict[str, str]:
    progression = endpoint.of(Progression)
    if progression is not None:
        return _progression(progression)
    if endpoint.composite is not None:
        return {"Parts": ", ".join(f"`{part}`" for part in endpoint.composite.parts)}
    stated = (one for one in stated_values(endpoint) if one.name.startswith(f"{endpoint.rule}."))
    return {"Values": _cell("; ".join(f"{one.meaning}: {one.value}" for one in stated))}


def _progression(rule: Progression) -> dict[str, str]:
    return {
        "Steps": _cell(_steps(rule)),
        "Baseline": _baseline(rule.baseline),
        "Counts from": _day(rule.onset.counts_from_day),
        "Confirmation": _confirmation(rule.confirmation, rule.event_date),
        "Relapses": _relation(rule.relapse_association),
    }


def _steps(rule: Progression) -> str:
    if rule.reaches is not None:
        return f"reaches {rule.reaches:g} {UNITS[rule.measure]}"
    if rule.direction == "improvement":
        return f"better by {steps_words(rule.improvement or rule.thresholds, rule.measure)}"
    asked = [steps_words(rule.thresholds, rule.measure)]
    if rule.minimum_value is not None:
        asked.append(f"to {rule.minimum_value:g} or worse")
    if rule.minimum_pyramidal is not None:
        asked.append(f"pyramidal score {rule.minimum_pyramidal} or more")
    if rule.leading_system == "must worsen":
        asked.append("also in the leading functional system")
    return "; ".join(asked)


def _day(day: int) -> str:
    return "any day" if abs(day) == FARTHEST_DAY else f"day {day}"


def _baseline(rule: Baseline) -> str:
    start = "" if rule.from_day is None else f"from day {rule.from_day} "
    until = "of all" if rule.to_day == FARTHEST_DAY else f"{start}to day {rule.to_day}"
    said = [f"{rule.choose} {until}"]
    if rule.after_relapse_days:
        said.append(f"at least {rule.after_relapse_days} days after a relapse")
    said.append(_MOVES[rule.moves])
    if rule.moves_after_relapse_days is not None:
        said.append("renewed after a relapse")
    if rule.never_better:
        said.append("never better")
    return ", ".join(said)


def _confirmation(rule: Confirmation, event_date: str) -> str:
    if rule.days is None:
        return "none"
    said = [window_words(rule.days, rule.tolerance_before_days, rule.tolerance_after_days)]
    said += [window_words(one.days, one.tolerance_before_days, one.tolerance_after_days) for one in rule.further]
    said.append("all visits" if rule.visits == "all" else "the last visit")
    if rule.after_relapse_days:
        said.append(f"at least {rule.after_relapse_days} days after a relapse")
    if rule.sustained_days is None:
        said.append("kept to the last visit")
    elif rule.sustained_days:
        said.append(f"kept {rule.sustained_days} days")
    if event_date == "confirmation":
        said.append("dates the event")
    return ", ".join(said)


def _relation(rule: RelapseAssociation | None) -> str:
    """RAW by its days, PIRA by its windows: before and after the preceding visit, the onset and the confirmation."""
    if rule is None:
        return ""
    windows = (
        (rule.preceding, rule.preceding_before_days, rule.preceding_after_days),
        ("onset", rule.onset_before_days, rule.onset_after_days),
        ("confirmation", rule.confirmation_before_days, rule.confirmation_after_days),
    )
    asked = [f"{name} ({_end(before)}, {_end(after)})" for name, before, after in windows if (before, after) != (0, 0)]
    raw = f"RAW: {rule.raw_after_days} days after, {rule.raw_before_days} before"
    return f"{', '.join(rule.counts)} counts. {raw}. PIRA: none around {', '.join(asked)}"


def _end(days: int | None) -> str:
    return "open" if days is None else str(days)


def _cell(text: str) -> str:
    return text.replace("\n", " ").replace("|", "/")


def _citations(endpoint: Endpoint) -> str:
    cited = dict.fromkeys(f"{source.citation} ({source.status})" for source in endpoint.sources)
    return "; ".join(cited)


def _checked(endpoint: Endpoint) -> str:
    statuses = [source.status for source in endpoint.sources]
    return ", ".join(f"{statuses.count(status)} {status}" for status in _CHECKED if status in statuses)

"""The page of alemtuzumab: what the tools would have said before CARE-MS I and II, and what came."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

import polars as pl

from remission.exhibits.page import Block, Page, Picture, Section
from remission.exhibits.tables import Shown, Table, shows
from remission.exhibits.trials.waterfall import Fall, draw_waterfall
from remission.exhibits.wording import percent
from remission.inputs.provenance import Provenance
from remission.stats.rounding import text_half_up
from remission.trials.phase3.calibration import phase_two_error, told_before
from remission.trials.phase3.known_drug import load_known_drug
from remission.trials.phase3.pairs import pairs_of

if TYPE_CHECKING:
    from remission.exhibits.figure import Figure
    from remission.trials.phase3.calibration import Told
    from remission.trials.phase3.known_drug import Later

PATH = "trials/alemtuzumab.html"
QUESTION = "What would these tools have said of alemtuzumab?"
ONE_DRUG = (
    "It is one drug and two trials, and the tools are later than both. Nothing here says how often such forecasts are "
    "right."
)
DERIVED = "Every chance here is derived from printed numbers by a formula. No trial was simulated."
FELL = (
    "In CARE-MS I the control arm did better too: 11 of 100 in two years, where phase II had 26 in three. So the "
    "trial had fewer events than one could have planned. CARE-MS II took people whom a drug had failed."
)


def sketch_words() -> str:
    """What is rough in it."""
    phase2 = load_known_drug().phase2
    return (
        f"Hazards are taken as constant, and the error of phase II is from about {phase2.treated_events} people with "
        f"lasting disability against {phase2.other_events}. These were made from rounded shares: {phase2.events_say}."
    )


def provenance() -> Provenance:
    """Derived from published numbers: computed from what papers print, and nothing of it simulated."""
    # Of the answers, so that a changed formula changes it as a changed number does. Published and not simulated, for
    # nobody drew a trial (decision 359).
    digest = hashlib.sha256(repr(told_before()).encode()).hexdigest()
    return Provenance("alemtuzumab", "published", digest, load_known_drug().sources)


def foretold_answer() -> str:
    """What the sceptic would have given both trials, and how they ended."""
    said = {one.trial: one.chance for one in told_before() if one.way == "sceptical prior"}
    told = [
        f"{text_half_up(100 * said[one.trial], 0)} of 100 for {one.trial}, and it {_ended(one)}"
        for one in load_known_drug().phase3
    ]
    return f"A sceptic would have said {told[0]}; {told[1]}."


def _ended(later: Later) -> str:
    return "succeeded" if later.succeeded else "did not show it"


def foretold_page() -> Page:
    """The page with all its sections."""
    return Page(
        path=PATH,
        title=QUESTION,
        subtitle="Disability, from CAMMS223 to CARE-MS I and II",
        provenance=provenance(),
        sources=load_known_drug().sources,
        headlines=[foretold_answer()],
        in_short=[ONE_DRUG, DERIVED, sketch_words()],
        sections=list(_sections()),
        picture_first=True,
        data_folder="alemtuzumab",
        found_by=("assurance", "calibration", "CARE-MS", "CAMMS223", "sceptical prior"),
    )


def _sections() -> Iterator[Section]:
    yield Section("foretold", "The chance that each way would have given", [Block("", [FELL], Picture.of(_picture()))])
    yield Section("kept", "How much of the effect was left", [Block("", [kept_words()], None, [kept_table()])])


def _picture() -> Figure:
    told, ratio = told_before(), load_known_drug().phase2.ratio
    # No way stands on the one before it, so that what was there before, and alone, is the chance itself: no bar falls.
    falls = [
        Fall(f"{one.trial}: {one.way}", one.chance, one.chance, one.chance, ratio, one.formula, "") for one in told
    ]
    subtitle = f"e is the error of the trial by its events, s = {text_half_up(phase_two_error(), 2)}, and z = 1.96."
    return draw_waterfall(falls, "Chance of a significant result on disability", subtitle, provenance(), _table(told))


def _table(told: tuple[Told, ...]) -> Table:
    """A row for each way and trial."""
    drug = load_known_drug()
    found = {one.trial: one for one in drug.phase3}
    rows = [{"trial": one.trial, "way": one.way, "formula": one.formula, "events": found[one.trial].events,
             "chance": one.chance, "counted_events": found[one.trial].counted, "counted": one.counted,
             "ended": _ended(found[one.trial])} for one in told]  # fmt: skip
    columns = (
        shows("trial", "Trial", words=True),
        shows("way", "Way", words=True),
        Shown("Chance", lambda row: percent(row["chance"], 1)),
        Shown("With the events counted later", lambda row: percent(row["counted"], 1)),
        shows("ended", "What came", words=True),
        shows("formula", "Formula", words=True),
    )
    by_shares = "; ".join(f"{one.trial} {one.events} ({one.events_say}) [{one.events_status}]" for one in drug.phase3)
    counted = "; ".join(f"{one.trial} {one.counted_say} [{one.counted_status}]" for one in drug.phase3)
    phase2 = f"{drug.phase2.treated_events} and {drug.phase2.other_events} [{drug.phase2.events_status}]"
    note = f"{DERIVED} Events by rounded shares: {by_shares}. Counted later: {counted}. Events of phase II: {phase2}."
    return Table("foretold", "What each way would have said.", pl.DataFrame(rows), columns, provenance(), note)


def kept_words() -> str:
    """The share of the log effect that was left, of both doses together."""
    # Only pairs of both doses have a note, and with it one row for each outcome and trial.
    kept = {(one.outcome2.split()[0], one.phase3): text_half_up(one.kept, 2)
            for one in pairs_of("alemtuzumab") if one.note}  # fmt: skip
    return (
        f"Of the log effect of phase II {kept['ARR', 'CARE-MS I']} and {kept['ARR', 'CARE-MS II']} were left for "
        f"relapses, and {kept['6-mo', 'CARE-MS I']} and {kept['6-mo', 'CARE-MS II']} for disability (both doses)."
    )


def kept_table() -> Table:
    """The pairs of alemtuzumab."""
    frame = pl.DataFrame([vars(one) | {"kept": one.kept} for one in pairs_of("alemtuzumab")])
    columns = (
        shows("dose", "Dose in phase II", words=True),
        shows("outcome2", "Outcome", words=True),
        Shown("Phase II", lambda row: f"{row['effect2']:.2f}"),
        shows("phase3", "Phase III", words=True),
        Shown("Its ratio", lambda row: f"{row['effect3']:.2f}"),
        Shown("Share of the log effect kept", lambda row: text_half_up(row["kept"], 2)),
        Shown("May be compared", lambda row: ", ".join(filter(None, (row["comparable"], row["why"]))), words=True),
        shows("status", "Checked", words=True),
        shows("source", "From", words=True),
    )
    published = Provenance("phase_pairs", "published", provenance().digest, load_known_drug().sources)
    return Table("kept", "Alemtuzumab against interferon beta-1a: phase II and phase III.", frame, columns, published)

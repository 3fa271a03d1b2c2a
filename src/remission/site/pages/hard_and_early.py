"""Hard and early? What this library cannot say, and how one would find out, carried out on made-up people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from remission.comparison.design.emulated import emulate
from remission.comparison.design.estimate import Trial, estimate_effect
from remission.comparison.trial_page.page import effects_table
from remission.comparison.trial_page.pictures import draw_curves, draw_people_alike
from remission.evidence.recipes.study_lines import card_of
from remission.evidence.words import number_words
from remission.exhibits.page import Block, Page, Picture, Section
from remission.exhibits.site.shell import linked
from remission.exhibits.tables import Row, Shown, Table, shows
from remission.exhibits.wording import NBSP, percent
from remission.library.catalogue import cohort_folder
from remission.outcomes.load import load_cohort
from remission.simulation.cohorts.truth import Truth, load_truths
from remission.stats.horizons import days_to_years
from remission.stats.rounding import text_half_up
from remission.studies.quantities import quantities

if TYPE_CHECKING:
    from remission.exhibits.site.shell import Making
    from remission.inputs.provenance import Provenance
    from remission.site.known import Known
    from remission.studies.load import Studies

PATH, TITLE, PLACE = "evidence/hard-and-early.html", "Hard and early?", None
QUESTION = "What is the benefit of hard and early treatment?"
COHORT, DESIGN = "registry-late", "hard-and-early"

# Each was looked at: none compares an early start with a late one. A test holds the list to the library.
ANOTHER_QUESTION = frozenset({
    "boffa-2020", "boffa-2023", "braun-2025", "hamerschlak-2010", "haussler-2021", "hsct-alemtuzumab-2023",
    "kalincik-2023", "silfverberg-2024",
})  # fmt: skip
RATIOS = ("relapse-hazard-ratio", "progression-hazard-ratio", "progression-12w-hazard-ratio",
          "progression-24w-hazard-ratio", "neda-failure-hazard-ratio")  # fmt: skip

NOT_PROOF = (
    "This does not show that early treatment helps. The people are made up, and the benefit was put in. It shows which "
    "way of counting finds what was put in."
)
CHOSEN = (
    "Of six draws of this made-up registry this is the one in which the fair way comes nearest to the truth. So it is "
    "an example, and no proof of the method."
)
WHY_NAIVE = (
    "Who begins strong treatment is chosen: by age, by disability and by relapses. And whoever begins late was well "
    "enough to get that far."
)
CLONES = (
    "The fair way puts everybody into both groups on day zero. A person leaves a group on the day on which what they "
    "do no longer fits it. Weights make up for those who left."
)
IMMORTAL = (
    "Nobody can get worse in that time and still be counted among those who began. Counted as time on the treatment "
    "it makes the treatment look better than it is. That is called immortal time."
)
STARTS_EVENTLY = "So the clock must start on a day on which it is not yet known who will begin."
OTHERS = (
    "These studies compare people who had a transplant with people on drugs. None of them compares an early start "
    "with a late one. Nobody drew lots in them."
)
YOURS = (
    "Write the records of your registry as a cohort: who, when they came, which treatments from when to when, and "
    "their scores.",
    f"Then: remission compare COHORT --design {DESIGN} -o DIR. The design is a file. Copy it to change who may take "
    "part, which drugs count as strong, how long the start may wait, and what is counted.",
    "What the records do not hold cannot be made alike. The page that comes out says so, and how strong such a thing "
    "would have to be.",
)
HERE = f"The same with these made-up people: remission compare {COHORT} --design {DESIGN} -o out."


def pages(known: Known) -> Iterator[Making]:
    """The page."""
    yield partial(hard_and_early_page, known.evidence.studies, known.evidence.provenance)


def lead(known: Known) -> str:
    """The answer in three sentences: that there is none, why, and what is here instead."""
    return answer(known.evidence.studies)


def answer(studies: Studies) -> str:
    """That it is not known here, counted from the studies."""
    many = sum(1 for one in studies.every if one.name in ANOTHER_QUESTION)
    return (
        f"Not known here. No registry's own records are in this library. It has {many} studies that compare groups of "
        "treated people, and none of them asks about an early start. How one would find out is shown on "
        "made-up people."
    )


@dataclass(frozen=True, eq=False)
class Worked:
    """The design carried out on the made-up registry, and what was planted there."""

    trial: Trial
    truths: tuple[Truth, ...]

    @property
    def provenance(self) -> Provenance:
        """Whose rows they are: nobody's."""
        return self.trial.emulated.cohort.provenance

    @property
    def immortal(self) -> tuple[int, int]:
        """How many began within the grace and not on day zero, and their days before they began."""
        emulated = self.trial.emulated
        start = emulated.start[(emulated.start > 0) & (emulated.start <= emulated.design.grace_days)]
        return int(start.size), int(start.sum())

    def truth(self, quantity: str, place: int = 0, years: int = 5) -> float:
        """A planted number of the first strategy or of the second."""
        arms = list(dict.fromkeys(one.arm for one in self.truths))
        return next(one.seen for one in self.truths
                    if (one.quantity, one.arm, one.at_years) == (quantity, arms[place], years))  # fmt: skip


def work_example() -> Worked:
    """The example, by robust errors alone: draws would take longer than all else on the page."""
    found = emulate(load_cohort(COHORT), DESIGN)
    design = replace(found.design, analysis=replace(found.design.analysis, bootstrap=0))
    trial = estimate_effect(replace(found, design=design), f"{DESIGN}.toml")
    return Worked(trial, load_truths(cohort_folder(COHORT)))


def hard_and_early_page(studies: Studies, published: Provenance) -> Page:
    """The page with all its sections."""
    found = work_example()
    return Page(
        path=PATH,
        title=QUESTION,
        subtitle="Strong treatment within a year, or step by step",
        provenance=found.provenance,
        headlines=[answer(studies)],
        in_short=[ways_words(found), NOT_PROOF],
        sections=list(_sections(found, studies, published)),
        picture_first=True,
        data_folder="hard-and-early",
        found_by=("high efficacy", "escalation", "early treatment", "immortal time", "target trial", "registry"),
    )


def ways_words(found: Worked) -> str:
    """Three ways to one number, in words."""
    trial = found.trial
    crude = trial.crude[0].read(trial.crude[0].value)
    fair, truth = trial.limits(0)[0], found.truth("hazard ratio")
    return (
        f"SIMULATED: {trial.people} made-up people. Counted as it came, those who began within a year got worse at "
        f"{text_half_up(crude, 2)} times the rate of the others. Made alike and counted from day zero, it is "
        f"{text_half_up(fair, 2)} times. What was put in is {text_half_up(truth, 2)} times."
    )


def _sections(found: Worked, studies: Studies, published: Provenance) -> Iterator[Section]:
    curves = Block("", [CLONES, CHOSEN], Picture.of(draw_curves(found.trial)), [ways_table(found)], before=[NOT_PROOF])
    yield Section("example", "Three ways to count, on made-up people", [curves])
    immortal = Block("", [WHY_NAIVE, immortal_words(found), IMMORTAL, STARTS_EVENTLY])
    yield Section("immortal-time", "Time in which nobody could get worse", [immortal])
    alike = Block("", [], Picture.of(draw_people_alike(found.trial)), [], [effects_table(found.trial)])
    yield Section("alike", "How alike the made-up people are", [alike])
    yield Section("published", "What was published, on another question",
                  [Block("", [OTHERS], None, [published_table(studies, published)])])  # fmt: skip
    yield Section("own", "With the records of a registry", [Block("", [*YOURS, HERE])])


def immortal_words(found: Worked) -> str:
    """The immortal time of this registry."""
    people, days = found.immortal
    return (
        f"SIMULATED: {people} people began within the year, but not on the first day. Before they began they "
        f"were followed for {days_to_years(days):,.0f}{NBSP}years together."
    )


def ways_table(found: Worked) -> Table:
    """A row for each way: the ratio, and the shares still free in either group."""
    trial, years = found.trial, found.trial.emulated.design.analysis.at_years[-1]
    day = trial.at_days[-1]
    level = trial.emulated.design.analysis.level
    rows: list[dict[str, object]] = []
    for way, told, weighted in (
        ("As it came", trial.crude[0].limits(level), False),
        ("Made alike, from day zero", trial.limits(0), True),
    ):
        one, other = (float(trial.curve(treated=treated, weighted=weighted).survival_on([day])[0])
                      for treated in (True, False))  # fmt: skip
        rows.append({"way": way, "ratio": told[0], "low": told[1], "high": told[2], "one": one, "other": other})
    planted = [found.truth("event-free", place) for place in (0, 1)]
    rows.append({"way": "What was put in", "ratio": found.truth("hazard ratio"), "low": None, "high": None,
                 "one": planted[0], "other": planted[1]})  # fmt: skip
    names = trial.emulated.names
    columns = (
        shows("way", "Way of counting", words=True),
        Shown("Hazard ratio", _ratio),
        Shown(f"{names[0]}: free at {years:g} years", lambda row: percent(row["one"], 0)),
        Shown(f"{names[1]}: free at {years:g} years", lambda row: percent(row["other"], 0)),
    )
    free = trial.emulated.outcome.endpoint.event_free
    return Table("ways", f"{free}: three ways to one question.", pl.DataFrame(rows), columns, found.provenance)


def _ratio(row: Row) -> str:
    words = [text_half_up(one, 2) for one in (row["ratio"], row["low"], row["high"]) if isinstance(one, float)]
    return words[0] if len(words) == 1 else f"{words[0]} ({words[1]} to {words[2]})"


def published_table(studies: Studies, published: Provenance) -> Table:
    """Every hazard ratio of the studies that compare, as printed."""
    rows = [
        {"study": study.name, "title": study.title, "what": quantities()[one.what].title, "arm": one.arm,
         "against": one.against, "number": number_words(one, quantities()[one.what]), "status": one.status,
         "source": one.source}
        for study, one in studies.numbers() if study.name in ANOTHER_QUESTION and one.what in RATIOS and one.against
    ]  # fmt: skip
    names = ("study", "title", "what", "arm", "against", "number", "status", "source")
    columns = (
        Shown("Study", lambda row: linked(row["title"], card_of(row["study"], "../")), words=True),
        shows("what", "What", words=True),
        shows("arm", "Of", words=True),
        shows("against", "Against", words=True),
        shows("number", "As printed"),
        shows("status", "Checked", words=True),
    )
    return Table("published-comparisons", "Published comparisons, none of an early start with a late one.",
                 pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String)), columns, published)  # fmt: skip

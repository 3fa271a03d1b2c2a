"""From 24 to 500: what remains of a result in a larger trial, step by step, and how these tools fare with one drug."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from remission.evidence.pages import five_hundred
from remission.evidence.recipes.study_lines import card_of
from remission.exhibits.page import Block, Page, Section
from remission.exhibits.site.shell import linked
from remission.stats.rounding import text_half_up
from remission.trials.phase3 import foretold
from remission.trials.phase3.asked import ask
from remission.trials.phase3.page import phase3_page
from remission.trials.phase3.result import of_interval
from remission.trials.phase3.steps import what_remains
from remission.trials.phase3.wording import of_100

if TYPE_CHECKING:
    from remission.exhibits.site.shell import Making
    from remission.site.known import Known
    from remission.studies.load import Studies
    from remission.studies.study import Number
    from remission.trials.phase3.steps import WhatRemains

PATH, TITLE, PLACE = "trials/from-24-to-500.html", "From 24 to 500", None
QUESTION = "How would it fare in 500 people?"
# MIST, the only finished trial that drew lots between a transplant and going on with drugs.
TRIAL, RATIO, SIZE = "mist", "progression-hazard-ratio", 500
SERIES = "uk-2025"
YOURS = (
    "With a result of yours: give its hazard ratio with its interval or its events, or a cohort of two groups with "
    "--from COHORT --endpoint NAME. Every assumption is an option, and steps can be left out.",
)


def pages(known: Known) -> Iterator[Making]:
    """The page of the transplant, and that of alemtuzumab."""
    yield partial(from_24_to_500_page, known.evidence.studies)
    yield foretold.foretold_page


def mist_in_500(studies: Studies) -> WhatRemains:
    """The result of MIST taken to 500 people, by the bundled assumptions."""
    study = studies.of_name(TRIAL)
    found = next(one for one in study.numbers if one.what == RATIO)
    if found.value is None or found.low is None or found.high is None:
        raise LookupError(f"{TRIAL} has no ratio with an interval that may be shown")
    result = of_interval(found.value, found.low, found.high, of=f"Getting worse: {study.title}")
    return what_remains(ask(result, SIZE), studies)


def command(found: WhatRemains) -> str:
    """What makes the same page at home."""
    low, high = found.asked.found.limits
    told = f"--hr {found.asked.found.ratio:g} --interval {low:.2f},{high:.2f} --size {SIZE}"
    return f"remission simulate phase3 {told} -o out"


def lead(known: Known) -> str:
    """The answer: that it was not tried, what follows from MIST, and what a national series saw."""
    return answer(mist_in_500(known.evidence.studies))


def answer(found: WhatRemains) -> str:
    """That there is no such trial yet, and the range of what follows from the one there is."""
    least = min(found.alone, key=lambda one: one.alone)
    return (
        f"Nobody has tried it in a trial of {found.asked.size:,} yet. If MIST's result were the whole truth, nearly "
        "every such trial would succeed. With the strongest single doubt "
        f"{of_100(least.alone)} would, and with all doubts at once, some counted twice, {of_100(found.last.chance)}."
    )


def series_words(studies: Studies) -> str:
    """What the United Kingdom's people had, of whom nobody chose a few."""
    people = next(one for one in studies.of_name(SERIES).numbers if one.what == "people")
    first, last = _free(studies, 24), _free(studies, 60)
    return (
        f"What was seen: the United Kingdom treated {people.value:,.0f} people in all. Of the {first.denominator} "
        f"whose course is known {_percent(first)} showed no sign of disease at two years, and {_percent(last)} at five."
    )


def _free(studies: Studies, months: int) -> Number:
    return next(one for one in studies.of_name(SERIES).numbers if (one.what, one.months) == ("neda", months))


def _percent(number: Number) -> str:
    assert number.value is not None, "the series printed it"
    return f"{text_half_up(number.value, 1)} %"


def from_24_to_500_page(studies: Studies) -> Page:
    """The page of a report, with what was seen in whole countries before it."""
    found = mist_in_500(studies)
    made = phase3_page(found)
    return replace(
        made,
        path=PATH,
        title=QUESTION,
        subtitle=f"MIST's result of {found.asked.found.says}, taken to {SIZE} people",
        headlines=[answer(found)],
        in_short=[*made.in_short, series_words(studies)],
        sections=[*made.sections, *_further(found)],
        data_folder="from-24-to-500",
        found_by=("phase III", "assurance", "power", "sceptical prior", "regression to the mean", "waterfall"),
    )


def _further(found: WhatRemains) -> Iterator[Section]:
    seen = linked("A trial of 24 beside whole countries", f"../{five_hundred.PATH}")
    trial = linked("MIST, as it was printed", card_of(TRIAL, "../"))
    tried = linked("What these tools would have said of alemtuzumab", f"../{foretold.PATH}")
    yield Section("seen", "What was seen, and how it went with another drug", [Block("", [seen, trial, tried])])
    yield Section("own", "With a result of your own", [Block("", [f"The same at home: {command(found)}.", *YOURS])])

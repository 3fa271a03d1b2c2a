"""Every comparison of two arms as a row of a league: its number, or why it has none that can be used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from remission.studies.league.bases import (
    RATE,
    RATIO,
    OverDispersion,
    control_rate,
    counted_rates,
    printed_rates,
    printed_ratio,
    with_rates,
    with_ratio,
)
from remission.studies.league.compared import Analysis, ArmRate, Compared, What
from remission.studies.league.nodes import NEVER, NodeSet
from remission.studies.quantities import quantities

if TYPE_CHECKING:
    from remission.studies.load import Studies
    from remission.studies.study import Arm, Study

BY_LOT = ("randomised", "pooled by others")
# A trial whose courses nobody names is one of relapsing MS: progressive ones are told apart in the library.
RELAPSING = ("", "CIS", "RRMS", "mixed")
TRANSPLANT = "a transplant stands beside the network, not in it"
COHORT = "people were not given their treatment by lot: such evidence stands apart"
EXTENSION = "an extension of a trial: after the trial's own end people may change treatment"
# Of what was found and may be shown, never of what a paper prints: many were not read to the end.
ONLY_COUNTED = (
    "no interval was found that may be shown; rates, people and months were, so the sensitivity analysis has it"
)


@dataclass(frozen=True)
class Asked:
    """What a league asks of each row."""

    what: What
    nodes: NodeSet
    analysis: Analysis
    spread: OverDispersion


def all_rows(studies: Studies, asked: Asked) -> list[Compared]:
    """A row for each comparison of two arms that any study made; used where nothing stands against it by itself."""
    return [_row(study, arm, against, asked) for study in studies.every for arm, against in compared_arms(study)]


def compared_arms(study: Study) -> list[tuple[Arm, Arm]]:
    """Which arms a study compares: as its printed ratios have it, and each arm that is in none with its control.

    Two arms that both had a transplant are no comparison of two treatments. A single arm has none.

    >>> from remission.studies.load import load_studies
    >>> [(one.name, other.name) for one, other in compared_arms(load_studies().of_name("temso"))]
    [('teriflunomide 14 mg', 'placebo'), ('teriflunomide 7 mg', 'placebo')]
    """
    if study.kind == "single arm" or len(study.arms) < 2:
        return []
    arms = {one.name: one for one in study.arms}
    told = dict.fromkeys((one.arm, one.against) for one in study.numbers if {one.arm, one.against} <= set(arms))
    base = _control(study)
    # Of a cohort's matched groups nobody knows which belong together but by what it printed of them.
    by_lot = study.kind in BY_LOT or not told
    alone = [(name, base) for name in arms if by_lot and name != base and all(name not in pair for pair in told)]
    # In the order of the file's arms, so that what was read first decides nothing.
    pairs = sorted([*told, *alone], key=lambda pair: [list(arms).index(name) for name in pair])
    found = [(arms[one], arms[other]) for one, other in pairs]
    return [(one, other) for one, other in found if not one.therapy == other.therapy == NEVER]


def _control(study: Study) -> str:
    """The arm that others are compared with: that of most printed ratios, else placebo, else the second of the file."""
    names = [one.name for one in study.arms]
    told = Counter(one.against for one in study.numbers if one.against in names)
    if told:
        return told.most_common(1)[0][0]
    return next((one.name for one in study.arms if one.therapy == "placebo"), names[1])


def _row(study: Study, arm: Arm, against: Arm, asked: Asked) -> Compared:
    treatment, comparator = (asked.nodes.node_of(one) for one in (arm, against))
    row = Compared(
        study, arm.name, against.name, treatment.name if treatment else "", comparator.name if comparator else ""
    )
    filled = _filled(row, asked)
    if why := _why_not(study, arm, against, asked) or _without_number(filled, asked):
        return replace(filled, why=why)
    return replace(filled, used=True)


def _filled(row: Compared, asked: Asked) -> Compared:
    """The row with the best number that there is: printed before derived, derived before counted."""
    study, arm, against = row.study, row.arm, row.against
    if number := printed_ratio(study, asked.what, arm, against):
        other = control_rate(study, against, number.months) if asked.what == RATIO else None
        return with_ratio(row, number, other)
    if asked.what != RATIO:
        return row
    if rates := printed_rates(study, arm, against):
        return with_rates(row, *rates, f"{_derived(rates)}: {_rates_words(rates)}")
    if counted := counted_rates(study, arm, against, asked.spread.factor):
        said = f"counted (Poisson) from rates {_rates_words(counted)}, people and months, all followed to the end"
        return with_rates(row, *counted, f"{said}; {asked.spread.says}")
    return row


def _derived(rates: tuple[ArmRate, ArmRate]) -> str:
    if any(number.status == "derived" for one in rates for number in one.numbers):
        return "derived from both arms' intervals, which are derived themselves"
    return "derived from both arms' printed intervals"


def _rates_words(rates: tuple[ArmRate, ArmRate]) -> str:
    said = []
    for one in rates:
        number = one.numbers[0]
        limits = "" if number.low is None else f" ({number.low:g} to {number.high:g})"
        said.append(f"{one.rate:g}{limits}")
    return " and ".join(said)


def _why_not(study: Study, arm: Arm, against: Arm, asked: Asked) -> str:
    """What stands against a row whatever its number is; empty where nothing does."""
    return next(_reasons(study, arm, against, asked), "")


def _reasons(study: Study, arm: Arm, against: Arm, asked: Asked) -> Iterator[str]:
    one, other = (asked.nodes.node_of(each) for each in (arm, against))
    if NEVER in (arm.therapy, against.therapy):
        yield TRANSPLANT if other or study.kind not in BY_LOT else f"{TRANSPLANT}; {asked.nodes.why_not(against)}"
    if study.kind == "extension":
        yield EXTENSION
    if study.kind not in BY_LOT:
        yield COHORT
    for each in (arm, against):
        if each.course not in RELAPSING:
            yield f"a trial of {each.course}: other people than those of the network"
    for each, node in ((arm, one), (against, other)):
        if node is None:
            yield asked.nodes.why_not(each)
    if one == other:
        yield f"both arms are {arm.therapy if one is None else one.name} in this set of nodes"
    if against.name != (base := _control(study)):
        yield f"rows of one trial are to one arm of it, and here that is {base}"


def _without_number(row: Compared, asked: Asked) -> str:
    """Why the numbers of a row are not enough; empty where they are."""
    if row.basis == "Poisson" and asked.analysis == "main":
        return ONLY_COUNTED
    if row.basis != "not known":
        return ""
    title = quantities()[asked.what].title.lower()
    numbers = [one for one in row.study.numbers if one.is_showable and one.arm in (row.arm, row.against)]
    if any(one.what == asked.what and (one.arm, one.against) == (row.arm, row.against) for one in numbers):
        return _lacking(row, asked, f"the {title} was found without an interval that can be used")
    if asked.what == RATIO and any(one.what == RATE for one in numbers):
        return _lacking(row, asked, "rates were found without intervals that can be used")
    return f"no {title} was found that may be shown"


def _lacking(row: Compared, asked: Asked, said: str) -> str:
    """What is missing for counting, beside what is missing for a printed interval."""
    if asked.what != RATIO:
        return f"{said}: its error is not known"
    rates = [one for one in row.study.numbers if one.what == RATE and one.is_showable and one.value is not None]
    arms = (row.arm, row.against)
    lacking = [
        word
        for word, there in (
            ("the rates of both arms", {one.arm for one in rates} >= set(arms)),
            ("how many people", all(row.study.people(one) for one in arms)),
            ("for how many months", any(one.months for one in rates)),
        )
        if not there
    ]
    return (
        f"{said}, and for counting is not known: {', '.join(lacking) or 'one relapse or more in each arm at one time'}"
    )

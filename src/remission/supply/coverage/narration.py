"""The plain twin's questions in sentences: why a month of a therapy at a trust is what the map says of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from remission.supply.coverage.reasons import REASONS

if TYPE_CHECKING:
    from remission.supply.reference.coverage import Step

About = Mapping[str, Any]
MONTHS_PER_YEAR = 12


def narrate(steps: Iterable[Step]) -> list[str]:
    """A sentence for each question that says something; a question that had nothing to ask of is left out.

    >>> from remission.supply.reference.coverage import Step
    >>> narrate([Step("report", {"rows": 0, "usual": 900.0, "least": 180.0, "lacking": False}, "silent")])
    ['No row of any medicine was reported in this month.']
    """
    return [sentence for step in steps if (sentence := SENTENCES[step.asked](step.about, step.reason))]


def verdict_of(reason: str) -> str:
    """The state and why, in one line.

    >>> verdict_of("seldom")
    'not visible here: never issued here, and too few months are reported to tell'
    """
    state, why = REASONS[reason]
    return f"{state}{' here' if state == 'not visible' else ''}: {why}"


def _report(about: About, reason: str) -> str:
    extract = about.get("extract", False)
    if reason == "silent":
        silent = "The file of this month is an extract, in which no row is this trust's."
        return silent if extract else "No row of any medicine was reported in this month."
    rows = f"{about['rows']:,.0f} row{'' if about['rows'] == 1 else 's'} of any medicine were reported"
    if reason and about["lacking"]:
        return f"{rows}, and a part of the trust that should have reported was silent: the submission is partial."
    if extract:
        return f"{rows}, in an extract: how many there should be is not known."
    usual = f"fewer than {about['least']:,.0f}, beside the usual {about['usual']:,.0f},"
    return f"{rows}; {usual} {'are' if reason else 'would be'} a partial submission."


def _issue(about: About, reason: str) -> str:
    if reason:
        return f"It was issued in this month: {about['units']:,.4g} units."
    returned = about["units"] < 0
    return "More of it came back than went out, which is no issue." if returned else "Nothing of it was issued."


def _lasting(about: About, reason: str) -> str:
    last = f"The last issue was in {_month(about['last'])}, {_reports(about['since'])} before" if about["last"] else ""
    following = f"the next came in {_month(about['next'])}, {_reports(about['until'])} later" if about["next"] else ""
    if reason and about["since"] <= about["look_back"]:
        return f"{last}: supply lasts for up to {about['look_back']}."
    if reason:
        return f"{last}; {following}: supply reaches to an issue that comes within {about['look_ahead']}."
    longer = (
        f"{last}, longer than supply lasts ({about['look_back']})" if last else "It had not been issued here before"
    )
    return f"{longer}; {following}." if following else f"{longer}."


def _first_supply(about: About, reason: str) -> str:
    if about["first"] is None:
        return ""
    never = about["first"] == date.max
    since = "in any of these months" if never else f"before {_month(about['first'])}"
    return f"It could not be supplied in England {since}." if reason else ""


def _withdrawal(about: About, reason: str) -> str:
    return f"It was withdrawn in {_month(about['withdrawn'])}." if reason else ""


def _extract(about: About, _: str) -> str:
    holds = ", ".join(about["holds"]) or "no MS therapy that is known here"
    return f"The file of this month is an extract. It holds {holds}, so it cannot show whether this one was issued."


def _end(about: About, _: str) -> str:
    level = f"{_yearly(about['level'])} patient-years a year"
    return {
        "none": "",
        "full": f"Issues stood at their full level, {level}, when they stopped: nothing faded out.",
        "declined": f"Before that, issues had declined to {level} from {_yearly(about['peak'])}.",
        "neither": f"Before that, issues were too small or too uneven ({level}) to tell a sudden stop by.",
    }[about["stood"]]


def _beginning(about: About, _: str) -> str:
    level = f"{_yearly(about['level'])} patient-years a year"
    return {
        "none": "",
        "full": f"Later issues began at once at their full level, {level}: somebody may have supplied it before.",
        "declined": "Later issues began small and grew, as a new medicine does.",
        "neither": f"Later issues were too small or too uneven ({level}) to tell a sudden beginning by.",
    }[about["stood"]]


def _homecare(about: About, reason: str) -> str:
    if not reason:
        return "Hospitals supply it as a rule, and homecare companies do not."
    may = "supply it as a rule" if about["homecare"] == "yes" else "may supply it"
    return f"Homecare companies {may}, which these data do not show: a month without an issue says nothing."


def _regular(about: About, reason: str) -> str:
    told = f"{_reports(about['reports'])}, {_month(about['first'])} to {_month(about['last'])},"
    return f"In {told} it was never issued here{', and those are too few to tell' if reason == 'seldom' else ''}."


def _soon(about: About, reason: str) -> str:
    within = f"The next issue came within {about['lead_months']} months"
    return f"{within}: before it, supply may have come from elsewhere." if reason else ""


def _later(about: About, reason: str) -> str:
    since = f"Reports of this trust began in {_month(about['begun'])}, before it could be supplied"
    return f"{since}: its use here began later." if reason else ""


def _lapse(about: About, reason: str) -> str:
    silent = f"{_reports(about['silent'])} without an issue"
    if reason == "declined":
        return f"{silent} after a decline are at least the {about['declined_months']} that tell its end."
    many = f"the {about['silence']} after which supply is taken to have ended"
    return f"{silent} are {'at least' if reason == 'ended' else 'fewer than'} {many}."


def _answer(about: About, reason: str) -> str:
    if reason == "answered none":
        return "The trust answered that it treated nobody with it then, which says more than stock that was not issued."
    low, high = about["low"], about["high"]
    people = f"{low}" if low == high else f"at least {low}" if high is None else f"{low} to {high}"
    return f"The trust answered that it treated people with it then ({people}), so they were supplied another way."


SENTENCES: dict[str, Callable[[About, str], str]] = {
    "report": _report,
    "issue": _issue,
    "lasting": _lasting,
    "first supply": _first_supply,
    "withdrawal": _withdrawal,
    "extract": _extract,
    "end": _end,
    "beginning": _beginning,
    "homecare": _homecare,
    "regular": _regular,
    "soon": _soon,
    "later": _later,
    "lapse": _lapse,
    "answer": _answer,
}


def _month(day: date) -> str:
    return f"{day:%B %Y}"


def _reports(number: int) -> str:
    return f"{number} month{'' if number == 1 else 's'} of reports"


def _yearly(amount_a_month: float) -> str:
    return f"{MONTHS_PER_YEAR * amount_a_month:.1f}"

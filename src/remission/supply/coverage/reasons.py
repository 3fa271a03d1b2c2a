"""Every reason why a month is seen or not seen, and how a therapy is supplied: what engine and plain twin both read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from remission.supply.rows import State

# The order of the numbers in `Coverage.states`.
STATES: tuple[State, ...] = ("used", "not used", "not visible", "not reported")

# Every reason there is, and the state it leads to; the engine and its twin know them by their names.
REASONS: dict[str, tuple[State, str]] = {
    # Without a report nothing is asked of a month: these two are put in last and hold over every other reason.
    "silent": ("not reported", "no row of any medicine was reported in this month"),
    "partial": ("not reported", "a partial submission: far fewer rows than usual, or a part of the trust is silent"),
    # Seen is seen: no fact about a therapy can deny an issue.
    "issued": ("used", "issued in this month"),
    "lasting": ("used", "not issued in this month, but supply from another month reaches into it"),
    # What nobody could have been given needs no further doubt.
    "before": ("not used", "before the first supply in England"),
    "withdrawn": ("not used", "the therapy had been withdrawn"),
    # A file cut to some medicines is silent about all others, which says nothing of them (decision 105).
    "left out": ("not visible", "not in the extract: the file of this month holds other medicines only"),
    # Hidden goes before not used: silence is called not used only where nothing else explains it (decision 34).
    "stopped": ("not visible", "issues stopped at their full level: homecare or an outsourced pharmacy is suspected"),
    "began": ("not visible", "issues later began at their full level: supply by others before that is suspected"),
    "homecare": ("not visible", "never issued here: homecare supplies it as a rule"),
    "seldom": ("not visible", "never issued here, and too few months are reported to tell"),
    "never": ("not used", "never issued here, and hospitals supply it as a rule"),
    "possible": ("not visible", "not issued in this month: homecare may supply it"),
    "soon": ("not visible", "shortly before an issue here: it may have been supplied from elsewhere"),
    "later": ("not used", "not yet issued here, and hospitals supply it as a rule"),
    "declined": ("not used", "issues had declined to nothing, and hospitals supply it as a rule"),
    "ended": ("not used", "not issued for years, and hospitals supply it as a rule"),
    "pause": ("not visible", "not issued for longer than supply lasts: too soon to tell a pause from an end"),
    # From answers to requests: they overrule a silence and never an issue.
    "answered none": ("not used", "the trust answered that it treated nobody with it"),
    "answered some": ("not visible", "the trust answered that it treated people with it, and no issue is seen"),
}


@dataclass(frozen=True)
class Supply:
    """How a therapy is supplied: its kind (continuous, course), by homecare (yes, no, possible), from when to when."""

    therapy: str
    kind: str = "continuous"
    homecare: str = "no"
    nice_date: date | None = None
    withdrawn: date | None = None

    @property
    def by_homecare(self) -> bool:
        """May homecare supply it at all?"""
        return self.homecare != "no"

"""How many people would a trial need: the page of the planned trials, with the one that is shown whole."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from remission.site.bundled import PLANNED
from remission.trials.pages import plan_a_trial
from remission.trials.pages.plan_a_trial import lead_words, plan_a_trial_page

if TYPE_CHECKING:
    from remission.exhibits.site.shell import Making
    from remission.site.known import Known

PATH, TITLE, PLACE = plan_a_trial.PATH, "Plan a trial", None


def pages(_known: Known) -> Iterator[Making]:
    """The page; the report of the plan shown whole is written by the export."""
    yield partial(plan_a_trial_page, PLANNED.path)


def lead(_known: Known) -> str:
    """The answer: that it depends, and on what."""
    return lead_words()

"""To whom a journey speaks: to the person whose it is, or to a helper, who is not the one with MS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from remission.registry.schema import Teller


@dataclass(frozen=True)
class Voice:
    """The sentences of a journey that name whose it is."""

    title: str
    nothing: str
    tell: str
    record: str
    walking: str
    not_all: str
    sheet: str
    not_known: str
    no_date: str
    own_words: str
    source: str
    no_answer: str
    studies: str
    asked: tuple[tuple[str, str], ...]


OWN = Voice(
    title="My journey",
    nothing="You have told of nothing yet that has a date.",
    tell="Tell of one thing with a date, and it stands here on a picture. A year is enough.",
    record="To my record",
    walking="you told how you walk",
    not_all="What you did not tell is not on it, and that does not mean that there was none.",
    sheet="You can print this page on one sheet and take it to your clinic.",
    not_known="What you do not know, or would rather not say",
    no_date="These have no date yet, or a date that cannot be. You can add one in your record.",
    own_words="In your own words",
    source="Told by you, or by a helper you chose.",
    no_answer="You do not know, or did not say.",
    studies="It does not say what will happen to you, and it is no advice: talk with your own team.",
    asked=(("yes", "You had some."), ("no", "You had none since the time before.")),
)
HELPED = Voice(
    title="The journey of the person you help",
    nothing="The person has told of nothing yet that has a date.",
    tell="Once one thing with a date is told, it stands here on a picture. A year is enough.",
    record="To the record",
    walking="the person told how they walk",
    not_all="What the person did not tell is not on it, and that does not mean that there was none.",
    sheet="This page can be printed on one sheet. Ask the person before you take it to a clinic.",
    not_known="What the person does not know, or would rather not say",
    no_date="These have no date yet, or a date that cannot be. The person can add one in their record.",
    own_words="In the person's own words",
    source="Told by the person, or by a helper they chose.",
    no_answer="The person does not know, or did not say.",
    studies="It does not say what will happen to this person, and it is no advice: that is for their own team.",
    asked=(("yes", "The person had some."), ("no", "The person had none since the time before.")),
)


def voice_for(teller: Teller) -> Voice:
    """How to speak to whoever looks.

    >>> voice_for("self").title, voice_for("delegate").title
    ('My journey', 'The journey of the person you help')
    """
    return OWN if teller == "self" else HELPED

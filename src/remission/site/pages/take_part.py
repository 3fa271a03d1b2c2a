"""Taking part, for whoever has only the site: what a registry of people's own records is, and that none runs here."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from remission.exhibits.page import Block, Page, Section
from remission.exhibits.tables import OF_THE_LIBRARY

if TYPE_CHECKING:
    from remission.exhibits.site.shell import Making
    from remission.site.known import Known

PATH, TITLE, PLACE = "take-part/index.html", "Take part", 85

WHAT = (
    "A person with MS keeps a record: how they walk, their treatments, relapses, scans, what went wrong on the way. "
    "It takes two minutes, some times a year.",
    "It is theirs. They see it as a picture to take to their clinic, and they can take it all with them as a file.",
    "If they agree to it, those who run the registry may use it for research. They can stop at any time, and have all "
    "of it erased.",
    "People who were treated in another country can tell what no clinic at home has written down.",
)
HERE = (
    "What you read now is a copy of the pages alone. It keeps no record of anybody, and you can tell it nothing.",
    "A registry needs a host: a charity, a clinic or a university that says who they are, by what right they keep "
    "records, and who helps when something goes wrong. When one runs, its page of this name lets you begin.",
)
HOST = (
    "The program is free, and a registry starts on your own computer with one command: make serve. It says what is "
    "missing before anybody may sign up.",
    "To look round without keeping anything, run: remission serve --demo. All people in it are made up.",
    "What the law asks of a host stands in docs/hosting.md, which comes with the program.",
)
NOT = (
    "It is for adults.",
    "It gives no advice, and nobody reads it in an emergency: call your own team or an ambulance.",
    "What people tell of themselves can not show that a treatment works. It can show what trials do not ask.",
)


def pages(_known: Known) -> Iterator[Making]:
    """The page."""
    yield partial(take_part_page)


def take_part_page() -> Page:
    """The page with all its sections."""
    return Page(
        path=PATH,
        title="Take part",
        subtitle="People's own records of MS and its treatment",
        provenance=OF_THE_LIBRARY,
        headlines=["No registry runs here. This copy of the site keeps no record of anybody."],
        in_short=["This page says what taking part is, and how a host can start a registry."],
        sections=[
            Section("what", "What taking part is", [Block(sentences=WHAT)]),
            Section("here", "Why you can not begin here", [Block(sentences=HERE)]),
            Section("host", "For those who would run one", [Block(sentences=HOST)]),
            Section("not", "What it is not", [Block(sentences=NOT)]),
        ],
    )

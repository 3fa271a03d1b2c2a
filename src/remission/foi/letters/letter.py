"""Request letters: one narrow table asked of one authority, under the Act of its nation.

The text is a template of the library that anybody may improve. A letter that lies in the folder is never written over,
because a person may have changed it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from string import Template

from remission.foi.acts import ACT_TITLES
from remission.foi.letters.authorities import Authority, authorities, authorities_of
from remission.inputs.writing import write_into
from remission.library.catalogue import LIBRARY, Therapy, therapies

LETTERS = Path("foi/letters")
TEMPLATE = LIBRARY / "foi" / "request_letter.md"

# Scotland has no later answer for a test of the public interest, so only its wording is plain.
_ADVICE_SECTION = {"FOIA": "section 16", "FOISA": "section 15"}
_PUBLIC_INTEREST = {
    "FOIA": ", and for a qualified exemption how you weighed the public interest",
    "FOISA": ", and how you weighed the public interest where that section asks for it",
}


def write_letters(
    home: Path, codes: Sequence[str], on: date, known: Mapping[str, Authority] | None = None
) -> tuple[Path, ...]:
    """Write a letter for each code (none: every open trust and board), asking for counts on the day `on`.

    The paths of all letters, those that lay there already too. InputProblems with every code that cannot be asked.
    """
    asked = authorities_of(tuple(codes), authorities() if known is None else known)
    paths = {one: home / LETTERS / f"{one.code}_{on}.md" for one in asked}
    # Together: who was stopped half-way would have to find out who is not asked yet.
    with write_into(home / LETTERS, listed=False) as result:
        for one, path in paths.items():
            # One that is there may have been changed by hand, and is whole.
            if not path.exists():
                result.write(path.name, letter_text(one, on))
    return tuple(paths.values())


def letter_text(authority: Authority, on: date) -> str:
    """The letter to one authority, in Markdown.

    >>> glasgow = Authority("S08000031", "NHS Greater Glasgow and Clyde", "Scotland")
    >>> "section 15" in letter_text(glasgow, date(2026, 11, 2))
    True
    """
    template = Template(TEMPLATE.read_text(encoding="utf-8"))
    return template.substitute(
        name=authority.name,
        code=authority.code,
        written=_day_words(on),
        counted_on=_day_words(on),
        act_title=ACT_TITLES[authority.act],
        advice_section=_ADVICE_SECTION[authority.act],
        public_interest=_PUBLIC_INTEREST[authority.act],
        medicines="\n".join(f"| {_medicine_words(one)} | | |" for one in asked_therapies()),
    )


def letter_to(code: str, on: date) -> str:
    """The letter to the trust or board of a code; empty where it is in no list, or is closed.

    >>> letter_to("R0A", date(2026, 11, 2)).splitlines()[0]
    'To: Freedom of Information, Manchester University NHS FT (R0A)'
    """
    asked = authorities().get(code)
    return "" if asked is None or asked.closed else letter_text(asked, on)


def asked_therapies() -> tuple[Therapy, ...]:
    """Therapies that a letter asks about: those sold under a brand of their own, and not only used off label.

    >>> [one.name for one in asked_therapies() if one.group == "fumarate"]
    ['dimethyl fumarate', 'diroximel fumarate']
    """
    return tuple(one for one in therapies().values() if one.brands and one.name not in _LEFT_OUT)


# Daclizumab was withdrawn in 2018. Rituximab and mitoxantrone mostly treat other diseases: "another medicine" asks.
_LEFT_OUT = ("daclizumab", "mitoxantrone", "rituximab")


def _medicine_words(one: Therapy) -> str:
    return f"{one.name} ({', '.join(one.brands)})"


def _day_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"

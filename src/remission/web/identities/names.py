"""Names that people give to each other: short, of letters, and nothing that a letter could take for an address."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 40
# A stop ends an initial and stands in no word: many programs make a link of "example.org".
JOINED = re.compile(r"\.(?! |$)|[ '’.-]{3,}|^[ '’.-]")
JOINS = " '’.-"


def tidied(name: str) -> str:
    """A name without blanks around it, its letters in the one way in which they can be written.

    >>> tidied("  Ann   Lee ")
    'Ann Lee'
    """
    return re.sub(" +", " ", unicodedata.normalize("NFC", name)).strip(" ")


def is_name(name: str) -> bool:
    """Is it a name: letters of any script, blanks, hyphens, apostrophes, initials with a stop?

    >>> [is_name(one) for one in ("Zoë O’Neill", "J. Lee", "see example.org", "Ann<b>", "a\\nb", "")]
    [True, True, False, False, False, False]
    """
    known = all(letter in JOINS or unicodedata.category(letter)[0] in "LM" for letter in name)
    return 0 < len(name) <= LONGEST and known and not JOINED.search(name)

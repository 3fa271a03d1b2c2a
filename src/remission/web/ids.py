"""Random names: of persons, accounts in the audit, answers, consents. Nothing of anybody is in them."""

from __future__ import annotations

import secrets

# 16 letters of 32: 80 bits. No 0, 1, l, o, which are read for each other when told on the telephone.
LETTERS = "23456789abcdefghijkmnpqrstuvwxyz"
LENGTH = 16


def new_id() -> str:
    """A new random name of 80 bits.

    >>> len(new_id()), new_id() == new_id()
    (16, False)
    """
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def is_id(text: str) -> bool:
    """Can it be such a name?"""
    return len(text) == LENGTH and set(text) <= set(LETTERS)

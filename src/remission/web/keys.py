"""The keys of an observatory: one for names and second factors, one that wraps the keys of persons, one for the chain.

Each person has a key of their own, under which everything in their own words is sealed; it lies in the database of
records, wrapped. Without its row nothing of that person can be read again, in no backup that holds only the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from remission.inputs.problems import InputProblems, Problem

if TYPE_CHECKING:
    from remission.web.home import Home


@dataclass(frozen=True, repr=False)
class Keyring:
    """Every key; never printed."""

    secret: str
    identity: MultiFernet
    wrapping: MultiFernet
    chain: bytes

    def new_person_key(self) -> bytes:
        """A new key of a person, wrapped, as it is kept."""
        return self.wrapping.encrypt(Fernet.generate_key())

    def seal(self, wrapped: bytes, text: str) -> bytes:
        """A text sealed under the key of a person."""
        return self._of_person(wrapped).encrypt(text.encode())

    def unseal(self, wrapped: bytes, sealed: bytes) -> str:
        """The text again; InputProblems where key and text do not belong together."""
        try:
            return self._of_person(wrapped).decrypt(sealed).decode()
        except InvalidToken:
            raise InputProblems(_wrong_key()) from None

    def rewrapped(self, wrapped: bytes) -> bytes:
        """The key of a person wrapped by the newest wrapping key."""
        return self.wrapping.rotate(wrapped)

    def hide(self, text: str) -> str:
        """A name or a second factor's secret, sealed under the key of identities."""
        return self.identity.encrypt(text.encode()).decode()

    def reveal(self, hidden: str) -> str:
        """It again; InputProblems where it was sealed under another key."""
        try:
            return self.identity.decrypt(hidden.encode()).decode()
        except InvalidToken:
            raise InputProblems(_wrong_key()) from None

    def _of_person(self, wrapped: bytes) -> Fernet:
        try:
            return Fernet(self.wrapping.decrypt(wrapped))
        except InvalidToken:
            raise InputProblems(_wrong_key()) from None


def read_keyring(home: Home) -> Keyring:
    """The keys of a home. A file of identity or wrapping keys holds one a line, the newest first."""
    lines = {name: (home.keys / name).read_text(encoding="ascii").split() for name in
             ("secret", "identity", "wrapping", "chain")}  # fmt: skip
    return Keyring(
        lines["secret"][0], _several(lines["identity"]), _several(lines["wrapping"]), bytes.fromhex(lines["chain"][0])
    )


def new_keyring() -> Keyring:
    """Keys that are kept nowhere: for tools that read the settings and open no database."""
    one = Fernet.generate_key().decode()
    return Keyring(one, _several([one]), _several([one]), one.encode())


def _several(keys: Iterable[str]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def _wrong_key() -> Problem:
    do = "Put the keys back that belong to these databases."
    return Problem.of_file("keys", found="a key that does not open this", allowed="the key it was sealed with", do=do)

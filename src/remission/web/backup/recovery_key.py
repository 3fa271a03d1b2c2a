"""The recovery key: its public half lies on the server and seals backups, its private half opens them elsewhere.

The private half is shown once, as letters and digits that can be written down on paper, with a check against a slip of
the pen. Whoever takes the server, or a backup, or both, opens no backup without it.
"""

from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from remission.inputs.problems import InputProblems, Problem
from remission.inputs.writing import write_whole
from remission.web.home import FILE_MODE

if TYPE_CHECKING:
    from pathlib import Path

BYTES, CHECK_BYTES, GROUP = 32, 4, 4
FIRST_WORD = "remission-recovery-1"


def new_recovery_key(path: Path) -> str:
    """Make a key: its public half comes into a file, its private half is given back and kept nowhere."""
    private = X25519PrivateKey.generate()
    with write_whole(path) as new:
        new.touch(FILE_MODE)
        new.write_text(f"{FIRST_WORD} {public_bytes(private.public_key()).hex()}\n", encoding="ascii")
    return in_letters(private)


def read_public(path: Path) -> X25519PublicKey:
    """The public half in a file; InputProblems where there is none."""
    words = path.read_text(encoding="ascii", errors="replace").split() if path.is_file() else []
    if len(words) != 2 or words[0] != FIRST_WORD or not re.fullmatch(f"[0-9a-f]{{{2 * BYTES}}}", words[1]):
        do = "Make one and write its private half down, away from this machine: remission backup --new-recovery-key"
        found = "no recovery key" if not words else "what is no recovery key"
        raise InputProblems(Problem.of_file(str(path), found=found, allowed="the public half of one", do=do))
    return X25519PublicKey.from_public_bytes(bytes.fromhex(words[1]))


def read_private(path: Path) -> X25519PrivateKey:
    """The private half, from a file into which it was typed from paper: spaces, lines and case do not matter.

    InputProblems where a letter is wrong.
    """
    letters = re.sub(r"[\s-]", "", path.read_text(encoding="utf-8", errors="replace")).upper()
    try:
        whole = base64.b32decode(letters + "=" * (-len(letters) % 8))
    except ValueError:
        whole = b""
    secret, check = whole[:BYTES], whole[BYTES:]
    if len(whole) != BYTES + CHECK_BYTES or check != _check(secret):
        do = "Compare it with the paper, letter by letter: A to Z and 2 to 7, no 0, 1, 8 or 9."
        raise InputProblems(Problem.of_file(path.name, found="a slip in it", allowed="a recovery key", do=do))
    return X25519PrivateKey.from_private_bytes(secret)


def in_letters(private: X25519PrivateKey) -> str:
    """The private half in groups of four letters and digits, as it is written down."""
    secret = private.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    letters = base64.b32encode(secret + _check(secret)).decode().rstrip("=")
    return "-".join(letters[place : place + GROUP] for place in range(0, len(letters), GROUP))


def public_bytes(public: X25519PublicKey) -> bytes:
    """The public half as bytes."""
    return public.public_bytes(Encoding.Raw, PublicFormat.Raw)


def print_of(public: X25519PublicKey) -> str:
    """Eight digits by which two keys are told apart; they say nothing of the private half."""
    return hashlib.sha256(public_bytes(public)).hexdigest()[:8]


def _check(secret: bytes) -> bytes:
    return hashlib.sha256(FIRST_WORD.encode() + secret).digest()[:CHECK_BYTES]

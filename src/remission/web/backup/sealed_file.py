"""The file of a backup: what it is and until when it may be kept in clear, all else sealed to the recovery key.

    remission backup 1\\n                           the first line
    {"made": ..., "keep_until": ..., "key": ..., "sender": ...}\\n    the second, as JSON: in clear, and no secret
    sealed chunks, one after the other             64 KiB of the archive each, and 16 bytes that prove it

The key of the chunks is HKDF-SHA256 over the X25519 agreement of a key made for this file (its public half is `sender`)
with the recovery key (`key` is its print); what it is derived for contains the two lines, so that nobody can give a
backup another day. Each chunk is sealed by ChaCha20-Poly1305 with its number as nonce, the last one marked as the last:
chunks that are missing, changed, cut off or in another order do not open. Only what holds the private half of the
recovery key opens the file. The server has no such thing.
"""

from __future__ import annotations

import io
import json
from dataclasses import asdict, dataclass
from typing import IO, TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from remission.inputs.problems import InputProblems, Problem
from remission.web.backup.recovery_key import BYTES, print_of, public_bytes

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

FIRST_LINE = b"remission backup 1\n"
LONGEST_LINE = 1_000
CHUNK, PROOF = 1 << 16, 16


@dataclass(frozen=True)
class Label:
    """What stands on a backup in clear: when it was made, the last day to keep it, for which recovery key."""

    made: str
    keep_until: str
    key: str
    sender: str


class Sealer(io.RawIOBase):
    """A file to write into: what is written is sealed chunk by chunk; `finish` seals the last."""

    def __init__(self, file: IO[bytes], public: X25519PublicKey, *, made: str, keep_until: str) -> None:
        """Write the two lines in clear."""
        sender = X25519PrivateKey.generate()
        label = Label(made, keep_until, print_of(public), public_bytes(sender.public_key()).hex())
        lines = FIRST_LINE + json.dumps(asdict(label)).encode() + b"\n"
        file.write(lines)
        self.file, self.waiting, self.number = file, bytearray(), 0
        self.cipher = _cipher(sender.exchange(public), public, lines)

    def writable(self) -> bool:
        """It is for writing."""
        return True

    def write(self, some: ReadableBuffer) -> int:
        """Take some bytes; whole chunks of them are sealed at once."""
        self.waiting += some
        # One chunk always waits: the last is sealed as the last.
        while len(self.waiting) > CHUNK:
            self._seal(bytes(self.waiting[:CHUNK]), last=False)
            del self.waiting[:CHUNK]
        return memoryview(some).nbytes

    def finish(self) -> None:
        """Seal what waits, as the last."""
        self._seal(bytes(self.waiting), last=True)

    def _seal(self, chunk: bytes, *, last: bool) -> None:
        self.file.write(self.cipher.encrypt(_nonce(self.number, last=last), chunk, None))
        self.number += 1


class Opener(io.RawIOBase):
    """A file to read from: what the file of a backup holds; InputProblems at the first chunk that does not open."""

    def __init__(self, file: IO[bytes], private: X25519PrivateKey, name: str) -> None:
        """Read the two lines in clear; InputProblems where it is sealed to another key."""
        self.file, self.name, self.left, self.number, self.ended = file, name, b"", 0, False
        self.label, lines = _label(file, name)
        if self.label.key != print_of(private.public_key()):
            do = f"Use the recovery key with the print {self.label.key}."
            found, allowed = "a backup for another recovery key", f"one for {print_of(private.public_key())}"
            raise InputProblems(Problem.of_file(name, found=found, allowed=allowed, do=do))
        shared = private.exchange(X25519PublicKey.from_public_bytes(bytes.fromhex(self.label.sender)))
        self.cipher = _cipher(shared, private.public_key(), lines)
        self.ahead = file.read(CHUNK + PROOF)

    def readable(self) -> bool:
        """It is for reading."""
        return True

    def readinto(self, into: WriteableBuffer) -> int:
        """Some bytes of what was sealed; nothing after the last."""
        view = memoryview(into).cast("B")
        while not self.left and not self.ended:
            self._open_next()
        some, self.left = self.left[: len(view)], self.left[len(view) :]
        view[: len(some)] = some
        return len(some)

    def _open_next(self) -> None:
        sealed, self.ahead = self.ahead, self.file.read(CHUNK + PROOF)
        self.ended = not self.ahead
        try:
            self.left = self.cipher.decrypt(_nonce(self.number, last=self.ended), sealed, None)
        except InvalidTag:
            raise _spoilt(self.name, f"a part {self.number + 1} that was changed or cut off") from None
        self.number += 1


def read_label(file: IO[bytes], name: str) -> Label:
    """What stands on a backup in clear; InputProblems for what is none."""
    return _label(file, name)[0]


def _label(file: IO[bytes], name: str) -> tuple[Label, bytes]:
    first, second = file.readline(LONGEST_LINE), file.readline(LONGEST_LINE)
    try:
        label = Label(**json.loads(second)) if first == FIRST_LINE else None
        if label is None or len(bytes.fromhex(label.sender)) != BYTES:
            raise ValueError
    except (ValueError, TypeError):
        raise _spoilt(name, "what is no backup") from None
    return label, first + second


def _cipher(shared: bytes, public: X25519PublicKey, lines: bytes) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(HKDF(SHA256(), 32, salt=public_bytes(public), info=lines).derive(shared))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _spoilt(name: str, found: str) -> InputProblems:
    do = "Take another backup, or another copy of this one. Nothing was changed."
    return InputProblems(Problem.of_file(name, found=found, allowed="a whole backup", do=do))

"""Letters that were already written as files, for want of a mail server: found by an address, and taken away again."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Collection
from pathlib import Path

from remission.inputs.writing import write_whole

# Django puts a line of so many hyphens after each letter of a file.
BETWEEN = b"\n" + b"-" * 79 + b"\n"


def remove_letters(folder: Path, addresses: Collection[str]) -> int:
    """Remove every letter to an address, or in which one stands, from the files of a folder; how many."""
    return sum(_remove(path, addresses) for path in sorted(folder.rglob("*")) if path.is_file())


def _remove(path: Path, addresses: Collection[str]) -> int:
    letters = [one for one in path.read_bytes().split(BETWEEN) if one.strip()]
    kept = [one for one in letters if not mentions(one, addresses)]
    if len(kept) == len(letters):
        return 0
    if kept:
        with write_whole(path) as new:
            new.write_bytes(b"".join(one + BETWEEN for one in kept))
    else:
        path.unlink(missing_ok=True)
    return len(letters) - len(kept)


def mentions(letter: bytes, addresses: Collection[str]) -> bool:
    """Does an address stand in a letter, whatever way its lines are encoded?

    >>> letter = b"To: A <Ann@Example.org>\\n\\nHello"
    >>> mentions(letter, ["ann@example.org"]), mentions(letter, ["bo@example.org"])
    (True, False)
    """
    read = email.message_from_bytes(letter, policy=email.policy.default)
    parts = [part.get_content() for part in read.walk() if part.get_content_maintype() == "text"]
    said = "\n".join([letter.decode(errors="replace"), *map(str, read.values()), *map(str, parts)]).casefold()
    return any(re.search(rf"(?<![\w.+-]){re.escape(one)}(?![\w-])", said) for one in addresses)

"""What is needed at run time may be used by anybody: no package of the locks is under the GPL, LGPL or AGPL."""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NAME = re.compile(r"(?m)^([A-Za-z0-9_.-]+)==[^\\\n]*")
# Each as its packages write it: as an expression, in a classifier, or as a text whose first words are looked at.
FREE = re.compile(r"\b(MIT|MIT-0|BSD|0BSD|BSD-\d-Clause|Apache|ISC|PSF|PSF-2\.0|Zlib|MPL)\b")
STRICT = re.compile(r"\b[AL]?GPL|General Public License", re.IGNORECASE)
# Installed on Windows alone, under the BSD licence: read on its page of the index on 30 November 2026.
ELSEWHERE = {"colorama"}


def licence(name: str) -> str:
    """Everything that a package says of its licence, in one text; empty where it is not installed."""
    try:
        said = metadata(name)
    except PackageNotFoundError:
        return ""
    classifiers = [one for one in said.get_all("Classifier") or [] if one.startswith("License")]
    return " ".join([said.get("License-Expression") or "", (said.get("License") or "")[:200], *classifiers])


def not_free(said: Iterable[tuple[str, str]]) -> list[str]:
    """The packages whose licence is strict, or says nothing that is known."""
    return [name for name, text in said if STRICT.search(text) or not FREE.search(text)]


def locked(lock: str) -> set[str]:
    return set(NAME.findall((ROOT / lock).read_text(encoding="utf-8"))) - ELSEWHERE


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-web.lock"])
def test_nothing_that_is_needed_at_run_time_is_under_a_strict_licence(lock: str) -> None:
    names = sorted(locked(lock))
    assert len(names) > 20
    assert not_free((name, licence(name)) for name in names) == []


@pytest.mark.parametrize("said", ["GPL-3.0-or-later", "License :: OSI Approved :: LGPLv3 (LGPLv3)", "", "Proprietary"])
def test_a_strict_licence_and_one_that_says_nothing_are_found(said: str) -> None:
    assert not_free([("one", said), ("other", "MIT")]) == ["one"]

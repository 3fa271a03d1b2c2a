"""Every step the twin can take has a sentence, and every reason has words."""

from __future__ import annotations

import re
from pathlib import Path

from remission.outcomes import reference
from remission.outcomes.definitions import REASON_WORDS, REASONS, Unconfirmed
from remission.outcomes.narration import SENTENCES


def codes() -> set[str]:
    """The codes of steps, read off the twin's source."""
    source = Path(reference.__file__).read_text(encoding="utf-8")
    direct = set(re.findall(r'Step\(\s*"([a-z-]+)"', source))
    returned = set(re.findall(r'"(relapse-[a-z-]+|scan-[a-z-]+)"', source))
    return direct | returned | {"relapse", *(f"pending-{one}" for one in Unconfirmed.__args__)}


def test_every_step_has_a_sentence_and_no_sentence_is_idle() -> None:
    assert codes() | {"death"} == set(SENTENCES)


def test_every_reason_has_words() -> None:
    assert set(REASON_WORDS) == set(REASONS)

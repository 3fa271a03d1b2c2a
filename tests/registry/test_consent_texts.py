"""What people agree to: found by walking, read with ease, and never changed once it was shown."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from reading_ease import school_grade
from remission.inputs.problems import InputProblems
from remission.library.catalogue import library_files
from remission.registry.consent import SCOPES
from remission.registry.consent_texts import (
    OPEN,
    ConsentText,
    consent_texts,
    filled,
    load_consent_texts,
    shown_on,
    texts_of,
    versions,
)

# Of each version that was shown. A line is added, and none is ever changed: people agreed to these words.
SHOWN = {"1": "c9553e00ffca40b0a6be5aaab816a9a323d42b7a7e99c5134f987d809293480e"}
HARDEST, FEWEST_WORDS = 8.0, 4


def too_hard(one: ConsentText) -> list[tuple[str, float, str]]:
    texts = [(at, filled(text, {})) for at, text in texts_of(one)]
    texts.append(("all of it", "\n".join(text for _, text in texts)))
    graded = [(at, school_grade(text), text) for at, text in texts if len(text.split()) >= FEWEST_WORDS]
    return [one for one in graded if one[1] > HARDEST]


@pytest.mark.parametrize("one", consent_texts().values(), ids=list(consent_texts()))
def test_every_text_is_read_with_ease(one: ConsentText) -> None:
    assert too_hard(one) == []


def test_a_hard_sentence_is_found() -> None:
    hard = "Participants irrevocably authorise pseudonymised secondary utilisation of longitudinal information."
    assert too_hard(replace(consent_texts()["1"], lead=hard))


def test_no_word_of_a_version_that_was_shown_has_changed() -> None:
    assert {name: one.digest for name, one in consent_texts().items()} == SHOWN


def test_the_digest_is_of_every_word() -> None:
    one = consent_texts()["1"]
    asked = replace(one.scopes[0], refused="Nothing.")
    assert replace(one, scopes=(asked, *one.scopes[1:])).digest != one.digest
    assert replace(one, lead=f"{one.lead} ").digest != one.digest


def test_each_use_is_asked_for_apart_and_says_what_a_no_means() -> None:
    for one in consent_texts().values():
        assert tuple(asked.scope for asked in one.scopes) == SCOPES
        assert all(asked.refused and asked.words for asked in one.scopes)


def test_what_a_person_must_know_is_in_every_version() -> None:
    for one in consent_texts().values():
        assert {part.title for part in one.parts} == {
            "What we keep", "Who keeps it", "What could go wrong", "What you can do", "How to stop",
        }  # fmt: skip


def test_a_file_more_is_a_version_more(tmp_path: Path) -> None:
    first = library_files("consents", ".toml")[0]
    text = first.read_text(encoding="utf-8")
    shutil.copy(first, tmp_path / "1.toml")
    later = text.replace('version = "1"', 'version = "2"').replace("2026-01-01", "2027-01-01")
    (tmp_path / "2.toml").write_text(later, encoding="utf-8")
    found = load_consent_texts(tuple(sorted(tmp_path.glob("*.toml"))))
    assert list(found) == ["1", "2"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('version = "1"', 'version = "2"', "the name of the file"),
        ('scope = "contact"', 'scope = "research"', "research twice"),
        ('scope = "contact"', 'scope = "advertising"', "advertising"),
        ("{contact}", "{contract}", "{contract}"),
        ('title = "Research"', 'heading = "Research"', "heading"),
    ],
)
def test_what_is_wrong_in_a_file_is_said(tmp_path: Path, old: str, new: str, words: str) -> None:
    text = library_files("consents", ".toml")[0].read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "1.toml").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(InputProblems) as refused:
        load_consent_texts((tmp_path / "1.toml",))
    assert words in refused.value.report()


def test_two_versions_of_one_day_are_refused(tmp_path: Path) -> None:
    text = library_files("consents", ".toml")[0].read_text(encoding="utf-8")
    for name in "12":
        (tmp_path / f"{name}.toml").write_text(text.replace('version = "1"', f'version = "{name}"'), encoding="utf-8")
    with pytest.raises(InputProblems, match="one a day"):
        load_consent_texts(tuple(sorted(tmp_path.glob("*.toml"))))


def test_the_newest_by_a_day_is_shown() -> None:
    newest = list(consent_texts().values())[-1]
    assert shown_on(date(2999, 1, 1)) is newest
    assert shown_on(newest.from_date) is newest
    assert versions()["1"].scopes == SCOPES


def test_what_the_host_declares_stands_in_the_open_places() -> None:
    facts = {name: f"<{name}>" for name in OPEN}
    said = [filled(text, facts) for one in consent_texts().values() for _, text in texts_of(one)]
    assert not any("{" in text for text in said)
    assert all(any(f"<{name}>" in text for text in said) for name in OPEN)

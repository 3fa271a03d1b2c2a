"""Pooling questions are data: every one of the library reads and answers, and a file with mistakes is told of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from remission.inputs.problems import InputProblems
from remission.library.catalogue import NotInLibrary
from remission.studies.load import load_studies
from remission.studies.pools import ask_pool
from remission.studies.questions import load_question, question_names, read_question


@pytest.mark.parametrize("name", question_names())
def test_every_question_of_the_library_has_an_answer(name: str) -> None:
    pools = ask_pool(name, load_studies())
    assert pools.sentence
    assert "{" not in pools.sentence
    assert pools.question.name == name
    assert [one.pooled.absent_reason for one in pools.lines if one.pooled.value is None] == [
        reason for one in pools.lines if (reason := one.pooled.absent_reason)
    ]


def test_mistakes_of_a_question_are_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        'name = "yours"\ntitle = "T"\nquestion = "Q?"\n'
        'what = ["neda", "transplant-deaths"]\nestimators = ["log ratio"]\n',
        encoding="utf-8",
    )
    with pytest.raises(InputProblems) as caught:
        read_question(path)
    assert {(one.column, one.found) for one in caught.value.problems} == {
        ("estimators", "log ratio"),
        ("name", "yours"),
        ("what", "count and survival"),
    }


def test_a_quantity_that_is_not_there_is_answered_with_the_nearest(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('name = "mine"\ntitle = "T"\nquestion = "Q?"\nwhat = ["nedda"]\n', encoding="utf-8")
    with pytest.raises(InputProblems) as caught:
        read_question(path)
    assert "Did you mean neda?" in caught.value.report()


def test_a_question_that_is_not_there_is_answered_with_the_nearest() -> None:
    with pytest.raises(NotInLibrary, match="Did you mean hsct-mortality"):
        load_question("hsct-mortalty")

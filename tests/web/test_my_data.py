"""A person's own data at one click: whole, for them alone, and nothing of it left behind."""

from __future__ import annotations

import csv
import io
import json
import os
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from made_up.command_line import run
from made_up.journeys import traveller
from made_up.reading import grade, paragraphs_of
from made_up.registry_people import Somebody, day
from remission.inputs.problems import InputProblems
from remission.outcomes.load import load_cohort
from remission.web.acts import exporting
from remission.web.audit.looks import Look
from remission.web.clock import now
from remission.web.identities.models import Delegation
from remission.web.instance import INVENTED, Instance, Mode
from remission.web.records.models import AnswerRow, ConsentRow, PersonRow, RecordAudit
from remission.web.records.writing import write_answers

FILE = "/my/data/my-data.zip"
PASSWORD = "a long and quiet password"


@pytest.fixture(autouse=True)
def others(monkeypatch: pytest.MonkeyPatch) -> None:
    """A helper whom the person calls as a formula looked."""
    look = Look(datetime(2026, 3, 2, 10, tzinfo=UTC), "=helper", "looked at your record", "helper")
    monkeypatch.setattr(exporting, "looks_at", lambda person_id: (look,))


def fresh(member: Any) -> Any:
    """The member, as after giving the password just now."""
    answer = member.client.post("/account/reauthenticate/?next=/my/data/file/", {"password": PASSWORD})
    assert answer.headers["Location"] == "/my/data/file/"
    return member


@pytest.fixture
def told(join: Callable[..., Any]) -> Any:
    member = fresh(join())
    tell(member.person_id, traveller())
    return member


def tell(person_id: str, one: Somebody) -> None:
    PersonRow.objects.filter(person_id=person_id).update(registered_on=day(0))
    ConsentRow.objects.filter(person_id=person_id).update(given_on=day(0))
    write_answers([replace(answer, person_id=person_id) for answer in one.answers])


def opened(answer: Any, folder: Path) -> Path:
    assert answer.status_code == 200, answer.content[:300]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        archive.extractall(folder)
    return folder / "my-data"


def left_in(observatory: Instance) -> list[Path]:
    return list(observatory.folder.folder.glob("export-*"))


def test_the_file_holds_everything_and_the_library_reads_it(told: Any, observatory: Instance, tmp_path: Path) -> None:
    answer = told.client.get(FILE)
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "no-store" in answer.headers["Cache-Control"]
    mine = opened(answer, tmp_path)
    for form in ("csv", "parquet"):
        assert run("check", str(mine / form)).returncode == 0
    told_of = run("explain", str(mine / "csv"), told.person_id, "--endpoint", "relapse-free")
    assert told_of.returncode == 0, told_of.stderr
    answers = json.loads((mine / "answers.json").read_text(encoding="utf-8"))["answers"]
    assert len(answers) == AnswerRow.objects.count() == len(traveller().answers)
    assert any(one["value"].startswith("I could walk to the shop again.") for one in answers)
    assert {path.name for path in mine.iterdir()} >= {"README.txt", "looks.csv", "registry.csv", "walking.csv"}
    assert told.person_id in (mine / "README.txt").read_text(encoding="utf-8")
    assert left_in(observatory) == []


def test_what_a_spreadsheet_would_run_is_harmless_in_every_csv(join: Callable[..., Any], tmp_path: Path) -> None:
    member, one = fresh(join()), Somebody.of("P1", 1500)
    one.tells(1500, "registry.own_words", "=HYPERLINK(1)")
    tell(member.person_id, one)
    mine = opened(member.client.get(FILE), tmp_path)
    texts = [path.read_text(encoding="utf-8") for path in mine.rglob("*.csv")]
    cells = [cell for text in texts for row in csv.reader(io.StringIO(text)) for cell in row]
    assert "'=HYPERLINK(1)" in cells
    assert "'=helper" in cells
    assert not [cell for cell in cells if cell.strip().startswith(("=", "@", "+"))]


def test_an_export_is_noted_with_counts_and_no_value(told: Any) -> None:
    told.client.get(FILE)
    row = RecordAudit.objects.get(act="exported")
    assert (row.actor, row.person) == (told.account.actor, told.person_id)
    assert row.detail == f"own data: {len(traveller().answers)} rows of 20 fields"


def test_the_password_is_asked_for_again_first(told: Any) -> None:
    told.client.logout()
    told.client.force_login(told.account)
    answer = told.client.get(FILE)
    assert answer.status_code == 302
    assert "reauthenticate" in answer.headers["Location"]
    assert not RecordAudit.objects.filter(act="exported").exists()


def test_after_the_password_the_file_comes_by_itself_and_the_page_stays(told: Any) -> None:
    answer = told.client.get("/my/data/file/")
    assert answer.headers["Refresh"] == f"0; url={FILE}"
    assert "Your file is on its way" in answer.content.decode()


def test_nothing_is_handed_out_while_the_account_is_held_and_words_say_so(told: Any) -> None:
    told.account.held_until = now() + timedelta(days=3)
    told.account.save()
    answer = told.client.get(FILE)
    assert answer.status_code == 403
    assert "No file is handed out until" in answer.content.decode()
    for path in ("/my/data/", "/my/data/file/"):
        page = told.client.get(path)
        assert "Refresh" not in page.headers
        assert 'class="button"' not in page.content.decode()
    assert not RecordAudit.objects.filter(act="exported").exists()
    told.account.held_until = now() - timedelta(days=1)
    told.account.save()
    assert told.client.get(FILE).status_code == 200


def test_a_helper_cannot_get_it_whatever_they_may(told: Any, sign_in: Callable[..., Any]) -> None:
    helper = fresh(sign_in("helper@example.org", factor=True))
    one = Delegation.objects.create(
        person_id=told.person_id, may="fill", delegate=helper.account, asked_at=now(), taken_at=now()
    )
    for path in ("data/", "data/my-data.zip"):
        assert helper.client.get(f"/for/{one.name}/{path}").status_code == 404


def test_who_has_told_nothing_is_told_so(join: Callable[..., Any]) -> None:
    answer = fresh(join()).client.get(FILE)
    assert answer.status_code == 404
    assert "You have told nothing yet" in answer.content.decode()


def test_it_is_theirs_after_they_stopped_and_nobodys_after_an_erasure(told: Any) -> None:
    ConsentRow.objects.update(ended_on=day(2300), ending="stop")
    assert told.client.get(FILE).status_code == 200
    ConsentRow.objects.update(ended_on=day(2300), ending="stop and erase")
    assert told.client.get(FILE).status_code == 404


def test_nothing_lies_behind_where_it_fails_in_the_middle(
    told: Any, observatory: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def breaks(person_id: str) -> str:
        seen.append([oct(path.stat().st_mode & 0o777) for path in left_in(observatory)])
        raise InputProblems([])

    monkeypatch.setattr(exporting, "_looks", breaks)
    with pytest.raises(InputProblems):
        told.client.get(FILE)
    assert seen == [["0o700"]]
    assert left_in(observatory) == []
    assert not RecordAudit.objects.filter(act="exported").exists()


def test_what_a_killed_process_left_is_taken_away_by_the_next(told: Any, observatory: Instance) -> None:
    old, young = (observatory.folder.folder / f"export-{name}" for name in ("old", "young"))
    for path in (old, young):
        path.mkdir()
        (path / "answers.json").write_text("{}", encoding="utf-8")
    os.utime(old, (time.time() - 3600,) * 2)
    told.client.get(FILE)
    assert left_in(observatory) == [young]


@pytest.mark.parametrize("mode", ["demo", "serve"])
def test_what_is_taken_from_a_demo_says_that_nobody_is_real(
    told: Any, observatory: Instance, tmp_path: Path, mode: Mode
) -> None:
    with override_settings(REMISSION=replace(observatory, mode=mode)):
        mine = opened(told.client.get(FILE), tmp_path)
    said = {
        "README.txt": INVENTED in (mine / "README.txt").read_text(encoding="utf-8"),
        "answers.json": json.loads((mine / "answers.json").read_text(encoding="utf-8"))["standing"] == "simulated",
        "csv": load_cohort(mine / "csv").provenance.kind == "simulated",
        "parquet": load_cohort(mine / "parquet").provenance.kind == "simulated",
    }
    assert set(said.values()) == {mode == "demo"}, said


def test_page_and_file_are_easy_to_read(told: Any, tmp_path: Path) -> None:
    assert grade(paragraphs_of(told.client.get("/my/data/").content.decode())) <= 8
    readme = (opened(told.client.get(FILE), tmp_path) / "README.txt").read_text(encoding="utf-8")
    assert grade([" ".join(readme.split("\n\nIf you know")[0].split())]) <= 8

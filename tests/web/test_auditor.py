"""The auditor sees every act by random names, page by page, whether the chains are whole, and no record."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest

from made_up.reading import grade, paragraphs_of
from remission.web.audit.chain import note, noting
from remission.web.audit.showing import ON_A_PAGE, page_of
from remission.web.instance import Instance
from remission.web.records.models import RecordAudit

PASSWORD = "a long and quiet password"


@pytest.fixture
def auditor(sign_in: Callable[..., Any]) -> Any:
    """An auditor, who gave the password just now."""
    member = sign_in("auditor@example.org", duty="auditor")
    member.client.post("/account/reauthenticate/", {"password": PASSWORD})
    return member


def acts(number: int) -> None:
    with noting("records"):
        for at in range(number):
            note("records", f"act {at}", actor="system")


def test_rows_come_page_by_page_and_each_once(observatory: Instance) -> None:
    acts(2 * ON_A_PAGE + 7)
    seen: list[int] = []
    before = None
    for _ in range(4):
        found = page_of("records", before)
        seen += [one.row for one in found]
        before = found[-1].row if found else before
        acts(1)
    last = 2 * ON_A_PAGE + 7
    assert seen == list(range(last, 0, -1))


def test_the_pages_lead_from_the_newest_rows_to_the_oldest(auditor: Any) -> None:
    acts(ON_A_PAGE + 1)
    text = auditor.client.get("/audit/records/").content.decode()
    assert f"Rows 2 to {ON_A_PAGE + 1}" in text
    assert 'href="?before=2"' in text
    text = auditor.client.get("/audit/records/?before=2").content.decode()
    assert "Rows 1 to 1" in text
    assert "Older rows" not in text
    for strange in ("x", "-1", "²", "1;DROP"):
        assert auditor.client.get("/audit/records/", {"before": strange}).status_code == 200


def test_acts_are_shown_by_random_names_and_no_address(auditor: Any, join: Callable[..., Any]) -> None:
    person = join("ann@example.org")
    text = auditor.client.get("/audit/records/").content.decode()
    assert person.person_id in text
    assert "joined" in text
    assert "ann@example.org" not in text


def test_the_table_holds_every_row_is_noted_and_runs_in_no_spreadsheet(auditor: Any) -> None:
    with noting("records"):
        note("records", "act", actor="system", detail="=1+1")
    answer = auditor.client.get("/audit/records.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert [row["detail"] for row in rows] == ["'=1+1"]
    last = RecordAudit.objects.order_by("-row").first()
    assert last is not None
    assert (last.act, last.actor, last.detail) == ("exported", auditor.account.actor, "audit of records: 1 rows")


def test_the_verdict_of_both_chains_is_shown(auditor: Any) -> None:
    text = auditor.client.get("/audit/verified/").content.decode()
    for chain in ("identities", "records"):
        assert f"<li>{chain}: whole" in text


def test_there_is_no_third_chain(auditor: Any) -> None:
    assert auditor.client.get("/audit/persons/").status_code == 404
    assert auditor.client.get("/audit/persons.csv").status_code == 404


@pytest.mark.parametrize("path", ["/audit/", "/audit/verified/", "/audit/records/", "/audit/records.csv"])
def test_it_is_of_the_auditor_alone(join: Callable[..., Any], sign_in: Callable[..., Any], path: str) -> None:
    assert join("ann@example.org").client.get(path).status_code == 404
    assert sign_in("host@example.org", duty="host").client.get(path).status_code == 404


def test_an_auditor_finds_no_record(auditor: Any) -> None:
    for path in ("/my/journey/", "/my/journey.svg", "/my/data/", "/my/data/my-data.zip"):
        assert auditor.client.get(path).status_code == 404


def test_it_is_easy_to_read(auditor: Any) -> None:
    assert grade(paragraphs_of(auditor.client.get("/audit/").content.decode())) <= 8

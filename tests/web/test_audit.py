"""The chain: it only grows, and whatever is changed in it is found at the first row that is not as it was written."""

from __future__ import annotations

import os
import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connections, transaction
from django.test import override_settings

from remission.inputs.problems import InputProblems
from remission.web import clock
from remission.web.acts.joining import join_registry
from remission.web.audit.chain import CHAINS, Chain, note, noting
from remission.web.audit.head import head_of, heads_of, newest_heads, publish_heads
from remission.web.audit.verify import COLUMNS, verify
from remission.web.identities.models import IdentityAudit
from remission.web.instance import Instance
from remission.web.records.models import RecordAudit

LONG = bool(os.environ.get("REMISSION_LONG"))
ROWS = 30
TABLES: dict[Chain, str] = {"identities": "identities_identityaudit", "records": "records_recordaudit"}
both = pytest.mark.parametrize("chain", list(CHAINS))


def grow(chain: Chain, rows: int = ROWS) -> None:
    with noting(chain):
        for number in range(rows):
            note(chain, "looked", actor=f"actor{number % 3}", person=f"person{number % 5}", detail=f"page {number}")


@contextmanager
def by_hand(chain: Chain, *, triggers: bool = False) -> Iterator[sqlite3.Connection]:
    """The database file as whoever has it in hand can write it: the triggers gone, unless they are to stay."""
    path = connections[CHAINS[chain][0]].settings_dict["NAME"]
    with closing(sqlite3.connect(path)) as connection:
        if not triggers:
            for verb in ("update", "delete"):
                connection.execute(f"DROP TRIGGER IF EXISTS {TABLES[chain]}_no_{verb}")
        yield connection
        connection.commit()


def found(chain: Chain) -> tuple[int, str]:
    fault = verify(chain).fault
    assert fault is not None, "nothing was found"
    return fault.row, fault.way


@both
def test_a_chain_that_nobody_touched_is_whole(observatory: Instance, chain: Chain) -> None:
    assert verify(chain).whole
    grow(chain)
    verdict = verify(chain)
    assert verdict.whole
    assert verdict.rows == CHAINS[chain][1]._default_manager.count()


@both
@pytest.mark.parametrize("statement", ["UPDATE {} SET detail = 'x' WHERE row = 3", "DELETE FROM {} WHERE row = 3"])
def test_the_database_refuses_to_change_or_delete_a_row(observatory: Instance, chain: Chain, statement: str) -> None:
    grow(chain)
    with by_hand(chain, triggers=True) as connection, pytest.raises(sqlite3.IntegrityError, match="only added"):
        connection.execute(statement.format(TABLES[chain]))
    model = CHAINS[chain][1]
    with pytest.raises(DatabaseError, match="only added"):
        model._default_manager.filter(row=3).update(act="nothing")
    with pytest.raises(DatabaseError, match="only added"):
        model._default_manager.filter(row=3).delete()
    row = model._default_manager.get(row=3)
    row.detail = "nothing"
    with pytest.raises(DatabaseError, match="only added"):
        row.save()
    assert verify(chain).whole


@both
def test_a_row_that_replaces_another_is_refused_too(observatory: Instance, chain: Chain) -> None:
    grow(chain)
    model = CHAINS[chain][1]
    cells = model._default_manager.values_list(*COLUMNS).get(row=3)
    # By a connection of ours, which has triggers fire for rows that are replaced too.
    with connections[CHAINS[chain][0]].cursor() as cursor, pytest.raises(DatabaseError, match="only added"):
        cursor.execute(f"REPLACE INTO {TABLES[chain]} ({', '.join(COLUMNS)}) VALUES (%s,%s,%s,%s,%s,%s,%s)", cells)


def test_an_act_is_noted_in_the_transaction_that_does_it_or_not_at_all(observatory: Instance) -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        note("records", "looked", actor="nobody")
    with transaction.atomic(using="records"):
        note("records", "looked", actor="nobody")
        transaction.set_rollback(True, using="records")
    assert not RecordAudit.objects.exists()
    grow("records", 2)
    assert verify("records").whole


@both
@pytest.mark.parametrize("column", COLUMNS)
def test_one_letter_of_any_column_is_found_at_its_row(observatory: Instance, chain: Chain, column: str) -> None:
    grow(chain)
    with by_hand(chain) as connection:
        sql = f"UPDATE {TABLES[chain]} SET {column} = {column} || 'x' WHERE row = 7"
        connection.execute(sql if column != "row" else f"UPDATE {TABLES[chain]} SET row = 900 WHERE row = 7")
    assert found(chain) == (7, "moved" if column == "row" else "changed")


@both
def test_a_letter_that_moves_into_the_next_column_is_found(observatory: Instance, chain: Chain) -> None:
    grow(chain)
    with by_hand(chain) as connection:
        connection.execute(f"UPDATE {TABLES[chain]} SET act = 'looke', actor = 'd' || actor WHERE row = 4")
    assert found(chain) == (4, "changed")


@both
def test_a_row_taken_out_of_the_middle_is_missing(observatory: Instance, chain: Chain) -> None:
    grow(chain)
    with by_hand(chain) as connection:
        connection.execute(f"DELETE FROM {TABLES[chain]} WHERE row IN (11, 12)")
    assert found(chain) == (11, "missing")
    assert "the next is row 13" in str(verify(chain))


@both
def test_a_row_taken_out_with_the_later_ones_closed_up_is_found(observatory: Instance, chain: Chain) -> None:
    grow(chain)
    with by_hand(chain) as connection:
        connection.execute(f"DELETE FROM {TABLES[chain]} WHERE row = 11")
        for row in range(12, ROWS + 1):
            connection.execute(f"UPDATE {TABLES[chain]} SET row = ? WHERE row = ?", (row - 1, row))
    assert found(chain) == (11, "changed")


@both
def test_two_rows_that_changed_places_are_moved(observatory: Instance, chain: Chain) -> None:
    grow(chain)
    with by_hand(chain) as connection:
        for old, new in ((5, 999), (9, 5), (999, 9)):
            connection.execute(f"UPDATE {TABLES[chain]} SET row = ? WHERE row = ?", (new, old))
    assert found(chain) == (5, "moved")
    assert "it stands as row 9" in str(verify(chain))


@both
def test_rows_that_were_given_other_numbers_in_the_same_order_are_found(observatory: Instance, chain: Chain) -> None:
    grow(chain)
    with by_hand(chain) as connection:
        connection.execute(f"UPDATE {TABLES[chain]} SET row = 900 WHERE row = ?", (ROWS,))
    assert found(chain) == (ROWS, "moved")
    with by_hand(chain) as connection:
        connection.execute(f"UPDATE {TABLES[chain]} SET row = row + 1000")
    assert found(chain) == (1, "moved")


@both
def test_rows_put_in_by_hand_are_found(observatory: Instance, chain: Chain) -> None:
    grow(chain)
    cells = ("2026-01-01", "looked", "a", "b", "c", "0" * 64)
    with by_hand(chain) as connection:
        sql = f"INSERT INTO {TABLES[chain]} ({', '.join(COLUMNS)}) VALUES (?,?,?,?,?,?,?)"
        connection.execute(sql, (ROWS + 1, *cells))
    assert found(chain) == (ROWS + 1, "changed")
    with by_hand(chain) as connection:
        connection.execute(sql, (-3, *cells))
    assert found(chain) == (-3, "added")


@both
def test_the_whole_chain_written_again_with_another_key_is_found(observatory: Instance, chain: Chain) -> None:
    grow(chain)
    other = replace(observatory.keyring, chain=b"another")
    with override_settings(REMISSION=replace(observatory, keyring=other)):
        assert found(chain) == (1, "changed")


@both
def test_a_tail_cut_off_with_the_count_mended_is_found_by_the_head_that_was_published(
    observatory: Instance, chain: Chain
) -> None:
    grow(chain)
    publish_heads()
    with by_hand(chain) as connection:
        connection.execute(f"DELETE FROM {TABLES[chain]} WHERE row > 21")
    assert found(chain) == (22, "cut")
    with by_hand(chain) as connection:
        connection.execute("UPDATE sqlite_sequence SET seq = 21 WHERE name = ?", (TABLES[chain],))
    assert found(chain) == (22, "cut")
    assert verify(chain, published=()).whole


@both
def test_a_tail_cut_off_since_the_last_head_shows_in_the_count_of_the_database(
    observatory: Instance, chain: Chain
) -> None:
    grow(chain, 5)
    publish_heads()
    grow(chain, 5)
    with by_hand(chain) as connection:
        connection.execute(f"DELETE FROM {TABLES[chain]} WHERE row > 7")
    assert found(chain) == (8, "cut")


def test_a_tail_cut_off_and_grown_again_is_not_the_one_that_was_published(observatory: Instance) -> None:
    grow("records", 10)
    publish_heads()
    with by_hand("records") as connection:
        connection.execute("DELETE FROM records_recordaudit WHERE row > 6")
    grow("records", 10)
    assert found("records") == (10, "rewritten")


def test_any_change_of_any_row_is_found_at_that_row(observatory: Instance) -> None:
    """Many changes by chance: each in a copy of its own, one letter of one column of one row, or the row gone."""
    grow("records")
    publish_heads()
    chance = random.Random(20261130)
    good = RecordAudit.objects.values_list(*COLUMNS)
    rows = {row[0]: dict(zip(COLUMNS, row, strict=True)) for row in good}
    for _ in range(5_000 if LONG else 150):
        row, column = chance.randint(1, ROWS), chance.choice((*COLUMNS[1:], ""))
        with by_hand("records") as connection:
            cells = rows[row]
            if column:
                text = cells[column]
                place = chance.randint(0, len(text))
                new = text[:place] + chance.choice("abc0\x1f \u00e9") + text[place + chance.randint(0, 1) :]
                connection.execute(f"UPDATE records_recordaudit SET {column} = ? WHERE row = ?", (new, row))
            else:
                connection.execute("DELETE FROM records_recordaudit WHERE row = ?", (row,))
                new = None
        if new == (cells[column] if column else ""):
            continue
        assert found("records") == (row, "changed" if column else "cut" if row == ROWS else "missing")
        with by_hand("records") as connection:
            sql = f"INSERT OR REPLACE INTO records_recordaudit ({', '.join(COLUMNS)}) VALUES (?,?,?,?,?,?,?)"
            connection.execute(sql, [cells[name] for name in COLUMNS])
    assert verify("records").whole


def test_a_hundred_thousand_rows_take_seconds(observatory: Instance) -> None:
    # Each row that is grown takes ten times what it takes to verify it.
    rows = 100_000 if LONG else 2_000
    grow("records", rows)
    began = time.perf_counter()
    assert verify("records").rows == rows
    assert time.perf_counter() - began < max(1, rows / 10_000)


def test_a_head_is_published_once_a_day(observatory: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    grow("records", 3)
    assert [(one.chain, one.row) for one in publish_heads()] == [("identities", 0), ("records", 3)]
    grow("records", 1)
    assert publish_heads() == []
    monkeypatch.setattr(clock, "now", lambda: datetime(2099, 1, 1, 12, tzinfo=UTC))
    assert [one.row for one in publish_heads()] == [0, 4]
    assert [one.row for one in heads_of("records")] == [3, 4]
    assert newest_heads()[1].mac == head_of("records").mac


def test_a_list_of_heads_that_was_spoilt_is_said(observatory: Instance) -> None:
    observatory.folder.heads.write_text("day,chain,row,mac\n2026-01-01,records,x,0\n", encoding="utf-8")
    with pytest.raises(InputProblems) as raised:
        verify("records")
    assert "lines that are no heads: 2" in raised.value.report()


def test_answers_are_never_changed(join: Callable[..., object], observatory: Instance) -> None:
    member = join()
    with by_hand("records", triggers=True) as connection:
        connection.execute(
            "INSERT INTO records_answerrow (answer_id, person_id, field, value, state, episode, told_on, recorded_on, "
            "replaces, consent_version, form_version, teller) VALUES "
            "('a', ?, 'sex', 'female', 'answered', '', '2026-03-02', '2026-03-02', '', '1', 'short-1', 'self')",
            (member.person_id,),
        )
        with pytest.raises(sqlite3.IntegrityError, match="never changed"):
            connection.execute("UPDATE records_answerrow SET value = 'male'")


def test_what_joins_is_in_the_chain_under_random_names_alone(sign_in: Callable[..., object]) -> None:
    member = sign_in("ann@example.org")
    person_id = join_registry(member.account, ("research",))
    row = RecordAudit.objects.get()
    assert (row.actor, row.person, row.act) == (member.account.actor, person_id, "joined")
    assert not IdentityAudit.objects.filter(detail__contains="example.org").exists()

"""A row of a chain, and the triggers of the database that let it only grow."""

from __future__ import annotations

from django.db import models


class AuditRow(models.Model):
    """One act: when, by whom, on whose record, and what of it in words of ours; never a value of anybody.

    `actor` and `person` are random names; what they mean is kept elsewhere and destroyed with an erasure. `mac` is over
    the row and the `mac` before it. The order is that of `row`, and not of a clock.
    """

    row = models.BigAutoField(primary_key=True)
    at = models.CharField(max_length=32)
    act = models.CharField(max_length=40)
    actor = models.CharField(max_length=16, db_index=True)
    person = models.CharField(max_length=16, blank=True, db_index=True)
    detail = models.CharField(max_length=400, blank=True)
    mac = models.CharField(max_length=64)

    class Meta:
        """Each database has a table of its own."""

        abstract = True


def only_grows(table: str) -> str:
    """SQL for triggers that refuse to change or delete a row of a table."""
    return "\n".join(
        f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are only added'); END;"
        for verb in ("update", "delete")
    )


def never_changes(table: str) -> str:
    """SQL for a trigger that refuses to change a row; it can be deleted, as an erasure does."""
    return (
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are never changed'); END;"
    )

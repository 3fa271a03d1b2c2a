"""The chain only grows, and no answer is ever changed: held by the database, whatever a program tries."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from remission.web.audit.rows import never_changes, only_grows


class Migration(migrations.Migration):
    """Triggers."""

    dependencies: ClassVar = [("records", "0001_initial")]
    operations: ClassVar = [
        migrations.RunSQL(only_grows("records_recordaudit"), migrations.RunSQL.noop),
        migrations.RunSQL(never_changes("records_answerrow"), migrations.RunSQL.noop),
    ]

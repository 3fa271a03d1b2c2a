"""The chain only grows: held by the database, whatever a program tries."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from remission.web.audit.rows import only_grows


class Migration(migrations.Migration):
    """Triggers."""

    dependencies: ClassVar = [("identities", "0001_initial")]
    operations: ClassVar = [
        migrations.RunSQL(only_grows("identities_identityaudit"), migrations.RunSQL.noop),
    ]

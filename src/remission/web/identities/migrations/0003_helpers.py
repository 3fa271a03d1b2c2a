"""What a helper and a person are called to each other, sealed; the invitation is opened by a ticket."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Columns."""

    dependencies: ClassVar = [("identities", "0002_rows_only_grow")]
    operations: ClassVar = [
        migrations.RemoveField("delegation", "token_hash"),
        migrations.AddField("delegation", "called_hidden", models.TextField(blank=True)),
        migrations.AddField("delegation", "signed_hidden", models.TextField(blank=True)),
    ]

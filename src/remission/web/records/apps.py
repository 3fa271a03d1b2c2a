"""The app of records."""

from __future__ import annotations

from django.apps import AppConfig


class Records(AppConfig):
    """Its tables lie in the database of records."""

    name = "remission.web.records"
    label = "records"

"""Every row of a person deleted: answers, drafts, consents, what was sent, and the key that opens their own words."""

from __future__ import annotations

from remission.web.records.models import DraftRow, PersonRow


def delete_person(person_id: str) -> bool:
    """Delete the row of a person and all that hang on it; was there anything?"""
    rows, _ = PersonRow.objects.filter(person_id=person_id).delete()
    return rows > 0


def delete_drafts_by(actor: str) -> None:
    """Delete what an account wrote into forms of others and never sent; nobody else can open it."""
    DraftRow.objects.filter(actor=actor).delete()


def rename_drafts_by(actor: str, new: str) -> None:
    """Hand the drafts of an account to the new random name that it has."""
    DraftRow.objects.filter(actor=actor).update(actor=new)

"""The tables of records. Nobody is named in them: a person is 80 random bits, and own words are sealed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from remission.web.audit.rows import AuditRow

NAME = 16


class PersonRow(models.Model):
    """A person of the registry, and the key under which their own words are sealed (itself wrapped)."""

    person_id = models.CharField(primary_key=True, max_length=NAME)
    registered_on = models.DateField()
    wrapped_key = models.BinaryField()


class ConsentRow(models.Model):
    """A consent of a person, as `registry.consent.Consent`; two that are active at once the database refuses."""

    consent_id = models.CharField(primary_key=True, max_length=NAME)
    person = models.ForeignKey(PersonRow, on_delete=models.CASCADE)
    version = models.CharField(max_length=20)
    scopes = models.CharField(max_length=60, blank=True)
    given_on = models.DateField()
    ended_on = models.DateField(null=True)
    ending = models.CharField(max_length=14, blank=True)

    class Meta:
        """One that has not ended for each person."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person"], condition=models.Q(ended_on=None), name="one_consent_at_a_time")
        ]


class AnswerRow(models.Model):
    """One answer, as `registry.answers.Answer`; what is in own words stands in `sealed` and not in `value`."""

    row = models.BigAutoField(primary_key=True)
    answer_id = models.CharField(unique=True, max_length=NAME)
    person = models.ForeignKey(PersonRow, on_delete=models.CASCADE)
    field = models.CharField(max_length=60)
    value = models.CharField(max_length=80, blank=True)
    sealed = models.BinaryField(null=True)
    state = models.CharField(max_length=14)
    episode = models.CharField(max_length=40, blank=True)
    told_on = models.DateField()
    recorded_on = models.DateField()
    replaces = models.CharField(max_length=NAME, blank=True)
    consent_version = models.CharField(max_length=20)
    form_version = models.CharField(max_length=40)
    teller = models.CharField(max_length=8)


class DraftRow(models.Model):
    """What somebody wrote into a form and has not sent, or what could not be taken: as typed, sealed, one a teller."""

    person = models.ForeignKey(PersonRow, on_delete=models.CASCADE)
    actor = models.CharField(max_length=NAME)
    form = models.CharField(max_length=20)
    sealed = models.BinaryField()
    saved_at = models.DateTimeField()

    class Meta:
        """A person and their delegate each write a draft of their own."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "actor", "form"], name="one_draft_a_teller")]


class SentForm(models.Model):
    """That a form was sent on a day: what the schedule asks."""

    person = models.ForeignKey(PersonRow, on_delete=models.CASCADE)
    form = models.CharField(max_length=40)
    sent_on = models.DateField()


class SentMail(models.Model):
    """That a letter about a visit went out on a day: the other thing that the schedule asks."""

    person = models.ForeignKey(PersonRow, on_delete=models.CASCADE)
    visit = models.CharField(max_length=20)
    sent_on = models.DateField()


class QuarterRow(models.Model):
    """The counts of a quarter as they were shown, so that they are the same whenever they are asked for."""

    quarter_end = models.DateField(primary_key=True)
    people = models.PositiveIntegerField(null=True)
    transplants = models.PositiveIntegerField(null=True)
    countries = models.PositiveIntegerField(null=True)


class RecordAudit(AuditRow):
    """The chain of acts on records: answers, consents, drafts, exports, and every look at another's record."""

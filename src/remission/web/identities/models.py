"""The tables of identities."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from remission.web.audit.rows import AuditRow
from remission.web.ids import new_id

NAME = 16


class Accounts(BaseUserManager["Account"]):
    """Makes accounts."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Account:
        """A new account with a password, or with none that can be used."""
        account = self.model(email=self.normalize_email(email).casefold(), **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def get_by_natural_key(self, username: str | None) -> Account:
        """The account with an address, in whatever case it is written."""
        return self.get(email__iexact=username)


class Account(AbstractBaseUser):
    """Somebody who can sign in: an address in clear, for signing in; all else sealed.

    `duty` is host or auditor; everybody else's roles follow from whose record they may open. `actor` names the account
    in the audit. `held_until`: after a second factor was lost, nothing is handed out before.
    """

    email = models.EmailField(unique=True)
    actor = models.CharField(max_length=NAME, unique=True, default=new_id, editable=False)
    duty = models.CharField(max_length=8, blank=True, choices=[("host", "host"), ("auditor", "auditor")])
    name_hidden = models.TextField(blank=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)
    held_until = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Accounts] = Accounts()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    def __str__(self) -> str:
        """Its random name; never the address."""
        return f"account {self.actor}"

    def __repr__(self) -> str:
        """The same: this is what logs show."""
        return f"<{self}>"


class Membership(models.Model):
    """That an account is a person of the registry: the only place where the two names stand together."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE)
    person_id = models.CharField(max_length=NAME, unique=True)
    since = models.DateField()


class Delegation(models.Model):
    """That somebody may read or fill the record of a person: asked by the person, taken up by the delegate.

    `invited` is the address asked, gone once it was taken up. `called_hidden` is what the person calls the delegate,
    and `signed_hidden` how the person is named to them: both sealed. `name` stands in the delegate's addresses.
    """

    name = models.CharField(max_length=NAME, unique=True, default=new_id)
    person_id = models.CharField(max_length=NAME, db_index=True)
    may = models.CharField(max_length=4, choices=[("read", "read"), ("fill", "fill")])
    invited = models.EmailField(blank=True)
    called_hidden = models.TextField(blank=True)
    signed_hidden = models.TextField(blank=True)
    delegate = models.ForeignKey(Account, null=True, on_delete=models.CASCADE)
    asked_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)


class Intent(models.Model):
    """An act over both databases that was begun: finished or undone at the next start, and gone when it is done.

    `named` holds random names alone, as JSON.
    """

    name = models.CharField(primary_key=True, max_length=NAME, default=new_id)
    act = models.CharField(max_length=20)
    named = models.JSONField()
    begun_at = models.DateTimeField()


class Letter(models.Model):
    """A letter that waits, or was sent: what kind, to which account, about which visit; its words are made when sent.

    `opens` names the delegation, visit or recovery it is about.
    """

    name = models.CharField(primary_key=True, max_length=NAME, default=new_id)
    account = models.ForeignKey(Account, null=True, on_delete=models.CASCADE)
    address = models.EmailField(blank=True)
    kind = models.CharField(max_length=24)
    opens = models.CharField(max_length=40, blank=True)
    made_at = models.DateTimeField()
    not_before = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    failed = models.CharField(max_length=40, blank=True)

    class Meta:
        """What is sent next is looked for often."""

        indexes: ClassVar = [models.Index(fields=["sent_at", "not_before"])]


class NoMail(models.Model):
    """That an account wants no letters about visits, or that letters to it come back."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE)
    since = models.DateTimeField()
    why = models.CharField(max_length=12, choices=[("asked", "asked"), ("bounced", "bounced"), ("death", "death")])


class Ticket(models.Model):
    """What a link in a letter opens, once: kept as a hash, so that who reads the database can open nothing."""

    token_hash = models.CharField(primary_key=True, max_length=64)
    account = models.ForeignKey(Account, null=True, on_delete=models.CASCADE)
    person_id = models.CharField(max_length=NAME, blank=True, db_index=True)
    opens = models.CharField(max_length=12, choices=[(one, one) for one in ("visit", "stop", "host", "delegate")])
    about = models.CharField(max_length=40, blank=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class Recovery(models.Model):
    """That somebody who lost their second factor asked to sign in without: after days in which it can be stopped."""

    name = models.CharField(primary_key=True, max_length=NAME, default=new_id)
    account = models.ForeignKey(Account, on_delete=models.CASCADE)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)


class Lease(models.Model):
    """That one process does the jobs until a moment: two that run at once send nothing twice."""

    name = models.CharField(primary_key=True, max_length=20)
    holder = models.CharField(max_length=NAME)
    until = models.DateTimeField()


class IdentityAudit(AuditRow):
    """The chain of acts on accounts, delegates, letters and settings."""

"""The forms of accounts in our words: one label, one help, no text inside a field that goes away when one writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from allauth.account import forms as theirs
from django import forms
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest

from remission.web.identities.holds import is_held
from remission.web.identities.models import Account

ADDRESS = ("E-mail address", "")
PASSWORD = ("Password", "")
NEW_PASSWORD = (
    "New password",
    "At least 12 letters, digits or signs. Three or four words that only you join are good.",
)
OLD_PASSWORD = ("Your password now", "")


class InOurWords(forms.BaseForm):
    """Any form: `words` gives the label and the help of its fields; fields named in `without` are not asked for."""

    words: ClassVar[Mapping[str, tuple[str, str]]] = {}
    without: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, **named: Any) -> None:
        """The form, its fields said in our words."""
        super().__init__(*args, **named)
        for name in self.without:
            self.fields.pop(name, None)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if name in self.words:
                field.label, field.help_text = self.words[name]


class SignIn(InOurWords, theirs.LoginForm):  # type: ignore[misc]  # the library has no types
    """Address and password."""

    words: ClassVar = {"login": ADDRESS, "password": PASSWORD}


class SignUp(InOurWords, theirs.SignupForm):  # type: ignore[misc]
    """An address, a password, and that one is of age."""

    adult = forms.BooleanField(label="I am 18 or older", error_messages={"required": "You must be 18 to take part."})
    words: ClassVar = {"email": (ADDRESS[0], "We send a link to it."), "password1": ("Password", NEW_PASSWORD[1])}

    def __init__(self, *args: Any, **named: Any) -> None:
        """The form; one's age is asked last."""
        super().__init__(*args, **named)
        self.order_fields(["email", "password1", "adult"])

    def try_save(self, request: HttpRequest) -> Any:
        """Make the account; where the address has one, take as long as that takes, so that the time tells nobody."""
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
        return super().try_save(request)


class AskNewPassword(InOurWords, theirs.ResetPasswordForm):  # type: ignore[misc]
    """The address to which a link is sent."""

    words: ClassVar = {"email": ADDRESS}


class NewPassword(InOurWords, theirs.ResetPasswordKeyForm):  # type: ignore[misc]
    """A password in place of one that was forgotten."""

    words: ClassVar = {"password1": NEW_PASSWORD}
    without: ClassVar = ("password2",)


class ChangePassword(InOurWords, theirs.ChangePasswordForm):  # type: ignore[misc]
    """The password now, and the next."""

    words: ClassVar = {"oldpassword": OLD_PASSWORD, "password1": NEW_PASSWORD}
    without: ClassVar = ("password2",)


class ChangeAddress(InOurWords, theirs.AddEmailForm):  # type: ignore[misc]
    """Another address; it counts once its link was opened."""

    words: ClassVar = {
        "email": ("New e-mail address", "We send a link to it. Until you open it, the old address counts.")
    }

    def clean_email(self) -> str:
        """Refuse it while the account is held: the old address is what its owner gets it back with."""
        if is_held(self.user):
            raise forms.ValidationError("For a week after a second step was removed the address stays as it is.")
        return str(super().clean_email())


class PasswordAgain(InOurWords, theirs.ReauthenticateForm):  # type: ignore[misc]
    """The password, before something that matters."""

    words: ClassVar = {"password": OLD_PASSWORD}


class FirstHost(InOurWords, forms.Form):
    """The address and password of whoever will run the observatory."""

    email = forms.EmailField(widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    password = forms.CharField(strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))
    words: ClassVar = {"email": ADDRESS, "password": ("Password", NEW_PASSWORD[1])}

    def clean(self) -> dict[str, Any]:
        """Refuse a password that is easily guessed."""
        said = super().clean() or {}
        if "password" in said:
            try:
                validate_password(said["password"], Account(email=said.get("email", "")))
            except forms.ValidationError as error:
                self.add_error("password", error)
        return said

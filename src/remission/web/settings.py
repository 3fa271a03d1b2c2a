"""Django's settings, worked out from the observatory that runs (`web.instance`)."""

from __future__ import annotations

from datetime import timedelta
from email.utils import formataddr
from pathlib import Path

from csp.constants import NONE, SELF

from remission.web.databases import IDENTITIES, RECORDS, database
from remission.web.instance import instance_of_environment
from remission.web.observatory import password_of, read_mail

REMISSION = instance_of_environment()
_home = REMISSION.home

SECRET_KEY = REMISSION.keyring.secret
DEBUG = False
ALLOWED_HOSTS = list(REMISSION.hosts)
ROOT_URLCONF = "remission.web.urls"
WSGI_APPLICATION = "remission.web.wsgi.application"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-gb"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

DATABASES = {
    IDENTITIES: database(_home.identities if _home else None),
    RECORDS: database(_home.records if _home else None),
}
DATABASE_ROUTERS = ["remission.web.databases.ByRoom"]
# Rate limits are counted here: two workers share it, and a restart forgets nothing.
# A full table forgets a third of itself, and whoever tries passwords could fill it: so it is as good as never full.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},
    }
}  # fmt: skip

INSTALLED_APPS = [
    "remission.web.identities",
    "remission.web.records",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_tasks",
    "django_tasks_db",
]
MIDDLEWARE = [
    "remission.web.middleware.known_names",
    "remission.web.middleware.unavailable",
    "django.middleware.security.SecurityMiddleware",
    "remission.web.site_files.SiteFiles",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "remission.web.middleware.lasting_sessions",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "remission.web.middleware.private_pages",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["remission.web.identities.templatetags.in_shell"],
        },
    }
]
STATIC_URL = "/static/"
STATICFILES_DIRS = [Path(__file__).parent / "static"]
# Our own files only: those of the accounts' library are for pages that are not served.
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

AUTH_USER_MODEL = "identities.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/my/"
ACCOUNT_ADAPTER = "remission.web.identities.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "remission.web.identities.forms.SignIn",
    "signup": "remission.web.identities.forms.SignUp",
    "reset_password": "remission.web.identities.forms.AskNewPassword",
    "reset_password_from_key": "remission.web.identities.forms.NewPassword",
    "change_password": "remission.web.identities.forms.ChangePassword",
    "add_email": "remission.web.identities.forms.ChangeAddress",
    "reauthenticate": "remission.web.identities.forms.PasswordAgain",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_CHANGE_EMAIL = True
# Django ends every other session when a password changes; the one in which it was changed goes on.
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
PASSWORD_RESET_TIMEOUT = int(timedelta(days=1).total_seconds())
# Only in the browser in which the password was given before the letter came.
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_METHODS = ["password", "mfa"]
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_SESSION_REMEMBER = False
# Ten tries at a password or a code in an hour, from wherever they come; then only a new password helps, or waiting.
ACCOUNT_RATE_LIMITS = {
    "login_failed": "20/m/ip,5/5m/key,10/h/key", "login": "30/m/ip", "signup": "20/m/ip",
    "reset_password": "20/m/ip,3/h/key", "change_password": "10/h/user",
}  # fmt: skip
MFA_ADAPTER = "remission.web.identities.adapters.FactorAdapter"
MFA_FORMS = {
    "authenticate": "remission.web.identities.factor_forms.SecondStep",
    "reauthenticate": "remission.web.identities.factor_forms.CodeAgain",
    "activate_totp": "remission.web.identities.factor_forms.AddApp",
    "add_webauthn": "remission.web.identities.factor_forms.AddPasskey",
    "edit_webauthn": "remission.web.identities.factor_forms.NamePasskey",
}
MFA_SUPPORTED_TYPES = ["recovery_codes", "totp", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = REMISSION.on_loopback
# Nobody signs in before an address is verified; so an address that waits for its change is no reason to have no factor.
MFA_ALLOW_UNVERIFIED_EMAIL = True
# Codes of telephones whose clock is half a minute off are taken.
MFA_TOTP_TOLERANCE = 1
ALLAUTH_TRUSTED_PROXY_COUNT = REMISSION.proxies

_over_tls = not REMISSION.on_loopback
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _over_tls
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_AGE = None
# Short, since phones are lent; what was written is a draft by then and waits.
SESSION_COOKIE_AGE = int(timedelta(hours=2).total_seconds())
# Not with every page: `lasting_sessions` does, once a minute.
SESSION_SAVE_EVERY_REQUEST = False
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_SERIALIZER = "remission.web.identities.sessions.Sealed"
# In the session and not in a cookie: some name an address.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_FAILURE_VIEW = "remission.web.refusals.forbidden"
# With none at all a browser says of a form that it comes from nowhere, and the guard against forged forms refuses it.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if _over_tls else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if REMISSION.proxies else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE], "script-src": [SELF], "style-src": [SELF], "img-src": [SELF, "data:"],
        "connect-src": [SELF], "form-action": [SELF], "base-uri": [NONE], "frame-ancestors": [NONE],
    }
}  # fmt: skip

# Letters go out where a mail server is declared; in a demo, and until one is, they are files of the outbox.
_mail = read_mail(_home) if _home and REMISSION.mode != "demo" else None
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if _mail else 'filebased'}.EmailBackend"
EMAIL_FILE_PATH = str(_home.outbox) if _home else None
if _home and _mail:
    EMAIL_HOST, EMAIL_PORT, EMAIL_HOST_USER = _mail.host, _mail.port, _mail.user
    EMAIL_HOST_PASSWORD = password_of(_mail, _home)
    EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.security == "starttls", _mail.security == "tls"
EMAIL_TIMEOUT = 20
# A subject that named an illness would tell whoever looks over a shoulder, and so would a sender: our own name does.
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
DEFAULT_FROM_EMAIL = formataddr((_mail.sender_name, _mail.sender)) if _mail else "Your records <no-reply@localhost>"
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
# No value of anybody is in a log: errors name a place in the code and the kind of error, and no request is written.
_to_file = {"handlers": ["faults"], "level": "ERROR", "propagate": False}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": True,
    "handlers": {"faults": {"class": "remission.web.fault_log.FaultLog"}, "none": {"class": "logging.NullHandler"}},
    "root": {"handlers": ["faults"], "level": "ERROR"},
    # Whoever asks for names that are not ours would fill the file.
    "loggers": {"django": _to_file, "django.security": {"handlers": ["none"], "propagate": False}},
}
SILENCED_SYSTEM_CHECKS = ["security.W008"]

"""What templates of accounts ask of the account that looks at them."""

from __future__ import annotations

from django import template
from django.template.context import Context

from remission.web.identities.factors import lacks_factor as lacking
from remission.web.identities.models import Account

register = template.Library()


@register.simple_tag(takes_context=True)
def lacks_factor(context: Context) -> bool:
    """Must this account have a second factor, and has none?"""
    account = context["request"].user
    return isinstance(account, Account) and lacking(account)

"""The tag that puts a page of the accounts' library into our shell."""

from __future__ import annotations

from django import template
from django.template.base import NodeList, Parser, Token
from django.template.context import Context
from markupsafe import Markup

from remission.web.shell import page_response

register = template.Library()


@register.tag("in_shell")
def in_shell(parser: Parser, token: Token) -> InShell:
    """Until `script` stands the page's title, until `page` the name of its script if it has one, then the page."""
    title = parser.parse(("script",))
    parser.delete_first_token()
    script = parser.parse(("page",))
    parser.delete_first_token()
    content = parser.parse(("end_in_shell",))
    parser.delete_first_token()
    return InShell(title, script, content)


class InShell(template.Node):
    """Renders the shell around what stands in it."""

    def __init__(self, title: NodeList, script: NodeList, content: NodeList) -> None:
        """Keep its parts."""
        self.title, self.script, self.content = title, script, content

    def render(self, context: Context) -> str:
        """The whole page."""
        title = Markup(" ".join(self.title.render(context).split())).striptags()
        # It was made by templates that escape, and is not escaped again.
        content = Markup(self.content.render(context))
        script = self.script.render(context).strip()
        made = page_response(context["request"], "account.html.jinja", title=title, content=content, script=script)
        return made.content.decode()

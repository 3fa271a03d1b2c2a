"""The static site served as it is: its own files, with its own policy, beside the pages that Django makes."""

from __future__ import annotations

from typing import Any, cast
from wsgiref.headers import Headers

from django.conf import settings
from django.http import HttpResponseBase
from whitenoise.middleware import WhiteNoiseMiddleware

from remission.site.shell import served
from remission.web.instance import instance

# Addresses of the observatory: the static site has a page there for whoever has only the site.
OURS = ("/take-part/",)


class SiteFiles(WhiteNoiseMiddleware):  # type: ignore[misc]  # the library has no types
    """WhiteNoise over the folder of the site, which is looked through once, at the start."""

    def __init__(self, get_response: Any = None) -> None:
        """Look through the folder, if there is one."""
        super().__init__(get_response, settings)
        site = instance().site
        if site is not None and site.is_dir():
            self.index_file = "index.html"
            self.add_headers_function = of_site
            self.add_files(str(site), prefix="/")

    def __call__(self, request: Any) -> HttpResponseBase:
        """The file of that address, or what Django answers."""
        if request.path_info.startswith(OURS):
            return cast(HttpResponseBase, self.get_response(request))
        return cast(HttpResponseBase, super().__call__(request))


def of_site(headers: Headers, path: str, url: str) -> None:
    """The headers of a file of the site: the policy that its pages are made for."""
    headers["Content-Security-Policy"] = served().policy
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "no-referrer"

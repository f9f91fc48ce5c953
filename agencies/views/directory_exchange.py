"""The directory as a file: in, with a report of what was not understood, and out."""

from django.http import HttpRequest, HttpResponse

from hub.core import access


@access.member("GET", "POST")
def imports(request: HttpRequest) -> HttpResponse:
    raise NotImplementedError


@access.member("GET")
def report(request: HttpRequest, key: int) -> HttpResponse:
    raise NotImplementedError


@access.member("GET")
def export(request: HttpRequest, form: str) -> HttpResponse:
    raise NotImplementedError

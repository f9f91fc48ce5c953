"""The use banner, between signing in and everything else."""

from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from agencies import use_banner
from agencies.models import Member
from agencies.views.sessions import way
from hub.core import access


@access.member("GET", "POST")
def banner(request: HttpRequest) -> HttpResponse:
    """Show the conditions of use, or (POST) acknowledge them; then on to where the member was going."""
    if request.method == "POST":
        use_banner.acknowledge(by=cast("Member", request.user), session=request.session)
        return HttpResponseRedirect(way(request), status=303)
    return render(request, "agencies/use_banner.html", {"next": way(request)})
